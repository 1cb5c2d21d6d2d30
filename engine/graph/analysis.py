"""What a graph tells: what reaches a north star, what lies around a node, what influences run in circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from .build import InfluenceGraph, Relation
from .components import components


def reaches_north_star(graph: InfluenceGraph) -> frozenset[str]:
    """Everything with a path to a north star, north stars included; empty where there is none."""
    return within(graph.network.predecessors, graph.north_stars)


def neighbourhood(graph: InfluenceGraph, centre: str, depth: int | None = None) -> frozenset[str]:
    """The causes and the effects of `centre` up to `depth` steps away, itself included.

    Other causes of its effects are left out, or else a neighbourhood is soon everything.
    """
    causes = within(graph.network.predecessors, [centre], depth)
    return causes | within(graph.network.successors, [centre], depth)


def within(beside: Callable[[str], Iterator[str]], start: Iterable[str], depth: int | None = None) -> frozenset[str]:
    """What is reached from `start` in at most `depth` steps of `beside`."""
    reached = set(start)
    outermost = set(reached)
    steps = 0
    while outermost and (depth is None or steps < depth):
        outermost = {name for inner in outermost for name in beside(inner)} - reached
        reached |= outermost
        steps += 1
    return frozenset(reached)


def cycles(graph: InfluenceGraph) -> tuple[tuple[str, ...], ...]:
    """The circles of influences, one for each group of metrics that reach each other.

    A circle is the shortest through its group's first causal influence (by source). It follows the influences
    and starts at its first metric in project order; a metric that influences itself is a circle of one.
    Circles of formulas alone are left out: they are errors, found where formulas are read.
    """
    metrics = graph.named("metric")
    group = _groups(metrics, [it for it in graph.relations() if graph.kinds[it.source] == "metric"])
    inside = [it for it in graph.relations() if it.source in group and group[it.source] == group[it.target]]
    onward: dict[str, list[str]] = {}
    first: dict[int, Relation] = {}
    for relation in inside:
        onward.setdefault(relation.source, []).append(relation.target)
        if relation.kind == "causal":
            first.setdefault(group[relation.source], relation)
    position = {metric: at for at, metric in enumerate(metrics)}
    found = [_turned(_shortest_path(onward, it.target, it.source), position) for it in first.values()]
    return tuple(sorted(found, key=lambda circle: position[circle[0]]))


def _groups(metrics: Sequence[str], relations: Iterable[Relation]) -> dict[str, int]:
    """The number of each metric's strongly connected component."""
    number = {metric: at for at, metric in enumerate(metrics)}
    before: list[list[int]] = [[] for _ in metrics]
    for relation in relations:
        before[number[relation.target]].append(number[relation.source])
    return {metrics[node]: at for at, component in enumerate(components(before)) for node in component}


def _shortest_path(onward: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """The names from `start` to `end`, which is known to be reached."""
    came_from = {start: start}
    waiting = deque([start])
    while end not in came_from:
        name = waiting.popleft()
        for following in onward[name]:
            if following not in came_from:
                came_from[following] = name
                waiting.append(following)
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def _turned(circle: list[str], position: Mapping[str, int]) -> tuple[str, ...]:
    start = circle.index(min(circle, key=position.__getitem__))
    return (*circle[start:], *circle[:start])
