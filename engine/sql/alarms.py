"""Conditions of alarms, checked against the metrics that there are; `measure.alarms` judges them on values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..formula.bind import bind_condition
from ..formula.expr import NOWHERE, Aggregated, Call, Column, Const, Expr, MetricOf, Ref, walk
from ..formula.faults import FormulaError
from ..model import Alarm, Project
from .refusal import Refusal, parsed, written_at

_KNOWN = {"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "add", "sub", "mul", "div", "neg"}


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
