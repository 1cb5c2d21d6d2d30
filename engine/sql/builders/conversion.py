"""Conversion: of the base events, how many are followed by a target of the same entity within the window."""

from __future__ import annotations

from ...formula.expr import Aggregated, Call, Case, Column, Const, Expr, Windowed
from ...model import Conversion, Metric
from ..plan import Aggregate, Filter, Item, Join, Project
from .builder import Builder
from .built import Built, safe_div
from .events import (
    Events,
    another_row,
    at_maturity,
    check_key,
    counted,
    filtered,
    home_events,
    inside,
    picked_first,
    settled,
    window_events,
)
from .grouped import grouped


def build_conversion(builder: Builder, metric: Metric, definition: Conversion) -> Built:
    """Rate or number by base event. A row never converts itself; a target counts once, for its latest base."""
    entity, same = definition.entity, definition.same
    windows = (definition.within,) if definition.within is not None else ()
    builder, lag = at_maturity(builder, definition.at_maturity, windows)
    late, settle = definition.count == "targets", settled(builder, windows, definition.immature)
    base = home_events(builder, metric, "base", definition.base, entity, same, late, settle)
    base = picked_first(builder, base, definition.base.pick)
    alike = definition.base.dataset == definition.target.dataset
    if alike:
        check_key(builder, definition.base)
    keyed = alike or definition.count == "targets"
    target = window_events(builder, metric, "target", definition.target, entity, same=same, keyed=keyed)
    pairs = _pairs(base, target, definition, alike)
    fresh = builder.catalog.fresh
    if definition.count == "targets":
        hits, hit = _attributed(builder, base, target, pairs)
    else:
        hit = fresh("converted", base.key[0].type)
        keys: tuple[Item, ...] = tuple(
            (hit if index == 0 else fresh(column.name, column.type), column) for index, column in enumerate(base.key)
        )
        hits = Aggregate(pairs, keys, (), "converted")
    matched = tuple(column for column, _ in hits.keys)
    rows = filtered(base.node, counted(builder, base, windows, definition.immature))
    rows = Join(rows, hits, tuple(zip(base.key, matched, strict=True)), kind="left")
    above, below = _measures(definition, base, hit)
    done, total = fresh("converted", "integer", "count"), fresh("base", "integer", "count")
    node, keys_ = grouped(builder, rows, base.moment, base.groups, ((done, above), (total, below)), metric.name)
    if definition.result == "number":
        return Built(node, keys_, done, n=total, lag=lag, additive=True)
    return Built(node, keys_, safe_div(done, total), done, total, total, lag=lag)


def _pairs(base: Events, target: Events, definition: Conversion, alike: bool) -> Join:
    on = ((base.entity, target.entity), *zip(base.same, target.same, strict=True))
    where = list(inside(base.moment, target.moment, None, definition.within))
    if alike:
        where.append(another_row(base, target))
    return Join(base.node, target.node, tuple(on), tuple(where))


def _attributed(builder: Builder, base: Events, target: Events, pairs: Join) -> tuple[Aggregate, Column]:
    """Targets a base row: each target goes to its latest base."""
    fresh = builder.catalog.fresh
    nth = fresh("nth", "integer")
    order = tuple((column, True) for column in (base.moment, *base.key))
    number = Windowed("row_number", (), target.key, order)
    items: tuple[Item, ...] = (*((column, column) for column in pairs.columns), (nth, number))
    latest = Filter(Project(pairs, items, "attributed"), (Call("eq", (nth, Const(1, "integer"))),))
    targets = fresh("targets", "integer")
    keys: tuple[Item, ...] = tuple((fresh(column.name, column.type), column) for column in base.key)
    return Aggregate(latest, keys, ((targets, Aggregated("count", target.key[0])),), "converted"), targets


def _measures(definition: Conversion, base: Events, hit: Column) -> tuple[Expr, Expr]:
    rows = Aggregated("count", Const(1, "integer"))  # whatever the key holds
    if definition.count == "targets":
        none = Const(0, "integer")
        return Call("coalesce", (Aggregated("sum", hit), none)), rows
    if definition.count == "entities":
        converted = Call("not", (Call("is_null", (hit,)),))
        who = Case(((converted, base.entity),), None)
        return Aggregated("count_distinct", who), Aggregated("count_distinct", base.entity)
    return Aggregated("count", hit), rows
