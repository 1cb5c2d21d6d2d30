"""Spark SQL, in ANSI mode."""

from __future__ import annotations

from sqlglot import exp

from .dialect import Dialect, as_float, call, number
from .forms import like_without_escape

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
    },
    inputs={"avg": as_float},
    percentile=lambda arg, share: call("PERCENTILE", arg, number(share)),
    reserved=frozenset("all distinct false having limit not null offset qualify recursive true where".split()),
)
