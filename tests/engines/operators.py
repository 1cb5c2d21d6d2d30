"""Reads operators.yml: one table that holds the rows of all examples, and one statement an example."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlglot import exp

from engine.formula.bind import checked
from engine.formula.convert import convert_query_item
from engine.formula.expr import Aggregated, Call, Column, Const, Expr, Physical, Ref, Type, rewrite, walk
from engine.formula.functions import type_of
from engine.formula.syntax import syntax_tree
from engine.sql.dialects import DIALECTS, Dialect, Tree, Writer
from engine.sql.emit import emit
from engine.sql.plan import Aggregate, Filter, Scan
from tests.engines.tables import Rows, Table

COLUMNS: dict[str, Type] = {
    **dict.fromkeys("ijk", "integer"),
    **dict.fromkeys("de", "decimal"),
    **dict.fromkeys("fg", "float"),
    **dict.fromkeys("st", "text"),
    **dict.fromkeys("ab", "date"),
    **dict.fromkeys("mn", "datetime"),
    **dict.fromkeys("pq", "boolean"),
}
TABLE = "edges"
_ALL: dict[str, Type] = {"number": "integer", "line": "integer", **COLUMNS}


@dataclass(frozen=True, slots=True)
class Example:
    """An expression, the rows it sees, and what it gives for each (an aggregate: for all)."""

    number: int
    label: str
    expr: Expr
    week_start: str
    rows: Rows
    gives: list[Any]
    refused: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    def sql(self, dialect: str) -> str:
        form = DIALECTS[dialect]
        settings = f" SETTINGS {', '.join(form.settings)}" if form.settings else ""
        if form.percentile is None and _aggregates(self.expr):
            return self._planned(form).sql(dialect) + settings
        writer = Writer(form, self.week_start, lambda physical: exp.column(physical.column, table=TABLE))
        select = exp.select(exp.alias_(writer.write(self.expr), "value")).from_(TABLE)
        select = select.where(exp.column("number", table=TABLE).eq(self.number))
        if not _aggregates(self.expr):
            select = select.order_by(exp.column("line", table=TABLE))
        return form.finish(select).sql(dialect) + settings

    def _planned(self, form: Dialect) -> Tree:
        """By way of a plan, which is rewritten where there are no percentiles."""
        columns = {name: Column(f"{TABLE}.{name}", name, type_) for name, type_ in _ALL.items()}
        scan = Scan(
            TABLE, TABLE, tuple((column, Physical(TABLE, column.name, column.type)) for column in columns.values())
        )
        rows = Filter(scan, (Call("eq", (columns["number"], Const(self.number, "integer"))),))
        expr = rewrite(self.expr, lambda part: columns[part.column] if isinstance(part, Physical) else None)
        value = Column("value", "value", type_of(expr))
        return emit(Aggregate(rows, (), ((value, expr),), "answer"), ((value, "value"),), (), form, self.week_start)


@cache
def examples() -> tuple[Example, ...]:
    written = yaml.safe_load(Path(__file__).with_name("operators.yml").read_text(encoding="utf-8"))
    return tuple(_example(number, entry) for number, entry in enumerate(written))


def edges() -> Table:
    """The rows of all examples; a column that an example does not name is null."""
    names = list(COLUMNS)
    rows: Rows = []
    for example in examples():
        for line, given in enumerate(example.rows):
            rows.append((example.number, line, *(given.get(name) for name in names)))
    return Table(TABLE, tuple(_ALL.items()), rows)


def bound(text: str) -> Expr:
    """An item as it stands in a SELECT list (windows are allowed), over the columns of the table."""
    written = convert_query_item(text, syntax_tree(text))
    return checked(rewrite(written, lambda node: column(*node.path) if isinstance(node, Ref) else None))


def column(name: str) -> Physical:
    return Physical(TABLE, name, COLUMNS[name])


def _example(number: int, entry: dict[str, Any]) -> Example:
    names: list[str] = entry.get("of", [])
    expr = _expression(entry, names)
    rows = entry["rows"]
    if "gives" in entry:
        gives = [entry["gives"]]
    else:
        gives, rows = [row[-1] for row in rows], [row[:-1] for row in rows]
    given = [{name: _typed(value, COLUMNS[name]) for name, value in zip(names, row, strict=True)} for row in rows]
    label = entry.get("sql") or f"{entry['call']}({', '.join((*names, *entry.get('zones', ())))})"
    week_start = entry.get("week_start", "monday")
    label = label if week_start == "monday" else f"{label} ({week_start})"
    return Example(number, label, expr, week_start, given, gives, tuple(entry.get("refused", ())))


def _expression(entry: dict[str, Any], names: list[str]) -> Expr:
    if "call" in entry:
        zones = tuple(Const(zone, "text") for zone in entry.get("zones", ()))
        return Call(entry["call"], (*(column(name) for name in names), *zones))
    expr = bound(entry["sql"])
    assert {node.column for node in walk(expr) if isinstance(node, Physical)} == set(names), entry["sql"]
    return expr


def _typed(value: Any, type_: Type) -> Any:
    if value is None:
        return None
    return {"decimal": lambda: Decimal(str(value)), "float": lambda: float(value)}.get(type_, lambda: value)()


def _aggregates(expr: Expr) -> bool:
    return any(isinstance(node, Aggregated) for node in walk(expr))
