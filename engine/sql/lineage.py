"""What a metric counts, told from its definition: facts that the rules judge, the same in every dialect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..formula.expr import Aggregated, Call, Case, Expr, Ref, children, walk
from ..formula.faults import Fault
from ..formula.parse import parse
from ..model import (
    Cohort,
    Conversion,
    Cumulative,
    Derived,
    Duration,
    Event,
    Expression,
    Funnel,
    Input,
    Metric,
    Project,
    Ratio,
    Retention,
    Score,
)


@dataclass(frozen=True, slots=True)
class Lineage:
    """`counts` names what is aggregated: a dataset whose rows are counted, or `dataset.field`.

    `aggregation` is one of count, count_distinct, sum, avg, min, max, percentile, rate, duration, score, per_entity,
    formula. `customer` tells that a customer's key is in the lineage.
    """

    aggregation: str
    counts: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    entity: str | None = None
    customer: bool = False
    numerator: Lineage | None = None
    denominator: Lineage | None = None
    metrics: tuple[str, ...] = ()


_NOTHING = Lineage("formula")


def describe(project: Project) -> Mapping[str, Lineage]:
    """The lineage of every metric that has a definition."""
    known: dict[str, Lineage | None] = {}
    for name in project.metrics:
        _metric(project, name, known)
    return {name: lineage for name, lineage in known.items() if lineage is not None}


def _metric(project: Project, name: str, known: dict[str, Lineage | None]) -> Lineage | None:
    if name not in known:
        known[name] = None  # a metric made of itself has no lineage
        metric = project.metrics.get(name)
        if metric is not None and metric.definition is not None:
            known[name] = _definition(project, metric, known)
    return known[name]


def _definition(project: Project, metric: Metric, known: dict[str, Lineage | None]) -> Lineage:
    match metric.definition:
        case Expression(expression):
            return _formula(project, expression, {}, known)
        case Derived(expression, inputs):
            return _formula(project, expression, inputs, known)
        case Ratio(numerator, denominator):
            above, below = _input(project, numerator, known), _input(project, denominator, known)
            named = tuple(given.metric for given in (numerator, denominator) if given.metric)
            return replace(_joined("rate", [above, below]), numerator=above, denominator=below, metrics=named)
        case Conversion(entity=entity, base=base, target=target):
            above, below = _event(project, target, entity), _event(project, base, entity)
            return replace(_joined("rate", [above, below]), entity=entity, numerator=above, denominator=below)
        case Cumulative(input=given):
            found = _input(project, given, known)
            return replace(found, metrics=(given.metric,) if given.metric else found.metrics) if found else _NOTHING
        case Funnel(entity=entity, steps=steps):
            above, below = _event(project, steps[-1].event, entity), _event(project, steps[0].event, entity)
            return replace(_joined("rate", [above, below]), entity=entity, numerator=above, denominator=below)
        case Retention(entity=entity, cohort=cohort, returns=returns):
            above, below = _event(project, returns, entity), _event(project, cohort, entity)
            return replace(_joined("rate", [above, below]), entity=entity, numerator=above, denominator=below)
        case Cohort(entity=entity, cohort=cohort, value=value):
            each, who = _input(project, value, known), _event(project, cohort, entity)
            metrics = (value.metric,) if value.metric else ()
            joined = _joined("per_entity", [each, who])
            return replace(joined, counts=each.counts if each else (), entity=entity, metrics=metrics)
        case Duration(start, finish, entity):
            joined = _joined("duration", [_event(project, start, entity), _event(project, finish, entity)])
            return replace(joined, entity=entity)
        case Score(rating=rating):
            return replace(_event(project, Event(rating.split(".")[0]), None), aggregation="score", counts=(rating,))
    raise TypeError(metric.definition)


def _formula(project: Project, text: str, inputs: Mapping[str, Input], known: dict[str, Lineage | None]) -> Lineage:
    expr = parse(text)
    if isinstance(expr, Fault):
        return Lineage("formula")
    if isinstance(expr, Aggregated):
        return _aggregate(project, expr)
    if isinstance(expr, Ref) and len(expr.path) == 1:
        found = _named(project, expr.path[0], inputs, known)
        return replace(found, metrics=(expr.path[0],)) if found else Lineage("formula")
    if isinstance(expr, Call) and expr.op == "div":
        above, below = (_side(project, arg, inputs, known) for arg in expr.args)
        whole = replace(_joined("rate", [above, below]), numerator=above, denominator=below)
    else:
        whole = _side(project, expr, inputs, known) or Lineage("formula")
    return replace(whole, metrics=tuple(dict.fromkeys(_metrics(project, expr, inputs))))


def _side(
    project: Project, expr: Expr, inputs: Mapping[str, Input], known: dict[str, Lineage | None]
) -> Lineage | None:
    """The lineage of a part of a formula: of its one leaf, or of all of them together."""
    parts: list[Lineage | None] = []
    pending = [expr]
    while pending:
        node = pending.pop(0)
        if isinstance(node, Aggregated):
            parts.append(_aggregate(project, node))
        elif isinstance(node, Ref) and len(node.path) == 1:
            parts.append(_named(project, node.path[0], inputs, known))
        else:
            pending.extend(children(node))
    if len(parts) == 1:
        return parts[0]
    return _joined("formula", parts) if parts else None


def _named(
    project: Project, name: str, inputs: Mapping[str, Input], known: dict[str, Lineage | None]
) -> Lineage | None:
    return _input(project, inputs[name], known) if name in inputs else _metric(project, name, known)


def _metrics(project: Project, expr: Expr, inputs: Mapping[str, Input]) -> Iterator[str]:
    for node in walk(expr):
        if isinstance(node, Ref) and len(node.path) == 1:
            name = node.path[0]
            if name in inputs and inputs[name].metric:
                yield inputs[name].metric or ""
            elif name not in inputs and name in project.metrics:
                yield name


def _input(project: Project, given: Input, known: dict[str, Lineage | None]) -> Lineage | None:
    if given.metric is not None:
        return _metric(project, given.metric, known)
    return _formula(project, given.expression or "", {}, known)


def _aggregate(project: Project, expr: Aggregated) -> Lineage:
    every = [node for node in walk(expr.arg) if isinstance(node, Ref) and len(node.path) > 1]
    if not every:
        return Lineage(expr.function)
    home = every[0].path[0]
    base = _event(project, Event(home), None)
    counted = [node for part in _results(expr.arg) for node in walk(part) if isinstance(node, Ref)]
    rows = expr.function == "count" or (expr.function == "sum" and not counted)
    own = counted[0].path[-1] if counted and len(counted[0].path) == 2 else None
    dataset = project.datasets.get(home)
    entities = dataset.entities if dataset is not None else {}
    entity = next((name for name, column in entities.items() if column == own), None)
    if rows or dataset is None:
        return replace(base, aggregation="count" if rows else expr.function, entity=entity)
    fields = tuple(dict.fromkeys(f"{ref.path[0]}.{ref.path[-1]}" for ref in counted))
    return replace(base, aggregation=expr.function, counts=fields, entity=entity)


def _results(expr: Expr) -> Iterator[Expr]:
    """What an expression can come to: conditions of a CASE only choose."""
    if isinstance(expr, Case):
        for _, then in expr.whens:
            yield from _results(then)
        if expr.otherwise is not None:
            yield from _results(expr.otherwise)
    else:
        yield expr


def _event(project: Project, event: Event, entity: str | None) -> Lineage:
    """Rows of an event counted."""
    dataset = project.datasets.get(event.dataset)
    if dataset is None:
        return Lineage("count", (event.dataset,), (event.dataset,), entity=entity)
    people = [name for name in dataset.entities if name in project.entities and project.entities[name].customer]
    followed = project.entities.get(entity or "")
    customer = bool(people) or (followed is not None and followed.customer)
    actors = (dataset.actor,) if dataset.actor else ()
    return Lineage("count", (event.dataset,), (event.dataset,), actors, entity, customer)


def _joined(aggregation: str, parts: list[Lineage | None]) -> Lineage:
    known = [part for part in parts if part is not None]
    return Lineage(
        aggregation,
        tuple(dict.fromkeys(name for part in known for name in part.counts)),
        tuple(dict.fromkeys(name for part in known for name in part.datasets)),
        tuple(dict.fromkeys(name for part in known for name in part.actors)),
        next((part.entity for part in known if part.entity), None),
        any(part.customer for part in known),
    )
