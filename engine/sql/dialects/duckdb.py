"""DuckDB: the dialect that formulas are read as."""

from __future__ import annotations

from decimal import Decimal

from .dialect import Dialect, Tree, as_float, call, number
from .series import generated


def _percentile(arg: Tree, share: Decimal) -> Tree:
    return call("MEDIAN", arg) if share == Decimal("0.5") else call("QUANTILE_CONT", arg, number(share))


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
    series=generated(lambda steps: call("UNNEST", steps)),
    alias_joined=True,
    reserved=frozenset(_RESERVED.split()),
)
