"""Trino: written from its manual; no engine was there to run it on, only its grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Call, Cast, Expr, Interval
from .dialect import Dialect, Tree, as_float, call, number, text
from .forms import named
from .redshift import make_date_of_text
from .series import counted
from .times import small_step_of_day

if TYPE_CHECKING:
    from .writer import Writer


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    if small_step_of_day(args):
        base = Cast(base, "datetime")
    return call("DATE_ADD", text(step.unit), number(step.count), writer.write(base))


def _in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    moment, first, second = args
    there = call("WITH_TIMEZONE", writer.write(Cast(moment, "datetime")), writer.write(first))
    return writer.typed(call("AT_TIMEZONE", there, writer.write(second)), "datetime")


def _elapsed_us(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """DATE_DIFF knows nothing smaller than a millisecond."""
    if all(isinstance(arg, Call) and arg.op.startswith("trunc_") for arg in args):
        seconds = call("DATE_DIFF", text("second"), writer.write(args[0]), writer.write(args[1]))
        return exp.Mul(this=seconds, expression=number(1_000_000))
    start, end = (call("TO_UNIXTIME", writer.write(arg)) for arg in args)
    between = exp.Paren(this=exp.Sub(this=end, expression=start))
    return writer.typed(call("ROUND", exp.Mul(this=between, expression=number("1e6"))), "integer")


def _numbers(bounds: Tree, many: int, grain: str) -> Tree:
    """A thousand at a time: no sequence has more than 10,000 items."""
    total = exp.column("total", table="bounds")
    thousands, ones = exp.column("k", table="thousands"), exp.column("i", table="ones")
    n = exp.Add(this=exp.Mul(this=thousands, expression=number(1000)), expression=ones)
    last = call("FLOOR", exp.Div(this=total, expression=number(many * 1000), typed=True, safe=False))
    found = exp.Select(
        expressions=[*(exp.column(name, table="bounds") for name in ("first_one", "last_one")), exp.alias_(n, "n")]
    ).from_(bounds.subquery("bounds"))
    found = found.join(_sequence(last, "thousands", "k"), join_type="cross")
    found = found.join(_sequence(number(999), "ones", "i"), join_type="cross")
    counted = exp.Mul(this=exp.Paren(this=n.copy()), expression=number(many))
    return found.where(exp.LTE(this=counted, expression=total.copy()))


def _sequence(last: Tree, table: str, column: str) -> Tree:
    name = exp.TableAlias(this=exp.to_identifier(table), columns=[exp.to_identifier(column)])
    return exp.Unnest(expressions=[call("SEQUENCE", number(0), last)], alias=name)


_RESERVED = """
    alter and as between by case cast constraint create cross cube current_catalog current_date current_path
    current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop
    else end escape except exists extract false for from full group grouping having in inner insert intersect into is
    join json_array json_exists json_object json_query json_table json_value left like listagg localtime
    localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then
    trim true uescape union unnest user using values when where with
"""

TRINO = Dialect(
    "trino",
    "syntax checked",
    types={"datetime": "TIMESTAMP(6)"},
    forms={
        "date_add": _date_add,
        "days_between": lambda writer, args: call(
            "DATE_DIFF", text("day"), writer.write(args[0]), writer.write(args[1])
        ),
        "elapsed_us": _elapsed_us,
        "part_day_of_week": named("DAY_OF_WEEK"),
        "in_zone": _in_zone,
        "make_date": make_date_of_text,
        "trim": lambda writer, args: exp.Trim(this=writer.write(args[0]), expression=text(" "), position="BOTH"),
    },
    trunc_gives="same",
    inputs={"avg": as_float},
    series=counted(_numbers, lambda tree, many, unit: call("DATE_ADD", text(unit), many, tree)),
    percentile=None,  # only an approximate one
    reserved=frozenset(_RESERVED.split()),
)
