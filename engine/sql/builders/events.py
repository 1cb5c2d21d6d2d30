"""Rows of events as plan nodes that windowed metrics share: picked first rows, pairs within a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...formula.expr import Aggregated, Call, Cast, Column, Const, Expr, Windowed
from ...formula.functions import type_of
from ...model import Event, Metric, Period
from ...spans import Key
from ..frame import dimension, of_period, shifted
from ..plan import Aggregate, Filter, Item, Node, Project
from ..refusal import Refusal
from ..rows import RowSet
from .builder import Builder

Place = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Events:
    """Event rows: who, when, the row's key (empty where none is declared), what must stay the same, group columns.

    `wanted` are the query's conditions on these rows, already columns; they apply after a first row is picked. Of what
    is `settled`, only rows that the query asks for are there.
    """

    node: Node
    entity: Column
    moment: Column
    key: tuple[Column, ...] = ()
    same: tuple[Column, ...] = ()
    groups: tuple[Item, ...] = ()
    wanted: tuple[Expr, ...] = ()
    settled: bool = False

    @property
    def day(self) -> bool:
        return self.moment.type == "date"


def home_events(
    builder: Builder,
    metric: Metric,
    written: Place,
    event: Event,
    entity: str,
    same: tuple[str, ...] = (),
    late: bool = False,
    settle: Callable[[Column], tuple[Expr, ...]] | None = None,
) -> Events:
    """The events that the metric counts at, with their key, group columns and the conditions of metric and query.

    The query's conditions wait (`late`) where rows outside of them still decide about rows inside. Otherwise those of
    `settle`, which get the time of a row, apply at once.
    """
    path, role = _place(written)
    rows, moment = builder.event(metric, path, event, role)
    for condition in builder.conditions:
        rows.keep(condition.bound(rows))
    who = rows.entity(entity)
    key = rows.key()
    frame = builder.frame
    groups = frame.dimensions(rows)
    conditions = frame.conditions(rows)
    early = event.pick == "each" and not late
    if early and settle is not None:
        rows.keep(*settle(moment))
    events = _projected(builder, rows, _called(role), who, moment, key, _named(rows, same), groups, conditions, early)
    events = replace(events, settled=early and settle is not None)
    return events if key else _numbered(builder, events)


def check_key(builder: Builder, event: Event) -> None:
    """Refuses events that are held against others of their own dataset and have no key: which is which?"""
    dataset = builder.catalog.dataset(event.dataset)
    if not dataset.primary_key and not dataset.unique_keys:
        hint = f"declare `primary_key` in the dataset `{event.dataset}`"
        message = f"rows of `{event.dataset}` cannot be told apart, so none can be kept from following itself"
        raise Refusal("C301", message, hint=hint)


def _numbered(builder: Builder, events: Events) -> Events:
    """Rows without a declared key get a number; rows that are equal in all that is used may change places."""
    number = builder.catalog.fresh("row_number", "integer")
    order = tuple((column, False) for column in events.node.columns)
    items: tuple[Item, ...] = (*((column, column) for column in events.node.columns), (number, _number(order)))
    node = Project(events.node, items, f"numbered_{getattr(events.node, 'name', 'events')}")
    return replace(events, node=node, key=(number,))


def _number(order: tuple[tuple[Column, bool], ...], partition: tuple[Column, ...] = ()) -> Windowed:
    return Windowed("row_number", (), partition, order)


def first_events(builder: Builder, metric: Metric, written: str, event: Event, entity: str) -> Events:
    """Each entity's first event; a null entity has none."""
    rows, moment = builder.event(metric, (written,), event, written)
    for condition in builder.conditions:
        rows.keep(condition.bound(rows))
    who = rows.entity(entity)
    rows.keep(Call("not", (Call("is_null", (who,)),)))
    frame, fresh = builder.frame, builder.catalog.fresh
    if all(map(of_period, frame.by)) and not frame.where and frame.entity in (None, entity):
        first = fresh("first_at", moment.type)
        key = fresh(who.name, who.type)
        node = Aggregate(rows.rows(), ((key, who),), ((first, Aggregated("min", moment)),), "first_events")
        own: tuple[Item, ...] = ((fresh(entity, who.type), key),) if frame.entity is not None else ()
        return Events(node, key, first, (key,), groups=own)
    key_columns = rows.key()
    if not key_columns:
        hint = f"declare `primary_key` in the dataset `{event.dataset}`"
        message = f"which of several rows of `{event.dataset}` at one time is the first cannot be told"
        raise Refusal("C301", message, hint=hint)
    groups = frame.dimensions(rows)
    conditions = frame.conditions(rows)
    events = _projected(builder, rows, "first_events", who, moment, key_columns, (), groups, conditions, False)
    return _picked(builder, events)


def window_events(
    builder: Builder,
    metric: Metric,
    written: Place,
    event: Event,
    entity: str,
    *,
    same: tuple[str, ...] = (),
    keyed: bool = False,
) -> Events:
    """Events that others are held against: a target, a return, a finish. A null entity matches nobody."""
    path, role = _place(written)
    rows, moment = builder.event(metric, path, event, role)
    who = rows.entity(entity)
    rows.keep(Call("not", (Call("is_null", (who,)),)))
    needed = keyed or event.pick == "first"
    key = rows.key() if needed else ()
    events = _projected(builder, rows, _called(role), who, moment, key, _named(rows, same), (), (), False)
    return picked_first(builder, events if key or not needed else _numbered(builder, events), event.pick)


def _place(written: Place) -> tuple[tuple[Key, ...], str]:
    """Where an event is written within its metric, and the name by which its rows are told from others'."""
    if isinstance(written, str):
        return (written,), written
    key, index = written
    return written, f"{key.removesuffix('s')}_{index + 1}"


def _called(written: str) -> str:
    """What SQL calls the events under a key of the language; some keys are words of SQL."""
    return {"from": "starts", "to": "finishes", "return": "returns"}.get(written, written)


def _named(rows: RowSet, names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(dimension(rows, name) for name in names)


def _projected(
    builder: Builder,
    rows: RowSet,
    name: str,
    who: Column,
    moment: Column,
    key: tuple[Column, ...],
    same: tuple[Column, ...],
    groups: tuple[Item, ...],
    conditions: tuple[Expr, ...],
    early: bool,
) -> Events:
    """Columns under fresh ids; conditions become columns where they must wait until a first row is picked."""
    fresh = builder.catalog.fresh
    items: dict[Expr, Column] = {}

    def kept(expr: Expr, label: str) -> Column:
        if expr not in items:
            items[expr] = fresh(label, type_of(expr), expr.unit if isinstance(expr, Column) else None)
        return items[expr]

    entity, at = kept(who, who.name), kept(moment, moment.name)
    keys = tuple(kept(column, column.name) for column in key)
    constant = tuple(kept(column, column.name) for column in same)
    grouped = tuple((column, kept(expr, column.name)) for column, expr in groups)
    if early:
        rows.keep(*conditions)
        wanted: tuple[Expr, ...] = ()
    else:
        wanted = tuple(kept(condition, f"wanted_{index + 1}") for index, condition in enumerate(conditions))
    node = Project(rows.rows(), tuple((column, expr) for expr, column in items.items()), name)
    return Events(node, entity, at, keys, constant, grouped, wanted)


def picked_first(builder: Builder, events: Events, pick: str) -> Events:
    """Only each entity's first event, where that is asked for."""
    return _picked(builder, events) if pick == "first" else events


def _picked(builder: Builder, events: Events) -> Events:
    nth = builder.catalog.fresh("nth", "integer")
    number = _number(tuple((column, False) for column in (events.moment, *events.key)), (events.entity,))
    items: tuple[Item, ...] = (*((column, column) for column in events.node.columns), (nth, number))
    numbered = Project(events.node, items, f"numbered_{getattr(events.node, 'name', 'events')}")
    known = Call("not", (Call("is_null", (events.entity,)),))
    node = Filter(numbered, (Call("eq", (nth, Const(1, "integer"))), known))
    return Events(node, events.entity, events.moment, events.key, events.same, events.groups, events.wanted)


def comparable(left: Column, right: Column) -> tuple[Expr, Expr]:
    """Two moments on one footing: where one is a day, both are days."""
    if left.type == right.type:
        return left, right
    day = [column if column.type == "date" else Cast(column, "date") for column in (left, right)]
    return day[0], day[1]


def inside(
    base: Column, moment: Column, start: Period | None, end: Period | None, *, after: bool = False
) -> tuple[Expr, ...]:
    """`base + start <= moment < base + end`; without `start` from `base` on, or `after` it."""
    origin, at = comparable(base, moment)
    lower = origin if start is None else shifted(origin, start)
    bounds: list[Expr] = [Call("gt" if after else "ge", (at, lower))]
    if end is not None:
        bounds.append(Call("lt", (at, shifted(origin, end))))
    return tuple(bounds)


def another_row(base: Events, target: Events) -> Expr:
    """The two rows have different keys: no row follows itself."""
    differs: Expr | None = None
    for mine, theirs in zip(base.key, target.key, strict=True):
        unequal = Call("ne", (mine, theirs))
        differs = unequal if differs is None else Call("or", (differs, unequal))
    assert differs is not None
    return differs


def counted(builder: Builder, events: Events, windows: tuple[Period, ...], immature: bool) -> tuple[Expr, ...]:
    """What the query asks of the events a metric counts at, and that `windows`, one after the other, have closed."""
    return events.wanted if events.settled else (*events.wanted, *settled(builder, windows, immature)(events.moment))


def settled(builder: Builder, windows: tuple[Period, ...], immature: bool) -> Callable[[Column], tuple[Expr, ...]]:
    """What the query asks of the time that an event counts at, and that its windows have closed."""
    frame = builder.frame

    def conditions(moment: Column) -> tuple[Expr, ...]:
        closed = (frame.mature(moment, *windows),) if windows and not immature else ()
        return (*frame.range(moment), *closed)

    return conditions


def filtered(node: Node, where: tuple[Expr, ...]) -> Node:
    return Filter(node, where) if where else node


def at_maturity(
    builder: Builder, asked: bool, windows: tuple[Period, ...]
) -> tuple[Builder, tuple[tuple[Period, ...], ...]]:
    """The builder in whose frame events count when their windows close, and what periods have to wait for."""
    frame = builder.frame
    if not asked:
        return builder, (windows,) if windows else ()
    return replace(builder, frame=replace(frame, offset=(*windows, *frame.offset))), ()
