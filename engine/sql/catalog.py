"""What plans are built from: datasets with their fields as expressions, steps between them, fresh column ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..formula.bind import bind_rows
from ..formula.expr import Aggregated, Call, Cast, Column, Const, Expr, MetricOf, Physical, Ref, Type, rewrite, walk
from ..formula.faults import FormulaError
from ..formula.functions import type_of
from ..model import Calendar, Dataset, FileSource, Grain, Project, QuerySource, Relationship, TableSource
from .plan import Node, Scan
from .refusal import Refusal, parsed, written_at

TYPES: Mapping[str | None, Type] = {
    None: "unknown",
    "Date": "date",
    "DateTime": "datetime",
    "Integer": "integer",
    "Decimal": "decimal",
    "Float": "float",
    "String": "text",
    "Boolean": "boolean",
}
T = TypeVar("T")


class Catalog:
    """One project's datasets and metrics, ready for plans; everything computed is kept."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._drawn = 0
        self._kept: dict[Any, Any] = {}
        self._steps: dict[str, dict[str, Relationship]] = {}
        for relationship in project.relationships:
            self._steps.setdefault(relationship.source, {}).setdefault(relationship.step, relationship)

    def fresh(self, name: str, type_: Type = "unknown", unit: str | None = None) -> Column:
        """A column under an id that no other has."""
        self._drawn += 1
        return Column(f"#{self._drawn}", name, type_, unit)

    def kept(self, key: Any, make: Callable[[], T], *, refusals: bool = True) -> T:
        """The value made for `key`, made once; a refusal is kept as well unless it may have another place next time."""
        if key not in self._kept:
            try:
                self._kept[key] = make()
            except Refusal as refusal:
                if not refusals:
                    raise
                self._kept[key] = refusal
        value: T = self._kept[key]
        if isinstance(value, Refusal):
            raise value
        return value

    def dataset(self, name: str) -> Dataset:
        found = self.project.datasets.get(name)
        if found is None:
            raise Refusal("R101", f"`{name}` is not a dataset")
        return found

    def steps(self, dataset: str) -> Mapping[str, Relationship]:
        """Many-to-one steps from `dataset` by their name in a path."""
        return self._steps.get(dataset, {})

    def calendar(self, grain: str) -> Calendar | None:
        """The calendar that has a grain of this name."""
        return next((found for found in self.project.calendars.values() if grain in found.grains), None)

    def spine(self, unit: Grain) -> Calendar | None:
        """The calendar whose rows are the units of this grain."""
        return next((found for found in self.project.calendars.values() if found.spine == unit), None)

    def scan(self, calendar: Calendar, label: str, *names: str) -> Scan:
        """The rows of a calendar; `label` tells apart several readings of it in one statement."""
        dataset = self.dataset(calendar.dataset)
        items = []
        for name in dict.fromkeys((calendar.day, *names)):
            column = Column(f"{label}.{name}", name, self.field_type(dataset, name))
            items.append((column, placed(self.field(dataset, name), label)))
        return Scan(self.table(dataset), label, tuple(items), self.query(dataset))

    def table(self, dataset: Dataset) -> str:
        """The physical table; files are read under the dataset's own name."""
        return dataset.source.table if isinstance(dataset.source, TableSource) else dataset.name

    def query(self, dataset: Dataset) -> Node | None:
        """The plan of a dataset that is a query over others."""
        if not isinstance(dataset.source, QuerySource):
            return None
        from .query_source import plan_query  # the two need each other: queries read datasets

        node: Node = self.kept(("query", dataset.name), lambda: plan_query(self, dataset))
        return node

    def field(self, dataset: Dataset, name: str) -> Expr:
        """The expression of a field, over physical columns of an instance still without name."""
        return self.kept(("field", dataset.name, name), lambda: self._in_zone(dataset, name))

    def _in_zone(self, dataset: Dataset, name: str) -> Expr:
        """Times of a dataset that has a zone of its own are read as times of the project's zone."""
        expr, own = self._field(dataset, name), self.project.config.timezone
        wanted = TYPES[dataset.fields[name].datatype]
        if dataset.timezone in (None, own) or "datetime" not in (wanted, type_of(expr)):
            return expr
        return Call("in_zone", (expr, Const(dataset.timezone, "text"), Const(own, "text")))

    def _field(self, dataset: Dataset, name: str) -> Expr:
        declared = dataset.fields[name]
        wanted = TYPES[declared.datatype]
        physical = self._physical(dataset)
        subject = f"dataset:{dataset.name}"
        if declared.expression is None:
            with written_at(declared.origin, (), subject):
                if physical is not None and name not in physical:
                    raise Refusal("R103", f"`{dataset.name}` has no column `{name}`", hint=_among(physical))
                return self._column(dataset, name, (physical or {}).get(name, "unknown"), wanted)
        with written_at(declared.origin, ("expression",), subject):
            bound = bind_rows(parsed(declared.expression), _Table(dataset.name, physical), "the expression of a field")
            if isinstance(bound, Physical):
                return self._column(dataset, bound.column, bound.type, wanted)
            _fits(name, type_of(bound), wanted)
            return bound

    @staticmethod
    def _column(dataset: Dataset, column: str, found: Type, wanted: Type) -> Expr:
        """A column as it is, of the type that is declared; columns of text files are read as that type."""
        if isinstance(dataset.source, FileSource) and dataset.source.format != "parquet":
            text = Physical("", column, "text")
            scale = (38, 9) if wanted == "decimal" else None
            return text if wanted in ("unknown", "text") else Cast(text, wanted, scale)
        _fits(column, found, wanted)
        return Physical("", column, found if found != "unknown" else wanted)

    def _physical(self, dataset: Dataset) -> Mapping[str, Type] | None:
        """The columns that the source is known to have, with their types; `None` where only the warehouse knows."""
        if isinstance(dataset.source, FileSource) and dataset.source.cut:
            return dict.fromkeys(dataset.source.cut, "text")
        query = self.query(dataset)
        return None if query is None else {column.name: column.type for column in query.columns}

    def columns(self, dataset: Dataset) -> Mapping[str, Type]:
        """The physical columns that a dataset's fields read, with the types that they declare."""
        found: dict[str, Type] = {}
        for name in dataset.fields:
            for part in walk(self.field(dataset, name)):
                if isinstance(part, Physical) and found.get(part.column, "unknown") == "unknown":
                    found[part.column] = part.type
        return found

    def field_type(self, dataset: Dataset, name: str) -> Type:
        declared = TYPES[dataset.fields[name].datatype]
        return declared if declared != "unknown" else type_of(self.field(dataset, name))

    def time_field(self, dataset: Dataset) -> str | None:
        """The path of the dataset's default time: as declared, else its only Date or DateTime field."""
        if dataset.time is not None:
            return dataset.time
        times = [name for name, field in dataset.fields.items() if field.datatype in ("Date", "DateTime")]
        return times[0] if len(times) == 1 else None


def placed(expr: Expr, instance: str) -> Expr:
    """A field's expression over the columns of `instance`."""
    return rewrite(
        expr, lambda node: Physical(instance, node.column, node.type) if isinstance(node, Physical) else None
    )


def _fits(name: str, found: Type, wanted: Type) -> None:
    if found != "unknown" and wanted != "unknown" and _family(found) != _family(wanted):
        raise Refusal("C107", f"`{name}` is declared as {wanted}, but it is {found}")


class _Table:
    """The scope of a field's expression: physical columns, whatever they are called."""

    def __init__(self, dataset: str, physical: Mapping[str, Type] | None) -> None:
        self.dataset = dataset
        self.physical = physical

    def name(self, ref: Ref) -> Expr:
        if len(ref.path) != 1:
            raise FormulaError("R103", f"`{ref}`: a field is computed from columns of its own table", ref.at)
        (column,) = ref.path
        if self.physical is not None and column not in self.physical:
            raise FormulaError("R103", f"`{self.dataset}` has no column `{column}`", ref.at, _among(self.physical))
        return Physical("", column, (self.physical or {}).get(column, "unknown"))

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        raise FormulaError("C105", "an aggregate cannot stand in a field", aggregate.at)

    def metric_of(self, node: MetricOf) -> Expr:
        raise FormulaError("C104", "metric(...) stands in `where` only", node.at)


def _among(names: Mapping[str, Any]) -> str:
    return "columns: " + ", ".join(f"`{name}`" for name in names)


def _family(type_: Type) -> str:
    return "number" if type_ in ("integer", "decimal", "float") else type_
