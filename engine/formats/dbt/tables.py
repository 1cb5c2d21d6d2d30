"""Semantic models as datasets: which field stands for which entity, dimension and measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from ...diagnostics import Diagnostic
from ...formula.bind import bind_rows
from ...formula.expr import Aggregated, Expr, MetricOf, Physical, Ref, Type
from ...formula.faults import Fault, FormulaError
from ...formula.parse import parse
from ..names import our_name, unlike
from .manifest import Dimension, Entity, Measure, Place, SemanticModel

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")
_CONSTANT = re.compile(r"[0-9]+\Z")
_FINE = ("second", "minute", "hour")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field; without an expression it is the column of its name."""

    name: str
    expression: str | None = None
    datatype: str | None = None
    title: str | None = None
    description: str | None = None

    @property
    def type(self) -> Type:
        types: Mapping[str | None, Type] = {"Date": "date", "DateTime": "datetime", "Integer": "integer"}
        return types.get(self.datatype, "unknown")


@dataclass(slots=True)
class Table:
    """A semantic model on its way to a dataset called `name`."""

    model: SemanticModel
    name: str
    fields: dict[str, FieldSpec] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    dimensions: dict[str, str] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)

    def field_of(self, element: str) -> str | None:
        """The field that an entity or dimension stands for."""
        return self.dimensions.get(element) or self.entities.get(element)

    @property
    def partitions(self) -> tuple[Dimension, ...]:
        return tuple(it for it in self.model.dimensions if it.partition and it.name in self.dimensions)

    @property
    def time(self) -> str | None:
        """The field of the model's own time."""
        return self.dimensions.get(self.model.time) if self.model.time else None

    def time_of(self, measure: Measure) -> str | None:
        """The field that says in which period a measure's rows count."""
        chosen = measure.time or self.model.time
        return self.dimensions.get(chosen) if chosen else None

    def identities(self) -> Iterator[tuple[Entity, tuple[str, ...]]]:
        """The sets of fields that identify a row: an entity, within its partition or from its time on."""
        start = tuple(self.dimensions[it.name] for it in self.model.dimensions if it.bound == "from")
        parts = tuple(self.dimensions[it.name] for it in self.partitions)
        for entity in self.model.entities:
            if entity.kind != "foreign" and entity.name in self.entities:
                yield entity, (self.entities[entity.name], *(start if entity.kind == "natural" else parts))


def build_table(model: SemanticModel, name: str) -> tuple[Table, list[Diagnostic]]:
    """The dataset's fields; what has no expression in the language is a finding and has no field."""
    table, findings = Table(model, name), list[Diagnostic]()
    fields = _Fields(table, findings)
    for dimension in model.dimensions:
        fields.dimension(dimension)
    for entity in model.entities:
        wanted = entity.expr if _IDENTIFIER.match(entity.expr) else entity.name
        found = fields.add(entity.expr, wanted, entity.place)
        if found is not None:
            table.entities[entity.name] = found
    for measure in model.measures:
        plain = _IDENTIFIER.match(measure.expr)
        found = fields.add(measure.expr, measure.expr if plain else measure.name, measure.place)
        if found is not None:
            table.measures[measure.name] = found
    first = [*table.entities.values(), *table.dimensions.values()]
    table.fields = {name: table.fields[name] for name in dict.fromkeys([*first, *table.fields])}
    if not table.fields:
        _placeholder(table)
    return table, findings


def _placeholder(table: Table) -> None:
    """A dataset has a field at least; a model without any still has rows."""
    table.fields["one"] = FieldSpec("one", "1", "Integer")


@dataclass(slots=True)
class _Fields:
    """Gives every expression one field."""

    table: Table
    findings: list[Diagnostic]
    by_expression: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def dimension(self, dimension: Dimension) -> None:
        expression, datatype = _timed(dimension) if dimension.grain else (dimension.expr, None)
        title, text = dimension.title, dimension.description
        found = self.add(expression, dimension.name, dimension.place, datatype, title, text, own=True)
        if found is None:
            return
        self.table.dimensions[dimension.name] = found
        if dimension.grain in ("millisecond", "microsecond", "nanosecond"):
            message = f"the times of `{dimension.name}` are kept as they are, not cut to {dimension.grain}s"
            self.report("F103", "hint", message, dimension.place.at("type_params", "time_granularity"))

    def add(
        self,
        expression: str,
        wanted: str,
        place: Place,
        datatype: str | None = None,
        title: str | None = None,
        description: str | None = None,
        own: bool = False,
    ) -> str | None:
        """The name of the field for an expression over physical columns; `None` where it cannot be one.

        With `own` it is a field of that name even where another one has the same expression.
        """
        written = " ".join(expression.split())
        if self._fault(written, place):
            return None
        if (written, datatype) in self.by_expression and not own:
            return self.by_expression[written, datatype]
        name = self._name(wanted, written)
        datatype = "Integer" if _CONSTANT.match(written) else datatype
        self.table.fields[name] = FieldSpec(name, None if written == name else written, datatype, title, description)
        self.by_expression.setdefault((written, None if datatype == "Integer" else datatype), name)
        return name

    def _name(self, wanted: str, expression: str) -> str:
        name = our_name(wanted)
        if name in self.table.fields:
            name = unlike(f"{name}_column" if _IDENTIFIER.match(expression) else f"{name}_value", self.table.fields)
        return name

    def _fault(self, expression: str, place: Place) -> bool:
        """Whether the expression is not one over columns of the table; that is told at its place."""
        parsed = parse(expression)
        try:
            fault = parsed if isinstance(parsed, Fault) else None
            if fault is None:
                bind_rows(cast(Expr, parsed), _Columns(), "the expression of a field")
        except FormulaError as error:
            fault = error.fault
        if fault is not None:
            hint = fault.hint or "compute the column in the dbt model"
            self.report("F102", "warning", f"left out: {fault.message}", place.at("expr"), hint)
        return fault is not None

    def report(self, code: str, severity: str, message: str, place: Place, hint: str | None = None) -> None:
        subject = f"semantic model:{self.table.model.name}"
        self.findings.append(Diagnostic(code, severity, message, place.span(), subject, hint))  # type: ignore[arg-type]


class _Columns:
    """The scope of a field's expression: columns of its table, whatever they are called."""

    def name(self, ref: Ref) -> Expr:
        if len(ref.path) > 1:
            raise FormulaError("R103", f"`{ref}`: a field is computed from columns of its own table", ref.at)
        return Physical("", ref.path[0], "unknown")

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        raise FormulaError("C105", "an aggregate cannot stand in a field", aggregate.at)

    def metric_of(self, node: MetricOf) -> Expr:
        raise FormulaError("C104", "metric(...) stands in `where` only", node.at)


def _timed(dimension: Dimension) -> tuple[str, str]:
    """Times as dbt reads them: cut to their own granularity."""
    grain = dimension.grain or "day"
    if grain in ("millisecond", "microsecond", "nanosecond"):
        return f"CAST({dimension.expr} AS TIMESTAMP)", "DateTime"
    if grain in _FINE:
        cut = f"DATE_TRUNC('{grain}', CAST({dimension.expr} AS TIMESTAMP))"
        return cut if not isinstance(parse(cut), Fault) else f"CAST({dimension.expr} AS TIMESTAMP)", "DateTime"
    day = f"CAST({dimension.expr} AS DATE)"
    return day if grain == "day" else f"DATE_TRUNC('{grain}', {day})", "Date"
