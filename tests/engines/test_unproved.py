"""Dialects without an engine to run: their statements are parsed, and held against what is known to go wrong there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from engine.sql.dialects import DIALECTS
from tests.engines.operators import examples
from tests.engines.statements import VARIANTS, statements

# What the forms use; each is in the engine's manual under this name.
_COMMON = (
    "ABS AVG COALESCE COUNT FLOOR LAG LEAD LOWER MAX MIN NULLIF RANK ROUND ROW_NUMBER SQRT SUBSTRING SUM TRIM UPPER"
)
FUNCTIONS = {
    "trino": """
        AT_TIMEZONE CEIL DATE_ADD DATE_DIFF DATE_TRUNC DAY_OF_WEEK EXTRACT LENGTH LN LPAD SEQUENCE
        TO_UNIXTIME UNNEST WITH_TIMEZONE
    """,
    "databricks": """
        CEIL CONVERT_TIMEZONE DATEDIFF DATE_TRUNC EXPLODE EXTRACT LENGTH LN MAKE_DATE PERCENTILE REPLACE SEQUENCE
        TIMESTAMPDIFF WEEKDAY
    """,
    "redshift": "CEIL CONVERT_TIMEZONE DATEADD DATEDIFF DATE_TRUNC EXTRACT LENGTH LN LPAD REPLACE SIGN",
    "tsql": "CEILING DATEADD DATEDIFF DATEDIFF_BIG DATEFROMPARTS DATEPART LEN LOG MONTH REPLACE SIGN YEAR",
}
SYNTAX = frozenset("CAST DATETIME2 DECIMAL NUMERIC NVARCHAR TIMESTAMP VARCHAR".split())
TRAPS = {
    "trino": [
        (r"\b(PERCENTILE_CONT|MEDIAN|APPROX_PERCENTILE)\(", "silently approximate or not there"),
        (r"\bIS (NOT )?(TRUE|FALSE)\b", "read as NOT x, which loses nulls"),
        (r"\b(GREATEST|LEAST)\(", "null where one argument is"),
        (r"\b(MAKE_DATE|EPOCH_US|CONCAT)\(", "names of others"),
        (r"\bTIMESTAMP(?!\(6\)| ')", "of milliseconds only"),
        (r"\bTRIM\((?!BOTH ' ')", "takes more off than spaces"),
        (r"\bINTERVAL\b", "a column's day plus an interval of hours is an error"),
        (r"\bFILTER\s*\(", "not the form that is proved elsewhere"),
    ],
    "databricks": [
        (r"\bPERCENTILE_CONT\(|\bPERCENTILE_APPROX\(", "approximate in some versions"),
        (r"\bDATE_?DIFF\(\w+,(?=[^()]*,)", "elapsed days, not boundaries"),
        (r"\bLOG\(", "the natural logarithm"),
        (r"\b(GREATEST|LEAST)\(", "not the form that is proved"),
        (r"\bEXTRACT\((DOW|DAYOFWEEK)\b", "counts from Sunday"),
    ],
    "redshift": [
        (r"\bFILTER\s*\(", "no such clause"),
        (r"\b(PERCENTILE_CONT|MEDIAN)\(", "several must have the same order"),
        (r"\b(MAKE_DATE|GENERATE_SERIES|EPOCH_US)\(", "not there, or on the leader only"),
        (r"AS (NUMERIC|DECIMAL)\)", "without digits none after the point are kept"),
        (r"\bINTERVAL\b", "months are added by DATEADD"),
        (r"\b(GREATEST|LEAST|CONCAT)\(", "not the form that is proved"),
        (r"\bDESC(?! NULLS LAST)", "nulls would come first"),
    ],
    "tsql": [
        (r"\bDATE_?(TRUNC|DIFF)\(\W*WEEK", "weeks start where the session's DATEFIRST says"),
        (r"\bDATEPART\((WEEK|WEEKDAY|DW)\b", "so do these"),
        (r"(?<!')\b(TRUE|FALSE)\b", "there is no truth"),
        (r"\bNULLS (FIRST|LAST)\b", "no such words"),
        (r"\bLIMIT\b|\|\|", "not its syntax"),
        (r"\bINTERVAL\b|\bFILTER\s*\(", "not its syntax"),
        (r"\b(PERCENTILE_CONT|GREATEST|LEAST|LN|LENGTH|CONCAT|CEIL|MAKE_DATE|EXTRACT)\(", "not there or otherwise"),
        (r"\bLIKE '[^']*(?<!\[)\[(?!\[\])", "a bracket opens a set"),
    ],
}


def test_these_are_all() -> None:
    unproved = {name for name, dialect in DIALECTS.items() if dialect.proof != "proved"}
    assert unproved == {"snowflake", *FUNCTIONS} == {"snowflake", *TRAPS}


@cache
def written(dialect: str) -> dict[str, str]:
    found = {f"{variant}: {names}": sql for variant in VARIANTS for names, sql in statements(variant, dialect)}
    return found | {str(one): one.sql(dialect) for one in examples() if dialect not in one.refused}


@pytest.mark.parametrize("dialect", FUNCTIONS)
def test_every_statement_is_of_the_dialect(dialect: str) -> None:
    for label, sql in written(dialect).items():
        tree = sqlglot.parse_one(sql, read=dialect, error_level=ErrorLevel.RAISE)
        assert isinstance(tree, exp.Select), label


@pytest.mark.parametrize("dialect", FUNCTIONS)
def test_functions_are_its_own(dialect: str) -> None:
    used = {name.upper() for _, bare in _bare(dialect, r"'(?:[^']|'')*'|\[[^\]]*\]") for name in _called(bare)}
    assert used - SYNTAX == {*_COMMON.split(), *FUNCTIONS[dialect].split()}


@pytest.mark.parametrize(("dialect", "trap", "why"), [(name, *trap) for name, traps in TRAPS.items() for trap in traps])
def test_traps(dialect: str, trap: str, why: str) -> None:
    for label, bare in _bare(dialect, "(?!)"):
        found = re.search(trap, bare, re.IGNORECASE)
        assert not found, f"{label}: `{found.group()}`: {why}\n{bare}"


@pytest.mark.heavy
def test_trino_reads_its_own() -> None:
    import trino_sql_validator

    for label, sql in written("trino").items():
        result = trino_sql_validator.validate(sql, dialect="trino")
        if result.error and "complexity exceeded" in result.error.message:
            assert "all in one" in label  # a limit of the parser
            continue
        assert result.valid, f"{label}: {result.error}\n{sql}"
        assert not result.warnings, f"{label}: {result.warnings}\n{sql}"


@pytest.mark.parametrize("dialect", ["trino", "redshift", "tsql"])
def test_means_are_floats(dialect: str) -> None:
    """Of integers they would be integers, of decimals they would have as few digits."""
    (mean,) = {sql for label, sql in written(dialect).items() if label.endswith(" AVG(d)")}
    assert re.search(r"AVG\(CAST\((edges\.)?d AS (DOUBLE|DOUBLE PRECISION|FLOAT)\)\)", mean)


def test_truth_is_a_number_on_sql_server() -> None:
    """In a SELECT list stands a choice, in a condition a comparison."""
    for label, sql in written("tsql").items():
        tree = sqlglot.parse_one(sql, read="tsql")
        for select in tree.find_all(exp.Select):
            assert not any(isinstance(item.unalias(), exp.Predicate) for item in select.expressions), f"{label}\n{sql}"
        for where in tree.find_all(exp.Where):
            assert isinstance(where.this, (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Paren)), f"{label}\n{sql}"


def _bare(dialect: str, without: str) -> Iterator[tuple[str, str]]:
    """Each statement without its comments and what else is left out, and names in quotes."""
    for label, sql in written(dialect).items():
        yield label, re.sub(rf"--[^\n]*|\"[^\"]*\"|`[^`]*`|{without}", "", sql)


def _called(bare: str) -> list[str]:
    """Functions; what stands after AS is a table with names for its columns."""
    return re.findall(r"(?<!\bAS )\b(\w+)\(", bare)
