"""Holds a metric's own `time` against what the metric aggregates: a time that nothing counts at is a fault."""

from __future__ import annotations

from ...formula.expr import Ref, walk
from ...model import Cumulative, Definition, Derived, Expression, Metric, Project, Ratio, Score
from ..refusal import Refusal, parsed, written_at


def check_own_time(project: Project, metric: Metric) -> None:
    """Raises `Refusal` where `time` is not one of a dataset that the metric aggregates itself."""
    time = metric.time or ""
    with written_at(metric.origin, ("time",), f"metric:{metric.name}"):
        texts = _aggregating(metric.definition)
        if texts is None:
            hint = "name the time in the event, such as `orders.paid_at`"
            raise Refusal("C303", f"`time` does not go with the type {metric.kind}", hint=hint)
        datasets = _datasets(texts)
        if time.split(".")[0] in datasets and "." in time:
            return
        names = [f"`{name}.{time}`" for name in sorted(datasets) if "." not in time and name in project.datasets]
        hint = f"write {' or '.join(names)}" if names else f"start with {' or '.join(sorted(datasets)) or 'a dataset'}"
        raise Refusal("C303", f"`{time}` is not a time of what the metric aggregates", hint=hint)


def _aggregating(definition: Definition | None) -> tuple[str, ...] | None:
    """The SQL that a definition aggregates by itself; `None` where events say when rows count."""
    match definition:
        case Expression(expression):
            return (expression,)
        case Derived(expression, inputs):
            return (expression, *(given.expression for given in inputs.values() if given.expression))
        case Ratio(numerator, denominator):
            return tuple(given.expression for given in (numerator, denominator) if given.expression)
        case Cumulative(input=given):
            return (given.expression,) if given.expression else ()
        case Score(rating=rating):
            return (rating,)
    return None


def _datasets(texts: tuple[str, ...]) -> set[str]:
    return {
        part.path[0] for text in texts for part in walk(parsed(text)) if isinstance(part, Ref) and len(part.path) > 1
    }
