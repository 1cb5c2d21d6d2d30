"""The default form of each operator: what every engine computes alike, or most."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ...formula.expr import Call, Cast, Const, Expr
from ...formula.functions import type_of
from ..refusal import Refusal
from .dialect import Form, Tree, call, number, signed, text
from .times import TIME_FORMS

if TYPE_CHECKING:
    from .writer import Writer


def binary(kind: Any) -> Form:
    return lambda writer, args: kind(this=writer.operand(args[0]), expression=writer.operand(args[1]))


def named(name: str) -> Form:
    return lambda writer, args: call(name, *(writer.write(arg) for arg in args))


def _connected(kind: Any, other: Any) -> Form:
    """AND within OR, and OR within AND, in parentheses."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        parts = [writer.write(arg) for arg in args]
        left, right = (exp.Paren(this=part) if isinstance(part, other) else part for part in parts)
        return kind(this=left, expression=right)

    return form


def _div(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Always a fraction, and null where the divisor is 0."""
    above = writer.typed(writer.write(args[0]), "float")
    divisor = args[1]
    if isinstance(divisor, Const) and isinstance(divisor.value, (int, float, Decimal)) and divisor.value:
        return exp.Div(this=above, expression=signed(divisor.value), typed=False, safe=False)
    below = call("NULLIF", writer.write(divisor), number(0))
    return exp.Div(this=above, expression=below, typed=False, safe=False)


def _not(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    (arg,) = args
    if isinstance(arg, Call) and arg.op == "is_null":
        return exp.Not(this=exp.Is(this=writer.operand(arg.args[0]), expression=exp.Null()))
    tree = writer.write(arg)
    return exp.Not(this=tree if isinstance(tree, (exp.In, exp.Like, exp.Paren)) else exp.Paren(this=tree))


def _in(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return exp.In(this=writer.operand(args[0]), expressions=[writer.write(arg) for arg in args[1:]])


def _is(value: bool) -> Form:
    """`x IS TRUE` without the syntax that several engines lack: null counts as neither."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        tree = writer.write(args[0])
        held = tree if value else exp.Not(this=exp.Paren(this=tree))
        return call("COALESCE", held, exp.Boolean(this=False))

    return form


def like_without_escape(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    r"""For engines where `\` in a pattern escapes the next character: doubled, it stands for itself."""
    value, pattern = args
    if isinstance(pattern, Const) and isinstance(pattern.value, str):
        doubled = text(pattern.value.replace("\\", "\\\\"))
    else:
        doubled = call("REPLACE", writer.write(pattern), text("\\"), text("\\\\"))
    return exp.Like(this=writer.operand(value), expression=doubled)


def _coalesce(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return call("COALESCE", *writer.branches(list(args)))


def _extreme(symbol: Any) -> Form:
    """GREATEST and LEAST that pass over nulls, which several engines do not."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        best, *others = writer.branches(list(args))
        for other in others:
            missing = exp.Is(this=other.copy(), expression=exp.Null())
            better = exp.Or(this=missing, expression=symbol(this=best.copy(), expression=other.copy()))
            best = exp.Case(ifs=[exp.If(this=better, true=best)], default=other)
        return best

    return form


def rounded_float(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """For engines whose ROUND takes halves of a float to the even number."""
    digits = int(str(args[1].value)) if len(args) > 1 and isinstance(args[1], Const) else 0
    value = writer.typed(writer.write(args[0]), "float")
    scale = number(10 ** abs(digits))

    def scaled(tree: Tree, up: bool) -> Tree:
        if not digits:
            return tree
        if up == (digits > 0):
            return exp.Mul(this=tree, expression=scale.copy())
        return exp.Div(this=tree, expression=scale.copy(), typed=False, safe=False)

    grown = exp.Add(this=scaled(call("ABS", value), True), expression=number("0.5"))
    return exp.Mul(this=call("SIGN", value.copy()), expression=scaled(call("FLOOR", grown), False))


def refused(what: str, dialect: str, why: str, hint: str) -> Form:
    """For what an engine would give another value of, or none: the statement is not written."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        raise Refusal("C305", f"{what} cannot be had on {dialect}: {why}", hint=hint)

    return form


def substring(name: str) -> Form:
    return lambda writer, args: call(name, *(writer.write(arg) for arg in (as_text(args[0]), *args[1:])))


def guarded(name: str, symbol: Any) -> Form:
    """A function that is null outside its domain, where engines differ between null, an error and infinity."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        tree = writer.typed(writer.write(args[0]), "float")
        defined = symbol(this=tree, expression=number(0))
        return exp.Case(ifs=[exp.If(this=defined, true=call(name, tree.copy()))])

    return form


def as_text(expr: Expr) -> Expr:
    """What SUBSTRING is taken of: of a day or a number, its text."""
    return expr if type_of(expr) == "text" else Cast(expr, "text")


FORMS: Mapping[str, Form] = {
    "add": binary(exp.Add),
    "sub": binary(exp.Sub),
    "mul": binary(exp.Mul),
    "div": _div,
    "neg": lambda writer, args: exp.Neg(this=writer.operand(args[0])),
    "eq": binary(exp.EQ),
    "ne": binary(exp.NEQ),
    "lt": binary(exp.LT),
    "le": binary(exp.LTE),
    "gt": binary(exp.GT),
    "ge": binary(exp.GTE),
    "and": _connected(exp.And, exp.Or),
    "or": _connected(exp.Or, exp.And),
    "not": _not,
    "is_null": lambda writer, args: exp.Is(this=writer.operand(args[0]), expression=exp.Null()),
    "is_true": _is(True),
    "is_false": _is(False),
    "in": _in,
    "like": binary(exp.Like),
    "concat": lambda writer, args: exp.DPipe(
        this=writer.operand(args[0]), expression=writer.operand(args[1]), safe=False
    ),
    "coalesce": _coalesce,
    "nullif": named("NULLIF"),
    "greatest": _extreme(exp.GTE),
    "least": _extreme(exp.LTE),
    "abs": named("ABS"),
    "round": named("ROUND"),
    "floor": named("FLOOR"),
    "ceil": named("CEIL"),
    "sqrt": guarded("SQRT", exp.GTE),
    "ln": guarded("LN", exp.GT),
    "lower": named("LOWER"),
    "upper": named("UPPER"),
    "trim": named("TRIM"),
    "length": named("LENGTH"),
    "substring": substring("SUBSTRING"),
    "make_date": named("MAKE_DATE"),
    **TIME_FORMS,
}
