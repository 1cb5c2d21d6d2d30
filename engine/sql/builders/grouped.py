"""Aggregates rows as they count: by the periods of their time, on several days where a frame says so, by dimensions."""

from __future__ import annotations

from dataclasses import replace

from ...formula.expr import Aggregated, Call, Cast, Column, Const, Expr, Type
from ...formula.functions import type_of
from ...model import GRAINS, Grain, Period
from ..frame import PARTS, Spread, StartOf, constant, cut_to, shifted
from ..plan import Aggregate, Align, Aligned, Filter, Item, Join, Node, Project, Rows, Series
from ..refusal import Refusal
from ..rows import calendar_lookup
from .builder import Builder
from .built import Built, aligned_items

_ORDER: tuple[Grain, ...] = GRAINS


def grouped(
    builder: Builder,
    node: Node,
    moment: Column | None,
    dimensions: tuple[Item, ...],
    items: tuple[Item, ...],
    name: str,
) -> tuple[Aggregate, tuple[Column, ...]]:
    """`items` over `node` by what the frame asks for; `moment` is the time of a row, `None` where it has none."""
    frame = builder.frame
    spread = frame.spreading()
    if moment is None and (frame.periods or spread):
        asked = frame.periods[0] if frame.periods else "day"
        raise Refusal("C303", f"these rows have no time, so they have no value by {asked}")
    if moment is not None and spread is not None:
        return _spread(builder, node, moment, spread, dimensions, items, name)
    periods: tuple[Item, ...] = ()
    if moment is not None and frame.periods:
        node, periods = periods_of(builder, node, frame.moved(moment))
    keys = frame.ordered(periods, dimensions)
    return Aggregate(node, keys, items, name), tuple(column for column, _ in keys)


def periods_of(builder: Builder, node: Node, moment: Expr) -> tuple[Node, tuple[Item, ...]]:
    """The period columns of rows at `moment`, in the frame's order; calendars are joined."""
    frame, catalog = builder.frame, builder.catalog
    items: list[Item] = []
    for index, how in enumerate(frame.periods):
        calendar = catalog.calendar(how)
        if calendar is None:
            expr = cut_to(catalog, moment, how, "period")
        else:
            lookup, column = calendar_lookup(catalog, calendar, how, moment)
            if not isinstance(node, Rows):
                node = Join(node, lookup.node, lookup.on, kind="left")
            elif lookup not in node.lookups:
                home = replace(node.home, instance=f"{node.home.instance}@{lookup.on}")
                node = replace(node, home=home, lookups=(*node.lookups, lookup))
            expr = column
        name = "period" if index == 0 and frame.grain is not None else f"period_{how}"
        items.append((catalog.fresh(name, type_of(expr)), expr))
    return node, tuple(items)


# --- rows that count on several units of time


def _spread(
    builder: Builder,
    node: Node,
    moment: Column,
    spread: Spread,
    dimensions: tuple[Item, ...],
    items: tuple[Item, ...],
    name: str,
) -> tuple[Aggregate, tuple[Column, ...]]:
    frame = builder.frame
    unit = frame.unit
    own = cut_to(builder.catalog, frame.moved(moment), unit, "period")
    if not frame.periods:
        day: Expr = constant(frame.last_unit(unit))
        keys = dimensions
        there = () if frame.has_units(unit) else (Call("eq", (Const(1, "integer"), Const(0, "integer"))),)
        pairs: Node = Filter(node, (*_counts(spread, own, day), *there))
    else:
        units, day, periods = _units(builder, node, own, spread)
        pairs = Join(units, node, (), _counts(spread, own, day))
        keys = frame.ordered(periods, dimensions)
    return Aggregate(pairs, keys, items, name), tuple(column for column, _ in keys)


def _counts(spread: Spread, own: Expr, day: Expr) -> tuple[Expr, ...]:
    """When a row of the unit `own` counts on `day`."""
    for move in spread.back:
        day = shifted(day, move, -1) if isinstance(move, Period) else _cut(day, move.grain)
    if spread.kind == "same":
        return (Call("eq", (own, day)),)
    if spread.kind == "to_date":
        since = () if spread.of == "all" else (Call("ge", (own, _cut(day, spread.of))),)
        return (Call("le", (own, day)), *since)
    assert spread.window is not None
    until = shifted(own, spread.window)
    if spread.current:
        return Call("le", (own, day)), Call("lt", (day, until))
    return Call("lt", (own, day)), Call("le", (day, until))


def _cut(day: Expr, grain: str) -> Expr:
    start = Call(f"trunc_{grain}", (day,))
    return start if type_of(day) == "datetime" else Cast(start, "date")


def _units(builder: Builder, node: Node, own: Expr, spread: Spread) -> tuple[Node, Column, tuple[Item, ...]]:
    """One row a combination of periods, with the unit that it is judged by: its last one, or its first."""
    frame, fresh = builder.frame, builder.catalog.fresh
    whole = any(isinstance(move, StartOf) for move in spread.back)
    units, day = spine(builder, node, own, whole)
    if frame.periods == (frame.unit,):
        return units, day, ((fresh("period", day.type), day),)
    joined, periods = periods_of(replace(builder, frame=replace(frame, offset=())), units, day)
    judged = fresh(day.name, day.type)
    best = Aggregated("min" if spread.first else "max", day)
    chosen = Aggregate(joined, periods, ((judged, best),), "periods")
    return chosen, judged, tuple((fresh(column.name, column.type), column) for column, _ in periods)


def spine(builder: Builder, node: Node, own: Expr, whole: bool = False) -> tuple[Node, Column]:
    """Every unit from the start of the period in which `node` has its first row, or from that of the query, to now.

    With `whole` periods it begins where the query's first period begins, although the query cuts it.
    """
    frame, catalog = builder.frame, builder.catalog
    unit = frame.unit
    type_: Type = "date" if unit == "day" else "datetime"
    stop = constant(frame.last_unit(unit))
    first: Node | None = None
    start: Expr
    if frame.start is not None:
        start = constant(frame.start)
        start = Cast(start, type_) if type_of(start) != type_ else start
        start = _cut(start, _longest(frame.periods, unit)) if whole else start
    else:
        start = catalog.fresh("first", type_)
        least = Aggregated("min", own)
        first = Aggregate(node, (), ((start, _cut(least, _longest(frame.periods, unit))),), "first_unit")
    calendar = catalog.spine(unit)
    if calendar is None:
        column = catalog.fresh(unit, type_)
        return Series(column, unit, start, stop, first, f"{unit}s"), column
    scan = catalog.scan(calendar, f"{calendar.dataset}@spine")
    day = scan.columns[0]
    cast = day if day.type == type_ else Cast(day, type_)
    column = catalog.fresh(unit, type_)
    bounds = (Call("ge", (cast, start)), Call("le", (cast, stop)))
    rows: Node = Filter(scan, bounds) if first is None else Join(scan, first, (), bounds)
    return Project(rows, ((column, cast),), f"{unit}s"), column


def _longest(periods: tuple[str, ...], unit: Grain) -> Grain:
    """The longest period that is asked for: a spine begins where that begins. Calendars have none beyond a year."""
    known = [grain for grain in _ORDER if grain in periods]
    others = any(how not in _ORDER and how not in PARTS for how in periods)
    return "year" if others else max((*known, unit), key=_ORDER.index)


# --- periods without rows


def spined(builder: Builder, built: Built) -> Built:
    """`built` with every period of the frame's grain, for each combination of dimensions that it has."""
    frame, catalog, fresh = builder.frame, builder.catalog, builder.catalog.fresh
    if not frame.periods or frame.spreading() is not None:
        return built
    if frame.grain is None or frame.periods[1:]:
        hint = "ask for a single grain"
        raise Refusal("C301", "a spine has one period, not several", hint=hint, asked=True)
    period, *others = built.keys
    starts, start = _every_period(builder, built.node, period, frame.grain)
    keys = [start]
    if others:
        groups = tuple((fresh(key.name, key.type), key) for key in others)
        starts = Join(starts, Aggregate(built.node, groups, (), "groups"), ())
        keys += [column for column, _ in groups]
    outputs = tuple(fresh(key.name, key.type) for key in built.keys)
    moved, kept = aligned_items(catalog, built.node, [built], frozenset((0, 1)))
    moved |= dict(zip(built.keys, outputs, strict=True))
    align = Align((Aligned(starts, tuple(keys), ()), Aligned(built.node, built.keys, kept)), outputs, "spined")
    return built.over(moved, align, outputs)


def _every_period(builder: Builder, node: Node, period: Column, grain: str) -> tuple[Node, Column]:
    """Each period from the first one that `node` has (or from the query's start) to the running one."""
    frame, catalog, fresh = builder.frame, builder.catalog, builder.catalog.fresh
    if grain == frame.unit:
        return spine(replace(builder, frame=replace(frame, by=())), node, period)
    stop = constant(frame.last_unit("day"))
    first = fresh("first", period.type)
    least: Node = Aggregate(node, (), ((first, Aggregated("min", period)),), "first_period")
    calendar = catalog.calendar(grain)
    if calendar is None:
        column = fresh("period", "date")
        last = _cut(stop, grain)
        if frame.start is not None:
            return Series(column, _usual(grain), _cut(Cast(constant(frame.start), "date"), grain), last), column
        return Series(column, _usual(grain), first, last, least), column
    scan = catalog.scan(calendar, f"{calendar.dataset}@periods", grain)
    day, asked = scan.columns[0], next(column for column in scan.columns if column.name == grain)
    bounds: tuple[Expr, ...] = (Call("le", (Cast(day, "date"), stop)),)
    if frame.start is not None:
        rows: Node = Filter(scan, (*bounds, Call("ge", (Cast(day, "date"), Cast(constant(frame.start), "date")))))
    else:
        rows = Join(scan, least, (), (*bounds, Call("ge", (asked, first))))
    column = fresh("period", asked.type)
    return Aggregate(rows, ((column, asked),), (), "periods"), column


def _usual(grain: str) -> Grain:
    return next(known for known in _ORDER if known == grain)
