"""Semi-additive values: of each period only one instant counts: its last, its first or the one of the extreme value."""

from __future__ import annotations

from typing import Literal

from ...formula.expr import Aggregated, Call, Column, Windowed
from ...formula.functions import type_of
from ...model import OverTime
from ..plan import Aggregate, Filter, Item, Node, Project
from ..refusal import Refusal, passing
from ..rows import RowSet
from .builder import Builder
from .grouped import periods_of


def instants(
    builder: Builder,
    rows: RowSet,
    moment: Column,
    over: OverTime,
    dimensions: tuple[Item, ...],
    items: tuple[Item, ...],
    name: str,
) -> tuple[Aggregate, tuple[Column, ...]]:
    """`items` over the rows of the instants that count, by what the frame asks for.

    An instant is chosen after all conditions, in each period, per entity where one is named, not per dimension.
    """
    frame = builder.frame
    if frame.spreading() is not None:
        message = f"`{name}` is taken at one instant of a period: it cannot be gathered over several days"
        raise passing(message, "gather what is added up, such as what came in and what went out")
    who = (rows.entity(over.per),) if over.per is not None else ()
    node, periods = periods_of(builder, rows.rows(), frame.moved(moment))
    if over.take in ("min", "max"):
        return _extreme(builder, node, moment, over, who, periods, dimensions, items, name)
    best = Windowed("max" if over.take == "last" else "min", (moment,), (*(expr for _, expr in periods), *who), ())
    instant = builder.catalog.fresh("instant", moment.type)
    kept: tuple[Item, ...] = tuple((column, column) for column in node.columns)
    chosen = Filter(Project(node, (*kept, (instant, best)), "instants"), (Call("eq", (moment, instant)),))
    keys = frame.ordered(periods, dimensions)
    return Aggregate(chosen, keys, items, name), tuple(column for column, _ in keys)


def _extreme(
    builder: Builder,
    node: Node,
    moment: Column,
    over: OverTime,
    who: tuple[Column, ...],
    periods: tuple[Item, ...],
    dimensions: tuple[Item, ...],
    items: tuple[Item, ...],
    name: str,
) -> tuple[Aggregate, tuple[Column, ...]]:
    """The extreme of the values of each instant; those of several entities are added up."""
    fresh = builder.catalog.fresh
    ((result, measure),) = items
    if who and not (isinstance(measure, Aggregated) and measure.function in ("sum", "count")):
        raise Refusal("C301", "extremes per entity can only be added up for SUM and COUNT", hint="leave out `per`")
    keys = builder.frame.ordered(periods, dimensions)
    own = tuple((fresh(column.name, column.type), column) for column in who)
    instant, each = fresh("instant", moment.type), fresh("value", type_of(measure))
    by_instant = Aggregate(node, (*keys, *own, (instant, moment)), ((each, measure),), "by_instant")
    below = tuple(column for column, _ in keys)
    function: Literal["min", "max"] = "min" if over.take == "min" else "max"
    if not who:
        return _again(builder, by_instant, below, ((result, Aggregated(function, each)),), name)
    extreme = fresh("extreme", type_of(measure))
    inner = (*below, *(column for column, _ in own))
    by_entity, entity_keys = _again(builder, by_instant, inner, ((extreme, Aggregated(function, each)),), "by_entity")
    return _again(builder, by_entity, entity_keys[: len(below)], ((result, Aggregated("sum", extreme)),), name)


def _again(
    builder: Builder, node: Node, keys: tuple[Column, ...], items: tuple[Item, ...], name: str
) -> tuple[Aggregate, tuple[Column, ...]]:
    fresh = tuple((builder.catalog.fresh(key.name, key.type), key) for key in keys)
    return Aggregate(node, fresh, items, name), tuple(column for column, _ in fresh)
