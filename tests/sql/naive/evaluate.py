"""The value of a metric at every key of a query, worked out with plain loops.

A metric is built into parts that can be asked for their value under any `Selection`: the moments that belong to a
period, and a group. So the same part serves a month, a window of 28 days and a single day at the start of a quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.sql.naive import events
from tests.sql.naive.describe import (
    Aggregate,
    Cohort,
    Condition,
    Conversion,
    Cumulative,
    Derived,
    Duration,
    Event,
    Expression,
    Formula,
    Funnel,
    Input,
    Metric,
    OverTime,
    Query,
    Ratio,
    Ref,
    Retention,
    Score,
    Sum,
    aggregates,
    parts,
)
from tests.sql.naive.events import Cell, Fold, Spot, Worth
from tests.sql.naive.moments import Moment, Period, at, finer_than_day, next_of, plus, shaped, start_of
from tests.sql.naive.rows import Row, World, computed, path_to, rows_of

Group = tuple[Any, ...]
Key = tuple[Any, ...]


class Unanswerable(Exception):
    """The question has no answer by the language; the compiler refuses it, too, or it is not asked."""


@dataclass(frozen=True)
class Selection:
    """Which moments belong, of which group; `start` is that of the period that is asked for."""

    when: Callable[[datetime], bool]
    group: Group
    start: datetime | None = None
    single: bool = False  # one day, or one unit of a finer grain, whatever the question's periods are


@dataclass(frozen=True)
class Scope:
    """What holds for a whole metric inside a question: filters of the query and of what uses it, groups, offsets."""

    world: World
    grain: str | None = None
    periods: int = 0  # how many are asked for at once: the grain's, and others of `by`
    groups: tuple[Callable[[Row], Any], ...] = ()
    asked: tuple[Condition, ...] = ()
    where: tuple[Condition, ...] = ()
    offsets: tuple[Period, ...] = ()  # the innermost first

    def group(self, row: Row) -> Group:
        return tuple(of(row) for of in self.groups)

    def moved(self, moment: Moment) -> Moment:
        for offset in self.offsets:
            moment = plus(moment, offset)
        return moment

    def inside(self, *where: Condition | None, offset: Period | None = None) -> Scope:
        kept = tuple(condition for condition in where if condition is not None)
        return replace(self, where=self.where + kept, offsets=((offset,) if offset else ()) + self.offsets)

    @property
    def unit(self) -> str:
        """What a cumulative value has a value on each of."""
        return str(self.grain) if finer_than_day(self.grain) else "day"


class Part:
    """A metric, or a piece of one, within a scope."""

    def spots(self) -> Iterator[tuple[datetime, Group]]:
        """Where there is something: moments and groups."""
        raise NotImplementedError

    def cell(self, selection: Selection) -> Cell:
        raise NotImplementedError

    def has(self, selection: Selection) -> bool:
        """Whether anything counts there."""
        return any(group == selection.group and selection.when(moment) for moment, group in self.spots())


@dataclass
class Leaf(Part):
    """Rows that count at moments, and what some of them give together."""

    scope: Scope
    counted: Sequence[Spot]
    fold: Fold
    over_time: OverTime | None = None

    @cached_property
    def kept(self) -> list[tuple[Spot, datetime, Group]]:
        found = []
        for spot in self.counted:
            moment = self.scope.moved(spot.moment)
            if not self.scope.world.happened(moment):
                continue
            if all(self.scope.world.holds(condition, spot.row) for condition in self.scope.asked):
                found.append((spot, at(moment), self.scope.group(spot.row)))
        return found

    def spots(self) -> Iterator[tuple[datetime, Group]]:
        return ((moment, group) for _, moment, group in self.kept)

    def has(self, selection: Selection) -> bool:
        return bool(self._counting(selection))

    def cell(self, selection: Selection) -> Cell:
        spots = self._counting(selection)
        if self.over_time and self.over_time.take in ("min", "max"):
            return Cell(self._extreme(self.over_time, spots))
        return self.fold(spots)

    def _counting(self, selection: Selection) -> list[Spot]:
        period = [(spot, group) for spot, moment, group in self.kept if selection.when(moment)]
        if self.over_time and self.over_time.take in ("first", "last"):
            period = self._chosen(self.over_time, period)
        return [spot for spot, group in period if group == selection.group]

    def _per(self, over_time: OverTime, spot: Spot) -> Any:
        return self.scope.world.entity(spot.row, over_time.per) if over_time.per else None

    def _chosen(self, over_time: OverTime, period: list[tuple[Spot, Group]]) -> list[tuple[Spot, Group]]:
        """The rows at the instant of their entity; the group that is asked for has no say in it."""
        pick = max if over_time.take == "last" else min
        instants: dict[Any, datetime] = {}
        for spot, _ in period:
            who, when = self._per(over_time, spot), at(spot.moment)
            instants[who] = pick(instants.get(who, when), when)
        return [(spot, group) for spot, group in period if at(spot.moment) == instants[self._per(over_time, spot)]]

    def _extreme(self, over_time: OverTime, spots: Sequence[Spot]) -> float | None:
        pick = max if over_time.take == "max" else min
        instants: dict[Any, dict[datetime, list[Spot]]] = {}
        for spot in spots:
            instants.setdefault(self._per(over_time, spot), {}).setdefault(at(spot.moment), []).append(spot)
        extremes = []
        for of_one in instants.values():
            values = [value for some in of_one.values() if (value := self.fold(some).value) is not None]
            extremes.extend([pick(values)] if values else [])
        if not extremes:
            return None
        return sum(extremes) if over_time.per else extremes[0]


@dataclass
class Made(Part):
    """A formula of parts, each worked out by itself; the parts' rows are its rows."""

    formula: Formula
    inputs: Mapping[Formula, Part]
    names: Mapping[str, Formula] = field(default_factory=dict)

    def has(self, selection: Selection) -> bool:
        return any(part.has(selection) for part in self.inputs.values())

    def spots(self) -> Iterator[tuple[datetime, Group]]:
        for part in self.inputs.values():
            yield from part.spots()

    def cell(self, selection: Selection) -> Cell:
        values = {formula: part.cell(selection).value for formula, part in self.inputs.items()}
        value = computed(self.formula, lambda leaf: values[leaf])
        return Cell(value, {name: values[formula] for name, formula in self.names.items()})


@dataclass
class Filled(Part):
    part: Part
    value: float

    def has(self, selection: Selection) -> bool:
        return self.part.has(selection)

    def spots(self) -> Iterator[tuple[datetime, Group]]:
        return self.part.spots()

    def cell(self, selection: Selection) -> Cell:
        cell = self.part.cell(selection)
        return Cell(self.value, cell.parts) if cell.value is None else cell


@dataclass
class AtStart(Part):
    """At a period: the value of the one day, or finer unit of the grain, that starts the longer period around it."""

    part: Part
    of: str
    scope: Scope

    def spots(self) -> Iterator[tuple[datetime, Group]]:
        return iter(())

    def cell(self, selection: Selection) -> Cell:
        if selection.start is None:
            raise Unanswerable("the start of what, without a grain?")
        first = start_of(self.of, selection.start, self.scope.world.week_start)
        after = next_of(self.scope.unit, first)
        return self.part.cell(
            Selection(lambda moment: first <= moment < after, selection.group, selection.start, single=True)
        )


@dataclass
class Running(Part):
    """A cumulative metric: a value on each day, each worked out anew from the rows of its window."""

    metric: Cumulative
    part: Part
    scope: Scope  # offsets of what uses it: they move days, not rows

    @property
    def unit(self) -> str:
        """A window of hours has a value each hour, whatever is asked for."""
        length = self.metric.window
        return "hour" if length and finer_than_day(length.unit) else self.scope.unit

    def coarser(self, selection: Selection) -> str | None:
        """A total is that of the last day; in a period of one day there is nothing to choose."""
        plain = (
            selection.single or self.scope.periods == 0 or (self.scope.periods == 1 and self.scope.grain == self.unit)
        )
        return None if plain else self.metric.coarser

    @cached_property
    def days(self) -> list[datetime]:
        moments = [start_of(self.unit, moment) for moment, _ in self.part.spots()]
        if not moments:
            return []
        found, day = [], at(self.scope.moved(min(moments)))
        if self.scope.grain:  # so that the first day of a period is that of the calendar
            day = start_of(self.scope.grain, day, self.scope.world.week_start)
        while self.scope.world.happened(day):
            found.append(day)
            day = next_of(self.unit, day)
        return found

    @cached_property
    def groups(self) -> list[Group]:
        return list(dict.fromkeys(group for _, group in self.part.spots()))

    def spots(self) -> Iterator[tuple[datetime, Group]]:
        for day in self.days:
            for group in self.groups:
                if self._rows_on(day, group):
                    yield day, group

    def _rows_on(self, day: datetime, group: Group) -> bool:
        return self.part.has(Selection(self._window(self._true(day)), group))

    def on(self, day: datetime, group: Group) -> float | None:
        """Of a window without rows: what the value of nothing is, 0 for a count."""
        if (day, group) not in self._values:
            self._values[day, group] = self.part.cell(Selection(self._window(self._true(day)), group)).value
        return self._values[day, group]

    @cached_property
    def _values(self) -> dict[tuple[datetime, Group], float | None]:
        return {}

    def _true(self, day: datetime) -> datetime:
        for offset in reversed(self.scope.offsets):
            day = at(plus(day, offset, -1))
        return day

    def _window(self, day: datetime) -> Callable[[datetime], bool]:
        unit, metric, week_start = self.unit, self.metric, self.scope.world.week_start
        if metric.to_date:
            first = None if metric.to_date == "all" else start_of(metric.to_date, day, week_start)
            return lambda moment: (first is None or first <= moment) and start_of(unit, moment) <= day
        length = metric.window
        assert length is not None

        def belongs(moment: datetime) -> bool:
            row = start_of(unit, moment)
            end = at(plus(row, length))
            return row <= day < end if metric.include_current else row < day <= end

        return belongs

    def has(self, selection: Selection) -> bool:
        return any(self._rows_on(day, selection.group) for day in self._telling(selection))

    def cell(self, selection: Selection) -> Cell:
        days = self._telling(selection)
        if self.coarser(selection) == "average":
            listed = [day for day in days if self._rows_on(day, selection.group)]
            values = [value for day in listed if (value := self.on(day, selection.group)) is not None]
            return Cell(events.summary("mean", values))
        if days:
            return Cell(self.on(days[0], selection.group))
        return self.part.cell(Selection(lambda _: False, selection.group))

    def _telling(self, selection: Selection) -> list[datetime]:
        """The days whose value is the period's."""
        days = [day for day in self.days if selection.when(day)]
        if self.coarser(selection) in (None, "last"):
            return days[-1:]
        if self.coarser(selection) == "average":
            return days
        return days[:1]


# --- from metrics to parts


def build(metric: Metric, scope: Scope) -> Part:
    part = _built(metric, scope.inside(metric.where))
    return part if metric.fill is None else Filled(part, metric.fill)


def _built(metric: Metric, scope: Scope) -> Part:
    if isinstance(metric, Expression):
        return made(metric.formula, scope, metric.time, metric.over_time)
    if isinstance(metric, Ratio):
        above, below = Ref("numerator"), Ref("denominator")
        inputs = {above: given(metric.numerator, scope), below: given(metric.denominator, scope)}
        return Made(_divided(above, below), inputs, {ref.name: ref for ref in inputs})
    if isinstance(metric, Derived):
        named = dict(metric.inputs)
        refs = _refs(metric.formula)
        return Made(metric.formula, {ref: given(named.get(ref.name) or Input(ref.name), scope) for ref in refs})
    if isinstance(metric, Cumulative):
        return Running(metric, given(metric.input, replace(scope, offsets=())), scope)
    return Leaf(scope, *_counted(metric, scope.world, scope.where))


def _divided(above: Formula, below: Formula) -> Formula:
    return Sum("/", above, below)


def _refs(formula: Formula) -> list[Ref]:
    return list(dict.fromkeys(part for part in parts(formula) if isinstance(part, Ref)))


def _counted(metric: Metric, world: World, where: Sequence[Condition]) -> events.Counted:
    if isinstance(metric, Cohort):
        return events.cohort(world, metric, worth_of(world, metric.value), where)
    if isinstance(metric, Conversion):
        return events.conversion(world, metric, where)
    if isinstance(metric, Funnel):
        return events.funnel(world, metric, where)
    if isinstance(metric, Retention):
        return events.retention(world, metric, where)
    if isinstance(metric, Duration):
        return events.duration(world, metric, where)
    assert isinstance(metric, Score)
    return events.score(world, metric, where)


def given(said: Input, scope: Scope) -> Part:
    """An input: its condition and offset go down to its rows."""
    inner = scope.inside(said.where, offset=said.offset)
    part = build(scope.world.metrics[said.of], inner) if isinstance(said.of, str) else made(said.of, inner)
    if said.to_start_of:
        part = AtStart(part, said.to_start_of, scope)
    return part if said.fill is None else Filled(part, said.fill)


def made(formula: Formula, scope: Scope, time: str | None = None, over_time: OverTime | None = None) -> Part:
    """Each aggregate is computed on its own dataset first."""
    return Made(formula, {one: _leaf(one, scope, time, over_time) for one in aggregates(formula)})


def _leaf(aggregate: Aggregate, scope: Scope, time: str | None, over_time: OverTime | None) -> Leaf:
    world = scope.world
    event = Event(aggregate.dataset, time.split(".", 1)[1] if time else None)
    spots = [Spot(one.row, one.time) for one in events.happenings(world, event, None, scope.where)]

    def fold(some: Sequence[Spot]) -> Cell:
        return Cell(events.aggregate_of(world, aggregate, [spot.row for spot in some]))

    return Leaf(scope, spots, fold, over_time)


def worth_of(world: World, said: Input) -> Worth:
    """What is inside a cohort's value: an expression, of itself or of a metric."""
    if not isinstance(said.of, str):
        return Worth(said.of, None, tuple(filter(None, [said.where])), said.fill)
    metric = world.metrics[said.of]
    assert isinstance(metric, Expression)
    fill = metric.fill if said.fill is None else said.fill
    time = metric.time.split(".", 1)[1] if metric.time else None
    return Worth(metric.formula, time, tuple(filter(None, [metric.where, said.where])), fill)


# --- the answer to a query


@dataclass(frozen=True)
class By:
    """A `by` text: the metric's own time or a field, and what is made of it."""

    name: str
    how: str | None

    @classmethod
    def read(cls, text: str) -> By:
        name, _, how = text.partition(":")
        return cls(name, how or None)

    @property
    def own_time(self) -> bool:
        return self.name == "period"


@dataclass
class Answer:
    """Cells by key; for keys that say nothing of themselves, `at` works out what stands there."""

    cells: dict[Key, Cell]
    at: Callable[[Key], Cell]
    open_keys: bool = False  # other keys may be listed, too


def answer(world: World, metric: Metric, query: Query) -> Answer:
    by = [By.read(text) for text in query.by]
    groups = tuple(_grouping(world, one) for one in by if not one.own_time)
    periods = (query.grain is not None) + sum(one.own_time for one in by)
    scope = Scope(world, query.grain, periods, groups, query.where)
    return _Question(world, build(metric, scope), query, by).answered(metric.spine)


def _grouping(world: World, one: By) -> Callable[[Row], Any]:
    def of(row: Row) -> Any:
        if path_to(row.dataset, one.name) is None:
            raise Unanswerable(f"{one.name} of {row.dataset}")
        value = world.value(row, one.name)
        return shaped(one.how, value, world.week_start) if one.how else value

    return of


@dataclass
class _Question:
    world: World
    part: Part
    query: Query
    by: list[By]

    def answered(self, spine: bool) -> Answer:
        spots = [(moment, group) for moment, group in self.part.spots() if self._bounded(moment)]
        keys = {self._key(moment, group) for moment, group in spots}
        keys = {key for key in keys if self.part.has(self._selection(key))}
        if not self.query.grain and not self.by:
            keys = {()}
        if spine and self.query.grain:
            keys |= self._spine([spot for spot in spots if self._key(*spot) in keys])
        return Answer({key: self.at(key) for key in keys}, self.at, _open(self.part))

    def _spine(self, spots: Sequence[tuple[datetime, Group]]) -> set[Key]:
        """From the first row, or from `start` even if there is none; every group that there is."""
        grain, found = str(self.query.grain), set()
        groups = {group for _, group in spots} if self.by else {()}
        if not spots and not self.query.start:
            return set()
        first = moment_of(self.query.start) if self.query.start else min(moment for moment, _ in spots)
        start = start_of(grain, first, self.world.week_start)
        end = min([self.world.as_of, *([moment_of(self.query.end)] if self.query.end else [])])
        while start < end:
            found.update(self._key(start, group) for group in groups)
            start = next_of(grain, start)
        return found

    def _bounded(self, moment: datetime) -> bool:
        start, end = self.query.start, self.query.end
        return (not start or moment_of(start) <= moment) and (not end or moment < moment_of(end))

    def _key(self, moment: datetime, group: Group) -> Key:
        rest = list(group)
        key: list[Any] = [self._period(moment)] if self.query.grain else []
        key += [shaped(one.how, moment, self.world.week_start) if one.own_time else rest.pop(0) for one in self.by]
        return tuple(key)

    def _period(self, moment: datetime) -> datetime:
        return start_of(str(self.query.grain), moment, self.world.week_start)

    def at(self, key: Key) -> Cell:
        return self.part.cell(self._selection(key))

    def _selection(self, key: Key) -> Selection:
        """The moments that have the periods of a key, of its group."""
        shift = 1 if self.query.grain else 0
        group = tuple(value for one, value in zip(self.by, key[shift:], strict=True) if not one.own_time)

        def when(moment: datetime) -> bool:
            return self._bounded(moment) and self._key(moment, group) == key

        return Selection(when, group, self._start(key, group) if shift else None)

    def _start(self, key: Key, group: Group) -> datetime:
        """The first day, or unit of a finer grain, with all periods of the key: the week of a month starts in it."""
        unit = str(self.query.grain) if finer_than_day(self.query.grain) else "day"
        start: datetime = key[0]
        while self._key(start, group) != key:
            start = next_of(unit, start)
        return start


def _open(part: Part) -> bool:
    """Whether something in it has values where it has no rows."""
    if isinstance(part, AtStart):
        return True
    if isinstance(part, Made):
        return any(_open(inner) for inner in part.inputs.values())
    return isinstance(part, Filled) and _open(part.part)


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def world_of(
    tables: Mapping[str, list[dict[str, Any]]], metrics: Iterable[Metric], as_of: datetime, week_start: int = 0
) -> World:
    return World(as_of, rows_of(tables), {metric.name: metric for metric in metrics}, of_entity, week_start)


def of_entity(world: World, name: str, entity: str) -> dict[Any, float | None]:
    """A metric of all time, of each entity that has any of it."""
    scope = Scope(world, groups=(lambda row: world.entity(row, entity),))
    part = build(world.metrics[name], scope)
    groups = {group for _, group in part.spots() if group != (None,)}
    return {group[0]: part.cell(Selection(lambda _: True, group)).value for group in groups}
