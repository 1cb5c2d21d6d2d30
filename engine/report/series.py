"""A metric's periods in order, cut at a day into before and after, for statistics that need no gap to be hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import cast

from ..measure import periods
from ..measure.effects import Effect, Point
from ..measure.usual import MOST, Usual, usual
from ..measure.values import Value
from ..model import Duration, Grain, Metric, Stretch

FEWEST = 10  # cases a period; of fewer a share or mean is too far from normal for an interval


def kind_of(metric: Metric, values: Sequence[Value]) -> str:
    """What sort of number it is: `proportion`, `count`, `median` or `mean`."""
    if metric.unit == "percent" and all(isinstance(it.denominator, int) for it in values if it.value is not None):
        return "proportion"
    if isinstance(metric.definition, Duration) and metric.definition.aggregate == "median":
        return "median"
    return "count" if metric.unit == "count" else "mean"


def judged(kind: str, sides: Iterable[Sequence[Point]], find: Callable[[], Effect]) -> Effect:
    """The effect that `find` gives; none where the periods rest on so few cases that chance alone makes steps."""
    effect = find()
    for side in sides:
        cases = [count for it in side if (count := _cases(it, kind)) is not None]
        if kind != "count" and cases and sum(cases) / len(cases) < FEWEST and effect.verdict != "too_early":
            return Effect("unknown", effect.n_before, effect.n_after, reason="small")
    return effect


def _cases(point: Point, kind: str) -> float | None:
    count = point.denominator if kind == "proportion" else point.n
    return None if point.value is None or count is None else float(count)


def cut(
    values: Sequence[Value], day: date, end: date, grain: str, week_start: str
) -> tuple[tuple[Point, ...], tuple[Point, ...], date | None]:
    """Points before and from `day` on, up to `end`, and the day with which the first of them begins.

    A period without a complete value is a point without one, and so is the period in which `day` lies.
    """
    known = {it.period.start: it for it in values if it.period is not None and it.complete and it.period.end <= end}
    if not known:
        return (), (), None
    before: list[Point] = []
    after: list[Point] = []
    starts: list[date] = []
    period = periods.holding(min(known), cast(Grain, grain), week_start)
    last = max(known)
    while period.start <= last:
        point = _point(known.get(period.start))
        if period.start >= day:
            after.append(point)
        else:
            before.append(point if period.end <= day else Point(None))
            starts.append(period.start)
        period = _next(period, grain, week_start)
    kept = starts[-MOST:]
    return tuple(before[-MOST:]), tuple(after), kept[0] if kept else None


def usual_before(value: Value, series: Sequence[Value], grain: str, week_start: str) -> Usual | None:
    """What was usual of a metric in the periods before that of `value`."""
    if value.period is None or value.value is None:
        return None
    before, _, _ = cut(series, value.period.start, value.period.end, grain, week_start)
    return usual([None if point.value is None else float(point.value) for point in before])


def _point(value: Value | None) -> Point:
    return Point(None) if value is None else Point(value.value, value.numerator, value.denominator, value.n)


def _next(period: Stretch, grain: str, week_start: str) -> Stretch:
    return periods.holding(period.end, cast(Grain, grain), week_start)
