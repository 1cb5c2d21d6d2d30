"""The result report of one period: shared metrics, then a section a department, goals, alarms and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..graph.ownership import Ownership
from ..measure.alarms import Movement, Paradox, winning_and_losing
from ..measure.alarms import alarm as judge
from ..measure.effects import Effect, effect_of
from ..measure.usual import Usual
from ..measure.values import Measured, Progress, Value
from ..model import (
    Alarm,
    Blocker,
    ChangeMade,
    Department,
    Expectation,
    Expression,
    Mismatch,
    Period,
    Project,
    Stretch,
    minus,
)
from .customers import Answered
from .late import Late
from .losses import LossesTold
from .losses import told as losses_told
from .series import cut, judged, kind_of, usual_before

DEARER = 0.9  # winning a customer costs about twice as much: less is no alarm but a figure of the report
EARLIER = Period(8, "week")  # how long after it a change is still reported


@dataclass(frozen=True, slots=True)
class Seen:
    """What a change was to move, and the values before and after; `early` if no period after it is over yet.

    `hidden` where a segment is too small to be shown to everybody.
    """

    expected: Expectation
    value: Value | None
    early: bool
    effect: Effect
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ChangeTold:
    change: ChangeMade
    seen: tuple[Seen, ...]
    answers: tuple[Blocker, ...]
    earlier: bool


@dataclass(frozen=True, slots=True)
class BlockerTold:
    blocker: Blocker
    answered_by: tuple[ChangeMade, ...]


@dataclass(frozen=True, slots=True)
class Section:
    department: Department
    changes: tuple[ChangeTold, ...]
    blockers: tuple[BlockerTold, ...]
    own: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """`rings` is unknown while a metric has no value; `values` are of one period, the last that all of them have."""

    alarm: Alarm
    rings: bool | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A metric that has no value, and why: `draft`, `failed`, `late` or `empty`."""

    metric: str
    why: str
    told: str


@dataclass(frozen=True, slots=True)
class Weekly:
    period: Stretch
    label: str
    as_of: datetime
    shared: tuple[Value, ...]
    sections: tuple[Section, ...]
    progress: tuple[Progress, ...]
    alarms: tuple[AlarmTold, ...]
    paradox: Paradox | None
    mismatches: tuple[Mismatch, ...]
    missing: tuple[Missing, ...]
    values: Mapping[str, Value]
    usual: Mapping[str, Usual | None]
    customers: tuple[Answered, ...]
    late: tuple[Late, ...]
    losses: LossesTold

    @property
    def behind(self) -> frozenset[str]:
        """The metrics that rest on a dataset that is late."""
        return frozenset(name for it in self.late for name in it.metrics)


@dataclass(frozen=True, slots=True)
class Readings:
    """What was measured for a report: the latest values, and by metric and segment all periods of `grain`.

    Values of periods that late data does not cover have no number.
    """

    latest: Measured
    series: Mapping[tuple[str, str | None], Sequence[Value]]
    conditions: Mapping[str, tuple[str, ...]]
    grain: str
    customers: tuple[Answered, ...] = ()
    late: tuple[Late, ...] = ()


def asked_by(project: Project) -> tuple[str, ...]:
    """The metrics that a report needs: all that are shown, and what changes, blockers and questions name."""
    organization = project.organization
    named = [
        *(metric.name for metric in project.metrics.values() if metric.role != "component"),
        *(it.metric for change in project.changes.values() for it in change.expects),
        *(blocker.metric for blocker in project.blockers.values() if blocker.metric),
        *(it.metric for it in (organization.questions.values() if organization else ())),
        *(organization.health.values() if organization else ()),
        *(organization.losses.named() if organization else ()),
    ]
    return tuple(dict.fromkeys(name for name in named if name in project.metrics))


def weekly(
    project: Project,
    ownership: Mapping[str, Ownership],
    readings: Readings,
    period: Stretch,
    label: str,
    as_of: datetime,
) -> Weekly:
    """The report of `period`; nothing later than its end is in it."""
    values = {value.metric: value for value in readings.latest.values}
    known = [value for value in values.values() if value.value is not None]
    shown = [value for value in known if project.metrics[value.metric].role != "component"]
    return Weekly(
        period=period,
        label=label,
        as_of=as_of,
        shared=tuple(value for value in shown if ownership[value.metric].verdict == "shared"),
        sections=tuple(
            _section(project, ownership, department, values, shown, readings, period)
            for department in project.departments.values()
        ),
        progress=tuple(it for value in values.values() for it in value.progress),
        alarms=tuple(_alarm(alarm, readings) for alarm in project.alarms.values() if alarm.name in readings.conditions),
        paradox=_paradox(project, values),
        mismatches=tuple(it for it in project.mismatches.values() if _recent(it.day, period)),
        missing=_missing(readings.latest, values, frozenset(name for it in readings.late for name in it.metrics)),
        values=values,
        usual={
            name: usual_before(value, readings.series.get((name, None), ()), readings.grain, project.config.week_start)
            for name, value in values.items()
        },
        customers=readings.customers,
        late=readings.late,
        losses=losses_told(project, values, readings.series),
    )


def _section(
    project: Project,
    ownership: Mapping[str, Ownership],
    department: Department,
    values: Mapping[str, Value],
    shown: Sequence[Value],
    readings: Readings,
    period: Stretch,
) -> Section:
    name = department.name
    changes = [it for it in project.changes.values() if name in it.departments and _recent(it.day, period)]
    blockers = [
        it for it in project.blockers.values() if it.department == name and it.day is not None and it.day < period.end
    ]
    told = (BlockerTold(it, _answers(project, it, period)) for it in blockers)
    return Section(
        department=department,
        changes=tuple(_change(project, it, values, readings, period) for it in changes),
        blockers=tuple(
            it for it in told if not it.answered_by or any(_recent(by.day, period) for by in it.answered_by)
        ),
        own=tuple(
            value
            for value in shown
            if ownership[value.metric].verdict == "single" and name in ownership[value.metric].declared
        ),
    )


def _answers(project: Project, blocker: Blocker, period: Stretch) -> tuple[ChangeMade, ...]:
    return tuple(
        it
        for it in project.changes.values()
        if blocker.name in it.answers and it.day is not None and it.day < period.end
    )


def _change(
    project: Project, change: ChangeMade, values: Mapping[str, Value], readings: Readings, period: Stretch
) -> ChangeTold:
    seen = tuple(_seen(project, change, expected, values, readings, period) for expected in change.expects)
    answers = tuple(project.blockers[name] for name in change.answers if name in project.blockers)
    return ChangeTold(change, seen, answers, change.day is not None and change.day < period.start)


def _seen(
    project: Project,
    change: ChangeMade,
    expected: Expectation,
    values: Mapping[str, Value],
    readings: Readings,
    period: Stretch,
) -> Seen:
    """The latest value with what it is compared with, and what the series says of the change's effect."""
    series = readings.series.get((expected.metric, expected.where), ())
    segment = [it for it in series if it.complete and it.period is not None and it.period.end <= period.end]
    value = (segment[-1] if segment else None) if expected.where else values.get(expected.metric)
    day = change.day or period.end
    early = value is not None and value.period is not None and value.period.end <= day
    before, after, first = cut(series, day, period.end, readings.grain, project.config.week_start)
    others = tuple(
        it.name
        for it in project.changes.values()
        if it.name != change.name
        and any(other.metric == expected.metric for other in it.expects)
        and it.day is not None
        and first is not None
        and first <= it.day < period.end
    )
    kind = kind_of(project.metrics[expected.metric], series)
    effect = judged(kind, (before, after), lambda: effect_of(kind, before, after, others))
    return Seen(expected, value, early, effect)


def _recent(day: date | None, period: Stretch) -> bool:
    """In the period or in the weeks before, so that what needs time is not forgotten."""
    first = minus(datetime(period.start.year, period.start.month, period.start.day), EARLIER).date()
    return day is not None and first <= day < period.end


def _alarm(alarm: Alarm, readings: Readings) -> AlarmTold:
    names = readings.conditions[alarm.name]
    by_period: dict[date, dict[str, Value]] = {}
    for name in names:
        for value in readings.series.get((name, None), ()):
            if value.complete and value.period is not None and value.value is not None:
                by_period.setdefault(value.period.start, {})[name] = value
    whole = [start for start, found in by_period.items() if len(found) == len(names)]
    if not whole:
        return AlarmTold(alarm, None, ())
    found = by_period[max(whole)]
    judged = judge(alarm.when, {name: found[name].value for name in names})
    return AlarmTold(alarm, judged.rings, tuple(found[name] for name in names))


def _paradox(project: Project, values: Mapping[str, Value]) -> Paradox | None:
    """Whether all departments do more while the business loses; nothing where the organisation names no business.

    What a department does more of are the counts that it owns and wants to rise.
    """
    organization = project.organization
    paying = organization.questions.get("paying") if organization else None
    cost = organization.health.get("acquisition") if organization else None
    if paying is None or cost is None:
        return None
    star = {it.name for it in project.metrics.values() if it.role == "north_star"}
    business = {*star, paying.metric, cost}
    work = {
        name: [
            _movement(metric.name, values)
            for metric in project.metrics.values()
            if name in project.owners_of(metric)
            and metric.unit == "count"
            and metric.direction == "up"
            and isinstance(metric.definition, Expression)
            and metric.role != "outcome"
            and metric.owners != "all"
            and metric.name not in business
        ]
        for name in project.departments
    }
    return winning_and_losing(work, _movement(paying.metric, values), _movement(cost, values), DEARER)


def _movement(name: str, values: Mapping[str, Value]) -> Movement:
    value = values.get(name)
    if value is None or value.previous is None:
        return Movement(name, None, None)
    return Movement(name, value.previous.value, value.value)


def _missing(measured: Measured, values: Mapping[str, Value], behind: frozenset[str]) -> tuple[Missing, ...]:
    failed = [Missing(it.metric, "failed", it.message) for it in measured.failures]
    drafts = [Missing(name, "draft", "") for name in measured.drafts]
    empty = [
        Missing(name, "late" if name in behind and not value.complete else "empty", value.label or "")
        for name, value in values.items()
        if value.value is None
    ]
    return (*failed, *empty, *drafts)


def grade(share: float | None) -> float | None:
    """A key result's grade, 0.0 to 1.0; nothing while it cannot be measured.

    >>> grade(0.285), grade(1.4), grade(-0.2), grade(None)
    (0.3, 1.0, 0.0, None)
    """
    return None if share is None else round(min(max(share, 0.0), 1.0), 1)
