"""Conditions of alarms: read and checked here, and judged on values once there are some."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..formula.bind import bind_condition
from ..formula.expr import NOWHERE, Aggregated, Call, Column, Const, Expr, MetricOf, Ref, walk
from ..formula.faults import FormulaError
from ..model import Alarm, Project
from .refusal import Refusal, parsed, written_at

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
_COUNTED: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}
_KNOWN = {*_COMPARED, *_COUNTED, "and", "or", "not", "neg"}


@dataclass(frozen=True, slots=True)
class _Scope:
    """Names are metrics; nothing else can be named."""

    project: Project

    def name(self, ref: Ref) -> Expr:
        metric = self.project.metrics.get(str(ref))
        if metric is None:
            metrics = self.project.metrics
            hint = did_you_mean(str(ref), metrics) or f"metrics: {choices(metrics)}"
            raise FormulaError("R101", f"`{ref}` is not a metric", ref.at, hint)
        return Column(metric.name, metric.name, "float", metric.unit)

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        raise AssertionError("aggregates are refused before")

    def metric_of(self, node: MetricOf) -> Expr:
        raise FormulaError("C104", "an alarm names metrics as they are, without `metric(...)`", node.at)


def condition(alarm: Alarm, project: Project) -> Expr:
    """The condition, with a column of its name for each metric; raises `Refusal`."""
    with written_at(alarm.origin, ("when",), f"alarm:{alarm.name}"):
        expr = parsed(alarm.when)
        for node in walk(expr):
            if isinstance(node, Aggregated):
                hint = "declare it as a metric and name that"
                raise FormulaError("C105", "an alarm compares metrics; it adds up no rows itself", node.at, hint)
            if not isinstance(node, (Ref, Const, MetricOf)) and not (isinstance(node, Call) and node.op in _KNOWN):
                hint = "comparisons of metrics and numbers, with + - * / AND OR NOT"
                raise FormulaError("C104", "an alarm takes comparisons only", getattr(node, "at", NOWHERE), hint)
        return bind_condition(expr, _Scope(project), "an alarm")


def faults_of_alarms(project: Project) -> Iterator[Diagnostic]:
    for alarm in project.alarms.values():
        try:
            condition(alarm, project)
        except Refusal as refusal:
            if refusal.finding is not None and not _broken(project, refusal):
                yield refusal.finding


def _broken(project: Project, refusal: Refusal) -> bool:
    """The metric is there and has findings of its own."""
    return refusal.code == "R101" and any(f"`{name}`" in refusal.message for name in project.broken)


def metrics_of(expr: Expr) -> tuple[str, ...]:
    """The metrics that a condition compares, in its order."""
    return tuple(dict.fromkeys(node.id for node in walk(expr) if isinstance(node, Column)))


def holds(expr: Expr, values: Mapping[str, Any]) -> bool | None:
    """Whether the condition holds; `None` while that cannot be told, because a metric it needs has no value.

    >>> ltv, cac = Column("ltv", "ltv"), Column("cac", "cac")
    >>> holds(Call("lt", (ltv, cac)), {"ltv": 50, "cac": 60}), holds(Call("lt", (ltv, cac)), {"ltv": None, "cac": 60})
    (True, None)
    """
    found = _value(expr, values)
    return None if found is None else bool(found)


def _value(expr: Expr, values: Mapping[str, Any]) -> Any:
    match expr:
        case Column(id=name):
            return None if values.get(name) is None else Decimal(str(values[name]))
        case Const(value=value):
            return value if value is None or isinstance(value, bool) else Decimal(str(value))
        case Call(op="and" | "or" as op, args=args):
            found = [_value(arg, values) for arg in args]
            decisive = op == "or"
            if decisive in found:
                return decisive
            return None if None in found else not decisive
        case Call(op=op, args=args):
            given = [_value(arg, values) for arg in args]
            if None in given:
                return None
            if op in ("not", "neg"):
                return not given[0] if op == "not" else -given[0]
            if op == "div" and given[1] == 0:
                return None
            return (_COMPARED.get(op) or _COUNTED[op])(*given)
    raise AssertionError(f"{expr} is refused before")
