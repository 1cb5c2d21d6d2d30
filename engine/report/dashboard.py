"""The dashboard as values: each metric with its periods and how it moved, the four questions, reports and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..graph.ownership import Ownership
from ..measure import periods
from ..measure.usual import Usual
from ..measure.values import Value
from ..model import Grain, Metric, Project, QuestionName, Stretch
from .meetings import Answer, moved
from .segments import Segments
from .weekly import Missing, Weekly

SHOWN = 26  # periods of a trend: half a year of weeks
QUESTIONS: tuple[QuestionName, ...] = ("came", "paying", "stay", "left")
Moved = Literal["wanted", "unwanted", "usual", "unknown"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A period of a trend. Without a value nothing is known of it; one that is not `complete` may still change."""

    period: Stretch
    label: str
    value: Value | None

    @property
    def complete(self) -> bool:
        return self.value is not None and self.value.complete


@dataclass(frozen=True, slots=True)
class Card:
    """A metric as everybody sees it. `usual` is the range that its periods before the latest one lead one to expect.

    `missing` tells why there is no value.
    """

    metric: Metric
    value: Value | None
    slots: tuple[Slot, ...]
    usual: Usual | None
    moved: Moved
    missing: Missing | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the four questions about customers; `segments` where the specs ask for a split."""

    question: QuestionName
    card: Card
    segments: Segments | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the page; `reports` are the newest first, and `cards` hold each metric that is measured once."""

    as_of: datetime
    grain: Grain
    label: str
    stars: tuple[Card, ...]
    questions: tuple[Asked, ...]
    cards: Mapping[str, Card]
    reports: tuple[Weekly, ...]
    diagnosis: tuple[Answer, ...]

    @property
    def now(self) -> Weekly:
        return self.reports[0]


def cards(project: Project, report: Weekly, series: Mapping[str, Sequence[Value]], grain: Grain) -> dict[str, Card]:
    """Each metric of the report's period with its trend."""
    slots = _periods(report.period, grain, project.config.week_start)
    missing = {it.metric: it for it in report.missing}
    return {
        name: _card(project.metrics[name], report, slots, series.get(name, ()), missing.get(name))
        for name in dict.fromkeys((*report.values, *missing))
    }


def groups(
    project: Project, ownership: Mapping[str, Ownership], shown: Mapping[str, Card]
) -> dict[tuple[str, ...], list[Card]]:
    """The metrics that are shown by who answers for them: those of most departments first, in project order.

    That is the declared owners, and of a shared metric those who move it as well.
    """
    found: dict[tuple[str, ...], list[Card]] = {}
    for name, card in shown.items():
        if card.metric.role != "component":
            of = ownership[name]
            answering = {*of.declared, *(of.movers if of.verdict == "shared" else ())}
            found.setdefault(tuple(it for it in project.departments if it in answering), []).append(card)
    place = {name: at for at, name in enumerate(project.departments)}
    return dict(sorted(found.items(), key=lambda it: (-len(it[0]), [place[name] for name in it[0]])))


def _card(
    metric: Metric,
    report: Weekly,
    stretches: Sequence[tuple[Stretch, str]],
    series: Sequence[Value],
    missing: Missing | None,
) -> Card:
    known = {it.period: it for it in series if it.period is not None and it.value is not None}
    slots = tuple(Slot(period, label, known.get(period)) for period, label in stretches)
    value = report.values.get(metric.name)
    value = value if value is not None and value.value is not None else None
    usual = report.usual.get(metric.name)
    return Card(metric, value, slots, usual, _moved(value, usual), missing)


def _moved(value: Value | None, usual: Usual | None) -> Moved:
    side = moved(value, usual) if value is not None else None
    if side == "within":
        return "usual"
    return "unknown" if side is None or value is None or value.direction is None else side


def _periods(last: Stretch, grain: Grain, week_start: str) -> list[tuple[Stretch, str]]:
    found = [last]
    while len(found) < SHOWN:
        found.append(periods.holding(periods.before(found[-1], grain).start, grain, week_start))
    return [(period, periods.label(period, grain)) for period in reversed(found)]
