"""Cumulative: an input worked out anew over all rows that have come together up to each day."""

from __future__ import annotations

from dataclasses import replace

from ...formula.expr import Aggregated, Column, Expr
from ...formula.functions import type_of
from ...model import Cumulative, Metric
from ..frame import Spread
from ..plan import Aggregate, Project
from ..refusal import Refusal
from .builder import Builder
from .built import Built
from .grouped import periods_of


def build_cumulative(builder: Builder, metric: Metric, definition: Cumulative) -> Built:
    """The value on the last (or first) day of each period, or the average of its days."""
    frame = builder.frame
    if frame.spread is not None:
        hint = "what is gathered must have a value of its own in a single period"
        raise Refusal("C301", f"`{metric.name}` gathers over time, so it cannot be gathered again", hint=hint)
    spread = Spread(
        "window" if definition.window is not None else "to_date",
        definition.to_date or "all",
        definition.window,
        definition.include_current,
        definition.coarser == "first",
        frame.offset[::-1],
    )
    unit = replace(frame, spread=spread).unit
    averaged = definition.coarser == "average" and frame.periods not in ((), (unit,))
    asked = frame.without_periods(unit) if averaged else frame
    inner = replace(builder, frame=replace(asked, offset=(), spread=spread))
    built = inner.input(metric, definition.input, ("input",))
    if not averaged:
        return replace(built, additive=False)
    return _average(builder, metric, built)


def _average(builder: Builder, metric: Metric, built: Built) -> Built:
    """The mean of the days of each period that have a value; only the days are left to count."""
    fresh = builder.catalog.fresh
    day, *dimensions = built.keys
    value = fresh("value", type_of(built.value))
    columns: list[tuple[Column, Expr]] = [(day, day), *((key, key) for key in dimensions), (value, built.value)]
    each = Project(built.node, tuple(columns), f"{metric.name}_by_{builder.frame.unit}")
    node, periods = periods_of(replace(builder, frame=replace(builder.frame, offset=())), each, day)
    kept = tuple((fresh(key.name, key.type), key) for key in dimensions)
    keys = builder.frame.ordered(periods, kept)
    result, days = fresh(metric.name, "float"), fresh(f"{metric.name}_n", "integer", "count")
    items = ((result, Aggregated("avg", value)), (days, Aggregated("count", value)))
    return Built(
        Aggregate(node, keys, items, metric.name), tuple(key for key, _ in keys), result, n=days, lag=built.lag
    )
