"""What a weekly report gives to talk about: what worked, what did not, and the questions; joint wins of a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..graph.ownership import Ownership
from ..measure.usual import Usual
from ..measure.values import GuardrailState, Progress, Value
from ..model import Project
from .weekly import AlarmTold, BlockerTold, ChangeTold, Weekly


@dataclass(frozen=True, slots=True)
class Agenda:
    """Metrics only, no names of people; `open` are blockers that no change answers.

    A metric `worked` or `did_not` where it left its usual range, to the wanted or the other side; `within` it are most,
    and of the `untold` too few periods are known.
    """

    worked: tuple[Value, ...]
    did_not: tuple[Value, ...]
    within: tuple[Value, ...]
    untold: tuple[Value, ...]
    ringing: tuple[AlarmTold, ...]
    broken: tuple[tuple[Progress, GuardrailState], ...]
    open: tuple[BlockerTold, ...]


def agenda(report: Weekly) -> Agenda:
    known = [it for it in report.values.values() if it.value is not None and it.direction is not None]
    sides = {it.metric: moved(it, report.usual[it.metric]) for it in known}
    return Agenda(
        worked=tuple(it for it in known if sides[it.metric] == "wanted"),
        did_not=tuple(it for it in known if sides[it.metric] == "unwanted"),
        within=tuple(it for it in known if sides[it.metric] == "within"),
        untold=tuple(it for it in known if sides[it.metric] is None),
        ringing=tuple(alarm for alarm in report.alarms if alarm.rings),
        broken=broken(report),
        open=tuple(it for section in report.sections for it in section.blockers if not it.answered_by),
    )


def broken(report: Weekly) -> tuple[tuple[Progress, GuardrailState], ...]:
    """Guardrails that do not hold, each with its key result."""
    return tuple((it, state) for it in report.progress for state in it.guardrails if state.held is False)


def moved(value: Value, range_: Usual | None) -> Literal["wanted", "unwanted", "within"] | None:
    """On which side of its usual range a value lies; one that is to be held has no wanted side.

    >>> moved(Value("m", None, 9, direction="down"), Usual(2.0, 8.0, 26))
    'unwanted'
    """
    if range_ is None or value.value is None:
        return None
    if range_.low <= value.value <= range_.high:
        return "within"
    return "wanted" if value.direction == ("up" if value.value > range_.high else "down") else "unwanted"


def joint(report: Weekly, ownership: Mapping[str, Ownership]) -> tuple[tuple[Value, tuple[str, ...]], ...]:
    """Shared metrics that left their usual range to the wanted side, with the departments that move them."""
    return tuple(
        (value, ownership[value.metric].movers)
        for value in report.shared
        if moved(value, report.usual[value.metric]) == "wanted" and len(ownership[value.metric].movers) > 1
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
    report: Weekly, project: Project, ownership: Mapping[str, Ownership], faulty: tuple[str, ...] | None
) -> tuple[Answer, ...]:
    """Each of the four questions answered from facts, those of the report's period and the weeks before.

    `faulty` are metrics that rules warn of; nothing where rules cannot judge, as specs have errors.
    """
    graded = [it for it in report.progress if it.share is not None]
    behind = tuple(it.metric for it in graded if it.share is not None and it.share <= 0)
    ungraded = tuple(it.metric for it in report.progress if it.share is None)
    unseen = tuple(it.metric for it in report.missing)
    silent = tuple(it.department.name for it in report.sections if not it.changes)
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
        Answer("right", None if faulty is None else not faulty, (("faulty", faulty or ()),)),
        Answer("transparent", not unseen and not silent, (("unseen", unseen), ("silent", silent))),
        Answer("influence", not nobody and not without, (("nobody", nobody), ("without", without))),
    )
