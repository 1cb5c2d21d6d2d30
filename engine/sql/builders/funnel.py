"""Funnel: of those at the first step, how many pass all others in time, one after the other."""

from __future__ import annotations

from ...formula.expr import Aggregated, Call, Case, Column, Const, Expr
from ...model import Funnel, Metric, Step
from ..plan import Aggregate, Item, Join
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


def build_funnel(builder: Builder, metric: Metric, definition: Funnel) -> Built:
    """A row of the first step passes another one if any chain of events leads there, each in its window."""
    first, *others = definition.steps
    lengths = [step.within for step in others]
    windows = tuple(length for length in lengths if length is not None) if None not in lengths else ()
    builder, lag = at_maturity(builder, definition.at_maturity, windows)
    datasets = [step.event.dataset for step in definition.steps]
    for step in definition.steps:
        if datasets.count(step.event.dataset) > 1:
            check_key(builder, step.event)
    settle = settled(builder, windows, definition.immature)
    base = home_events(builder, metric, ("steps", 0), first.event, definition.entity, settle=settle)
    base = picked_first(builder, base, first.event.pick)
    rows = filtered(base.node, counted(builder, base, windows, definition.immature))
    reached: Events = base
    hits: list[Column] = []
    for index in range(1, len(definition.steps)):
        reached = _reached(builder, metric, definition, index, base, reached)
        passed = _of_base(builder, reached, len(base.key), f"passed_{index + 1}")
        matched = tuple(column for column, _ in passed.keys)
        rows = Join(rows, passed, tuple(zip(base.key, matched, strict=True)), kind="left")
        hits.append(matched[0])
    fresh = builder.catalog.fresh
    names = _names(definition.steps)
    measures: list[Expr] = [_all(definition, base), *(_passed(definition, base, hit) for hit in hits)]
    items = tuple((fresh(name, "integer", "count"), expr) for name, expr in zip(names, measures, strict=True))
    node, keys = grouped(builder, rows, base.moment, base.groups, items, metric.name)
    columns = [column for column, _ in items]
    steps = tuple(zip(names, columns, strict=True))
    value = safe_div(columns[-1], columns[0])
    return Built(node, keys, value, columns[-1], columns[0], columns[0], lag=lag, steps=steps)


def _reached(builder: Builder, metric: Metric, definition: Funnel, index: int, base: Events, before: Events) -> Events:
    """Each pair of a base row and an event of the step that it can come to; `key` begins with the base row's."""
    step = definition.steps[index]
    target = window_events(builder, metric, ("steps", index), step.event, definition.entity, keyed=True)
    where = list(inside(before.moment, target.moment, None, step.within))
    datasets = [earlier.event.dataset for earlier in definition.steps[:index]]
    own = before.key[len(base.key) :] if index > 1 else before.key
    if target.key and datasets[-1] == step.event.dataset:
        where.append(another_row(Events(before.node, before.entity, before.moment, own), target))
    if index > 1 and target.key and datasets[0] == step.event.dataset:
        start = Events(before.node, before.entity, before.moment, before.key[: len(base.key)])
        where.append(another_row(start, target))
    pairs = Join(before.node, target.node, ((before.entity, target.entity),), tuple(where))
    kept = (*before.key[: len(base.key)], before.entity, target.moment, *target.key)
    keys: tuple[Item, ...] = tuple((builder.catalog.fresh(column.name, column.type), column) for column in kept)
    node = Aggregate(pairs, keys, (), f"reached_{index + 1}")
    columns = tuple(column for column, _ in keys)
    length = len(base.key)
    return Events(node, columns[length], columns[length + 1], (*columns[:length], *columns[length + 2 :]))


def _of_base(builder: Builder, reached: Events, length: int, name: str) -> Aggregate:
    keys: tuple[Item, ...] = tuple(
        (builder.catalog.fresh(column.name, column.type), column) for column in reached.key[:length]
    )
    return Aggregate(reached.node, keys, (), name)


def _all(definition: Funnel, base: Events) -> Expr:
    if definition.count == "entities":
        return Aggregated("count_distinct", base.entity)
    return Aggregated("count", Const(1, "integer"))


def _passed(definition: Funnel, base: Events, hit: Column) -> Expr:
    if definition.count == "base":
        return Aggregated("count", hit)
    there = Call("not", (Call("is_null", (hit,)),))
    return Aggregated("count_distinct", Case(((there, base.entity),), None))


def _names(steps: tuple[Step, ...]) -> list[str]:
    """What steps are called: as named, else by their dataset; the second one of a name gets a number."""
    names: list[str] = []
    for step in steps:
        name, number = step.name or step.event.dataset, 2
        while name in names:
            name, number = f"{step.name or step.event.dataset}_{number}", number + 1
        names.append(name)
    return names
