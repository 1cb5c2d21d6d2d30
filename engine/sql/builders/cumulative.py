"""Cumulative: an input worked out anew over all rows that have come together up to each day."""

from __future__ import annotations

from dataclasses import replace

from ...formula.expr import Aggregated, Call, Column, Const, Expr, Windowed
from ...formula.functions import type_of
from ...model import Cumulative, Metric
from ..frame import Spread, StartOf
from ..plan import Aggregate, Filter, Item, Project
from ..refusal import Refusal, passing, written_at
from .builder import Builder
from .built import Built
from .grouped import periods_of


def build_cumulative(builder: Builder, metric: Metric, definition: Cumulative) -> Built:
    """The value on the last (or first) day of each period, or the average of its days."""
    frame = builder.frame
    if frame.spread is not None:
        hint = "what is gathered must have a value of its own in a single period"
        raise passing(f"`{metric.name}` gathers over time already: it cannot be gathered again", hint)
    first = any(isinstance(move, StartOf) for move in frame.offset) or definition.coarser == "first"
    spread = Spread(
        "window" if definition.window is not None else "to_date",
        definition.to_date or "all",
        definition.window,
        definition.include_current,
        first,
        frame.offset[::-1],
    )
    unit = replace(frame, offset=(), spread=spread).unit
    by_day = (
        not any(isinstance(move, StartOf) for move in frame.offset)
        and definition.coarser not in ("last", "first")
        and frame.periods not in ((), (unit,))
    )
    asked = frame.without_periods(unit) if by_day else frame
    inner = replace(builder, frame=replace(asked, offset=(), spread=spread))
    with written_at(metric.origin, ("input",), f"metric:{metric.name}"):
        try:
            built = inner.input(metric, definition.input, ("input",))
        except Refusal as refusal:
            refusal.passing = False
            raise
    if not by_day:
        return replace(built, additive=False)
    return _of_days(builder, metric, definition, built)


def _of_days(builder: Builder, metric: Metric, definition: Cumulative, built: Built) -> Built:
    """The mean of the days of each period that have a value, or the value of the last or first of them."""
    fresh = builder.catalog.fresh
    day, *dimensions = built.keys
    value = fresh("value", type_of(built.value))
    columns: list[tuple[Column, Expr]] = [(day, day), *((key, key) for key in dimensions), (value, built.value)]
    each = Project(built.node, tuple(columns), f"{metric.name}_by_{builder.frame.unit}")
    node, periods = periods_of(replace(builder, frame=replace(builder.frame, offset=())), each, day)
    kept = tuple((fresh(key.name, key.type), key) for key in dimensions)
    keys = builder.frame.ordered(periods, kept)
    if definition.coarser != "average":
        return _known(builder, metric, definition, Built(node, (), value, lag=built.lag), keys, day)
    result, days = fresh(metric.name, "float"), fresh(f"{metric.name}_n", "integer", "count")
    items = ((result, Aggregated("avg", value)), (days, Aggregated("count", value)))
    return Built(
        Aggregate(node, keys, items, metric.name), tuple(key for key, _ in keys), result, n=days, lag=built.lag
    )


def _known(
    builder: Builder, metric: Metric, definition: Cumulative, each: Built, keys: tuple[Item, ...], day: Column
) -> Built:
    """Of the days of each group that have a value, that of the last or first one."""
    fresh = builder.catalog.fresh
    known = Filter(each.node, (Call("not", (Call("is_null", (each.value,)),)),))
    nth = fresh("nth", "integer")
    groups = tuple((fresh(column.name, column.type), expr) for column, expr in keys)
    partition = tuple(expr for _, expr in keys)
    number = Windowed("row_number", (), partition, ((day, definition.coarser == "last_known"),))
    result = fresh(metric.name, type_of(each.value))
    numbered = Project(known, (*groups, (result, each.value), (nth, number)), f"numbered_{metric.name}")
    node = Filter(numbered, (Call("eq", (nth, Const(1, "integer"))),))
    return Built(node, tuple(column for column, _ in groups), result, lag=each.lag)
