"""From a change to the declared influences to ask about: their sources moved in the fitting direction and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..graph.build import InfluenceGraph, Sign
from ..model import Effect, Influence, Period, Project
from . import periods
from .asking import Asker, Side
from .values import Value

_STRENGTHS = ("strong", "medium", "weak")


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


def questions_about(
    project: Project, graph: InfluenceGraph, ask: Asker, metric: str, change: float
) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """Declared influences on the metric and on what it is made of, whose sources moved in the fitting direction."""
    if not change:
        return (), ()
    ways = _ways(graph, metric)
    targets = ask.both([name for name in ways if name != metric]) if len(ways) > 1 else {}
    moved = {name: _difference(pair) for name, pair in targets.items()} | {metric: change}
    wanted: dict[Period | None, list[Influence]] = {}
    for target, sign in ways.items():
        if (moved.get(target) or 0) * change * sign > 0:
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
