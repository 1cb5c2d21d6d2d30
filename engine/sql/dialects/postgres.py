"""PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Const, Expr
from ...formula.functions import type_of
from .dialect import Dialect, Tree, call, number
from .forms import as_text, like_without_escape
from .series import generated
from .times import whole_second

if TYPE_CHECKING:
    from .writer import Writer


def _elapsed_us(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    between = exp.Paren(this=exp.Sub(this=writer.operand(args[1]), expression=writer.operand(args[0])))
    return exp.Mul(this=exp.Extract(this=exp.var("EPOCH"), expression=between), expression=number(1_000_000))


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Of a numeric: of a double, halves go to the even number, and digits cannot be given."""
    value = writer.write(args[0])
    if type_of(args[0]) != "decimal":
        value = exp.Cast(this=value, to=exp.DataType.build("NUMERIC", udt=True))
    return call("ROUND", value, *(writer.write(arg) for arg in args[1:]))


def _make_date(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return call("MAKE_DATE", *(_narrow(writer, arg) for arg in args))


def _substring(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return call("SUBSTRING", writer.write(as_text(args[0])), *(_narrow(writer, arg) for arg in args[1:]))


def _narrow(writer: Writer, arg: Expr) -> Tree:
    """These functions take integers of 32 bits only, and a part of a date is a numeric."""
    tree = writer.write(arg)
    return tree if isinstance(arg, Const) else exp.Cast(this=tree, to=exp.DataType.build("INT"))


_RESERVED = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
    collation column concurrently constraint create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
    except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
    is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
    only or order outer overlaps placing primary references returning right select session_user similar some
    symmetric table tablesample then to trailing true union unique user using variadic verbose when where window
    with
"""

POSTGRES = Dialect(
    "postgres",
    "proved",
    types={"float": "DOUBLE PRECISION"},
    forms={
        "elapsed_us": _elapsed_us,
        "like": like_without_escape,
        "make_date": _make_date,
        "round": _round,
        "substring": _substring,
        "part_second": whole_second,
    },
    series=generated(),
    typed_nulls=True,
    reserved=frozenset(_RESERVED.split()),
)
