"""Trino: written from its manual; no engine was there to run it on, only its grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Call, Cast, Expr, Interval
from .dialect import Dialect, Tree, as_float, call, number, text
from .redshift import make_date_of_text
from .times import small_step_of_day

if TYPE_CHECKING:
    from .writer import Writer


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    if small_step_of_day(args):
        base = Cast(base, "datetime")
    return call("DATE_ADD", text(step.unit), number(step.count), writer.write(base))


def _elapsed_us(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """DATE_DIFF knows nothing smaller than a millisecond."""
    if all(isinstance(arg, Call) and arg.op.startswith("trunc_") for arg in args):
        seconds = call("DATE_DIFF", text("second"), writer.write(args[0]), writer.write(args[1]))
        return exp.Mul(this=seconds, expression=number(1_000_000))
    start, end = (call("TO_UNIXTIME", writer.write(arg)) for arg in args)
    between = exp.Paren(this=exp.Sub(this=end, expression=start))
    return writer.typed(call("ROUND", exp.Mul(this=between, expression=number("1e6"))), "integer")


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
        "make_date": make_date_of_text,
        "trim": lambda writer, args: exp.Trim(this=writer.write(args[0]), expression=text(" "), position="BOTH"),
    },
    trunc_gives="same",
    inputs={"avg": as_float},
    percentile=None,  # only an approximate one
    reserved=frozenset(_RESERVED.split()),
)
