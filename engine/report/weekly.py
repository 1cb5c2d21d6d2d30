"""The result report of one period: shared metrics, then a section a department, goals, alarms and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..formula.expr import Expr
from ..graph.ownership import Ownership
from ..measure.values import Measured, Progress, Value
from ..model import Alarm, Blocker, ChangeMade, Department, Expectation, Mismatch, Period, Project, Stretch, minus
from ..sql.alarms import holds, metrics_of

EARLIER = Period(8, "week")  # how long after it a change is still reported


@dataclass(frozen=True, slots=True)
class Seen:
    """What a change was to move, and the values before and after; `early` if no period after it is over yet."""

    expected: Expectation
    value: Value | None
    early: bool


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
    """A metric that has no value, and why: `draft`, `failed` or `empty`."""

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
    mismatches: tuple[Mismatch, ...]
    missing: tuple[Missing, ...]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Readings:
    """What was measured for a report: the latest values, each expected metric in its segment, alarms' metrics."""

    latest: Measured
    segments: Mapping[Expectation, Value]
    conditions: Mapping[str, Expr]
    series: Sequence[Value]


def asked_by(project: Project) -> tuple[str, ...]:
    """The metrics that a report needs: all that are shown, and what changes, blockers and questions name."""
    organization = project.organization
    named = [
        *(metric.name for metric in project.metrics.values() if metric.role != "component"),
        *(it.metric for change in project.changes.values() for it in change.expects),
        *(blocker.metric for blocker in project.blockers.values() if blocker.metric),
        *(it.metric for it in (organization.questions.values() if organization else ())),
        *(organization.health.values() if organization else ()),
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
        alarms=tuple(_alarm(alarm, readings) for alarm in project.alarms.values()),
        mismatches=tuple(it for it in project.mismatches.values() if _recent(it.day, period)),
        missing=_missing(readings.latest, values),
        values=values,
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
    seen = []
    for expected in change.expects:
        value = readings.segments.get(expected) if expected.where else values.get(expected.metric)
        early = (
            value is not None and value.period is not None and change.day is not None and value.period.end <= change.day
        )
        seen.append(Seen(expected, value, early))
    answers = tuple(project.blockers[name] for name in change.answers if name in project.blockers)
    return ChangeTold(change, tuple(seen), answers, change.day is not None and change.day < period.start)


def _recent(day: object, period: Stretch) -> bool:
    """In the period or in the weeks before, so that what needs time is not forgotten."""
    first = minus(datetime(period.start.year, period.start.month, period.start.day), EARLIER).date()
    return day is not None and first <= day < period.end  # type: ignore[operator]  # days are dates


def _alarm(alarm: Alarm, readings: Readings) -> AlarmTold:
    condition = readings.conditions[alarm.name]
    names = metrics_of(condition)
    by_period: dict[object, dict[str, Value]] = {}
    for value in readings.series:
        if value.complete and value.period is not None and value.value is not None and value.metric in names:
            by_period.setdefault(value.period.start, {})[value.metric] = value
    whole = [start for start, found in by_period.items() if len(found) == len(names)]
    if not whole:
        return AlarmTold(alarm, None, ())
    found = by_period[max(whole)]  # type: ignore[type-var]  # starts are dates
    values = tuple(found[name] for name in names)
    return AlarmTold(alarm, holds(condition, {value.metric: value.value for value in values}), values)


def _missing(measured: Measured, values: Mapping[str, Value]) -> tuple[Missing, ...]:
    failed = [Missing(it.metric, "failed", it.message) for it in measured.failures]
    drafts = [Missing(name, "draft", "") for name in measured.drafts]
    empty = [Missing(name, "empty", value.label or "") for name, value in values.items() if value.value is None]
    return (*failed, *empty, *drafts)


def grade(share: float | None) -> float | None:
    """A key result's grade, 0.0 to 1.0; nothing while it cannot be measured.

    >>> grade(0.285), grade(1.4), grade(-0.2), grade(None)
    (0.3, 1.0, 0.0, None)
    """
    return None if share is None else round(min(max(share, 0.0), 1.0), 1)
