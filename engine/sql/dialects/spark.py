"""Spark SQL, in ANSI mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Expr
from .dialect import Dialect, Tree, as_float, call, number, text
from .forms import like_without_escape
from .series import type_of_grain
from .times import plus_one, whole_second, zoned

if TYPE_CHECKING:
    from .writer import Writer


def _in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Without a zone in between: a TIMESTAMP is a moment of the session's."""
    tree = zoned("CONVERT_TIMEZONE")(writer, args)
    bare = exp.DataType.build("TIMESTAMP_NTZ", dialect="spark", udt=True)
    tree.expressions[2].replace(exp.Cast(this=tree.expressions[2].copy(), to=bare))
    return writer.typed(tree, "datetime")


def _series(writer: Writer, start: Tree, stop: Tree, grain: str, name: str) -> Tree:
    """SEQUENCE would count down where the stop is first."""
    first, last = (exp.column(column, table="bounds") for column in ("first_one", "last_one"))
    unit, many = {"quarter": ("MONTH", 3)}.get(grain, (grain.upper(), 1))
    step = exp.Interval(this=text(str(many)), unit=exp.var(unit))
    ordered = exp.LTE(this=first.copy(), expression=last.copy())
    steps = exp.Case(ifs=[exp.If(this=ordered, true=call("SEQUENCE", first, last, step))])
    type_ = type_of_grain(grain)
    ends = [exp.alias_(writer.typed(end, type_), alias) for end, alias in ((start, "first_one"), (stop, "last_one"))]
    item = exp.Alias(this=call("EXPLODE", steps), alias=writer.dialect.identifier(name))
    return exp.Select(expressions=[item]).from_(exp.Select(expressions=ends).subquery("bounds"))


_RESERVED = "all current_path distinct false having limit not null offset qualify recursive true where"

SPARK = Dialect(
    "spark",
    "proved",
    types={"text": "STRING"},
    forms={
        "days_between": lambda writer, args: call("DATEDIFF", writer.write(args[1]), writer.write(args[0])),
        "elapsed_us": lambda writer, args: call(
            "TIMESTAMPDIFF", exp.var("MICROSECOND"), writer.write(args[0]), writer.write(args[1])
        ),
        "like": like_without_escape,
        "part_second": whole_second,
        "part_day_of_week": lambda writer, args: plus_one(call("WEEKDAY", writer.write(args[0]))),
        "in_zone": _in_zone,
    },
    inputs={"avg": as_float},
    series=_series,
    percentile=lambda arg, share: call("PERCENTILE", arg, number(share)),
    reserved=frozenset(_RESERVED.split()),
)
