"""DuckDB: the dialect that formulas are read as."""

from __future__ import annotations

from decimal import Decimal

from .dialect import Dialect, Tree, as_float, call, number


def _percentile(arg: Tree, share: Decimal) -> Tree:
    return call("MEDIAN", arg) if share == Decimal("0.5") else call("QUANTILE_CONT", arg, number(share))


DUCKDB = Dialect("duckdb", "proved", inputs={"percentile": as_float}, percentile=_percentile)
