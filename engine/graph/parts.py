"""Which metrics a metric is made of by its formula, and which way each acts there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
            yield from _in_input(project, numerator, "raises")
            yield from _in_input(project, denominator, "lowers")
        case Cohort(value=given) | Cumulative(input=given):
            yield from _in_input(project, given, "raises")


def _in_input(project: Project, given: Input, sign: Sign) -> Iterator[tuple[str, Sign]]:
    if given.metric is not None:
        if given.metric in project.metrics:
            yield given.metric, sign
    elif given.expression is not None:
        yield from _in_text(project, given.expression, {}, sign)


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
        case Call("sub" | "div", (left, right)):
            yield from _leaves(left, sign)
            yield from _leaves(right, _FLIPPED[sign])
        case Call("neg", (arg,)):
            yield from _leaves(arg, _FLIPPED[sign])
        case Call("mul", (left, right)):
            below = [arg for arg in (left, right) if isinstance(arg, Const) and _negative(arg)]
            for arg in (left, right):
                yield from _leaves(arg, _FLIPPED[sign] if below else sign)
        case Call(op, args) if op == "add" or op in _KEEPING:
            for arg in args:
                yield from _leaves(arg, sign)
        case _:
            for child in children(expr):
                yield from _leaves(child, "unclear")


def _negative(const: Const) -> bool:
    return not isinstance(const.value, (str, bool, type(None))) and str(const.value).startswith("-")
