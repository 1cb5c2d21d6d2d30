"""Retention: of the entities by their first event, how many came back in the window."""

from __future__ import annotations

from ...formula.expr import Aggregated
from ...model import Metric, Period, Retention
from ..plan import Aggregate, Filter, Join, Node
from .builder import Builder
from .built import Built, safe_div
from .events import at_maturity, counted, first_events, inside, window_events
from .grouped import grouped


def build_retention(builder: Builder, metric: Metric, definition: Retention) -> Built:
    """`at P` is `[P, P + 1 unit)`, `after P` is `[P, inf)`, `within P` is `(0, P)`, each from the first event on."""
    length = definition.length
    windows = (Period(length.count + 1, length.unit),) if definition.window == "at" else (length,)
    builder, lag = at_maturity(builder, definition.at_maturity, windows)
    first = first_events(builder, metric, "cohort", definition.cohort, definition.entity)
    back = window_events(builder, metric, "return", definition.returns, definition.entity)
    if definition.window == "within":
        where = inside(first.moment, back.moment, None, length, after=True)
    elif definition.window == "after":
        where = inside(first.moment, back.moment, length, None)
    else:
        where = inside(first.moment, back.moment, length, Period(length.count + 1, length.unit))
    fresh = builder.catalog.fresh
    pairs = Join(first.node, back.node, ((first.entity, back.entity),), where)
    who = fresh("returned", first.entity.type)
    returned = Aggregate(pairs, ((who, first.entity),), (), "returned")
    rows: Node = Filter(first.node, counted(builder, first, windows, definition.immature))
    rows = Join(rows, returned, ((first.entity, who),), kind="left")
    kept, total = fresh("returned", "integer", "count"), fresh("cohort", "integer", "count")
    items = ((kept, Aggregated("count", who)), (total, Aggregated("count", first.entity)))
    node, keys = grouped(builder, rows, first.moment, first.groups, items, metric.name)
    return Built(node, keys, safe_div(kept, total), kept, total, total, lag=lag)
