"""The cases worked out by hand in `tests/sql/cases`, on tables of their own names, so that all fit in one database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from engine.formula.expr import Type
from engine.model import Project, TableSource
from engine.sql.catalog import TYPES
from engine.sql.compile import Compiler
from tests.engines.tables import Table
from tests.sql.shop import CONFIG, NULL, frame_of, project_of
from tests.sql.test_cases import cases

_READ: dict[Type, Any] = {
    "integer": int,
    "decimal": Decimal,
    "float": float,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "boolean": lambda text: text == "true",
    "text": str,
}


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One query of a case; `names` says which table of the database stands for which of the case."""

    id: str
    project: Project
    ask: dict[str, Any]
    names: dict[str, str]

    def sql(self, dialect: str) -> str:
        """Raises `Refusal` for what the dialect cannot say."""
        asked = self.ask["metrics"]
        order = self.ask.get("order")
        return (
            Compiler(self.project)
            .compile(
                [asked] if isinstance(asked, str) else asked,
                frame_of(self.ask),
                dialect,
                None if order is None else (order,) if isinstance(order, str) else tuple(order),
                self.ask.get("limit"),
                self.names,
            )
            .sql
        )

    def __str__(self) -> str:
        return self.id


@cache
def queries() -> tuple[Query, ...]:
    return tuple(query for query, _ in _all())


@cache
def tables() -> tuple[Table, ...]:
    """Each table once, however many cases give the same rows of it."""
    found = {table.name: table for _, used in _all() for table in used}
    return tuple(found.values())


@cache
def _all() -> tuple[tuple[Query, tuple[Table, ...]], ...]:
    known: dict[Any, str] = {}
    return tuple(_made(known))


def _made(known: dict[Any, str]) -> Iterator[tuple[Query, tuple[Table, ...]]]:
    for parameter in cases():
        case, ask = parameter.values
        if "refused" in ask or "broken" in ask or "broken" in case:
            continue
        project = project_of(case.get("specs", ""), case.get("config", CONFIG))
        datasets = [dataset for dataset in project.datasets.values() if isinstance(dataset.source, TableSource)]
        used = [_table(project, dataset.name, case.get("tables", {}), known) for dataset in datasets]
        names = {table: made.name for table, made in used}
        yield Query(str(parameter.id), project, ask, names), tuple(made for _, made in used)


def _table(project: Project, name: str, given: dict[str, str], known: dict[Any, str]) -> tuple[str, Table]:
    dataset = project.datasets[name]
    assert isinstance(dataset.source, TableSource)
    columns: dict[str, Type] = {
        field.name: "text" if TYPES[field.datatype] == "unknown" else TYPES[field.datatype]
        for field in dataset.fields.values()
        if field.expression is None
    }
    table = dataset.source.table
    head, *lines = [line.split() for line in given.get(table, "").splitlines() if line.strip()] or [[]]
    columns |= {column: "text" for column in head if column not in columns}
    rows = []
    for line in lines:
        cells = dict(zip(head, line, strict=True))
        rows.append(tuple(_cell(cells.get(column, NULL), type_) for column, type_ in columns.items()))
    content = (table, tuple(columns.items()), tuple(rows))
    plain = table.rsplit(".", 1)[-1].lower()
    unique = known.setdefault(content, f"{plain}_{len(known) + 1}")
    return table, Table(unique, tuple(columns.items()), rows)


def _cell(text: str, type_: Type) -> Any:
    return None if text == NULL else _READ[type_](text)
