"""Snowflake: written from its manual; no engine was there to run it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Const, Expr, Interval
from .dialect import Dialect, Tree, as_float, call, number
from .forms import named
from .series import counted, digits, ten_rows
from .times import part_of, zoned

if TYPE_CHECKING:
    from .writer import Writer


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    return call("DATEADD", exp.var(step.unit.upper()), number(step.count), writer.write(base))


def _date_diff(unit: str, writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return call("DATEDIFF", exp.var(unit), writer.write(args[0]), writer.write(args[1]))


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """DATE_TRUNC, but for weeks: its weeks start where the session's WEEK_START says."""
    unit, arg = args
    assert isinstance(unit, Const)
    if unit.value != "week":
        return call("DATE_TRUNC", writer.write(unit), writer.write(arg))
    day = writer.typed(writer.write(arg), "date")
    back = exp.Sub(this=number(1), expression=call("DAYOFWEEKISO", day.copy()))
    return call("DATEADD", exp.var("DAY"), back, day)


_RESERVED = """
    account all alter and any as between by case cast check column connect connection constraint create cross
    current current_date current_time current_timestamp current_user database delete distinct drop else exists
    false following for from full grant group gscluster having ilike in increment inner insert intersect into is
    issue join lateral left like localtime localtimestamp minus natural not null of on or order organization
    qualify regexp revoke right rlike row rows sample schema select set some start table tablesample then to
    trigger true try_cast union unique update using values view when whenever where with
"""

SNOWFLAKE = Dialect(
    "snowflake",
    "syntax checked",
    types={"datetime": "TIMESTAMPNTZ"},
    forms={
        "date_add": _date_add,
        "days_between": lambda writer, args: _date_diff("DAY", writer, args),
        "elapsed_us": lambda writer, args: _date_diff("MICROSECOND", writer, args),
        "make_date": named("DATE_FROM_PARTS"),
        "trunc": _trunc,
        "part_week_of_year": part_of("DATE_PART", "WEEKISO"),
        "part_day_of_week": named("DAYOFWEEKISO"),
        "part_day_of_year": named("DAYOFYEAR"),
        "in_zone": zoned("CONVERT_TIMEZONE"),
    },
    series=counted(digits(ten_rows), lambda tree, many, unit: call("DATEADD", exp.var(unit.upper()), many, tree)),
    trunc_gives="either",
    inputs={"avg": as_float, "percentile": as_float},
    alias_joined=True,
    reserved=frozenset(_RESERVED.split()),
)
