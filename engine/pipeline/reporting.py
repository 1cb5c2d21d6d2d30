"""What the periodic reports tell: which values they need, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time

from ..errors import UsageError
from ..measure import periods
from ..measure.run import Request
from ..measure.values import Failure, Measured, Value
from ..model import Grain, Profile, Report, Stretch
from ..report import losses, meetings
from ..report import weekly as weekly_report
from ..report.customers import Answered
from ..report.late import withheld, withheld_all
from ..report.meetings import Answer
from ..report.pilot import Tried, effect_in, tried
from ..report.segments import Segments, segments
from ..report.weekly import Readings, Weekly, asked_by
from ..sql.alarms import condition, metrics_of
from ..sql.refusal import Refusal
from .journey import Journey
from .lateness import late

SEGMENTED = 4  # periods that a split is taken over: of one alone most groups would be too small


def weekly(journey: Journey, week: Stretch | None, profile: Profile | None = None) -> tuple[Weekly, Measured]:
    """The result report of the period that `week` lies in, by default the last one that is over.

    It tells what was known when that period ended. Raises `UsageError` for one that is not over.
    """
    report, readings = read(journey, week, profile)
    return report, readings.latest


def read(journey: Journey, week: Stretch | None, profile: Profile | None = None) -> tuple[Weekly, Readings]:
    """The report with what was measured for it."""
    report = reported(journey)
    first_day = journey.project.config.week_start
    over = periods.before(periods.holding(journey.as_of, report.grain, first_day), report.grain)
    period = periods.holding(week.start, report.grain, first_day) if week else over
    if week is not None and week not in (period, _by_monday(week, report.grain)):
        example = periods.label(over, report.grain)
        raise UsageError(
            f"--week {week.start} to {week.end} (exclusive) is not one {report.grain} of the report",
            hint=f"write for example --week {example}",
        )
    if period.end > over.end:
        raise UsageError(f"{periods.label(period, report.grain)} is not over as of {journey.as_of:%Y-%m-%d %H:%M}")
    as_of = journey.as_of if period == over else datetime.combine(period.end, time())
    conditions = _conditions(journey)
    expected = [(it.metric, it.where) for change in journey.project.changes.values() for it in change.expects]
    asked, parts = asked_by(journey.project), losses.needed(journey.project)
    wanted = [*((name, None) for names in (asked, parts, *conditions.values()) for name in names), *expected]
    behind, known = late(journey, as_of, report.grain, [name for name, _ in wanted], profile)
    latest = withheld(journey.run(Request(as_of, asked), profile), known)
    failures: dict[str, Failure] = {it.metric: it for it in latest.failures}
    series = _series(journey, wanted, report.grain, as_of, profile, failures)
    covered = {key: withheld_all(values, known) for key, values in series.items()}
    latest = replace(latest, failures=tuple(failures.values()))
    readings = Readings(latest, covered, conditions, report.grain, late=behind)
    readings = replace(readings, customers=_customers(journey, readings, as_of, profile))
    label = periods.label(period, report.grain)
    return weekly_report.weekly(journey.project, journey.ownership, readings, period, label, as_of), readings


def reported(journey: Journey) -> Report:
    """How often the organisation reports; raises `UsageError` where it does not say."""
    report = journey.project.organization.report if journey.project.organization else None
    if report is None:
        hint = "write `report: {grain: week, compare_to: previous month}` in `organization`"
        raise UsageError("the organisation does not say how often it reports", hint=hint)
    return report


def _by_monday(week: Stretch, grain: Grain) -> Stretch:
    """The period that begins on that day; weeks are named by their Mondays, whenever the organisation's begin."""
    return periods.holding(week.start, grain, "monday")


def _conditions(journey: Journey) -> dict[str, tuple[str, ...]]:
    """The metrics that each alarm compares; one whose condition is wrong has a finding of its own and is left out."""
    found = {}
    for alarm in journey.project.alarms.values():
        try:
            found[alarm.name] = metrics_of(condition(alarm, journey.project))
        except Refusal:
            continue
    return found


def _customers(journey: Journey, readings: Readings, as_of: datetime, profile: Profile | None) -> tuple[Answered, ...]:
    """The questions about customers, each with its latest value, and its groups where it asks by what."""
    organization = journey.project.organization
    values = {it.metric: it for it in readings.latest.values}
    told = []
    for name, asked in organization.questions.items() if organization else ():
        series = readings.series.get((asked.metric, None), ())
        groups = None if asked.by is None else _segments(journey, asked.metric, asked.by, series, as_of, profile)
        told.append(Answered(name, asked, values.get(asked.metric), groups))
    return tuple(told)


def _segments(
    journey: Journey, metric: str, by: str, series: Sequence[Value], as_of: datetime, profile: Profile | None
) -> Segments:
    """The metric's groups over its last complete periods."""
    known = [it for it in series if it.complete and it.value is not None and it.period is not None]
    whole = [(it.period, it.label or "") for it in known if it.period is not None][-SEGMENTED:]
    if not whole:
        return Segments(by, "", "", (), 0, "early")
    (first, first_label), (last, last_label) = whole[0], whole[-1]
    measured = journey.run(Request(as_of, (metric,), "all", (by,), None, first.start, last.end), profile)
    if measured.failures:
        return Segments(by, first_label, last_label, (), 0, "failed")
    return segments(journey.project, by, (first_label, last_label), measured.values)


def diagnosis(journey: Journey, report: Weekly) -> tuple[Answer, ...]:
    """The four questions that are asked when results do not improve, answered from facts.

    Rules judge no specs that have errors: what they would warn of is not known then.
    """
    warned = {found.subject for found in journey.lint() if found.severity != "hint" and found.subject}
    faulty = tuple(name for name in journey.project.metrics if f"metric:{name}" in warned)
    sound = journey.loaded.complete and all(found.severity != "error" for found in journey.structure())
    return meetings.diagnosis(report, journey.project, journey.ownership, faulty if faulty or sound else None)


def piloted(journey: Journey, profile: Profile | None = None) -> tuple[tuple[Tried, ...], tuple[Failure, ...]]:
    """Each pilot that has begun: its metrics before and during it, and those of the rest where it has one.

    Beside them, why metrics have no value.
    """
    told, failures = [], dict[str, Failure]()
    for pilot in journey.project.pilots.values():
        if pilot.period is None or pilot.period.start >= journey.as_of.date():
            continue
        during = Stretch(pilot.period.start, min(pilot.period.end, journey.as_of.date()))
        earlier = Stretch(during.start - (during.end - during.start), during.start)
        rest = f"({pilot.where}) IS NOT TRUE" if pilot.compare_to == "rest" else None
        cells = {
            (place, side): {it.metric: it for it in _over(journey, pilot.metrics, stretch, where, profile, failures)}
            for place, where in (("pilot", pilot.where), ("rest", rest))
            if place == "pilot" or rest
            for side, stretch in (("before", earlier), ("during", during))
        }
        report = journey.project.organization.report if journey.project.organization else None
        grain, week_start = report.grain if report else "week", journey.project.config.week_start
        keys = [(name, where) for name in pilot.metrics for where in dict.fromkeys((pilot.where, rest))]
        series = _series(journey, keys, grain, journey.as_of, profile, failures)
        effects = {
            name: effect_in(
                pilot,
                journey.project.metrics[name],
                series.get((name, pilot.where), ()),
                series.get((name, rest), ()),
                during,
                grain,
                week_start,
            )
            for name in pilot.metrics
        }
        told.append(tried(pilot, earlier, during, cells, effects))
    return tuple(told), tuple(failures.values())


def _series(
    journey: Journey,
    wanted: Iterable[tuple[str, str | None]],
    grain: str,
    as_of: datetime,
    profile: Profile | None,
    failures: dict[str, Failure],
) -> dict[tuple[str, str | None], tuple[Value, ...]]:
    """All periods of each metric in each segment, with one run a segment."""
    named: dict[str | None, dict[str, None]] = {}
    for name, where in wanted:
        named.setdefault(where, {})[name] = None
    found: dict[tuple[str, str | None], tuple[Value, ...]] = {}
    for where, names in named.items():
        values = _run(journey, Request(as_of, tuple(names), grain, (), where), profile, failures)
        found.update({(name, where): tuple(it for it in values if it.metric == name) for name in names})
    return found


def _over(
    journey: Journey,
    names: tuple[str, ...],
    stretch: Stretch,
    where: str | None,
    profile: Profile | None,
    failures: dict[str, Failure],
) -> tuple[Value, ...]:
    """The values of one stretch, not complete while windows that start in it are open."""
    request = Request(journey.as_of, names, "all", (), where, stretch.start, stretch.end)
    values = _run(journey, request, profile, failures)
    return tuple(replace(it, complete=_closed(journey, it.metric, stretch)) for it in values)


def _run(
    journey: Journey, request: Request, profile: Profile | None, failures: dict[str, Failure]
) -> tuple[Value, ...]:
    """The values; why metrics have none is added to `failures`, the first reason of each."""
    measured = journey.run(request, profile)
    for failure in measured.failures:
        failures.setdefault(failure.metric, failure)
    return measured.values


def _closed(journey: Journey, name: str, stretch: Stretch) -> bool:
    lag, _ = journey.compiler.traits(name, Request(journey.as_of).frame(None))
    return periods.complete(stretch.end, lag, journey.as_of)
