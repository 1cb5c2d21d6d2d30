"""Casts whose meaning engines do not share, in forms that they do: halves, truth as a number or text, days of times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import NUMBERS, Call, Cast, Type
from ...formula.functions import type_of
from .dialect import Tree, call, number, text
from .times import first_day

if TYPE_CHECKING:
    from .writer import Writer


def _plain(writer: Writer, cast: Cast) -> Tree:
    return writer.typed(writer.write(cast.arg), cast.type, cast.scale)


def _integer(writer: Writer, cast: Cast) -> Tree:
    """Halves go away from zero; engines cut, or round to even."""
    found = type_of(cast.arg)
    if found == "boolean":
        return _told(writer, cast, number(1), number(0))
    if found in ("decimal", "float"):
        return writer.typed(writer.write(Call("round", (cast.arg,))), "integer")
    return _plain(writer, cast)


def _fraction(writer: Writer, cast: Cast) -> Tree:
    if type_of(cast.arg) == "boolean":
        return writer.typed(_told(writer, cast, number(1), number(0)), cast.type, cast.scale)
    return _plain(writer, cast)


def _truth(writer: Writer, cast: Cast) -> Tree:
    if type_of(cast.arg) in NUMBERS:
        return exp.NEQ(this=writer.operand(cast.arg), expression=number(0))
    return _plain(writer, cast)


def _text(writer: Writer, cast: Cast) -> Tree:
    """Truth in words; times to the second, since engines show parts of it in several ways."""
    found = type_of(cast.arg)
    if found == "boolean":
        return _told(writer, cast, text("true"), text("false"))
    if found == "datetime":
        return call("SUBSTRING", _plain(writer, cast), number(1), number(19))
    return _plain(writer, cast)


def _day(writer: Writer, cast: Cast) -> Tree:
    arg = cast.arg
    if isinstance(arg, Call) and arg.op.startswith("trunc_"):
        return first_day(writer, arg.op.removeprefix("trunc_"), arg.args[0])
    return _plain(writer, cast)


def _told(writer: Writer, cast: Cast, yes: Tree, no: Tree) -> Tree:
    held = writer.write(cast.arg)
    fails = exp.Not(this=exp.Paren(this=held.copy()))
    return exp.Case(ifs=[exp.If(this=held, true=yes), exp.If(this=fails, true=no)])


def truth_of_text(writer: Writer, cast: Cast) -> Tree | None:
    """For engines that do not read truth; what is none is null."""
    if type_of(cast.arg) != "text":
        return None
    written = call("LOWER", writer.write(cast.arg))
    yes, no = (exp.In(this=written.copy(), expressions=[text(word) for word in words]) for words in TRUTHS)
    return exp.Case(ifs=[exp.If(this=yes, true=exp.Boolean(this=True)), exp.If(this=no, true=exp.Boolean(this=False))])


TRUTHS = (("true", "t", "1"), ("false", "f", "0"))
CASTS: Mapping[Type, Callable[[Writer, Cast], Tree]] = {
    "integer": _integer,
    "decimal": _fraction,
    "float": _fraction,
    "boolean": _truth,
    "text": _text,
    "date": _day,
    "datetime": _plain,
}
