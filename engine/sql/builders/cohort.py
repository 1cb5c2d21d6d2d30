"""Cohort: a value per entity, counted from its first event, then an aggregate of these values."""

from __future__ import annotations

from decimal import Decimal

from ...formula.bind import bind_formula, unit_of
from ...formula.expr import Aggregated, Call, Column, Const, Expr, MetricOf, Ref, rewrite, walk
from ...formula.faults import FormulaError
from ...formula.functions import type_of
from ...model import Cohort, Expression, Metric
from ...spans import Key, Origin
from ..frame import Condition
from ..plan import Aggregate, Filter, Item, Join, Node, Project
from ..refusal import Refusal, parsed, written_at
from ..rows import RowSet
from .builder import Builder, at_path, or_else
from .built import Built, safe_div
from .events import at_maturity, counted, first_events, inside
from .grouped import grouped


def build_cohort(builder: Builder, metric: Metric, definition: Cohort) -> Built:
    windows = (definition.within,) if definition.within is not None else ()
    builder, lag = at_maturity(builder, definition.at_maturity, windows)
    first = first_events(builder, metric, "cohort", definition.cohort, definition.entity)
    values, who, found = _value_per_entity(builder, metric, definition, first.node, first.entity, first.moment)
    value = or_else(found, _fill(builder, definition))
    rows: Node = Filter(first.node, counted(builder, first, windows, definition.immature))
    rows = Join(rows, values, ((first.entity, who),), kind="left")
    each: Expr = value if definition.missing == "skip" else Call("coalesce", (value, Const(0, "integer")))
    fresh = builder.catalog.fresh
    n = fresh("n", "integer", "count")
    counted_each = Aggregated("count", value if definition.missing == "skip" else first.entity)
    items: list[Item] = [(n, counted_each)]
    if definition.aggregate == "mean":
        total = fresh("total", type_of(value), unit_of(value))
        items.insert(0, (total, Aggregated("sum", each)))
        node, keys = grouped(builder, rows, first.moment, first.groups, tuple(items), metric.name)
        return Built(node, keys, safe_div(total, n), total, n, n, lag=lag)
    result = fresh(metric.name, "float" if definition.aggregate in ("median", "p90") else type_of(value))
    items.insert(0, (result, _aggregate(definition.aggregate, each)))
    node, keys = grouped(builder, rows, first.moment, first.groups, tuple(items), metric.name)
    return Built(node, keys, result, n=n, lag=lag, additive=definition.aggregate in ("sum", "max"))


def _aggregate(name: str, each: Expr) -> Aggregated:
    if name in ("median", "p90"):
        return Aggregated("percentile", each, share=Decimal("0.5" if name == "median" else "0.9"))
    return Aggregated("sum" if name == "sum" else "max", each)


def _value_per_entity(
    builder: Builder, metric: Metric, definition: Cohort, first: Node, entity: Column, moment: Column
) -> tuple[Node, Column, Column]:
    """One row an entity of the cohort that has any value: its key and the value within the window."""
    text, origin, path, subject, conditions = _formula(builder, metric, definition)
    named = builder.catalog.project.metrics.get(definition.value.metric or "")
    with written_at(origin, path, subject):
        scope = _Scope(builder, definition.entity)
        bound = bind_formula(parsed(text), scope)
        if scope.rows is None:
            raise FormulaError("C105", "the value aggregates nothing", (0, len(text)), "write SUM(orders.amount)")
        rows = scope.rows
        declared = named.time if named is not None else None
        mine = declared is not None and declared.split(".")[0] == rows.dataset.name
        happened = rows.time(declared if mine else None)
        who = rows.entity(definition.entity)
    for condition in conditions:
        rows.keep(condition.bound(rows))
    rows.keep(builder.frame.happened(happened))
    fresh = builder.catalog.fresh
    node = rows.rows()
    moved = {column: fresh(column.name, column.type, column.unit) for column in _used(bound, who, happened)}
    events = Project(node, tuple((new, old) for old, new in moved.items()), "value")
    where = inside(moment, moved[happened], None, definition.within)
    pairs = Join(first, events, ((entity, moved[who]),), where)
    key = fresh(entity.name, entity.type)
    value = fresh("value", type_of(bound), unit_of(bound))
    shifted = rewrite(bound, lambda part: moved.get(part) if isinstance(part, Column) else None)
    if isinstance(shifted, Aggregated):
        return Aggregate(pairs, ((key, entity),), ((value, shifted),), "value_per_" + definition.entity), key, value
    lifted: dict[Expr, Column] = {}
    for part in walk(shifted):
        if isinstance(part, Aggregated) and part not in lifted:
            lifted[part] = fresh(f"value_{len(lifted) + 1}", type_of(part))
    items = tuple((column, part) for part, column in lifted.items())
    aggregate = Aggregate(pairs, ((key, entity),), items, "value_per_" + definition.entity)
    computed = rewrite(shifted, lifted.get)
    return Project(aggregate, ((key, key), (value, computed)), "value_per_" + definition.entity), key, value


def _fill(builder: Builder, definition: Cohort) -> Decimal | None:
    """What the value is where there is none: as the input says, else as its metric says."""
    named = builder.catalog.project.metrics.get(definition.value.metric or "")
    given = definition.value.fill
    return given if given is not None or named is None else named.fill


def _formula(
    builder: Builder, metric: Metric, definition: Cohort
) -> tuple[str, Origin, tuple[Key, ...], str, list[Condition]]:
    """The value's formula with the place it is written at, and the conditions on its rows."""
    given, subject = definition.value, f"metric:{metric.name}"
    mapping = isinstance(at_path(metric.origin.data, ("value",)), dict)
    conditions = []
    if given.where is not None:
        conditions.append(Condition(given.where, metric.origin, ("value", "where"), subject))
    if given.metric is None:
        path: tuple[Key, ...] = ("value", "expression") if mapping else ("value",)
        return given.expression or "", metric.origin, path, subject, conditions
    with written_at(metric.origin, ("value", "metric") if mapping else ("value",), subject):
        named = builder.catalog.project.metrics.get(given.metric)
        if named is None:
            raise Refusal("R101", f"`{given.metric}` is not a metric")
        if not isinstance(named.definition, Expression):
            message = f"`{named.name}` is of type {named.kind}; the value of a cohort is an expression of one dataset"
            raise Refusal("C301", message)
        if named.where is not None:
            conditions.append(Condition(named.where, named.origin, ("where",), f"metric:{named.name}"))
        return named.definition.expression, named.origin, ("expression",), f"metric:{named.name}", conditions


def _used(bound: Expr, *others: Column) -> list[Column]:
    columns = [part for part in walk(bound) if isinstance(part, Column)]
    return list(dict.fromkeys((*others, *columns)))


class _Scope:
    """Names of a value per entity: columns of one dataset within aggregates, nothing outside."""

    def __init__(self, builder: Builder, entity: str) -> None:
        self.builder = builder
        self.entity = entity
        self.rows: RowSet | None = None

    def name(self, ref: Ref) -> Expr:
        raise FormulaError(
            "C301", f"`{ref}` cannot stand here: the value per {self.entity} aggregates one dataset", ref.at
        )

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        start = ref.path[0]
        if self.rows is None:
            known = self.builder.catalog.project.datasets
            named = [part for part in walk(aggregate.arg) if isinstance(part, Ref)]  # FILTER may leave the dataset out
            first = named[0] if named else ref
            if first.path[0] not in known or len(first.path) < 2:
                message = f"`{first}` does not start with a dataset"
                raise FormulaError("R101", message, first.at, "write `dataset.field`")
            self.rows = self.builder.rows(known[first.path[0]], "value")
        if len(ref.path) == 1:
            return self.rows.inside(ref, aggregate)
        if start != self.rows.dataset.name and start in self.builder.catalog.project.datasets:
            message = (
                f"the value per {self.entity} reads `{self.rows.dataset.name}` and `{start}`; it takes one dataset"
            )
            raise FormulaError("C301", message, ref.at)
        return self.rows.inside(ref, aggregate)

    def metric_of(self, node: MetricOf) -> Expr:
        raise FormulaError("C104", "metric(...) stands in `where` only", node.at)
