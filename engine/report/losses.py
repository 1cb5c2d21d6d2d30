"""Losses in money, each with its parts in the same period, and what winning a customer costs against keeping one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..formula.expr import Aggregated, walk
from ..formula.faults import Fault
from ..formula.parse import parse
from ..measure.values import Value
from ..model import Derived, Expression, Losses, Metric, Project

_NAME = re.compile(r"[A-Za-z_]\w*(?!\w|\s*\()")
Series = Mapping[tuple[str, str | None], Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Part:
    """A metric that a loss is computed from, in the loss's period."""

    metric: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Loss:
    """Money that is lost in a period; without a value where one of its parts (`lacking`) has none there.

    `formula` names the parts; it is empty where the metric is no formula of metrics.
    """

    metric: str
    value: Value | None
    formula: str
    parts: tuple[Part, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LossesTold:
    """`winning` and `keeping` are of one period, the last for which both are known; `times` is how many times the
    cost of keeping is in that of winning."""

    losses: tuple[Loss, ...]
    asked: Losses
    winning: Value | None = None
    keeping: Value | None = None
    times: float | None = None


def needed(project: Project) -> tuple[str, ...]:
    """The metrics whose periods the losses are told from."""
    asked = project.organization.losses if project.organization else Losses()
    parts = (it for name in asked.metrics if name in project.metrics for it in _parts(project, project.metrics[name]))
    return tuple(dict.fromkeys(name for name in (*asked.named(), *parts) if name in project.metrics))


def told(project: Project, values: Mapping[str, Value], series: Series) -> LossesTold:
    """The losses by their latest values, what they are made of by all periods."""
    asked = project.organization.losses if project.organization else Losses()
    losses = tuple(_loss(project, name, values.get(name), series) for name in asked.metrics)
    if asked.winning is None or asked.keeping is None:
        return LossesTold(losses, asked)
    winning, keeping = _last_common(asked.winning, asked.keeping, values, series)
    times = None
    if winning is not None and keeping is not None and winning.value is not None and keeping.value:
        times = float(winning.value) / float(keeping.value)
    return LossesTold(losses, asked, winning, keeping, times)


def in_words(formula: str, words: Mapping[str, str], plain: Callable[[str], str] = str) -> str:
    """A formula with what its names stand for; `plain` makes everything else safe to stand beside them.

    >>> in_words("leavers * cac", {"leavers": "Customers who left", "cac": "CAC"})
    'Customers who left × CAC'
    """
    out, at = [], 0
    for found in _NAME.finditer(formula):
        out += [_signs(formula[at : found.start()], plain), words.get(found[0]) or plain(found[0])]
        at = found.end()
    return "".join([*out, _signs(formula[at:], plain)])


def _signs(text: str, plain: Callable[[str], str]) -> str:
    """What stands between names, its spaces kept."""
    signs = plain(text.replace("*", "×").replace("-", "−").strip())
    before, after = (" " if edge.isspace() else "" for edge in (text[:1], text[-1:]))
    return f"{before}{signs}{after}" if signs else before


def _loss(project: Project, name: str, value: Value | None, series: Series) -> Loss:
    metric = project.metrics[name]
    parts = tuple(Part(it, _at(series, it, value)) for it in _parts(project, metric))
    if value is None:  # of no period at all
        lacking = tuple(it.metric for it in parts if not any(map(_known, series.get((it.metric, None), ()))))
        return Loss(name, None, _formula(metric), parts, lacking)
    lacking = tuple(it.metric for it in parts if it.value is None or it.value.value is None)
    known = value if value.value is not None and not lacking else None
    return Loss(name, known, _formula(metric), parts, lacking)


def _formula(metric: Metric) -> str:
    """The formula of a metric that is made of metrics; nothing for what is aggregated from rows."""
    definition = metric.definition
    if not isinstance(definition, (Derived, Expression)):
        return ""
    expr = parse(definition.expression)
    if isinstance(expr, Fault) or any(isinstance(part, Aggregated) for part in walk(expr)):
        return ""
    return " ".join(definition.expression.split())


def _parts(project: Project, metric: Metric) -> tuple[str, ...]:
    """The metrics that a formula of metrics names as they are: neither narrowed, nor moved in time, nor filled."""
    if metric.where or metric.time:
        return ()
    found = dict.fromkeys(match[0] for match in _NAME.finditer(_formula(metric)))
    inputs = metric.definition.inputs if isinstance(metric.definition, Derived) else {}
    return tuple(name for name in found if name in project.metrics and name not in inputs)


def _at(series: Series, name: str, whole: Value | None) -> Value | None:
    """The value of a part in the period of the whole."""
    return next(
        (it for it in series.get((name, None), ()) if whole and it.period == whole.period and it.complete), None
    )


def _last_common(
    winning: str, keeping: str, values: Mapping[str, Value], series: Series
) -> tuple[Value | None, Value | None]:
    """Both costs in the last period for which both are known; the latest values keep what they are compared with."""
    latest = {name: (values[name],) if name in values else () for name in (winning, keeping)}
    known = [
        {it.period: it for it in (*series.get((name, None), ()), *latest[name]) if _known(it)}
        for name in (winning, keeping)
    ]
    common = [period for period in known[0] if period is not None and period in known[1]]
    if not common:
        return None, None
    last = max(common, key=lambda it: it.start.isoformat())
    return known[0][last], known[1][last]


def _known(value: Value) -> bool:
    return value.complete and value.value is not None and value.period is not None
