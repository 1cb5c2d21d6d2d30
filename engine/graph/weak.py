"""From the influence map to its weakest places: what a change of one department, or of nothing, would bring down."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from ..model import Period
from .analysis import cycles, reaches_north_star, within
from .build import InfluenceGraph, Relation
from .components import components
from .ownership import Ownership
from .routes import total

_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "quarter": 91.3, "year": 365.25}
_SIGNS = {"raises": 1, "lowers": -1, None: 1}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A lever or metric that raises another metric on one way and lowers it on another; each way with both ends."""

    raising: tuple[str, ...]
    lowering: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """The shortest circle of influences of a group, and all metrics that reach each other."""

    shortest: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """A way to a north star, and the lags that it states."""

    nodes: tuple[str, ...]
    lag: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two departments that move the same metrics and have no interface manager."""

    departments: tuple[str, str]
    metrics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weak:
    """`hanging`: by department, the metrics that nobody else moves or contributes to."""

    hanging: Mapping[str, tuple[str, ...]]
    without_effect: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    circles: tuple[Circle, ...]
    slowest: Delay | None
    pairs: tuple[Pair, ...]


def find_weak(graph: InfluenceGraph, ownership: Mapping[str, Ownership]) -> Weak:
    """All weak places. Contradictions take time in metrics times influences, the rest is linear."""
    return Weak(
        find_hanging(graph, ownership),
        _without_effect(graph),
        tuple(contradictions(graph)),
        tuple(_circles(graph)),
        _slowest(graph),
        _pairs(graph, ownership),
    )


def _owned(graph: InfluenceGraph) -> list[str]:
    return [
        name for name, metric in graph.project.metrics.items() if metric.role != "component" and name in graph.kinds
    ]


def find_hanging(graph: InfluenceGraph, ownership: Mapping[str, Ownership]) -> Mapping[str, tuple[str, ...]]:
    """By department, the metrics that nobody else moves or contributes to."""
    found: dict[str, list[str]] = {name: [] for name in graph.named("department")}
    for metric in _owned(graph):
        acting = (*ownership[metric].movers, *ownership[metric].contributors)
        if len(acting) == 1:
            found[acting[0]].append(metric)
    return {name: tuple(metrics) for name, metrics in found.items() if metrics}


def _without_effect(graph: InfluenceGraph) -> tuple[str, ...]:
    """Departments without a way to a north star; where there is none, without an influence on any metric."""
    reaching = reaches_north_star(graph) or within(graph.network.predecessors, graph.named("metric"))
    return tuple(name for name in graph.named("department") if name not in reaching)


def contradictions(graph: InfluenceGraph) -> Iterator[Contradiction]:
    """Levers and metrics with ways of both signs, told where the ways part and where they meet.

    What only follows is left out: a way to the place where the two part, or on from where they meet. Of the metrics
    in one circle the one with the shortest ways stands for all.
    Ways with an unclear effect are no proof.
    """
    into: dict[str, list[Relation]] = {name: [] for name in graph.kinds}
    out: dict[str, list[Relation]] = {name: [] for name in graph.kinds}
    for it in graph.relations():
        if it.effect != "unclear" and it.source != it.target:
            into[it.target].append(it)
            out[it.source].append(it)
    both: dict[str, dict[str, Contradiction]] = {}
    for target in graph.named("metric"):
        onward = _signed_ways(into, target)
        both[target] = {
            name: Contradiction(_way(onward, name, 1, target), _way(onward, name, -1, target))
            for name in graph.kinds
            if name != target and graph.kinds[name] != "department" and {(name, 1), (name, -1)} <= onward.keys()
        }
    group = _groups(graph)
    first: dict[tuple[int, int], Contradiction] = {}
    for target, sources in both.items():
        for source, found in sources.items():
            follows = any(it.target in sources and group[it.target] != group[source] for it in out[source])
            follows = follows or any(
                source in both.get(it.source, ()) and group[it.source] != group[target] for it in into[target]
            )
            ends = group[source], group[target]
            if not follows and (ends not in first or _length(found) < _length(first[ends])):
                first[ends] = found
    yield from first.values()


def _length(found: Contradiction) -> int:
    return len(found.raising) + len(found.lowering)


def _groups(graph: InfluenceGraph) -> dict[str, int]:
    """The number of each node's circle, in an order in which whatever a node acts on comes before it."""
    names = tuple(graph.kinds)
    number = {name: at for at, name in enumerate(names)}
    after: list[list[int]] = [[] for _ in names]
    for it in graph.relations():
        after[number[it.source]].append(number[it.target])
    return {names[member]: at for at, members in enumerate(components(after)) for member in members}


def _signed_ways(into: Mapping[str, list[Relation]], target: str) -> dict[tuple[str, int], Relation | None]:
    """For each node and sign, the relation that starts the shortest way of that sign to `target`."""
    onward: dict[tuple[str, int], Relation | None] = {(target, 1): None}
    waiting = deque([(target, 1)])
    while waiting:
        name, sign = waiting.popleft()
        for it in into[name]:
            state = it.source, sign * _SIGNS[it.effect]
            if state not in onward:
                onward[state] = it
                waiting.append(state)
    return onward


def _way(onward: Mapping[tuple[str, int], Relation | None], name: str, sign: int, target: str) -> tuple[str, ...]:
    nodes = [name]
    while (relation := onward[name, sign]) is not None:
        name, sign = relation.target, sign * _SIGNS[relation.effect]
        nodes.append(name)
    return tuple(nodes)


def _circles(graph: InfluenceGraph) -> Iterator[Circle]:
    for circle in cycles(graph):
        ahead = within(graph.network.successors, circle[:1])
        members = ahead & within(graph.network.predecessors, circle[:1])
        yield Circle(circle, tuple(name for name in graph.kinds if name in members))


def _slowest(graph: InfluenceGraph) -> Delay | None:
    """The way to a north star with the most lag. Inside circles nothing is added, for there is no longest way.

    To compare them months count as 30.44 days; what is told are the lags as they are stated.
    """
    group = _groups(graph)
    order = sorted(graph.kinds, key=group.__getitem__)
    days: dict[str, float] = dict.fromkeys(graph.north_stars, 0.0)
    onward: dict[str, Relation] = {}
    for name in order:
        for it in graph.out_of(name):
            if it.target in days and group[it.target] != group[name] and name not in graph.north_stars:
                length = days[it.target] + (it.lag.count * _DAYS[it.lag.unit] if it.lag else 0.0)
                if length > days.get(name, -1.0):
                    days[name], onward[name] = length, it
    slowest = max((name for name in graph.kinds if name in onward), key=lambda name: days[name], default=None)
    if slowest is None or days[slowest] == 0:
        return None
    taken = [onward[slowest]]
    while taken[-1].target in onward:
        taken.append(onward[taken[-1].target])
    return Delay((slowest, *(it.target for it in taken)), total(it.lag for it in taken))


def _pairs(graph: InfluenceGraph, ownership: Mapping[str, Ownership]) -> tuple[Pair, ...]:
    """Pairs that move a metric together and have no interface manager; those that share most first."""
    managed = {frozenset(it.between) for it in graph.project.interfaces}
    shared: dict[tuple[str, str], list[str]] = {pair: [] for pair in combinations(graph.named("department"), 2)}
    for metric in _owned(graph):
        for pair in combinations(ownership[metric].movers, 2):
            shared[pair].append(metric)
    pairs = [
        Pair(pair, tuple(metrics)) for pair, metrics in shared.items() if metrics and frozenset(pair) not in managed
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair.metrics)))
