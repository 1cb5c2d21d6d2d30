"""What SQLite would read as a 0 or compare by a float's last digit; what it cannot do is refused."""

from __future__ import annotations

import sqlite3

import pytest
from sqlglot import exp

from engine.sql.dialects import DIALECTS, Writer
from engine.sql.refusal import Refusal
from tests.engines.operators import bound


def value(text: str, **columns: object) -> object:
    """What an expression gives over one row."""
    tree = Writer(DIALECTS["sqlite"], "monday", lambda physical: exp.column(physical.column)).write(bound(text))
    row = ", ".join(f"? AS {name}" for name in columns)
    connection = sqlite3.connect(":memory:")
    return connection.execute(f"SELECT {tree.sql('sqlite')} FROM (SELECT {row})", tuple(columns.values())).fetchone()[0]


@pytest.mark.parametrize("written", ["", "abc", "12abc", "1-2", "1e", "--1", "0x10", "1,5"])
@pytest.mark.parametrize("type_", ["INTEGER", "DOUBLE", "DECIMAL(10, 2)"])
def test_a_text_that_is_no_number_stops_the_statement(written: str, type_: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="malformed JSON"):
        value(f"CAST(s AS {type_})", s=written)


@pytest.mark.parametrize("written", ["", "abc", "2026-02-30", "2026-13-01", "2026-1-5", "20260105", "45000"])
@pytest.mark.parametrize("type_", ["DATE", "TIMESTAMP"])
def test_a_text_that_is_no_day_stops_the_statement(written: str, type_: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="malformed JSON"):
        value(f"CAST(s AS {type_})", s=written)


@pytest.mark.parametrize("written", ["2026-01-31 25:00:00", "2026-01-31 10:00:00+02:00", "2026-01-31 10:00:00.5Z"])
def test_a_text_that_is_no_time_stops_the_statement(written: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="malformed JSON"):
        value("CAST(s AS TIMESTAMP)", s=written)


def test_a_day_that_does_not_exist_stops_the_statement() -> None:
    with pytest.raises(sqlite3.OperationalError, match="malformed JSON"):
        value("MAKE_DATE(i, j, k)", i=2026, j=2, k=30)


def test_decimals_are_decimal() -> None:
    assert value("d + e = 0.3", d=0.1, e=0.2) == 1
    assert value("1 / (d + e - 0.3)", d=0.1, e=0.2) is None
    assert value("d * 0.1 > 0.3", d=3) == 0
    assert value("ROUND(d, 2)", d=1234567.005) == 1234567.01


@pytest.mark.parametrize("text", ["LOWER(s)", "UPPER(s)"])
def test_what_cannot_be_had_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        value(text, s="a")
    assert refused.value.code == "C305"
    assert refused.value.hint
