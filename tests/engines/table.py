"""The table of operators in docs/dialects.md, written from the dialects: `python -m tests.engines.table` renews it."""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp

from engine.formula.expr import Aggregated, Call, Const, Expr, walk
from engine.sql.dialects import DIALECTS, Writer
from engine.sql.refusal import Refusal
from tests.engines.operators import bound, column

PAGE = Path(__file__).parents[2] / "docs" / "dialects.md"
BEGIN, END = "<!-- operators: written by python -m tests.engines.table -->\n", "<!-- end of operators -->\n"

REFUSED, RANKED = "refused (C305)", "from ranked rows, in a query of its own"

# One line of the table each; every operator stands in one.
SAMPLES = (
    *("i + j", "i - j", "i * j", "d * 1.5", "-i", "i / j", "d / 60"),
    *("ABS(d)", "ROUND(d, 2)", "ROUND(f, 2)", "FLOOR(d)", "CEIL(d)", "SQRT(f)", "LN(f)"),
    *("i = j", "i <> j", "i < j", "i <= j", "i > j", "i >= j"),
    *("p AND q", "p OR q", "NOT p", "p IS TRUE", "p IS FALSE", "i IS NULL", "i IS NOT NULL"),
    *("i IN (1, 2)", "i IN (1, j)", "s LIKE 'a%'", "s LIKE t"),
    *("COALESCE(i, 0)", "COALESCE(i, f)", "NULLIF(i, 0)", "GREATEST(i, j)", "LEAST(i, j)"),
    *("CASE WHEN p THEN i END", "CASE WHEN p THEN i ELSE f END"),
    *("LOWER(s)", "UPPER(s)", "TRIM(s)", "LENGTH(s)", "SUBSTRING(s, 1, 3)", "s || t"),
    *("MAKE_DATE(i, j, k)", "DATE '2026-11-16'", "TIMESTAMP '2026-11-16 09:00:00'"),
    *("a + INTERVAL 30 DAY", "a - INTERVAL 1 MONTH", "a + INTERVAL 1 HOUR", "m + INTERVAL 1 QUARTER"),
    *("DATE_TRUNC('minute', m)", "DATE_TRUNC('hour', m)", "DATE_TRUNC('day', m)", "DATE_TRUNC('week', m)"),
    *("DATE_TRUNC('week', a)", "DATE_TRUNC('month', m)", "DATE_TRUNC('quarter', m)", "DATE_TRUNC('year', a)"),
    *("CAST(DATE_TRUNC('week', m) AS DATE)", "DATE_DIFF('minute', m, n)", "DATE_DIFF('hour', m, n)"),
    *("DATE_DIFF('day', m, n)", "DATE_DIFF('week', a, b)", "DATE_DIFF('month', a, b)", "DATE_DIFF('quarter', a, b)"),
    *("DATE_DIFF('year', a, b)", "YEAR(a)", "QUARTER(a)", "MONTH(a)", "DAY(a)", "HOUR(m)", "HOUR(a)", "MINUTE(m)"),
    *("SECOND(m)", "WEEK(a)", "ISODOW(a)", "DAYOFYEAR(a)", "DATE_TRUNC('second', m)", "DATE_DIFF('second', m, n)"),
    *("CAST(s AS INTEGER)", "CAST(d AS INTEGER)", "CAST(f AS INTEGER)", "CAST(p AS INTEGER)", "CAST(i AS DOUBLE)"),
    *("CAST(s AS DECIMAL(10, 2))", "CAST(d AS DECIMAL(10, 2))", "CAST(f AS DECIMAL(10, 2))", "CAST(i AS BOOLEAN)"),
    *("CAST(s AS BOOLEAN)", "CAST(i AS VARCHAR)", "CAST(m AS VARCHAR)", "CAST(p AS VARCHAR)", "CAST(m AS DATE)"),
    *("CAST(a AS TIMESTAMP)",),
    *("COUNT(i)", "COUNT(DISTINCT i)", "SUM(d)", "SUM(d) FILTER (WHERE p)", "AVG(d)", "MIN(d)", "MAX(d)"),
    *("MEDIAN(d)", "QUANTILE_CONT(f, 0.9)"),
    *("ROW_NUMBER() OVER (PARTITION BY s ORDER BY a)", "RANK() OVER (ORDER BY d DESC)"),
    *("LAG(i) OVER (ORDER BY a)", "LEAD(i) OVER (ORDER BY a)", "COUNT(i) OVER (PARTITION BY s)"),
)
# Operators that only plans use.
OF_PLANS = {
    "the Monday on or before": Call("trunc_monday", (column("m"),)),
    "m of UTC in Berlin": Call("in_zone", (column("m"), Const("UTC", "text"), Const("Europe/Berlin", "text"))),
    "microseconds from m to n": Call("elapsed_us", (column("m"), column("n"))),
}


def table() -> str:
    """Each operator as DuckDB gets it, and as the others do where that differs."""
    lines = ["| operator | duckdb | where it differs |", "|---|---|---|"]
    for label, expr in [*((sample, bound(sample)) for sample in SAMPLES), *OF_PLANS.items()]:
        forms = {dialect: _written(expr, dialect) for dialect in DIALECTS}
        others: dict[str, list[str]] = {}
        for dialect, form in forms.items():
            if form != forms["duckdb"]:
                others.setdefault(form, []).append(dialect)
        differing = "<br>".join(f"{', '.join(dialects)}: {_cell(form)}" for form, dialects in others.items())
        name = label if label in OF_PLANS else _code(label)
        lines.append(f"| {name} | {_code(forms['duckdb'])} | {differing} |")
    return "\n".join(lines) + "\n"


def renewed(page: str) -> str:
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def expressions() -> list[Expr]:
    return [*map(bound, SAMPLES), *OF_PLANS.values()]


def _written(expr: Expr, dialect: str) -> str:
    form = DIALECTS[dialect]
    if form.percentile is None and any(isinstance(n, Aggregated) and n.function == "percentile" for n in walk(expr)):
        return RANKED
    try:
        tree = Writer(form, "monday", lambda physical: exp.column(physical.column)).write(expr)
    except Refusal:
        return REFUSED
    return str(form.finish(tree).sql(dialect))


def _cell(form: str) -> str:
    return form if form in (REFUSED, RANKED) else _code(form)


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
