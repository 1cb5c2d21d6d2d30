"""From a metric and two stretches of time to what its change is made of, and which influences to ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from ..formula.expr import Aggregated, Call, Expr, Ref, walk
from ..formula.faults import Fault
from ..formula.parse import parse
from ..graph.build import InfluenceGraph, Sign
from ..model import Derived, Effect, Expression, Influence, Metric, Period, Project, Ratio, Stretch
from ..sql.refusal import Refusal
from . import periods
from .arithmetic import Unsplittable, evaluate
from .run import Request, Runner
from .split import Segment, by_formula, by_sum, names_in, rate_and_mix
from .values import Failure, Number, Value

RATIO = Call("div", (Ref(("numerator",)), Ref(("denominator",))))
_STRENGTHS = ("strong", "medium", "weak")
Start = Callable[[Project], Runner]


@dataclass(frozen=True, slots=True)
class Side:
    """The metric in one of the two stretches; not `complete` while it goes on or windows that start in it are open."""

    period: Stretch
    label: str
    value: Number
    complete: bool


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
class Question:
    """A declared influence whose source moved so that it may have moved `target`, in the time that its lag leaves."""

    metric: str
    target: str
    effect: Effect
    stated: Influence
    moved: Literal["up", "down"]
    before: Side
    after: Side


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
    ask = _Asker(project, start, stretches, as_of)
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
    questions, unknown = _questions(project, graph, ask, found)
    return replace(found, questions=questions, unknown=unknown, lengths=_lengths(ask, found))


class _Asker:
    """Asks for values in both stretches, each kind of question in one go."""

    def __init__(self, project: Project, start: Start, stretches: tuple[Stretch, Stretch], as_of: datetime) -> None:
        self.project, self.start, self.stretches, self.as_of = project, start, stretches, as_of
        self.runner = start(project)
        self.failures: dict[str, Failure] = {}

    def both(
        self,
        names: Iterable[str],
        lag: Period | None = None,
        by: tuple[str, ...] = (),
        project: Project | None = None,
    ) -> dict[str, tuple[Value, Value]]:
        """The totals of both stretches, moved back by `lag`; with `by` use `rows`."""
        first, second = ({it.metric: it for it in side} for side in self.rows(names, lag, by, project))
        return {name: (first[name], second[name]) for name in first.keys() & second.keys()}

    def rows(
        self, names: Iterable[str], lag: Period | None, by: tuple[str, ...], project: Project | None
    ) -> tuple[tuple[Value, ...], ...]:
        runner = self.runner if project is None else self.start(project)
        found = []
        for stretch in self.stretches:
            at = stretch if lag is None else periods.moved_back(stretch, lag)
            measured = runner.run(Request(self.as_of, tuple(names), "all", by, None, at.start, at.end))
            self.failures |= {failure.metric: failure for failure in measured.failures}
            found.append(measured.values)
        return tuple(found)

    def traits(self, name: str) -> tuple[periods.Lag, bool]:
        try:
            return self.runner.compiler.traits(name, Request(self.as_of).frame(None))
        except Refusal:
            return (), False

    def side(self, name: str, value: Value, at: Stretch) -> Side:
        assert value.value is not None
        return Side(at, self.label(at), value.value, periods.complete(at.end, self.traits(name)[0], self.as_of))

    def label(self, at: Stretch) -> str:
        return periods.told(at, self.project.config.week_start)


# --- over the formula


def _parts(project: Project, ask: _Asker, metric: Metric, sides: tuple[Value, Value]) -> tuple[Part, ...]:
    """The inputs of the metric's formula with what each contributes; raises `Unsplittable`."""
    formula, metrics = _formula(project, metric)
    if formula is not None:
        values = _inputs(project, ask, metric, formula)
    elif all(side.numerator is not None and side.denominator is not None for side in sides):
        formula, metrics = RATIO, _sides_of(metric)
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
    project: Project, ask: _Asker, metric: Metric, formula: Expr
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


def _segments(ask: _Asker, metric: Metric, sides: tuple[Value, Value], by: str) -> tuple[Segment, ...]:
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
        amounts = [{name: (it.numerator or 0, it.denominator or 0) for name, it in side.items()} for side in groups]
        wholes = [(side.numerator or 0, side.denominator) for side in sides]
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


# --- upstream


def _questions(
    project: Project, graph: InfluenceGraph, ask: _Asker, found: Explanation
) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """Declared influences on the metric and on what it is made of, whose sources moved in the fitting direction."""
    if not found.change:
        return (), ()
    ways = _ways(graph, found.metric)
    targets = ask.both([name for name in ways if name != found.metric]) if len(ways) > 1 else {}
    moved = {name: _difference(pair) for name, pair in targets.items()} | {found.metric: found.change}
    wanted: dict[Period | None, list[Influence]] = {}
    for target, sign in ways.items():
        if (moved.get(target) or 0) * found.change * sign > 0:
            for relation in graph.into(target):
                if relation.stated is not None and graph.kinds[relation.source] == "metric":
                    wanted.setdefault(relation.lag, []).append(relation.stated)
    questions, unknown = [], []
    for lag, influences in wanted.items():
        sources = [name for name in dict.fromkeys(it.source for it in influences) if project.metrics[name].definition]
        pairs = ask.both(sources, lag) if sources else {}
        for stated in influences:
            pair = pairs.get(stated.source)
            difference = _difference(pair) if pair else None
            if pair is None or difference is None:
                unknown.append(stated.source)
            elif difference * (moved[stated.target] or 0) * (1 if stated.effect == "raises" else -1) > 0:
                spans = [at if lag is None else periods.moved_back(at, lag) for at in ask.stretches]
                before, after = (ask.side(stated.source, it, at) for it, at in zip(pair, spans, strict=True))
                direction: Literal["up", "down"] = "up" if difference > 0 else "down"
                questions.append(
                    Question(stated.source, stated.target, stated.effect, stated, direction, before, after)
                )
    questions.sort(key=lambda it: (_STRENGTHS.index(it.stated.strength), list(ways).index(it.target)))
    return tuple(questions), tuple(dict.fromkeys(unknown))


def _ways(graph: InfluenceGraph, name: str) -> dict[str, int]:
    """The metric and everything that it is made of, each with the way in which it acts on the metric."""
    signs: Mapping[Sign | None, int] = {"raises": 1, "lowers": -1}
    ways, pending = {name: 1}, [name]
    while pending:
        whole = pending.pop(0)
        for relation in graph.into(whole):
            sign = signs.get(relation.effect, 0)
            if relation.kind == "formula" and sign and relation.source not in ways:
                ways[relation.source] = ways[whole] * sign
                pending.append(relation.source)
    return ways


def _difference(pair: tuple[Value, Value]) -> float | None:
    before, after = pair[0].value, pair[1].value
    return None if before is None or after is None else float(after) - float(before)


def _lengths(ask: _Asker, found: Explanation) -> tuple[int, int] | None:
    """The days of both stretches, where they differ and the metric or a part of it grows with its period."""
    first, second = ((periods.at(it.end) - periods.at(it.start)).days for it in ask.stretches)
    names = [found.metric, *(part.metric for part in found.parts if part.metric)]
    return (first, second) if first != second and any(ask.traits(name)[1] for name in names) else None
