"""Gives the names of a formula their meaning through a scope, and checks aggregates, types and units on the way."""

from __future__ import annotations

from typing import Protocol

from .expr import (
    NOWHERE,
    TIMES,
    Aggregated,
    Call,
    Case,
    Cast,
    Column,
    Const,
    Expr,
    Interval,
    MetricOf,
    Ref,
    children,
    walk,
)
from .faults import FormulaError
from .functions import OPERATORS, mismatch, type_of

_TIME_UNITS = ("minutes", "hours", "days", "weeks")
_COMPARING = ("add", "sub", "eq", "ne", "lt", "le", "gt", "ge", "in", "coalesce", "nullif", "greatest", "least")


class Scope(Protocol):
    """Where names are looked up; each method raises `FormulaError` for a name it does not know."""

    def name(self, ref: Ref) -> Expr:
        """What a name stands for outside aggregates (or in a row condition)."""

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        """What a name stands for inside an aggregate."""

    def metric_of(self, node: MetricOf) -> Expr:
        """The column that holds a metric's value for the row's entity."""


def bind_rows(expr: Expr, scope: Scope, what: str = "a condition on rows") -> Expr:
    """A formula over one row: no aggregates."""
    for node in walk(expr):
        if isinstance(node, Aggregated):
            hint = "filter on a metric with metric(name, entity)"
            raise FormulaError("C105", f"an aggregate cannot stand in {what}", node.at, hint)
    return checked(_bound(expr, scope, None))


def bind_condition(expr: Expr, scope: Scope, what: str = "a condition on rows") -> Expr:
    """A condition over one row."""
    bound = bind_rows(expr, scope, what)
    _fits("not", (bound,), what, getattr(expr, "at", NOWHERE))
    return bound


def bind_formula(expr: Expr, scope: Scope) -> Expr:
    """A formula over aggregates: names inside aggregates are columns, names outside are inputs and metrics."""
    return checked(_bound(expr, scope, None))


def _bound(expr: Expr, scope: Scope, aggregate: Aggregated | None) -> Expr:
    match expr:
        case Ref():
            return scope.name(expr) if aggregate is None else scope.inside(expr, aggregate)
        case MetricOf():
            return scope.metric_of(expr)
        case Aggregated(function, arg, where, share, at):
            if aggregate is not None:
                hint = "aggregate per entity with a metric of type cohort, or through metric(name, entity)"
                raise FormulaError("C105", "an aggregate cannot stand inside an aggregate", at, hint)
            kept = None if where is None else _bound(where, scope, expr)
            return Aggregated(function, _bound(arg, scope, expr), kept, share, at)
        case Call(op, args, at):
            return Call(op, tuple(_bound(arg, scope, aggregate) for arg in args), at)
        case Cast(arg, type_, scale, at):
            return Cast(_bound(arg, scope, aggregate), type_, scale, at)
        case Case(whens, otherwise, at):
            pairs = tuple((_bound(when, scope, aggregate), _bound(then, scope, aggregate)) for when, then in whens)
            return Case(pairs, None if otherwise is None else _bound(otherwise, scope, aggregate), at)
    return expr


def checked(expr: Expr) -> Expr:
    """`expr`, once its types and units fit; raises `FormulaError` with code `C107` at the first place they do not."""
    for child in children(expr):
        checked(child)
    match expr:
        case Call():
            _call(expr)
        case Aggregated(function, arg, where, _, at):
            if function in ("sum", "avg", "percentile"):
                _fits("neg", (arg,), f"{function} of this", at)
            if where is not None:
                _fits("not", (where,), "FILTER", at)
        case Case(whens, otherwise, at):
            _fits("not", tuple(when for when, _ in whens), "WHEN", at)
            results = (*(then for _, then in whens), *((otherwise,) if otherwise is not None else ()))
            _fits("in", results, "CASE", at)
    return expr


def _call(call: Call) -> None:
    operator = OPERATORS[call.op]
    if not operator.least <= len(call.args) <= operator.most:
        raise FormulaError("C104", f"`{call.op}` takes {operator.least} to {operator.most} arguments", call.at)
    if call.op == "date_add":
        _shifted(call)
        return
    if call.op == "sub" and all(type_of(arg) in TIMES for arg in call.args):
        hint = "write DATE_DIFF('day', from, to)"
        raise FormulaError("C107", "the difference of two times has another type in each engine", call.at, hint)
    if any(isinstance(arg, Interval) for arg in call.args):
        raise FormulaError("C107", "a length of time can only be added to a date or time", call.at)
    _fits(call.op, call.args, _symbol(call.op), call.at)
    if call.op in _COMPARING:
        _units(call)
    if call.op == "substring" and isinstance(call.args[1], Const):
        start = call.args[1].value
        if not isinstance(start, int) or start < 1:
            raise FormulaError("C104", "SUBSTRING counts characters from 1", call.at)
    if call.op == "round" and len(call.args) == 2 and not isinstance(call.args[1], Const):
        raise FormulaError("C104", "ROUND takes a constant number of digits", call.at)


def _shifted(call: Call) -> None:
    base, step = call.args
    assert isinstance(step, Interval)
    unit = unit_of(base)
    if type_of(base) not in (*TIMES, "unknown") or unit is not None:
        what = f"an amount in {unit}" if unit else "something that is not a date or time"
        length = f"{abs(step.count)} {step.unit}{'' if abs(step.count) == 1 else 's'}"
        verb = "added to" if step.count >= 0 else "subtracted from"
        raise FormulaError("C107", f"{length} cannot be {verb} {what}", call.at)


def _fits(op: str, args: tuple[Expr, ...], what: str, at: tuple[int, int]) -> None:
    problem = mismatch(op, [type_of(arg) for arg in args])
    if problem is not None:
        hint = None
        if "text" in problem and any(type_of(arg) in TIMES for arg in args):
            hint = "write the day as DATE '2026-11-16'"
        raise FormulaError("C107", f"{what}: {problem}", at, hint)


def _units(call: Call) -> None:
    units = [unit for arg in call.args if (unit := unit_of(arg)) is not None]
    first = units[0] if units else None
    for unit in units:
        if unit != first and (_dimensional(unit) or _dimensional(str(first))):
            verb = {"add": "added to", "sub": "subtracted from"}.get(call.op, "compared with")
            raise FormulaError("C107", f"{unit} cannot be {verb} {first}", call.at, "bring both to one unit first")


def _dimensional(unit: str) -> bool:
    """Money, time and points cannot be mixed with anything else; counts, shares and ratios are plain numbers."""
    return unit not in ("count", "percent", "ratio")


def unit_of(expr: Expr) -> str | None:
    """The unit of a bound expression, `None` where it has none or it is not known."""
    match expr:
        case Column(unit=unit):
            return unit
        case Call(op="div", args=(left, right)):
            above, below = unit_of(left), unit_of(right)
            if above is not None and above == below:
                return "ratio"
            return above if below in ("count", "ratio", "percent") else None
        case Call(op="mul", args=(left, right)):
            pair = [unit_of(left), unit_of(right)]
            plain = [unit for unit in pair if unit is not None and _dimensional(unit)]
            return plain[0] if len(plain) == 1 and None not in pair else None
        case Call(op=op, args=args) if op in (
            "add",
            "sub",
            "neg",
            "abs",
            "round",
            "floor",
            "ceil",
            *_COMPARING,
        ):
            if OPERATORS[op].gives == "boolean":
                return None
            return next((unit for arg in args if (unit := unit_of(arg)) is not None), None)
        case Aggregated(function, arg):
            return "count" if function in ("count", "count_distinct") else unit_of(arg)
        case Cast(arg=arg):
            return unit_of(arg)
        case Case(whens, otherwise):
            results = (*(then for _, then in whens), *((otherwise,) if otherwise is not None else ()))
            return next((unit for item in results if (unit := unit_of(item)) is not None), None)
    return None


def _symbol(op: str) -> str:
    symbols = {"add": "+", "sub": "-", "mul": "*", "div": "/", "eq": "=", "ne": "<>", "lt": "<", "le": "<="}
    symbols |= {"gt": ">", "ge": ">=", "neg": "-", "concat": "||", "and": "AND", "or": "OR", "not": "NOT"}
    return symbols.get(op, op.upper().replace("_", " "))
