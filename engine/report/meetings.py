"""What a weekly report gives to talk about: what worked, what did not, and the questions; joint wins of a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..graph.ownership import Ownership
from ..measure.values import GuardrailState, Progress, Value
from ..model import Project
from .weekly import AlarmTold, BlockerTold, ChangeTold, Weekly


@dataclass(frozen=True, slots=True)
class Agenda:
    """Metrics only, no names of people; `open` are blockers that no change answers."""

    worked: tuple[Value, ...]
    did_not: tuple[Value, ...]
    ringing: tuple[AlarmTold, ...]
    broken: tuple[tuple[Progress, GuardrailState], ...]
    open: tuple[BlockerTold, ...]


def agenda(report: Weekly) -> Agenda:
    known = [value for value in report.values.values() if value.change is not None and value.value is not None]
    return Agenda(
        worked=tuple(value for value in known if better(value) is True),
        did_not=tuple(value for value in known if better(value) is False),
        ringing=tuple(alarm for alarm in report.alarms if alarm.rings),
        broken=broken(report),
        open=tuple(it for section in report.sections for it in section.blockers if not it.answered_by),
    )


def broken(report: Weekly) -> tuple[tuple[Progress, GuardrailState], ...]:
    """Guardrails that do not hold, each with its key result."""
    return tuple((it, state) for it in report.progress for state in it.guardrails if state.held is False)


def better(value: Value) -> bool | None:
    """Whether a value went the wanted way; nothing for those to be held, unchanged or not compared.

    >>> better(Value("m", None, 1))
    """
    if value.change is None or not value.change.absolute or value.direction not in ("up", "down"):
        return None
    return (value.change.absolute > 0) == (value.direction == "up")


def joint(report: Weekly, ownership: Mapping[str, Ownership]) -> tuple[tuple[Value, tuple[str, ...]], ...]:
    """Shared metrics that went the wanted way, with the departments that move them."""
    return tuple(
        (value, ownership[value.metric].movers)
        for value in report.shared
        if better(value) and len(ownership[value.metric].movers) > 1
    )


def together(report: Weekly) -> tuple[ChangeTold, ...]:
    """Changes that several departments made, or by which one answered another's blocker, each once."""
    told = {it.change.name: it for section in report.sections for it in section.changes}
    return tuple(
        it
        for it in told.values()
        if len(it.change.departments) > 1 or any(by.department not in it.change.departments for by in it.answers)
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the four questions when results do not improve; unknown where no fact decides. `facts` are for people."""

    question: Literal["realistic", "right", "transparent", "influence"]
    answer: bool | None
    facts: tuple[tuple[str, tuple[str, ...]], ...]


def diagnosis(
    report: Weekly, project: Project, ownership: Mapping[str, Ownership], faulty: tuple[str, ...]
) -> tuple[Answer, ...]:
    """Each of the four questions answered from facts; `faulty` are metrics that rules warn of."""
    graded = [it for it in report.progress if it.share is not None]
    behind = tuple(it.metric for it in graded if it.share is not None and it.share <= 0)
    ungraded = tuple(it.metric for it in report.progress if it.share is None)
    unseen = tuple(it.metric for it in report.missing)
    silent = tuple(
        name for name in project.departments if not any(name in it.departments for it in project.changes.values())
    )
    nobody = tuple(
        name
        for name, it in ownership.items()
        if not it.movers and project.metrics[name].role not in ("component", "kpi")
    )
    without = tuple(
        name
        for name in project.departments
        if not any(name in (*it.movers, *it.contributors) for it in ownership.values())
    )
    return (
        Answer("realistic", None if not graded else not behind, (("behind", behind), ("ungraded", ungraded))),
        Answer("right", not faulty, (("faulty", faulty),)),
        Answer("transparent", not unseen and not silent, (("unseen", unseen), ("silent", silent))),
        Answer("influence", not nobody and not without, (("nobody", nobody), ("without", without))),
    )
