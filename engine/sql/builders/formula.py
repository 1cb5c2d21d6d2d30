"""Metrics by a formula: aggregates, other metrics and named inputs, computed with after all are aggregated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...diagnostics import choices, did_you_mean
from ...formula.bind import bind_formula, unit_of
from ...formula.expr import Aggregated, Call, Column, Const, Expr, MetricOf, Ref, children, rewrite, walk
from ...formula.faults import FormulaError
from ...formula.functions import type_of
from ...model import Derived, Expression, Input, Metric, OverTime
from ...spans import Key
from ..plan import Aggregate, Item
from ..refusal import Refusal, parsed, written_at
from ..rows import RowSet
from .builder import Builder
from .built import Built, aligned, columns_of
from .grouped import grouped
from .over_time import instants

Path = tuple[Key, ...]


def build_expression(builder: Builder, metric: Metric, definition: Expression) -> Built:
    over = definition.over_time
    return build_formula(builder, metric, definition.expression, ("expression",), {}, metric.name, over)


def build_derived(builder: Builder, metric: Metric, definition: Derived) -> Built:
    with written_at(metric.origin, ("expression",), f"metric:{metric.name}"):
        for part in walk(parsed(definition.expression)):
            if isinstance(part, Aggregated) and metric.origin.data.get("type") == "derived":
                hint = "leave out `type: derived`, or aggregate in an input"
                raise FormulaError("C105", "a derived metric is made of metrics and inputs", part.at, hint)
    return build_formula(builder, metric, definition.expression, ("expression",), definition.inputs, metric.name)


def build_formula(
    builder: Builder,
    metric: Metric,
    text: str,
    path: Path,
    inputs: Mapping[str, Input],
    name: str,
    over: OverTime | None = None,
) -> Built:
    """The value of `text`, which stands at `path` of `metric`; `name` is what SQL calls it."""
    with written_at(metric.origin, path, f"metric:{metric.name}"):
        formula = parsed(text)
        scope = _Scope(builder, metric, inputs, name, over)
        bound = bind_formula(formula, scope)
        parts = scope.finish(bound)
        if over is not None and not any(isinstance(node, Aggregated) for node in walk(bound)):
            with written_at(metric.origin, ("over_time",), f"metric:{metric.name}"):
                hint = "write it at the metrics that the formula names"
                raise Refusal("C105", "`over_time` goes with an aggregate", hint=hint)
        if not parts:
            hint = "write an aggregate such as SUM(orders.amount), or name a metric"
            raise FormulaError("C105", "the formula aggregates nothing", (0, len(text)), hint)
        return _joined(builder, scope, bound, parts, name)


def _joined(builder: Builder, scope: _Scope, bound: Expr, parts: list[Built], name: str) -> Built:
    """Aligns the parts and puts their values into the formula."""
    side_by_side = aligned(builder.catalog, parts, name)
    values = {leaf: part.value for leaf, part in zip(scope.leaves, side_by_side, strict=True)}
    value = rewrite(bound, values.get)
    first = side_by_side[0]
    lags = dict.fromkeys(lag for part in parts for lag in part.lag)
    additive = _growth(bound, dict(zip(scope.leaves, (part.additive for part in parts), strict=True))) != 0
    built = Built(first.node, first.keys, value, lag=tuple(lags), additive=additive)
    if len(parts) == 1 and bound == scope.leaves[0]:
        return replace(first, lag=tuple(lags))
    complement = _complement(bound, first) if len(parts) == 1 else None
    if complement is not None:
        return replace(built, numerator=complement, denominator=first.denominator, n=first.n)
    if isinstance(bound, Call) and bound.op == "div" and isinstance(value, Call):
        above, below = value.args
        n = below if type_of(below) == "integer" else None
        return replace(built, numerator=above, denominator=below, n=n)
    return built


def _complement(bound: Expr, part: Built) -> Expr | None:
    """The numerator of `1 - rate`: what is left of the denominator."""
    if not isinstance(bound, Call) or bound.op != "sub" or not isinstance(bound.args[0], Const):
        return None
    if bound.args[0].value != 1 or not isinstance(bound.args[1], Column):
        return None
    if part.numerator is None or part.denominator is None:
        return None
    return Call("sub", (part.denominator, part.numerator))


def _growth(expr: Expr, grows: Mapping[Expr, bool]) -> int:
    """With which power of its period's length a formula grows: spend per customer on a list does, spend per new
    customer does not."""
    if expr in grows:
        return int(grows[expr])
    found = [_growth(part, grows) for part in children(expr)]
    if isinstance(expr, Call) and expr.op == "mul":
        return sum(found)
    if isinstance(expr, Call) and expr.op == "div":
        return found[0] - found[1]
    return max(found, key=abs, default=0)


class _Scope:
    """Names of a formula. Each aggregate, metric and input becomes a leaf column; `finish` builds them.

    A leaf is a column of its own id that stands for the part until all parts are aligned.
    """

    def __init__(
        self, builder: Builder, metric: Metric, inputs: Mapping[str, Input], name: str, over: OverTime | None
    ) -> None:
        self.builder = builder
        self.over = over
        self.metric = metric
        self.inputs = inputs
        self.result = name
        self.leaves: list[Expr] = []
        self._parts: list[Built] = []
        self._named: dict[str, Column] = {}
        self._rows: dict[str, RowSet] = {}

    # --- names outside aggregates

    def name(self, ref: Ref) -> Expr:
        name = ref.path[0]
        if len(ref.path) > 1:
            hint = f"aggregate it, for example SUM({ref})"
            raise FormulaError("C105", f"`{ref}` has many rows; a formula needs one value", ref.at, hint)
        if name not in self._named:
            self._named[name] = self._input(name, ref)
        return self._named[name]

    def _input(self, name: str, ref: Ref) -> Column:
        metrics = self.builder.catalog.project.metrics
        if name in self.inputs:
            built = self.builder.input(self.metric, self.inputs[name], ("inputs", name))
            unit = metrics[self.inputs[name].metric or ""].unit if self.inputs[name].metric in metrics else None
        elif name in metrics:
            built, unit = self.builder.metric(name), metrics[name].unit
        else:
            known = [*self.inputs, *metrics]
            hint = did_you_mean(name, known) or "name a metric, or aggregate a column: SUM(dataset.field)"
            if name in self.builder.catalog.project.broken:
                hint = f"`{name}` has findings of its own"
            raise FormulaError("R101", f"`{name}` is neither a metric nor an input", ref.at, hint)
        column = self.builder.catalog.fresh(name, type_of(built.value), unit or unit_of(built.value))
        self.leaves.append(column)
        self._parts.append(built)
        return column

    # --- names inside aggregates

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        return self._rows_of(aggregate).inside(ref, aggregate)

    def metric_of(self, node: MetricOf) -> Expr:
        raise FormulaError("C104", "metric(...) stands in `where` only", node.at, "move the condition to `where`")

    def _rows_of(self, aggregate: Aggregated) -> RowSet:
        """The rows of the one dataset that all names of an aggregate start with."""
        datasets = self.builder.catalog.project.datasets
        names: list[str] = []
        for node in walk(aggregate.arg):
            if not isinstance(node, Ref):
                continue
            start = node.path[0]
            if len(node.path) == 1:
                raise self._bare(node)
            if start not in datasets:
                if start in self.builder.catalog.project.broken:
                    raise FormulaError("R101", f"the dataset `{start}` has findings of its own", node.at)
                hint = did_you_mean(start, datasets) or f"datasets: {choices(datasets)}"
                raise FormulaError("R101", f"`{start}` is not a dataset", node.at, hint)
            names.append(start)
        if not names:
            raise FormulaError("C108", "the aggregate names no dataset", aggregate.at, "write COUNT(orders.order_id)")
        for name in names:
            if name != names[0]:
                hint = f"use a many-to-one path from `{names[0]}`, or aggregate each dataset by itself"
                message = f"one aggregate reads `{names[0]}` and `{name}`: rows would be paired in no stated way"
                raise FormulaError("C301", message, aggregate.at, hint)
        if names[0] not in self._rows:
            self._rows[names[0]] = self.builder.rows(datasets[names[0]])
        return self._rows[names[0]]

    def _bare(self, ref: Ref) -> FormulaError:
        datasets = self.builder.catalog.project.datasets
        holders = [name for name, dataset in datasets.items() if ref.path[0] in dataset.fields]
        hint = f"write `{holders[0]}.{ref}`" if holders else "write `dataset.field`"
        return FormulaError("R103", f"`{ref}` does not say of which dataset", ref.at, hint)

    # --- what is built

    def finish(self, bound: Expr) -> list[Built]:
        """One part a leaf, in the order of `leaves`."""
        aggregates: dict[str, list[Aggregated]] = {}
        for node in walk(bound):
            if isinstance(node, Aggregated):
                column = next(iter(columns_of(node.arg)), None)
                if column is None:
                    raise FormulaError(
                        "C108", "the aggregate names no dataset", node.at, "write COUNT(orders.order_id)"
                    )
                home = column.id.split(".")[0]
                if node not in aggregates.setdefault(home, []):
                    aggregates[home].append(node)
        single = sum(map(len, aggregates.values())) == 1
        for home, nodes in aggregates.items():
            built = self._aggregated(self._rows[home], nodes, single)
            for node, part in zip(nodes, built, strict=True):
                self.leaves.append(node)
                self._parts.append(part)
        return self._parts

    def _aggregated(self, rows: RowSet, nodes: list[Aggregated], single: bool) -> list[Built]:
        frame, fresh = self.builder.frame, self.builder.catalog.fresh
        for condition in self.builder.conditions:
            rows.keep(condition.bound(rows))
        moment = self._time(rows)
        if moment is not None:
            rows.counts_at(moment)
            rows.keep(*frame.range(moment))
        rows.keep(*frame.conditions(rows))
        dimensions = frame.dimensions(rows)
        items: list[Item] = []
        beside: list[Column | None] = []
        for index, node in enumerate(nodes):
            name = self.result if single else f"{self.result}_{index + 1}"
            items.append((fresh(name, type_of(node), unit_of(node)), node))
            counted = fresh(f"{name}_n", "integer", "count") if node.function in ("avg", "percentile") else None
            beside.append(counted)
            if counted is not None:
                items.append((counted, Aggregated("count", node.arg, node.where)))
        if self.over is not None:
            aggregate, keys = self._instants(rows, moment, self.over, dimensions, items)
            beside = [column if self.over.take in ("last", "first") else None for column in beside]
        else:
            aggregate, keys = grouped(self.builder, rows.rows(), moment, dimensions, tuple(items), self.result)
        values = {expr: column for column, expr in items}
        return [
            Built(aggregate, keys, values[node], n=n, additive=n is None and self.over is None)
            for node, n in zip(nodes, beside, strict=True)
        ]

    def _instants(
        self, rows: RowSet, moment: Column | None, over: OverTime, dimensions: tuple[Item, ...], items: list[Item]
    ) -> tuple[Aggregate, tuple[Column, ...]]:
        if moment is None:
            moment = rows.time(None)
        measures = [(column, expr) for column, expr in items if not column.name.endswith("_n")]
        if over.take in ("min", "max"):
            if len(measures) > 1:
                hint = "define it from metrics that have one aggregate each"
                raise Refusal("C301", "`take: min` and `max` are for a single aggregate", hint=hint)
            items = measures
        with written_at(self.metric.origin, ("over_time",), f"metric:{self.metric.name}"):
            return instants(self.builder, rows, moment, over, dimensions, tuple(items), self.result)

    def _time(self, rows: RowSet) -> Column | None:
        """The metric's declared time where it is one of these rows', else the dataset's own."""
        declared = self.metric.time
        catalog = self.builder.catalog
        if declared is not None and declared.split(".")[0] == rows.dataset.name:
            with written_at(self.metric.origin, ("time",), f"metric:{self.metric.name}"):
                return rows.time(declared)
        frame = self.builder.frame
        if catalog.time_field(rows.dataset) is None:
            if not frame.periods and frame.start is None and frame.end is None and frame.spread is None:
                return None
            hint = "declare `time:` in the dataset or the metric, or ask for the total"
            raise Refusal("C303", f"`{rows.dataset.name}` has no time field, so it has no value by period", hint=hint)
        return rows.time(None)
