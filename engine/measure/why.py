"""From a metric and two stretches of time to what its change is made of, and which influences to ask about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from ..formula.expr import Aggregated, Call, Const, Expr, Ref, walk
from ..formula.faults import Fault
from ..formula.parse import parse
from ..graph.build import InfluenceGraph
from ..model import Derived, Expression, Metric, Project, Ratio, Score, Stretch, moment_of
from .arithmetic import Unsplittable, evaluate
from .asking import Asker, Side, Start
from .influences import Question, questions_about
from .split import Segment, by_formula, by_sum, names_in, rate_and_mix
from .values import Failure, Number, Value

RATIO = Call("div", (Ref(("numerator",)), Ref(("denominator",))))
POINTS = Call("mul", (Const(100), RATIO))


@dataclass(frozen=True, slots=True)
class Part:
    """An input of the formula and its contribution, in the unit of the whole; `metric` where the input is one."""

    name: str
    metric: str | None
    before: Number | None
    after: Number | None
    part: Fraction
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a change is made of. `not_split` and `no_segments` tell why there are no parts, or no segments.

    `lengths` are the days of both stretches where they differ and something grows with them. `unknown` are
    influencing metrics without values.
    """

    metric: str
    before: Side
    after: Side
    change: float
    parts: tuple[Part, ...] = ()
    not_split: str | None = None
    by: str | None = None
    segments: tuple[Segment, ...] = ()
    no_segments: str | None = None
    questions: tuple[Question, ...] = ()
    unknown: tuple[str, ...] = ()
    lengths: tuple[int, int] | None = None


def explain_change(
    project: Project,
    graph: InfluenceGraph,
    start: Start,
    metric: Metric,
    stretches: tuple[Stretch, Stretch],
    by: str | None,
    as_of: datetime,
) -> Explanation | Failure:
    """Why `metric` moved from the first stretch to the second; `start` gives a runner for a project.

    One level of the formula is split: what an input is made of, the same question about the input tells.
    """
    ask = Asker(project, start, stretches, as_of)
    whole = ask.both([metric.name])
    if metric.name in ask.failures:
        return ask.failures[metric.name]
    sides = whole.get(metric.name)
    if sides is None or sides[0].value is None or sides[1].value is None:
        empty = next(at for at in (0, 1) if sides is None or sides[at].value is None)
        return Failure(
            metric.name, f"no value in {ask.label(stretches[empty])}, so there is no change to split", "spec"
        )
    before, after = (ask.side(metric.name, side, at) for side, at in zip(sides, stretches, strict=True))
    found = Explanation(metric.name, before, after, float(after.value) - float(before.value), by=by)
    try:
        found = replace(found, parts=_parts(project, ask, metric, sides))
    except Unsplittable as reason:
        found = replace(found, not_split=str(reason))
    if by is not None:
        try:
            found = replace(found, segments=_segments(ask, metric, sides, by))
        except Unsplittable as reason:
            found = replace(found, no_segments=str(reason))
    questions, unknown = questions_about(project, graph, ask, metric.name, found.change)
    found = replace(found, questions=questions, unknown=unknown)
    return replace(found, lengths=_lengths(ask, found))


# --- over the formula


def _parts(project: Project, ask: Asker, metric: Metric, sides: tuple[Value, Value]) -> tuple[Part, ...]:
    """The inputs of the metric's formula with what each contributes; raises `Unsplittable`."""
    formula, metrics = _formula(project, metric)
    if formula is not None:
        values = _inputs(project, ask, metric, formula)
    elif all(side.numerator is not None and side.denominator is not None for side in sides):
        formula, metrics = POINTS if _in_points(metric) else RATIO, _sides_of(metric)
        values = {"numerator": (sides[0].numerator, sides[1].numerator)}
        values["denominator"] = (sides[0].denominator, sides[1].denominator)
    else:
        raise Unsplittable("it is made of one aggregate or of one value each, not of other metrics: split it with --by")
    before, after = ({name: pair[at] for name, pair in values.items()} for at in (0, 1))
    found = by_formula(formula, before, after)
    for side, given in zip(sides, (before, after), strict=True):
        _agrees(formula, given, side)
    named = [metrics.get(name) for name in found]
    return tuple(
        Part(
            own if own and named.count(own) == 1 and formula is RATIO else name,
            own,
            *values[name],
            part,
            _unit(project, metric, name, own),
        )
        for (name, part), own in zip(found.items(), named, strict=True)
    )


def _formula(project: Project, metric: Metric) -> tuple[Expr | None, dict[str, str | None]]:
    """The formula over metrics and inputs, if the metric has one, and which metric each of its names is."""
    definition = metric.definition
    if not isinstance(definition, (Derived, Expression)):
        return None, {}
    formula = parse(definition.expression)
    if isinstance(formula, Fault) or any(isinstance(node, Aggregated) for node in walk(formula)):
        return None, {}
    inputs = definition.inputs if isinstance(definition, Derived) else {}
    names = {name: inputs[name].metric if name in inputs else name for name in names_in(formula)}
    return formula, names


def _in_points(metric: Metric) -> bool:
    """A net promoter score is a hundred times promoters less detractors, over all."""
    return isinstance(metric.definition, Score) and metric.definition.method == "nps"


def _sides_of(metric: Metric) -> dict[str, str | None]:
    if not isinstance(metric.definition, Ratio):
        return {}
    return {"numerator": metric.definition.numerator.metric, "denominator": metric.definition.denominator.metric}


def _unit(project: Project, metric: Metric, name: str, own: str | None) -> str | None:
    """The unit of an input: its metric's, else that of the field that it aggregates."""
    if own is not None and own in project.metrics:
        return project.metrics[own].unit
    if isinstance(metric.definition, Derived):
        given = metric.definition.inputs[name]
    elif isinstance(metric.definition, Ratio):
        given = metric.definition.numerator if name == "numerator" else metric.definition.denominator
    else:
        return "count"  # what rates of events rest on
    formula = parse(given.expression or "")
    if not isinstance(formula, Aggregated):
        return None
    if formula.function in ("count", "count_distinct"):
        return "count"
    dataset, field = formula.arg.path if isinstance(formula.arg, Ref) and len(formula.arg.path) == 2 else ("", "")
    known = project.datasets[dataset].fields if dataset in project.datasets else {}
    return known[field].unit if field in known else None


def _inputs(
    project: Project, ask: Asker, metric: Metric, formula: Expr
) -> dict[str, tuple[Number | None, Number | None]]:
    """The values of what a formula names, as the metric sees them: with its filters, offsets and fills.

    Each is measured as a metric of its own, whose formula is the name alone.
    """
    definition = metric.definition
    inputs = definition.inputs if isinstance(definition, Derived) else {}
    probes: dict[str, Metric] = {}
    for at, name in enumerate(names_in(formula)):
        own = f"{metric.name[:48]}_part_{at}"
        while own in project.metrics:
            own += "_"
        definition = Derived(name, {name: inputs[name]} if name in inputs else {})
        probes[own] = replace(metric, name=own, definition=definition, fill=None, spine=False, unit=None)
    found = ask.both(probes, project=replace(project, metrics={**project.metrics, **probes}))
    values = {}
    for own, name in zip(probes, names_in(formula), strict=True):
        if own in ask.failures:
            raise Unsplittable(f"`{name}` cannot be measured by itself: {ask.failures[own].message}")
        pair = found.get(own)
        values[name] = (pair[0].value, pair[1].value) if pair else (None, None)
    return values


def _agrees(formula: Expr, given: Mapping[str, Any], side: Value) -> None:
    """The formula on the inputs has to give what was measured, or else the parts would be those of something else."""
    found = evaluate(formula, {name: None if it is None else Fraction(it) for name, it in given.items()})
    if found is None or side.value is None or not _close(found, Fraction(side.value)):
        raise Unsplittable("its inputs, measured one by one, do not give its value")


def _close(first: Fraction, second: Fraction) -> bool:
    return abs(first - second) <= Fraction(1, 10**9) * max(Fraction(1), abs(first), abs(second))


# --- over segments


def _segments(ask: Asker, metric: Metric, sides: tuple[Value, Value], by: str) -> tuple[Segment, ...]:
    """What each segment contributes; raises `Unsplittable` where the segments do not make up the whole."""
    rows = ask.rows([metric.name], None, (by,), None)
    if metric.name in ask.failures:
        raise Unsplittable(ask.failures[metric.name].message)
    groups = [{value.dimensions[0][1]: value for value in side} for side in rows]
    additive = ask.traits(metric.name)[1]
    amounts: list[dict[Any, tuple[Any, Any]]]
    wholes: list[tuple[Any, Any]]
    if additive:
        amounts = [{name: (value.value or 0, 0) for name, value in side.items()} for side in groups]
        wholes = [(side.value, 0) for side in sides]
    elif all(side.denominator is not None for side in sides):
        scale = 100 if _in_points(metric) else 1
        amounts = [{name: _ratio(value, scale) for name, value in side.items()} for side in groups]
        wholes = [_ratio(side, scale) for side in sides]
        if not all(d and _close(n / d, Fraction(side.value or 0)) for (n, d), side in zip(wholes, sides, strict=True)):
            raise Unsplittable("its value is not its numerator over its denominator")
    elif all(side.n for side in sides):
        amounts = [{name: _weighted(value) for name, value in side.items()} for side in groups]
        wholes = [_weighted(side) for side in sides]
        if not all(_averages(*pair) for pair in zip(amounts, wholes, strict=True)):
            raise Unsplittable("its value is no average of the segments' values, as a median is none")
    else:
        raise Unsplittable("it is neither a sum, nor a ratio, nor an average, so segments do not add up to it")
    for side, whole, at in zip(amounts, wholes, ask.stretches, strict=True):
        _make_up(side, whole, by, ask.label(at))
    if additive:
        return by_sum(*({name: pair[0] for name, pair in side.items()} for side in amounts))
    return rate_and_mix(amounts[0], amounts[1])


def _ratio(value: Value, scale: int) -> tuple[Fraction, Fraction]:
    return scale * Fraction(value.numerator or 0), Fraction(value.denominator or 0)


def _weighted(value: Value) -> tuple[Fraction, int]:
    return Fraction(value.value or 0) * (value.n or 0), value.n or 0


def _averages(side: Mapping[Any, tuple[Any, Any]], whole: tuple[Any, Any]) -> bool:
    """Whether the whole lies where the segments' values average to, should they make it up at all."""
    counted = sum(pair[1] for pair in side.values())
    return counted != whole[1] or _close(sum((Fraction(pair[0]) for pair in side.values()), Fraction(0)), whole[0])


def _make_up(side: Mapping[Any, tuple[Any, Any]], whole: tuple[Any, Any], by: str, label: str) -> None:
    for at in (1, 0):
        found = sum((Fraction(pair[at]) for pair in side.values()), Fraction(0))
        if not _close(found, Fraction(whole[at])):
            raise Unsplittable(
                f"the segments of `{by}` do not sum to the whole ({float(found):,.6g} of {float(whole[at]):,.6g} in "
                f"{label}): something counts in several of them"
            )


def _lengths(ask: Asker, found: Explanation) -> tuple[int, int] | None:
    """The days of both stretches, where they differ and the metric, a part or what is asked about grows with them."""
    names = [found.metric, *(part.metric for part in found.parts if part.metric)]
    asked = [(name, ask.stretches) for name in names]
    asked += [(it.metric, (it.before.period, it.after.period)) for it in found.questions]  # earlier by their lag
    for name, stretches in asked:
        first, second = ((moment_of(it.end) - moment_of(it.start)).days for it in stretches)
        if first != second and ask.traits(name)[1]:
            return first, second
    return None
