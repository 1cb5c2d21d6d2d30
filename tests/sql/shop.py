"""A project from specs in memory, its tables in DuckDB, and what a query on it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from engine.load.project import load_texts
from engine.model import Project, TableSource
from engine.sql.compile import Compiled, Compiler
from engine.sql.dialects import DIALECTS
from engine.sql.emit import emit
from engine.sql.frame import Condition, Frame

BASE = (Path(__file__).parent / "base.yml").read_text(encoding="utf-8")
CONFIG = "version: 1\n"
AS_OF = datetime(2026, 7, 1)
NULL = "-"
_TYPES = {
    "Date": "DATE",
    "DateTime": "TIMESTAMP",
    "Integer": "BIGINT",
    "Decimal": "DECIMAL(18, 2)",
    "Float": "DOUBLE",
    "Boolean": "BOOLEAN",
}

Row = dict[str, Any]


@cache
def project_of(specs: str, config: str = CONFIG, base: str = BASE) -> Project:
    """The shop with more specs; they must be without fault."""
    loaded = load_texts({"base.yml": base, "case.yml": specs} if specs else {"base.yml": base}, config)
    assert not loaded.findings, [found.message for found in loaded.findings]
    return loaded.project


def frame_of(query: Mapping[str, Any]) -> Frame:
    by, where = query.get("by", ()), query.get("where", ())
    return Frame(
        as_of=moment(query["as_of"]) if "as_of" in query else AS_OF,
        grain=query.get("grain"),
        by=(by,) if isinstance(by, str) else tuple(by),
        where=tuple(Condition(text) for text in ((where,) if isinstance(where, str) else where)),
        start=day(query["start"]) if "start" in query else None,
        end=day(query["end"]) if "end" in query else None,
        entity=query.get("entity"),
    )


def moment(written: Any) -> datetime:
    return datetime.fromisoformat(str(written))


def day(written: Any) -> date:
    return date.fromisoformat(str(written))


def compiled(
    project: Project, names: Sequence[str], frame: Frame, order: Sequence[str] = (), limit: int | None = None
) -> Compiled:
    return Compiler(project).compile(list(names), frame, "duckdb", tuple(order), limit)


def unoptimised(project: Project, statement: Compiled) -> str:
    """The SQL of the plan as the builders made it, before any pass."""
    aliases = [output.alias for output in statement.outputs]
    outputs = tuple(zip(statement.naive.columns, aliases, strict=True))
    tree = emit(statement.naive, outputs, (), DIALECTS["duckdb"], project.config.week_start)
    return str(tree.sql(dialect="duckdb"))


def tables(project: Project, given: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Every table of the project, with the rows that are given of it as text: a head, then a line a row."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    unknown = set(given)
    for dataset in project.datasets.values():
        if not isinstance(dataset.source, TableSource):
            continue
        columns = {
            field.name: _TYPES.get(field.datatype or "", "VARCHAR")
            for field in dataset.fields.values()
            if field.expression is None
        }
        table = dataset.source.table
        head, *lines = [line.split() for line in given.get(table, "").splitlines() if line.strip()] or [[]]
        columns |= {name: "VARCHAR" for name in head if name not in columns}
        named = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
        connection.execute(f"CREATE TABLE {table} ({named})")
        for line in lines:
            assert len(line) == len(head), f"{table}: {line} does not fit {head}"
            values = [None if value == NULL else value for value in line]
            names = ", ".join(f'"{name}"' for name in head)
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(head))})", values)
        unknown.discard(table)
    assert not unknown, f"no such tables: {unknown}"
    return connection


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    assert len(names) == len(set(names)), f"two columns of one name: {names}"
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def read_rows(text: str) -> list[Row]:
    """Expected rows: a head, then a line a row; numbers may be fractions, `-` is null."""
    head, *lines = [line.split() for line in text.splitlines() if line.strip()]
    for line in lines:
        assert len(line) == len(head), f"{line} does not fit {head}"
    return [dict(zip(head, map(_read, line), strict=True)) for line in lines]


def _read(written: str) -> Any:
    if written == NULL:
        return None
    kinds: tuple[Callable[[str], Any], ...] = (Fraction, date.fromisoformat, datetime.fromisoformat)
    for kind in kinds:
        try:
            return kind(written)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(written, written)


def comparable(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] | None = None) -> list[tuple[Any, ...]]:
    """Rows in a fixed order, with numbers rounded to what engines compute alike."""
    found = []
    for row in rows:
        names = sorted(row) if columns is None else list(columns)
        found.append(tuple(_rounded(row[name]) for name in names))
    return sorted(found, key=lambda row: tuple((value is not None, str(type(value)), str(value)) for value in row))


def _rounded(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return value
    return float(f"{float(value):.9g}")
