"""The page of dialects: how each is tested, and which operators have a form of their own where."""

from __future__ import annotations

from ..formula.functions import OPERATORS
from ..sql.dialects import DIALECTS, Dialect

_TESTED_ON = {
    "duckdb": "DuckDB; every metric of the organisations also against SQL written by hand",
    "postgres": "PostgreSQL 15",
    "snowflake": "no engine to be had: parsed by sqlglot, and checked for what is known to go wrong",
    "bigquery": "GoogleSQL's reference implementation (PyPI `zetasql`), of which BigQuery is a product",
    "clickhouse": "ClickHouse (PyPI `chdb`)",
    "spark": "Apache Spark",
}


def render_dialects() -> str:
    """Markdown; a dialect is proved where its statements ran on the engine and gave the same values as DuckDB."""
    names = list(DIALECTS)
    lines = [
        "# Dialects",
        "",
        "`accord compile --dialect D`. This page is made from `engine/sql/dialects/` by `python tasks.py reference`.",
        "",
        "| Dialect | Is | Tested on |",
        "|---|---|---|",
        *(f"| {name} | {DIALECTS[name].proof} | {_TESTED_ON[name]} |" for name in names),
        "",
        "*Proved*: the statements of every metric of `specs/demo` and `specs/cdnow` (totals, by period, by dimension)",
        "and a table of every operator on edge values run on the engine and give, cell by cell, what they should:",
        "`python tasks.py heavy`. *Syntax checked*: nothing was run.",
        "",
        "## What a dialect assumes",
        "",
        "A `DateTime` is a time without a zone: TIMESTAMP in DuckDB, PostgreSQL and Spark, TIMESTAMP_NTZ in Snowflake,",
        "DATETIME in BigQuery, DateTime64(6) in ClickHouse. ClickHouse statements end with the settings that they need.",
        "",
        "## Operators",
        "",
        "An operator without a mark has the default form, which the engines compute alike; `own` is a form of the",
        "dialect's own. Whatever is not in this list is refused when a spec is checked (C104).",
        "",
        f"| Operator | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    for operator in [*OPERATORS, "percentile"]:
        marks = ["own" if _own(DIALECTS[name], operator) else "" for name in names]
        lines.append(f"| `{operator}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _own(dialect: Dialect, operator: str) -> bool:
    if operator == "percentile":
        return dialect.percentile is not Dialect("", "proved").percentile
    base = "trunc" if operator.startswith("trunc_") else "days_between" if operator == "diff_day" else operator
    return operator in dialect.forms or base in dialect.forms
