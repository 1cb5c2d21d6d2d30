"""Metrics of events and windows, row by row: which rows count, when, and what the rows of one period and group give.

Every function gives the rows that count, each with the moment it counts at and what is known of it, and a fold: what
some of these rows give together. Times here are the true ones; an offset moves the moments afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from tests.sql.naive.describe import (
    Aggregate,
    Cohort,
    Condition,
    Conversion,
    Duration,
    Event,
    Formula,
    Funnel,
    Retention,
    Score,
    Step,
    aggregates,
)
from tests.sql.naive.moments import Moment, Period, alike, at, inside, plus
from tests.sql.naive.rows import Row, World, computed, datasets, of_row

HOURS = {"minutes": 1 / 60, "hours": 1.0, "days": 24.0, "weeks": 168.0}


@dataclass(frozen=True, eq=False)
class Spot:
    """A row that counts, and the moment at which it does."""

    row: Row
    moment: Moment
    known: Any = None


@dataclass(frozen=True)
class Cell:
    """A value and, where a type has them, the other columns of its metric."""

    value: float | None
    parts: dict[str, float | None] = field(default_factory=dict)


Fold = Callable[[Sequence[Spot]], Cell]
Counted = tuple[list[Spot], Fold]


@dataclass(frozen=True, eq=False)
class Happening:
    """A row as an event: whose it is and when."""

    row: Row
    entity: Any
    time: Moment


def happenings(world: World, event: Event, entity: str | None, where: Sequence[Condition] = ()) -> list[Happening]:
    """All that have happened; with `pick: first` each entity's first, of several at once the one of the lowest key."""
    found = []
    for row in world.rows(event.dataset):
        time = world.time(row, event.time)
        if time is None or not world.happened(time):
            continue
        if world.holds(event.where, row) and all(world.holds(condition, row) for condition in where):
            found.append(Happening(row, world.entity(row, entity) if entity else None, time))
    return firsts(found) if event.pick == "first" else found


def firsts(events: Iterable[Happening]) -> list[Happening]:
    found: dict[Any, Happening] = {}
    for one in sorted(events, key=lambda one: (at(one.time), one.row.key)):
        if one.entity is not None:
            found.setdefault(one.entity, one)
    return list(found.values())


def follows(one: Happening, other: Happening, low: Period | None, high: Period | None) -> bool:
    """Whether the other event is one of the same entity in the window, and another row."""
    if one.entity is None or one.entity != other.entity or one.row is other.row:
        return False
    return inside(one.time, other.time, low, high)


def ratio(above: float, below: float) -> Cell:
    return Cell(above / below if below else None, {"numerator": above, "denominator": below})


def summary(aggregate: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if aggregate in ("median", "p90"):
        return percentile(values, 0.5 if aggregate == "median" else 0.9)
    made: dict[str, Callable[[Sequence[float]], float]] = {"mean": mean, "sum": sum, "max": max}
    return float(made[aggregate](values))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(map(float, values))
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


# --- when an event with a window counts


def closings(start: Moment, lengths: Sequence[Period]) -> Moment:
    for length in lengths:
        start = plus(start, length)
    return start


def counting(
    world: World, time: Moment, lengths: Sequence[Period] | None, immature: str | None, counted_at: str | None
) -> Moment | None:
    """The moment at which an event counts whose windows are `lengths`, one after the other. None: not yet."""
    if lengths is None:
        return time
    closing = closings(time, lengths)
    if immature != "include" and at(closing) > world.as_of:
        return None
    return closing if counted_at == "maturity" else time


# --- conversion


def conversion(world: World, metric: Conversion, where: Sequence[Condition]) -> Counted:
    bases = happenings(world, metric.base, metric.entity, where)
    targets = happenings(world, metric.target, metric.entity)

    def leads(one: Happening, other: Happening) -> bool:
        if not follows(one, other, None, metric.within):
            return False
        pairs = [(world.value(one.row, name), world.value(other.row, name)) for name in metric.same]
        return all(left is not None and left == right for left, right in pairs)

    attributed: dict[Row, int] = {}
    for target in targets:
        before = [base for base in bases if leads(base, target)]
        if before:
            latest = max(before, key=lambda base: (at(base.time), base.row.key)).row
            attributed[latest] = attributed.get(latest, 0) + 1
    spots = []
    for base in bases:
        lengths = [metric.within] if metric.within else None
        moment = counting(world, base.time, lengths, metric.immature, metric.counted_at)
        if moment is not None:
            converted = any(leads(base, target) for target in targets)
            spots.append(Spot(base.row, moment, (base.entity, converted, attributed.get(base.row, 0))))
    return spots, lambda some: _converted(metric, [spot.known for spot in some])


def _converted(metric: Conversion, known: Sequence[tuple[Any, bool, int]]) -> Cell:
    above, below = sum(converted for _, converted, _ in known), len(known)
    if metric.count == "targets":
        above = sum(hits for _, _, hits in known)
    if metric.count == "entities":
        above = len({entity for entity, converted, _ in known if converted})
        below = len({entity for entity, _, _ in known} - {None})
    return Cell(above) if metric.result == "number" else ratio(above, below)


# --- funnel


def funnel(world: World, metric: Funnel, where: Sequence[Condition]) -> Counted:
    first, *later = metric.steps
    events = [happenings(world, step.event, metric.entity) for step in later]
    withins = [step.within for step in later if step.within]
    lengths = withins if len(withins) == len(later) else None
    spots = []
    for base in happenings(world, first.event, metric.entity, where):
        moment = counting(world, base.time, lengths, metric.immature, metric.counted_at)
        if moment is not None:
            spots.append(Spot(base.row, moment, (base.entity, _passed([base], later, events))))
    return spots, lambda some: _funnelled(metric, [spot.known for spot in some])


def _passed(chain: list[Happening], later: Sequence[Step], events: Sequence[Sequence[Happening]]) -> int:
    """How many steps the best chain passes that begins so. A row stands in a chain once."""
    if not later:
        return len(chain)
    used = {id(one.row) for one in chain}
    following = [
        other for other in events[0] if id(other.row) not in used and follows(chain[-1], other, None, later[0].within)
    ]
    return max((_passed([*chain, other], later[1:], events[1:]) for other in following), default=len(chain))


def _funnelled(metric: Funnel, known: Sequence[tuple[Any, int]]) -> Cell:
    counts = []
    for number in range(1, len(metric.steps) + 1):
        passed = [entity for entity, steps in known if steps >= number]
        counts.append(len(passed) if metric.count == "base" else len(set(passed) - {None}))
    names = [step.name or step.event.dataset for step in metric.steps]
    cell = ratio(counts[-1], counts[0])
    return Cell(
        cell.value, cell.parts | (dict(zip(names, counts, strict=True)) if len(set(names)) == len(names) else {})
    )


# --- retention and cohort


def cohort_of(world: World, event: Event, entity: str | None, where: Sequence[Condition]) -> list[Happening]:
    return firsts(happenings(world, event, entity, where))


def retention(world: World, metric: Retention, where: Sequence[Condition]) -> Counted:
    returns = happenings(world, metric.back, metric.entity)
    length = metric.length
    beyond = Period(length.count + 1, length.unit)

    def back(first: Happening, other: Happening) -> bool:
        """Only the time decides: an order may be the first by its payment and a return by its delivery."""
        if first.entity != other.entity:
            return False
        if metric.window != "within":
            return inside(first.time, other.time, length, beyond if metric.window == "at" else None)
        start, moment = alike(first.time, other.time)
        return moment > start and inside(first.time, other.time, None, length)

    spots = []
    for first in cohort_of(world, metric.cohort, metric.entity, where):
        lengths = [beyond if metric.window == "at" else length]
        moment = counting(world, first.time, lengths, metric.immature, metric.counted_at)
        if moment is not None:
            spots.append(Spot(first.row, moment, any(back(first, other) for other in returns)))
    return spots, lambda some: ratio(sum(spot.known for spot in some), len(some))


@dataclass(frozen=True)
class Worth:
    """What a cohort's value is made of: a formula of aggregates over one dataset, its time, conditions and fill."""

    formula: Formula
    time: str | None
    where: tuple[Condition, ...]
    fill: float | None


def cohort(world: World, metric: Cohort, worth: Worth, where: Sequence[Condition]) -> Counted:
    dataset = _dataset_of(worth.formula)
    event = Event(dataset, worth.time)
    rows = happenings(world, event, metric.entity, worth.where)
    spots = []
    for first in cohort_of(world, metric.cohort, metric.entity, where):
        lengths = [metric.within] if metric.within else None
        moment = counting(world, first.time, lengths, metric.immature, metric.counted_at)
        if moment is not None:
            mine = [
                one.row
                for one in rows
                if one.entity == first.entity and inside(first.time, one.time, None, metric.within)
            ]
            spots.append(Spot(first.row, moment, _worth(world, worth, mine)))
    return spots, lambda some: _summed(metric, [spot.known for spot in some])


def _worth(world: World, worth: Worth, rows: Sequence[Row]) -> float | None:
    value = aggregated(world, worth.formula, rows) if rows else None
    return worth.fill if value is None else value


def _summed(metric: Cohort, known: Sequence[float | None]) -> Cell:
    values = [value or 0 for value in known if value is not None or metric.missing != "skip"]
    return Cell(summary(metric.aggregate, values))


def _dataset_of(formula: Formula) -> str:
    return aggregates(formula)[0].dataset


# --- duration


def duration(world: World, metric: Duration, where: Sequence[Condition]) -> Counted:
    spots = _of_rows(world, metric, where) if metric.entity is None else _of_entities(world, metric, where)
    return spots, lambda some: _lasted(metric, [spot.known for spot in some])


def _lasted(metric: Duration, known: Sequence[float | None]) -> Cell:
    """None is a row that finishes before it starts."""
    return Cell(summary(metric.aggregate, [length for length in known if length is not None]))


def _length(metric: Duration, start: Moment, finish: Moment) -> float:
    begun, ended = alike(start, finish)
    return (ended - begun).total_seconds() / 3600 / HOURS[metric.unit]


def _of_entities(world: World, metric: Duration, where: Sequence[Condition]) -> list[Spot]:
    finishes = happenings(world, metric.finish, metric.entity)
    days = _in_days(metric.finish)
    spots = []
    for start in happenings(world, metric.start, metric.entity, where):
        ends = [one.time for one in finishes if follows(start, one, None, metric.within)]
        done = min(ends, key=at) if ends else None
        spots.extend(_spot(world, metric, start.row, start.time, done, days))
    return spots


def _of_rows(world: World, metric: Duration, where: Sequence[Condition]) -> list[Spot]:
    days = _in_days(metric.finish)
    spots = []
    for start in happenings(world, metric.start, None, where):
        done = world.time(start.row, metric.finish.time)
        if done is None or not world.happened(done):
            spots.extend(_spot(world, metric, start.row, start.time, None, days))
            continue
        begun, ended = alike(start.time, done)
        if ended < begun and not _waits(world, metric, start.time):
            spots.append(Spot(start.row, start.time if _at_start(metric) else done))
        elif inside(start.time, done, None, metric.within):
            spots.extend(_spot(world, metric, start.row, start.time, done, days))
    return spots


def _spot(world: World, metric: Duration, row: Row, start: Moment, done: Moment | None, days: bool) -> list[Spot]:
    """What is open counts with its time so far, if asked for; what counts at its start waits for its window."""
    if _waits(world, metric, start):
        return []
    if done is None:
        now: Moment = world.as_of.date() if days else world.as_of
        if metric.unfinished != "until_now" or not inside(start, now, None, metric.within):
            return []
        done = now
    return [Spot(row, start if _at_start(metric) else done, _length(metric, start, done))]


def _waits(world: World, metric: Duration, start: Moment) -> bool:
    return bool(_at_start(metric) and metric.within and at(plus(start, metric.within)) > world.as_of)


def _at_start(metric: Duration) -> bool:
    return metric.counted_at == "start" or metric.unfinished == "until_now"


def _in_days(event: Event) -> bool:
    time = event.time or datasets()[event.dataset].time
    return datasets()[event.dataset].fields.get(str(time)) == "Date"


# --- score


def score(world: World, metric: Score, where: Sequence[Condition]) -> Counted:
    dataset, name = metric.rating.split(".", 1)
    low, high = metric.scale or (0, 10)
    spots = []
    for one in happenings(world, Event(dataset), None, where):
        rating = world.value(one.row, name)
        if rating is not None and low <= rating <= high:
            spots.append(Spot(one.row, one.time, rating))
    return spots, lambda some: _scored(metric, [spot.known for spot in some], high)


def _scored(metric: Score, ratings: Sequence[int], high: int) -> Cell:
    if not ratings:
        return Cell(None)
    if metric.method == "nps":
        return Cell(100 * (sum(one >= 9 for one in ratings) - sum(one <= 6 for one in ratings)) / len(ratings))
    return Cell(sum(one > high - (metric.top or 1) for one in ratings) / len(ratings))


# --- aggregates


def aggregated(world: World, formula: Formula, rows: Sequence[Row]) -> float | None:
    """A formula of aggregates, each over the same rows."""

    def value_of(leaf: Formula) -> float | None:
        assert isinstance(leaf, Aggregate)
        return aggregate_of(world, leaf, rows)

    return computed(formula, value_of)


def aggregate_of(world: World, aggregate: Aggregate, rows: Sequence[Row]) -> float | None:
    kept = [row for row in rows if world.holds(aggregate.where, row)]
    values = [value for row in kept if (value := of_row(world, row, aggregate.inner)) is not None]
    if aggregate.function == "count":
        return len(values)
    if aggregate.function == "distinct":
        return len(set(values))
    if not values:
        return None
    if isinstance(aggregate.function, float):
        return percentile(values, aggregate.function)
    if aggregate.function == "min":
        return float(min(values))
    return summary({"avg": "mean"}.get(aggregate.function, aggregate.function), values)
