"""Snowflake has no engine to run here: its statements are parsed, and held against what is known to go wrong there."""

from __future__ import annotations

import re
from functools import cache

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from tests.engines.operators import examples
from tests.engines.statements import VARIANTS, statements

# What the forms use; each is in Snowflake's manual under this name.
FUNCTIONS = frozenset(
    "ABS AVG CEIL COALESCE CONVERT_TIMEZONE COUNT DATEADD DATEDIFF DATE_FROM_PARTS DATE_PART DATE_TRUNC DAYOFWEEKISO "
    "DAYOFYEAR FLOOR LAG LEAD LENGTH LN LOWER MAX MIN NULLIF PERCENTILE_CONT RANK ROUND ROW_NUMBER SQRT SUBSTRING SUM "
    "TRIM UPPER".split()
)
SYNTAX = frozenset(("CAST", "DECIMAL"))


@cache
def written() -> dict[str, str]:
    found = {f"{variant}: {names}": sql for variant in VARIANTS for names, sql in statements(variant, "snowflake")}
    return found | {str(example): example.sql("snowflake") for example in examples()}


def test_every_statement_is_snowflake() -> None:
    for label, sql in written().items():
        tree = sqlglot.parse_one(sql, read="snowflake", error_level=ErrorLevel.RAISE)
        assert isinstance(tree, exp.Select), label
        again = sqlglot.parse_one(tree.sql("snowflake"), read="snowflake")
        assert again == tree, label


def test_functions_are_snowflakes_own() -> None:
    used = set()
    for sql in written().values():
        bare = re.sub(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"", "", sql)
        used |= {name.upper() for name in re.findall(r"(\w+)\(", bare)}
    assert used - SYNTAX == FUNCTIONS


@pytest.mark.parametrize(
    ("trap", "why"),
    [
        (r"DATE_TRUNC\('?week", "weeks start where the session's WEEK_START says"),
        (r"DATEDIFF\('?week", "so do these weeks"),
        (r"(EXTRACT|DATE_PART)\('?(WEEK|DOW|DAYOFWEEK)\b", "and these days"),
        (r"\bIS (NOT )?(TRUE|FALSE)\b", "read as NOT x, which loses nulls"),
        (r"\bINTERVAL\b", "months added as an interval differ from DATEADD"),
        (r"\bFILTER\s*\(", "no such clause"),
        (r"\b(GREATEST|LEAST)\(", "null where one argument is"),
        (r"\b(MEDIAN|QUANTILE_CONT|EPOCH_US|MAKE_DATE)\(", "names of DuckDB"),
        (r"\bTIMESTAMP\b", "TIMESTAMP may be with or without a zone, as the session says"),
        (r"\bLIKE\b[^']*ESCAPE", "nothing escapes in a pattern"),
        (r"\bDESC(?! NULLS LAST)", "nulls would come first"),
    ],
)
def test_traps(trap: str, why: str) -> None:
    for label, sql in written().items():
        bare = re.sub(r"--[^\n]*", "", sql)
        assert not re.search(trap, bare, re.IGNORECASE), f"{label}: {why}\n{sql}"


def test_fractions_are_divided_and_averaged_as_floats() -> None:
    """A quotient of numbers has six digits after the point, a mean of them as many."""
    for label, sql in written().items():
        tree = sqlglot.parse_one(sql, read="snowflake")
        for division in tree.find_all(exp.Div):
            whole = isinstance(division.parent, exp.Cast) and division.parent.to.is_type("BIGINT")
            assert whole or _is_float(division.left) or isinstance(division.left, exp.Div), f"{label}\n{sql}"
    for example in examples():
        if re.match(r"(AVG|MEDIAN)\(d\)", example.label):
            assert "CAST(edges.d AS DOUBLE)" in example.sql("snowflake")


def _is_float(tree: exp.Expression) -> bool:
    return isinstance(tree, exp.Cast) and bool(tree.to.is_type("DOUBLE"))
