"""Filters, which are templates, as conditions of ours: plain SQL over fields and paths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from ...formula.expr import Type
from ...formula.faults import Fault, FormulaError
from ...formula.parse import parse
from ...formula.syntax import syntax_tree
from ...spans import Span
from ..names import our_name, unlike
from .joins import Joins, Unmapped
from .manifest import Filter
from .names import LinkedName, MetricName, named_by
from .tables import Table
from .templates import Call, TemplateError, pieces
from .ways import entity_path

_COMPARING = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)
_PARTS: Mapping[str, str] = {
    **{part: part.upper() for part in ("year", "quarter", "month", "week", "day", "hour", "minute", "doy")},
    "dow": "ISODOW",  # as MetricFlow counts them: Monday is 1
}
_PLACEHOLDER = "template_"
Named = LinkedName | MetricName


class FilterError(Unmapped):
    """A filter that has no counterpart, with the place of what is wrong in it."""

    def __init__(self, message: str, span: Span | None, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.span = span


@dataclass(frozen=True, slots=True)
class Home:
    """The rows that a condition is about, and the field of the time that they count at."""

    table: Table
    time: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """An entity with the paths that lead to it, by dataset, where they are not the shortest."""

    entity: str
    paths: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A filter whose templates are taken out: SQL with placeholders, and what each stands for."""

    tree: Any
    named: Mapping[str, Named]
    filter: Filter

    def fault(self, message: str, hint: str | None = None) -> FilterError:
        return FilterError(message, self.filter.place.span(), hint)


def read_filter(filter: Filter, grains: Collection[str]) -> Read:
    """The filter as a tree; raises `FilterError` for templates that are not of the grammar and for what is no SQL."""
    named: dict[str, Named] = {}
    try:
        text = "".join(
            piece.text if piece.call is None else f" {_keep(piece.call, grains, named, piece.start)} "
            for piece in pieces(filter.text)
        )
    except TemplateError as error:
        raise FilterError(error.message, filter.place.inside(error.start, error.end)) from None
    except _Unread as error:
        raise FilterError(
            str(error), filter.place.inside(error.start, filter.text.index("}}", error.start) + 2)
        ) from None
    try:
        tree = syntax_tree(text.strip())
    except FormulaError as error:
        raise FilterError(error.fault.message, filter.place.span(), error.fault.hint) from None
    read = Read(tree, named, filter)
    bare = [column.sql() for column in tree.find_all(exp.Column) if column.sql() not in named]
    if bare:
        raise read.fault(f"`{bare[0]}` is not named by a template", "write {{ Dimension('entity__dimension') }}")
    return read


class _Unread(Exception):
    def __init__(self, message: str, start: int) -> None:
        super().__init__(message)
        self.start = start


def _keep(call: Call, grains: Collection[str], named: dict[str, Named], start: int) -> str:
    found = named_by(call, grains)
    if isinstance(found, str):
        raise _Unread(found, start)
    known = next((key for key, value in named.items() if value == found), None)
    key = known or f"{_PLACEHOLDER}{len(named)}"
    named[key] = found
    return key


@dataclass(slots=True)
class Conditions:
    """Writes conditions for rows of given homes; `metrics` and `entities` are our names for dbt's.

    `homes` gives the rows behind a metric. `ways` are entities under names of their own: those that a filter reaches
    otherwise than on the shortest way. Once the specs that hold them are written (`settled`), there are no new ones.
    """

    joins: Joins
    metrics: Mapping[str, str]
    entities: Mapping[str, str]
    customs: Collection[str]
    grains: Collection[str]
    homes: Callable[[str], Collection[Home]] = lambda _: ()
    used_metrics: set[str] = field(default_factory=set)
    ways: dict[str, Way] = field(default_factory=dict)
    settled: bool = False

    def read(self, filters: Iterable[Filter]) -> list[Read]:
        return [read_filter(it, self.grains) for it in filters]

    def written(self, filters: Iterable[Filter], homes: Collection[Home]) -> str | None:
        """All filters as one condition that reads the same from every home; `None` without filters."""
        return self.joined(self.read(filters), homes)

    def joined(self, reads: Collection[Read], homes: Collection[Home]) -> str | None:
        trees = [self.same_everywhere(read, homes) for read in reads]
        if not trees:
            return None
        whole = trees[0] if len(trees) == 1 else exp.and_(*trees, copy=False)
        text: str = whole.transform(_is_not_null).sql(dialect="duckdb", normalize_functions=False)
        fault = parse(text)
        if isinstance(fault, Fault):
            raise next(iter(reads)).fault(fault.message, fault.hint)
        return text

    def same_everywhere(self, read: Read, homes: Collection[Home]) -> Any:
        """The filter's tree with one way to name each thing that is right from every home."""
        tree = read.tree.copy()
        try:
            made = {key: self._one_way(name, homes) for key, name in read.named.items()}
            types = {key: self._type(name, homes) for key, name in read.named.items()}
        except Unmapped as error:
            raise read.fault(error.message, error.hint) from None
        for node in list(tree.find_all(*_COMPARING)):
            _dated(node, types)
        return tree.transform(_replace(made), copy=False)

    def _one_way(self, name: Named, homes: Collection[Home]) -> Any:
        for whole in (False, True):
            ways = [self.expression(name, home, whole) for home in homes]
            if all(way == ways[0] for way in ways[1:]):
                return ways[0]
        raise Unmapped(f"`{name}` is reached in another way from each of the metric's datasets")

    def _type(self, name: Named, homes: Collection[Home]) -> Type:
        types = {self.type_of(name, home) for home in homes}
        return types.pop() if len(types) == 1 else "datetime" if types == {"date", "datetime"} else "unknown"

    def type_of(self, name: Named, home: Home) -> Type:
        if isinstance(name, MetricName) or name.part or name.grain in self.customs:
            return "unknown"
        if name.is_metric_time:
            return home.table.fields[home.time].type if home.time else "unknown"
        found = self.joins.find(home.table, name)
        return found.table.fields[found.field].type

    def expression(self, name: Named, home: Home, whole: bool) -> Any:
        """The tree of a dimension, entity, time or metric from a row of `home`."""
        if isinstance(name, MetricName):
            return self._metric(name)
        if name.grain in self.customs:
            return _column(self._in_calendar(name, home, whole))
        column = _column(self.path(name, home, whole))
        if name.part is not None:
            if name.part not in _PARTS:
                raise Unmapped(f"`{name.part}` of a time is not part of the language")
            return exp.Extract(this=exp.Var(this=_PARTS[name.part]), expression=column)
        own = self._own_grain(name, home)
        if name.grain is None or own is None or own == name.grain or self._finer(name.grain, own):
            return column
        return exp.Anonymous(this="DATE_TRUNC", expressions=[exp.Literal.string(name.grain), column])

    def is_time(self, name: LinkedName, homes: Collection[Home]) -> bool:
        """Whether the name is of the time that the rows of every home count at."""
        if name.is_metric_time:
            return True
        try:
            found = [self.joins.find(home.table, name) for home in homes]
        except Unmapped:
            return False
        same = (not it.steps and it.field == home.time for it, home in zip(found, homes, strict=True))
        return bool(found) and all(same)

    def path(self, name: LinkedName, home: Home, whole: bool = False) -> str:
        if not name.is_metric_time:
            return self.joins.find(home.table, name).path(home.table, whole=whole)
        if home.time is None:
            raise Unmapped(f"`{home.table.model.name}` has no time of its own")
        return f"{home.table.name}.{home.time}" if whole else home.time

    def _in_calendar(self, name: LinkedName, home: Home, whole: bool) -> str:
        """The path to a granularity of the calendar's own, in the row of the day."""
        if name.is_metric_time:
            table, field_ = home.table, home.time
        else:
            found = self.joins.find(home.table, name)
            table, field_ = found.table, found.field
        step = self.joins.days.get((table.model.name, field_ or ""))
        own = our_name(name.grain or "")
        if step is None and name.is_metric_time and own in table.fields:
            return own  # the calendar's rows themselves
        if step is None:
            raise Unmapped(f"`{name}` is no day, so it lies in no {name.grain}")
        before, _, _ = self.path(name, home, whole).rpartition(".")
        return ".".join(part for part in (before, step.name, our_name(name.grain or "")) if part)

    def _own_grain(self, name: LinkedName, home: Home) -> str | None:
        if not name.is_metric_time:
            found = self.joins.find(home.table, name).dimension
            return found.grain if found else None
        return next((it.grain for it in home.table.model.dimensions if self._is_time(it.name, home)), None)

    @staticmethod
    def _is_time(dimension: str, home: Home) -> bool:
        return home.table.dimensions.get(dimension) == home.time

    def _finer(self, grain: str, other: str) -> bool:
        order = list(self.grains)
        return order.index(grain) < order.index(other)

    def _metric(self, name: MetricName) -> Any:
        if len(name.group_by) != 1:
            raise Unmapped("a metric in a filter is taken for each of one entity")
        entity = name.group_by[0].element
        if entity not in self.entities:
            raise Unmapped(f"`{entity}` is not an entity")
        if name.metric not in self.metrics:
            raise Unmapped(f"`{name.metric}` is not a metric that is imported")
        self.used_metrics.add(name.metric)
        args = [_column(self.metrics[name.metric]), _column(self._per(name.metric, name.group_by[0]))]
        return exp.Anonymous(this="metric", expressions=args)

    def _per(self, metric: str, group: LinkedName) -> str:
        """Our name of the entity that a metric is taken for each of, on the way that the filter names."""
        entity = group.element
        if not group.links:
            return self.entities[entity]
        paths = {home.table.name: self.joins.find(home.table, group).path(home.table) for home in self.homes(metric)}
        tables = [home.table for home in self.homes(metric)]
        if all(paths[table.name] == entity_path(self.joins, table, entity) for table in tables):
            return self.entities[entity]
        name = unlike(our_name(str(group).replace("__", "_")), list(self.entities.values()))
        if any(entity in table.entities for table in tables) or (self.settled and name not in self.ways):
            raise Unmapped(f"`{group}` is not the shortest way to the entity `{entity}`")
        known = self.ways.get(name)
        self.ways[name] = Way(entity, {**(known.paths if known else {}), **paths})
        return name


def _is_not_null(node: Any) -> Any:
    """`x IS NOT NULL` as people write it; sqlglot would write `NOT x IS NULL`."""
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Is) and isinstance(node.this.expression, exp.Null):
        return exp.Is(this=node.this.this, expression=exp.Not(this=exp.Null()))
    return node


def _column(path: str) -> Any:
    names = [exp.to_identifier(part) for part in path.split(".")]
    return exp.Dot.build(names) if len(names) > 1 else exp.Column(this=names[0])


def _replace(made: Mapping[str, Any]) -> Callable[[Any], Any]:
    def replace(node: Any) -> Any:
        return made[node.name].copy() if isinstance(node, exp.Column) and node.name in made else node

    return replace


def _dated(node: Any, types: Mapping[str, Type]) -> None:
    """Text literals that are compared with a time become days or times: the language does not guess."""
    sides = [child for child in node.iter_expressions() if child is not None]
    found = {types.get(it.name, "unknown") for it in sides if isinstance(it, exp.Column)} & {"date", "datetime"}
    if not found:
        return
    for side in sides:
        if isinstance(side, exp.Literal) and side.is_string:
            fine = "datetime" in found or len(side.name) > len("2026-01-01")
            side.replace(exp.cast(side.copy(), "TIMESTAMP" if fine else "DATE"))
