"""Redshift: PostgreSQL's forms where its manual says the same; no engine was there to run it on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Expr, Interval, Type
from ...formula.functions import type_of
from .casts import truth_of_text
from .dialect import Tree, call, number, text
from .forms import FORMS, rounded_float
from .postgres import POSTGRES
from .series import counted, digits, ten_rows
from .times import monday_first, small_step_of_day, zoned

if TYPE_CHECKING:
    from .writer import Writer


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A day becomes a time by it."""
    base, step = args
    assert isinstance(step, Interval)
    tree = call("DATEADD", exp.var(step.unit.upper()), number(step.count), writer.write(base))
    return writer.typed(tree, "date") if type_of(base) == "date" and not small_step_of_day(args) else tree


def _date_diff(unit: str, writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return call("DATEDIFF", exp.var(unit), writer.write(args[0]), writer.write(args[1]))


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """PostgreSQL's way by NUMERIC would cut all digits off."""
    return FORMS["round"](writer, args) if type_of(args[0]) in ("decimal", "integer") else rounded_float(writer, args)


def make_date_of_text(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """From its text, padded: a day that is none is an error."""
    padded = [
        call("LPAD", writer.typed(writer.write(arg), "text"), number(width), text("0"))
        for arg, width in zip(args, (4, 2, 2), strict=True)
    ]
    written = padded[0]
    for part in padded[1:]:
        dashed = exp.DPipe(this=written, expression=text("-"), safe=False)
        written = exp.DPipe(this=dashed, expression=part, safe=False)
    return writer.typed(written, "date")


def fraction(writer: Writer, tree: Tree, type_: Type) -> Tree:
    """A mean of integers would be an integer, one of decimals have as few digits as they."""
    return tree if type_ == "float" else writer.typed(tree, "float")


def _shift(tree: Tree, many: Tree, unit: str) -> Tree:
    return call("DATEADD", exp.var(unit.upper()), many, tree)


REDSHIFT = replace(
    POSTGRES,
    name="redshift",
    proof="syntax checked",
    types={"float": "DOUBLE PRECISION", "text": "VARCHAR(MAX)", "decimal": "DECIMAL"},
    forms={
        **POSTGRES.forms,
        "date_add": _date_add,
        "days_between": lambda writer, args: _date_diff("DAY", writer, args),
        "elapsed_us": lambda writer, args: _date_diff("MICROSECOND", writer, args),
        "make_date": make_date_of_text,
        "round": _round,
        "part_day_of_week": lambda writer, args: monday_first(
            exp.Extract(this=exp.var("DOW"), expression=writer.write(args[0])), 0
        ),
        "in_zone": zoned("CONVERT_TIMEZONE"),
    },
    casts={"boolean": truth_of_text},
    inputs={"avg": fraction},
    series=counted(digits(ten_rows), _shift),
    percentile=None,  # several at once must have the same order there
)
