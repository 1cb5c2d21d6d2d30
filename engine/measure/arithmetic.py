"""The value of a formula from the values of its names: exact fractions, and nulls as SQL has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor, log, sqrt

from ..formula.expr import Call, Cast, Const, Expr, Ref

Names = Mapping[str, Fraction | None]


class Unsplittable(Exception):
    """Why a change cannot be split."""


def evaluate(expr: Expr, values: Names) -> Fraction | None:
    """The formula's value, null where an argument is null or a division is by zero.

    >>> from ..formula.parse import parse
    >>> evaluate(parse("(a + 1) / b"), {"a": Fraction(1), "b": Fraction(4)})
    Fraction(1, 2)
    """
    match expr:
        case Const(value=None):
            return None
        case Const(value=value) if not isinstance(value, (str, bool)):
            return Fraction(str(value))
        case Ref(path=(name,)):
            return values[name]
        case Cast(arg=arg, type="float" | "decimal", scale=None):
            return evaluate(arg, values)
        case Call("coalesce", args):
            return next((it for arg in args if (it := evaluate(arg, values)) is not None), None)
        case Call("greatest" | "least" as op, args):  # as DuckDB: nulls are passed over
            known = [it for arg in args if (it := evaluate(arg, values)) is not None]
            return (max if op == "greatest" else min)(known) if known else None
        case Call("nullif", (left, right)):
            first = evaluate(left, values)
            return None if first == evaluate(right, values) else first
        case Call(op, args) if op in _STRICT:
            given = [evaluate(arg, values) for arg in args]
            known = [it for it in given if it is not None]
            return _STRICT[op](*known) if len(known) == len(given) else None
    what = f"`{expr.op.upper()}`" if isinstance(expr, Call) else f"`{type(expr).__name__.upper()}`"
    raise Unsplittable(f"the formula uses {what.lower()}, which is not worked out here")


def _rounded(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    """Halves away from zero, as SQL rounds."""
    scale = Fraction(10) ** int(digits)
    whole = floor(abs(value) * scale + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole) / scale


_STRICT: Mapping[str, Callable[..., Fraction | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else None,
    "neg": lambda a: -a,
    "abs": abs,
    "round": _rounded,
    "floor": lambda a: Fraction(floor(a)),
    "ceil": lambda a: Fraction(ceil(a)),
    "sqrt": lambda a: Fraction(sqrt(a)) if a >= 0 else None,
    "ln": lambda a: Fraction(log(a)) if a > 0 else None,
}
