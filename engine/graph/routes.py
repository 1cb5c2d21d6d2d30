"""From the influence graph and one metric to the routes that prove who moves it and who contributes to it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ..model import Confidence, Level, Period
from .build import InfluenceGraph, NodeKind, Relation, RelationKind, Sign

Standing = Literal["mover", "contributor"]
Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
_Incoming = Mapping[str, list[Relation]]

_RANKS: dict[Level | None, int] = {"weak": 1, "medium": 2, "strong": 3, None: 3}
_SIGNS: dict[Sign | None, int] = {"raises": 1, "lowers": -1, "unclear": 0, None: 1}
_EFFECTS: dict[int, Sign] = {1: "raises", -1: "lowers", 0: "unclear"}
_UNITS: tuple[Unit, ...] = ("year", "quarter", "month", "week", "day", "hour", "minute")


@dataclass(frozen=True, slots=True)
class Step:
    """A node of a route and how it acts on the next one; the last step acts on the route's metric."""

    node: str
    kind: NodeKind
    acts: RelationKind
    effect: Sign | None
    strength: Level | None
    lag: Period | None
    confidence: Confidence | None


@dataclass(frozen=True, slots=True)
class Route:
    """The way from a department to a metric: as strong as its weakest part, with the product of its effects.

    `lag` sums what the steps state, by unit and from years to minutes, because a month is no number of days.
    """

    metric: str
    standing: Standing
    steps: tuple[Step, ...]
    strength: Level
    effect: Sign
    lag: tuple[Period, ...]

    @property
    def department(self) -> str:
        return self.steps[0].node

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names along the way, the metric's at the end."""
        return (*(step.node for step in self.steps), self.metric)

    @property
    def lag_days(self) -> int | None:
        """The lag in days; None where none is stated, or where it has units other than days and weeks."""
        days = {"day": 1, "week": 7}
        if not self.lag or any(period.unit not in days for period in self.lag):
            return None
        return sum(period.count * days[period.unit] for period in self.lag)

    @property
    def lag_text(self) -> str:
        """The lag as the specs write it, empty where none is stated: `1 month + 14 days`."""
        return " + ".join(map(str, self.lag))


def routes_to(graph: InfluenceGraph, metric: str) -> tuple[Route, ...]:
    """One route for each mover of `metric`, then one for each contributor, both in project order.

    The best is the one whose weakest part is strongest, then the shortest, then the first by alphabet.
    A mover's route is one that makes it a mover, even where a way round through other metrics is stronger.
    Time is linear in what lies upstream.
    """
    incoming = _upstream(graph, metric)
    moving = {name: [it for it in relations if _moves(graph, it)] for name, relations in incoming.items()}
    as_mover = _best(graph, moving, metric)
    otherwise = _best(graph, incoming, metric)
    departments = graph.named("department")
    movers = [_route(graph, "mover", as_mover[name]) for name in departments if name in as_mover]
    others = [name for name in departments if name in otherwise and name not in as_mover]
    return (*movers, *(_route(graph, "contributor", otherwise[name]) for name in others))


def route_from(graph: InfluenceGraph, start: str, metric: str) -> Route | None:
    """The best way from any node to `metric`, chosen as in `routes_to`; None where there is none."""
    incoming = _upstream(graph, metric)
    for floor in reversed(get_args(Level)):
        ways = _shortest(incoming, metric, _RANKS[floor])
        if start in ways and start != metric:
            taken = _follow(ways, start, metric)
            standing: Standing = "mover" if all(_moves(graph, it) for it in taken) else "contributor"
            return _route(graph, standing, taken)
    return None


def _upstream(graph: InfluenceGraph, metric: str) -> dict[str, list[Relation]]:
    """What acts on the metric and on everything that leads to it."""
    incoming: dict[str, list[Relation]] = {}
    waiting = [metric]
    while waiting:
        name = waiting.pop()
        if name not in incoming:
            incoming[name] = list(graph.into(name))
            waiting.extend(relation.source for relation in incoming[name])
    return incoming


def _moves(graph: InfluenceGraph, relation: Relation) -> bool:
    """Whether movers of the source are movers of the target: not where another metric causes it."""
    return relation.kind != "causal" or graph.kinds[relation.source] != "metric"


def _best(graph: InfluenceGraph, incoming: _Incoming, metric: str) -> dict[str, list[Relation]]:
    """The best way of every department that reaches the metric: the shortest among the strongest."""
    found: dict[str, list[Relation]] = {}
    for floor in reversed(get_args(Level)):
        ways = _shortest(incoming, metric, _RANKS[floor])
        for name in ways:
            if name not in found and graph.kinds[name] == "department":
                found[name] = _follow(ways, name, metric)
    return found


def _shortest(incoming: _Incoming, metric: str, floor: int) -> dict[str, Relation]:
    """For each node the relation to take first, over relations not weaker than `floor`."""
    distance = {metric: 0}
    ways: dict[str, Relation] = {}
    waiting = deque([metric])
    while waiting:
        name = waiting.popleft()
        for relation in incoming[name]:
            source = relation.source
            if _RANKS[relation.strength] < floor:
                continue
            if source not in distance:
                distance[source] = distance[name] + 1
                ways[source] = relation
                waiting.append(source)
            elif distance[source] == distance[name] + 1 and _order(relation) < _order(ways[source]):
                ways[source] = relation
    return ways


def _order(relation: Relation) -> tuple[str, int]:
    return relation.target, -_RANKS[relation.strength]


def _follow(ways: Mapping[str, Relation], start: str, metric: str) -> list[Relation]:
    taken = [ways[start]]
    while taken[-1].target != metric:
        taken.append(ways[taken[-1].target])
    return taken


def _route(graph: InfluenceGraph, standing: Standing, taken: list[Relation]) -> Route:
    steps = tuple(_step(graph, relation) for relation in taken)
    weakest = min((step.strength for step in steps if step.strength), key=_RANKS.__getitem__)
    sign = 1
    for step in steps:
        sign *= _SIGNS[step.effect]
    lag = total(step.lag for step in steps)
    return Route(taken[-1].target, standing, steps, weakest, _EFFECTS[sign], lag)


def _step(graph: InfluenceGraph, it: Relation) -> Step:
    return Step(it.source, graph.kinds[it.source], it.kind, it.effect, it.strength, it.lag, it.confidence)


def total(lags: Iterable[Period | None]) -> tuple[Period, ...]:
    """The stated lags summed by unit, from years to minutes.

    >>> [str(lag) for lag in total([Period(14, "day"), None, Period(1, "month"), Period(16, "day")])]
    ['1 month', '30 days']
    """
    counts: Counter[Unit] = Counter()
    for lag in lags:
        if lag is not None:
            counts[lag.unit] += lag.count
    return tuple(Period(counts[unit], unit) for unit in _UNITS if counts[unit])
