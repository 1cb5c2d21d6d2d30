"""Plans a dataset that is a query: one SELECT over one declared dataset, its WHERE, GROUP BY and window functions."""

from __future__ import annotations

from typing import Any, NoReturn

from sqlglot import exp

from ..diagnostics import did_you_mean
from ..formula.bind import bind_condition, checked
from ..formula.convert import convert_query_item
from ..formula.expr import Aggregated, At, Column, Expr, MetricOf, Ref, Windowed, rewrite, walk
from ..formula.faults import FormulaError
from ..formula.functions import type_of
from ..formula.syntax import syntax_tree
from ..model import Dataset, QuerySource
from .catalog import Catalog
from .plan import Aggregate, Item, Node, Project
from .refusal import Refusal, written_at
from .rows import RowSet

_CLAUSES = ("expressions", "from_", "where", "group")


def plan_query(catalog: Catalog, dataset: Dataset) -> Node:
    """The plan of the query; its columns bear the names of the SELECT list. Raises `Refusal`."""
    assert isinstance(dataset.source, QuerySource)
    with written_at(dataset.origin, ("source", "query"), f"dataset:{dataset.name}"):
        return _Query(catalog, dataset, dataset.source.query).plan()


class _Query:
    def __init__(self, catalog: Catalog, dataset: Dataset, text: str) -> None:
        self.catalog = catalog
        self.dataset = dataset
        self.text = text

    def plan(self) -> Node:
        tree = syntax_tree(self.text)
        if not isinstance(tree, exp.Select):
            raise FormulaError("C102", "a query of a dataset is one SELECT", (0, min(len(self.text), 12)))
        self._known_clauses(tree)
        rows = RowSet(self.catalog, self._source(tree), _no_metrics, f"{self.dataset.name}/")
        scope = _Scope(rows)
        items = [(self._alias(item), convert_query_item(self.text, _unaliased(item))) for item in tree.expressions]
        bound = [(name, self._bound(expr, scope)) for name, expr in items]
        where = tree.args.get("where")
        if where is not None:
            rows.keep(bind_condition(convert_query_item(self.text, where.this), scope, "WHERE"))
        group = tree.args.get("group")
        groups = group.expressions if group else []
        if group and any(value not in (None, False, []) for key, value in group.args.items() if key != "expressions"):
            raise FormulaError("C104", "GROUP BY takes expressions only", self._at(group))
        keys = [self._bound(convert_query_item(self.text, item), scope) for item in groups]
        self._distinct_names(items)
        if keys or any(isinstance(node, Aggregated) for _, expr in bound for node in walk(expr)):
            return self._grouped(rows, keys, bound)
        return Project(rows.rows(), tuple((self._column(name, expr), expr) for name, expr in bound), self.dataset.name)

    def _grouped(self, rows: RowSet, keys: list[Expr], bound: list[tuple[str, Expr]]) -> Node:
        """Aggregates first, then windows over the aggregated rows."""
        grouped: dict[Expr, Column] = {}
        key_items: list[Item] = []
        for key in keys:
            name = next((name for name, expr in bound if expr == key), "grouped")
            grouped[key] = self._column(name, key)
            key_items.append((grouped[key], key))
        measures: list[Item] = []

        def lifted(node: Expr) -> Expr | None:
            if node in grouped:
                return grouped[node]
            if isinstance(node, Aggregated):
                name = next((name for name, expr in bound if expr == node), "measure")
                grouped[node] = self._column(name, node)
                measures.append((grouped[node], node))
                return grouped[node]
            if isinstance(node, Column):
                message = f"`{node.name}` is neither aggregated nor in GROUP BY"
                raise FormulaError("C105", message, (0, 0))
            return None

        outputs = [(name, rewrite(expr, lifted)) for name, expr in bound]
        node = Aggregate(rows.rows(), tuple(key_items), tuple(measures), self.dataset.name)
        if [expr for _, expr in outputs] == list(node.columns):
            return node
        items = tuple((self._column(name, expr), expr) for name, expr in outputs)
        return Project(node, items, self.dataset.name)

    def _column(self, name: str, expr: Expr) -> Column:
        unit = expr.unit if isinstance(expr, Column) else None
        return self.catalog.fresh(name, type_of(expr), unit)

    def _bound(self, expr: Expr, scope: _Scope) -> Expr:
        def named(node: Expr) -> Expr | None:
            if isinstance(node, Ref):
                return scope.name(node)
            if isinstance(node, MetricOf):
                return scope.metric_of(node)
            if isinstance(node, Aggregated) and any(
                isinstance(inner, (Aggregated, Windowed)) for inner in walk(node.arg)
            ):
                raise FormulaError("C105", "an aggregate cannot stand inside an aggregate", node.at)
            return None

        return checked(rewrite(expr, named))

    def _source(self, tree: Any) -> Dataset:
        source = tree.args.get("from_")
        if source is None:
            raise FormulaError("C301", "the query names no dataset: FROM is missing", (0, len(self.text)))
        table = source.this
        if isinstance(table, exp.Table) and not isinstance(table.this, exp.Identifier):
            hint = "queries read declared datasets only"
            raise FormulaError("R101", f"`{table.sql('duckdb')}` is not a dataset", self._at(table), hint)
        if not isinstance(table, exp.Table):
            hint = "name a declared dataset; for a query over a query, declare each as a dataset"
            raise FormulaError("C103", "FROM takes one declared dataset", self._at(table), hint)
        name = table.name.lower()
        if table.args.get("db") is not None or name not in self.catalog.project.datasets:
            hint = did_you_mean(name, self.catalog.project.datasets) or "queries read declared datasets only"
            raise FormulaError("R101", f"`{table.sql('duckdb')}` is not a dataset", self._at(table), hint)
        if name == self.dataset.name:
            raise FormulaError("C201", f"the query of `{name}` reads itself", self._at(table))
        if any(value not in (None, False, []) for key, value in table.args.items() if key != "this"):
            raise FormulaError("C104", "FROM takes one dataset as it is, without an alias", self._at(table))
        found = self.catalog.dataset(name)
        self._no_cycle(found, (self.dataset.name,))
        return found

    def _no_cycle(self, dataset: Dataset, seen: tuple[str, ...]) -> None:
        """Queries that read each other would never end."""
        if dataset.name in seen:
            raise Refusal("C201", f"the queries of {' -> '.join((*seen, dataset.name))} read each other")
        if isinstance(dataset.source, QuerySource):
            tree = syntax_tree(dataset.source.query)
            table = tree.args["from_"].this if isinstance(tree, exp.Select) and tree.args.get("from_") else None
            following = self.catalog.project.datasets.get(table.name.lower() if table is not None else "")
            if following is not None:
                self._no_cycle(following, (*seen, dataset.name))

    def _known_clauses(self, tree: Any) -> None:
        for key, value in tree.args.items():
            if key in _CLAUSES or value in (None, False, []):
                continue
            node = value[0] if isinstance(value, list) else value
            hint = "use paths over relationships" if key == "joins" else None
            name = key.rstrip("_").upper()
            name = "JOIN" if key == "joins" else name
            at = self._at(node) if isinstance(node, exp.Expression) else (0, len(self.text))
            raise FormulaError("C104", f"{name} cannot stand in a query of a dataset", at, hint)

    def _alias(self, item: Any) -> str:
        if isinstance(item, exp.Alias):
            return str(item.alias).lower()
        if isinstance(item, exp.Column) and not isinstance(item.this, exp.Star):
            return str(item.name).lower()
        if isinstance(item, (exp.Star, exp.Column)):
            raise FormulaError("C108", "`*` hides which columns there are", self._at(item), "name the columns")
        raise FormulaError("C104", f"`{item.sql('duckdb')}` needs a name", self._at(item), "write `AS name`")

    def _distinct_names(self, items: list[tuple[str, Expr]]) -> None:
        names = [name for name, _ in items]
        for name in names:
            if names.count(name) > 1:
                raise FormulaError("S201", f"two columns of the query are called `{name}`", (0, len(self.text)))

    def _at(self, node: Any) -> At:
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        ends = [part.meta["end"] + 1 for part in node.walk() if "end" in part.meta]
        return (min(starts), max(ends)) if starts else (0, len(self.text))


class _Scope:
    """Names in a query are columns of its dataset, with or without the dataset's name before them."""

    def __init__(self, rows: RowSet) -> None:
        self.rows = rows

    def name(self, ref: Ref) -> Expr:
        return self.rows.name(ref)

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        return self.rows.name(ref)

    def metric_of(self, node: MetricOf) -> Expr:
        raise FormulaError("C104", "metric(...) stands in `where` of metrics only", node.at)


def _unaliased(item: Any) -> Any:
    return item.this if isinstance(item, exp.Alias) else item


def _no_metrics(metric: str, entity: str, at: At) -> NoReturn:
    raise FormulaError("C104", "metric(...) stands in `where` of metrics only", at)
