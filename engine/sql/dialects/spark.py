"""Spark SQL, in ANSI mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Expr
from .dialect import Dialect, Tree, as_float, call, number
from .forms import like_without_escape
from .times import plus_one, whole_second, zoned

if TYPE_CHECKING:
    from .writer import Writer


def _in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Without a zone in between: a TIMESTAMP is a moment of the session's."""
    tree = zoned("CONVERT_TIMEZONE")(writer, args)
    bare = exp.DataType.build("TIMESTAMP_NTZ", dialect="spark", udt=True)
    tree.expressions[2].replace(exp.Cast(this=tree.expressions[2].copy(), to=bare))
    return writer.typed(tree, "datetime")


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
    percentile=lambda arg, share: call("PERCENTILE", arg, number(share)),
    reserved=frozenset("all distinct false having limit not null offset qualify recursive true where".split()),
)
