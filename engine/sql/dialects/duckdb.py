"""DuckDB: the dialect that formulas are read as."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from .dialect import Dialect, Tree, as_float, call, number

if TYPE_CHECKING:
    from .writer import Writer


def _percentile(arg: Tree, share: Decimal) -> Tree:
    return call("MEDIAN", arg) if share == Decimal("0.5") else call("QUANTILE_CONT", arg, number(share))


def _series(writer: Writer, start: Tree, stop: Tree, grain: str, name: str) -> Tree:
    step = exp.Interval(
        this=number(3 if grain == "quarter" else 1), unit=exp.Var(this="MONTH" if grain == "quarter" else grain.upper())
    )
    units = call("UNNEST", call("GENERATE_SERIES", start, stop, step))
    type_ = "TIMESTAMP" if grain in ("second", "minute", "hour") else "DATE"
    return exp.Select(expressions=[exp.alias_(exp.cast(units, type_), name)])


# Of version 1, and of a sqlglot that does not know them all.
_RESERVED = """
    anti asc asof at authorization binary by check collation concurrently create cross desc describe end false
    freeze full glob group ilike in inner is isnull join lambda lateral left like natural notnull null outer
    overlaps pivot pivot_longer pivot_wider positional qualify recursive right semi show similar summarize
    tablesample true unpack unpivot verbose
"""

DUCKDB = Dialect(
    "duckdb",
    "proved",
    trunc_gives="either",  # before version 2 a day
    inputs={"percentile": as_float},
    percentile=_percentile,
    series=_series,
    alias_joined=True,
    reserved=frozenset(_RESERVED.split()),
)
