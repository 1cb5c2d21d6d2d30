"""Which metrics a metric is made of by its formula, and which way each acts there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from ..formula.expr import Aggregated, Call, Const, Expr, Ref, children
from ..formula.faults import Fault
from ..formula.parse import parse
from ..model import Cohort, Cumulative, Derived, Expression, Input, Metric, Project, Ratio
from .build import Part, Sign

_FLIPPED: Mapping[Sign, Sign] = {"raises": "lowers", "lowers": "raises", "unclear": "unclear"}
_KEEPING = ("coalesce", "round", "floor", "ceil", "greatest", "least", "sqrt", "ln", "nullif")


def find_parts(project: Project) -> Mapping[str, tuple[Part, ...]]:
    """The formula parts of every metric that has any. Signs hold for values that are not negative."""
    found: dict[str, tuple[Part, ...]] = {}
    for metric in project.metrics.values():
        signs: dict[str, Sign] = {}
        for name, sign in _signed(project, metric):
            signs[name] = sign if signs.get(name, sign) == sign else "unclear"
        if signs:
            found[metric.name] = tuple(Part(name, sign) for name, sign in signs.items())
    return found


def _signed(project: Project, metric: Metric) -> Iterator[tuple[str, Sign]]:
    match metric.definition:
        case Expression(expression):
            yield from _in_text(project, expression, {}, "raises")
        case Derived(expression, inputs):
            yield from _in_text(project, expression, inputs, "raises")
        case Ratio(numerator, denominator):
            yield from _in_input(project, numerator, _beside("raises", denominator))
            yield from _in_input(project, denominator, _beside("lowers", numerator))
        case Cohort(value=given) | Cumulative(input=given):
            yield from _in_input(project, given, "raises")


def _in_input(project: Project, given: Input, sign: Sign) -> Iterator[tuple[str, Sign]]:
    if given.metric is not None:
        if given.metric in project.metrics:
            yield given.metric, sign
    elif given.expression is not None:
        yield from _in_text(project, given.expression, {}, sign)


def _beside(sign: Sign, other: Input) -> Sign:
    """The sign of one side of a ratio, given the other one."""
    expr = parse(other.expression) if other.expression is not None else None
    return sign if expr is None or isinstance(expr, Fault) else _times(sign, expr)


def _in_text(project: Project, text: str, inputs: Mapping[str, Input], sign: Sign) -> Iterator[tuple[str, Sign]]:
    expr = parse(text)
    if isinstance(expr, Fault):
        return
    for name, found in _leaves(expr, sign):
        if name in inputs:
            yield from _in_input(project, inputs[name], found)
        elif name in project.metrics:
            yield name, found


def _leaves(expr: Expr, sign: Sign) -> Iterator[tuple[str, Sign]]:
    """Names outside aggregates, with the way they act on the whole."""
    match expr:
        case Ref(path=(name,)):
            yield name, sign
        case Aggregated() | Const():
            return
        case Call("sub", (left, right)):
            yield from _leaves(left, sign)
            yield from _leaves(right, _FLIPPED[sign])
        case Call("div", (left, right)):
            yield from _leaves(left, _times(sign, right))
            yield from _leaves(right, _times(_FLIPPED[sign], left))
        case Call("neg", (arg,)):
            yield from _leaves(arg, _FLIPPED[sign])
        case Call("mul", (left, right)):
            yield from _leaves(left, _times(sign, right))
            yield from _leaves(right, _times(sign, left))
        case Call(op, args) if op == "add" or op in _KEEPING:
            for arg in args:
                yield from _leaves(arg, sign)
        case _:
            for child in children(expr):
                yield from _leaves(child, "unclear")


def _times(sign: Sign, factor: Expr) -> Sign:
    """The sign beside a factor: turned by a negative one, unclear where the factor can be either."""
    if _never(factor, "negative"):
        return sign
    return _FLIPPED[sign] if _never(factor, "positive") else "unclear"


def _never(expr: Expr, side: Literal["negative", "positive"]) -> bool:
    """Whether the value is surely never on that side of 0, given that metrics and aggregates are not negative."""
    other: Literal["negative", "positive"] = "positive" if side == "negative" else "negative"
    match expr:
        case Ref() | Aggregated():
            return side == "negative"
        case Const(value) if not isinstance(value, (str, bool, type(None))):
            return str(value).startswith("-") == (side == "positive")
        case Call("neg", (arg,)):
            return _never(arg, other)
        case Call("mul" | "div", (left, right)):
            same = _never(left, "negative") and _never(right, side)
            return same or (_never(left, "positive") and _never(right, other))
        case Call(op, args) if op == "add" or op in _KEEPING:
            return op != "ln" and all(_never(arg, side) for arg in args)
    return False
