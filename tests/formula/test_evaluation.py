"""Formulas mean what DuckDB takes the same text for: precedence, nulls and types survive reading and writing."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.load.project import load_texts
from engine.sql.compile import Compiler
from engine.sql.frame import Frame
from engine.sql.refusal import Refusal

COLUMNS = {
    "id": ("INTEGER", "Integer"),
    "i": ("INTEGER", "Integer"),
    "j": ("INTEGER", "Integer"),
    "c": ("DECIMAL(18, 2)", "Decimal"),
    "x": ("DOUBLE", "Float"),
    "s": ("VARCHAR", "String"),
    "t": ("VARCHAR", "String"),
    "p": ("BOOLEAN", "Boolean"),
    "q": ("BOOLEAN", "Boolean"),
    "d": ("DATE", "Date"),
    "e": ("DATE", "Date"),
    "m": ("TIMESTAMP", "DateTime"),
    "k": ("TIMESTAMP", "DateTime"),
}
ROWS = [
    (1, 1, 2, "1.50", 2.5, "ab", "Ab", True, False, "2026-01-31", "2026-03-01", "2026-01-31 23:59:59", "2026-02-01"),
    (2, -3, 2, "-0.25", -1.5, "", " b ", False, False, "2024-02-29", "2024-02-29", "2024-02-29 12:00", "2024-02-29"),
    (3, 0, 0, "0", 0.0, "a%b_", "äö", None, True, "2026-12-28", "2025-12-29", "2026-12-31", "2027-01-01 00:30"),
    (4, 7, None, "12.34", 1e6, None, "x", True, None, None, "2026-01-01", None, "2026-06-30 10:15:20"),
    (5, None, 5, None, None, "it's", None, None, None, "2026-07-01", None, "2026-07-01 00:00:01", None),
]
SPECS = """
datasets:
  - {{name: o, source: o, primary_key: [id], fields: {fields}}}
  - {{name: asked, source: {{query: {query}}}, primary_key: [id], fields: [id, answer]}}
metrics:
  - {{name: rows_of, expression: COUNT(asked.id)}}
"""


@cache
def table() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE TABLE o ({', '.join(f'{name} {sql}' for name, (sql, _) in COLUMNS.items())})")
    connection.executemany(f"INSERT INTO o VALUES ({', '.join('?' * len(COLUMNS))})", ROWS)
    return connection


def join(*options: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One of the texts, sometimes in parentheses."""
    return st.one_of(*options).flatmap(lambda text: st.sampled_from([text, text, f"({text})"]))


def shaped(pattern: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda texts: pattern.format(*texts))


def binary(symbols: list[str], left: st.SearchStrategy[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(left, st.sampled_from(symbols), right).map(" ".join)


@cache
def texts(kind: str, depth: int) -> st.SearchStrategy[str]:
    """SQL of a type; `depth` levels of operators."""
    leaves = {
        "number": ["o.i", "o.j", "o.c", "o.x", "0", "1", "2", "-3", "0.5", "1.25"],
        "text": ["o.s", "o.t", "''", "'a'", "'it''s'", "'%b'"],
        "condition": ["o.p", "o.q", "TRUE", "FALSE"],
        "date": ["o.d", "o.e", "DATE '2026-01-31'", "DATE '2024-02-29'"],
        "time": ["o.m", "o.k", "TIMESTAMP '2026-03-31 23:30:00'"],
    }
    leaf = st.sampled_from(leaves[kind])
    if depth == 0:
        return leaf
    number, text, condition, day, time = (
        texts(name, depth - 1) for name in ("number", "text", "condition", "date", "time")
    )
    moment = st.one_of(day, time)
    unit = st.sampled_from(["day", "week", "month", "quarter", "year"])
    whole = st.sampled_from(["day", "month", "quarter", "year"])  # DuckDB's weeks are elapsed ones, ours begin
    small = st.sampled_from(["minute", "hour"])
    step = st.sampled_from(["1 DAY", "31 DAYS", "'1 month'", "2 QUARTERS", "'-1 year'", "1 WEEK"])
    if kind == "number":
        return join(
            leaf,
            binary(["+", "-", "*"], number, number),
            shaped("{} / NULLIF({}, 0)", number, number),
            shaped("-{}", leaf),
            shaped("ABS({})", number),
            shaped("ROUND({}, 1)", number),
            shaped("FLOOR({})", number),
            shaped("CEIL({})", number),
            shaped("COALESCE({}, {})", number, number),
            shaped("NULLIF({}, {})", number, number),
            shaped("GREATEST({}, {}, {})", number, number, number),
            shaped("LEAST({}, {})", number, number),
            shaped("CASE WHEN {} THEN {} ELSE {} END", condition, number, number),
            shaped("CASE {} WHEN {} THEN {} END", number, number, number),
            shaped("IF({}, {}, {})", condition, number, number),
            shaped("LENGTH({})", text),
            shaped("CAST(ROUND({}) AS INTEGER)", number),
            shaped("CAST({} AS DOUBLE)", number),
            shaped("DATE_DIFF('{}', {}, {})", whole, moment, moment),
            shaped("DATE_DIFF('{}', {}, {})", small, time, time),
            shaped("EXTRACT({} FROM {})", st.sampled_from(["year", "quarter", "month", "day"]), moment),
            shaped("EXTRACT({} FROM {})", small, time),
        )
    if kind == "text":
        return join(
            leaf,
            binary(["||"], text, text),
            shaped("LOWER({})", text),
            shaped("UPPER({})", text),
            shaped("TRIM({})", text),
            shaped("COALESCE({}, {})", text, text),
            shaped("NULLIF({}, {})", text, text),
            shaped("SUBSTRING({}, {}, {})", text, st.sampled_from("123"), st.sampled_from("012")),
            shaped("CASE WHEN {} THEN {} END", condition, text),
        )
    if kind == "condition":
        compared = ["=", "<>", "<", "<=", ">", ">=", "!="]
        return join(
            leaf,
            binary(["AND", "OR"], condition, condition),
            shaped("NOT {}", condition),
            binary(compared, number, number),
            binary(compared, text, text),
            binary(compared, day, day),
            binary(compared, moment, moment),
            binary(["=", "<>"], condition, condition),
            shaped("{} BETWEEN {} AND {}", number, number, number),
            shaped("{} NOT BETWEEN {} AND {}", day, day, day),
            shaped("{} IN ({}, {})", number, number, number),
            shaped("{} NOT IN ({}, {})", text, text, text),
            shaped("{} LIKE {}", text, st.sampled_from(["'%b'", "'a_'", "''", "'%'", "o.t"])),
            shaped("{} NOT LIKE {}", text, st.sampled_from(["'%b%'", "'_'"])),
            shaped("{} IS NULL", st.one_of(number, text, day)),
            shaped("{} IS NOT NULL", st.one_of(number, condition, time)),
            shaped("{} IS TRUE", condition),
            shaped("{} IS NOT TRUE", condition),
            shaped("{} IS FALSE", condition),
            shaped("{} IS NOT FALSE", condition),
        )
    if kind == "date":
        return join(
            leaf,
            shaped("{} + INTERVAL {}", day, step),
            shaped("{} - INTERVAL {}", day, step),
            shaped("DATE_TRUNC('{}', {})", unit, day),
            shaped("CAST({} AS DATE)", moment),
            shaped("COALESCE({}, {})", day, day),
            shaped("LEAST({}, {})", day, day),
            shaped("MAKE_DATE(2026, {}, {})", st.sampled_from(["1", "12"]), st.sampled_from(["1", "28"])),
        )
    return join(
        leaf,
        shaped("{} + INTERVAL {}", time, step),
        shaped("{} - INTERVAL {}", time, st.sampled_from(["90 MINUTES", "36 HOURS", "1 MONTH"])),
        shaped("DATE_TRUNC('{}', {})", st.one_of(unit, small), time),
        shaped("CAST({} AS TIMESTAMP)", moment),
        shaped("GREATEST({}, {})", time, time),
    )


KINDS = ["number", "text", "condition", "date", "time"]
FORMULAS = st.sampled_from(KINDS).flatmap(lambda kind: texts(kind, 3))
ODD = [
    "o.i - o.j - 1",
    "o.i - (o.j - 1)",
    "-o.i * -o.j",
    "- (o.i + o.j)",
    "NOT o.p AND o.q",
    "NOT (o.p AND o.q)",
    "NOT o.i = o.j",
    "o.p OR o.q AND NOT o.p",
    "(o.p OR o.q) AND NOT o.p",
    "o.i = o.j IS NULL",
    "(o.i = o.j) IS NULL",
    "o.i IN (1, 2) = TRUE",
    "TRUE = (o.i IN (1, 2))",
    "o.i BETWEEN 0 AND 5 AND o.p",
    "NOT o.i BETWEEN 0 AND 5",
    "o.s || o.t LIKE '%b%'",
    "o.s LIKE 'a' || '%'",
    "o.i + o.j * o.x - o.c",
    "o.i / NULLIF(o.j, 0) * o.x",
    "o.i / (NULLIF(o.j, 0) * 2)",
    "(o.p = o.q) = TRUE",
    "o.p IS NOT TRUE OR o.q IS FALSE",
    "CASE WHEN o.p THEN 1 END IS NULL",
    "CASE o.i WHEN NULL THEN 1 ELSE 2 END",
    "GREATEST(o.i, NULL, o.j)",
    "LEAST(NULL, o.i)",
    "ROUND(o.x)::INTEGER",
    "o.c::INTEGER",
    "ROUND(o.x)",
    "o.i * 0 + ROUND(-2.5)",
    "ROUND(o.c, 1)",
    "o.d < o.m",
    "o.d = CAST(o.m AS DATE)",
    "o.m >= DATE '2026-01-31'",
    "o.d + INTERVAL 1 MONTH",
    "o.d - INTERVAL 1 MONTH + INTERVAL 1 MONTH",
    "DATE_DIFF('month', o.m, o.k)",
    "DATE_DIFF('day', o.m, o.k)",
    "DATE_TRUNC('week', o.m)",
    "COALESCE(NULL, o.i)",
    "COALESCE(o.i)",
    "o.i - -1",
    "o.i - - 1",
    "o.i IN (NULL, 1)",
    "o.i NOT IN (NULL, 1)",
    "'' = o.s",
    "TRIM(o.t) = 'b'",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_formulas(text: str) -> None:
    assert assert_alike(text), "DuckDB and the language both know it"


@given(FORMULAS)
@settings(max_examples=250)
def test_random_formulas(text: str) -> None:
    assert_alike(text)


@pytest.mark.heavy
@given(st.sampled_from(KINDS).flatmap(lambda kind: texts(kind, 4)))
@settings(max_examples=10_000)
def test_many_random_formulas(text: str) -> None:
    assert_alike(text)


def assert_alike(text: str) -> bool:
    """The formula's value in every row, by DuckDB and by us; whether both of them accept it."""
    connection = table()
    query = f"SELECT id, ({text}) AS answer FROM o"
    try:
        wanted = connection.execute(query).fetchall()
    except duckdb.Error:
        return False  # types that do not go together, or a number out of bounds
    fields = ", ".join(f"{{name: {name}, datatype: {type_}}}" for name, (_, type_) in COLUMNS.items())
    loaded = load_texts({"o.yml": SPECS.format(fields=f"[{fields}]", query=json.dumps(query, ensure_ascii=False))})
    assert not loaded.findings
    asked = Frame(datetime(2026, 7, 1), by=("id", "answer"))
    try:
        compiled = Compiler(loaded.project).compile(["rows_of"], asked, "duckdb")
    except Refusal as refusal:
        if refusal.code != "C107":  # types are held more strictly than DuckDB does
            raise
        return False
    found = connection.execute(compiled.sql).fetchall()
    assert sorted((row[0], plain(row[1])) for row in found) == sorted((key, plain(value)) for key, value in wanted), (
        compiled.sql
    )
    return True


def plain(value: Any) -> Any:
    """Numbers to 9 digits; midnight as its day, because DuckDB makes moments of shifted days."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return float(f"{float(value):.9g}") + 0.0
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time())
    return value
