"""From the influence graph to who answers for each metric: movers, contributors and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import add
from typing import Literal

from .build import InfluenceGraph
from .components import components
from .routes import Route, routes_to

Verdict = Literal["single", "shared"]


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who answers for a metric; departments in project order, `routes` empty until asked for (`prove`).

    `movers` influence the metric, or a part of its formula, directly or through a lever; `contributors`
    reach it only through the causal influence of other metrics; `declared` are the owners in its spec.
    """

    metric: str
    verdict: Verdict
    movers: tuple[str, ...]
    contributors: tuple[str, ...]
    declared: tuple[str, ...]
    routes: tuple[Route, ...] = ()


def find_ownership(graph: InfluenceGraph) -> Mapping[str, Ownership]:
    """The ownership of every metric, components included, in project order.

    Sets of departments are bits of an integer, gathered in one pass over the strongly connected components:
    for a given number of departments the time is linear in nodes and influences. Cycles are allowed.
    """
    metrics = graph.named("metric")
    paths = _paths(graph, metrics)
    movers = _gather(paths.parts, paths.direct)
    reaching = _gather(list(map(add, paths.parts, paths.causes)), paths.direct)
    names = _Names(graph.named("department"))
    found: dict[str, Ownership] = {}
    for metric, moving, reached in zip(metrics, movers, reaching, strict=True):
        declared = names.in_order(graph.project.owners_of(graph.project.metrics[metric]))
        found[metric] = _judge(metric, names.of(moving), names.of(reached & ~moving), declared)
    return found


def prove(graph: InfluenceGraph, ownership: Ownership) -> Ownership:
    """The same ownership with the routes that prove it."""
    return replace(ownership, routes=routes_to(graph, ownership.metric))


def _judge(metric: str, movers: tuple[str, ...], contributors: tuple[str, ...], declared: tuple[str, ...]) -> Ownership:
    verdict: Verdict = "single" if len(movers) == len(declared) == 1 else "shared"
    return Ownership(metric, verdict, movers, contributors, declared)


@dataclass(frozen=True, slots=True)
class _Paths:
    """For each metric by number: the departments right at it as bits, its formula's metrics, its causes."""

    direct: list[int]
    parts: list[list[int]]
    causes: list[list[int]]


def _paths(graph: InfluenceGraph, metrics: Sequence[str]) -> _Paths:
    number = {metric: at for at, metric in enumerate(metrics)}
    paths = _Paths([0] * len(metrics), [[] for _ in metrics], [[] for _ in metrics])
    acting = {department: 1 << at for at, department in enumerate(graph.named("department"))}
    relations = list(graph.relations())
    for relation in relations:
        if relation.kind == "membership":
            acting[relation.target] = acting.get(relation.target, 0) | acting[relation.source]
    for relation in relations:
        if relation.kind == "formula":
            paths.parts[number[relation.target]].append(number[relation.source])
        elif relation.kind == "causal" and relation.source in number:
            paths.causes[number[relation.target]].append(number[relation.source])
        elif relation.kind == "causal":
            paths.direct[number[relation.target]] |= acting.get(relation.source, 0)
    return paths


def _gather(before: Sequence[Sequence[int]], own: Sequence[int]) -> list[int]:
    """For each node its own bits and those of everything that leads to it."""
    gathered = list(own)
    for component in components(before):
        bits = 0
        for node in component:
            bits |= gathered[node]
            for earlier in before[node]:
                bits |= gathered[earlier]
        for node in component:
            gathered[node] = bits
    return gathered


class _Names:
    """Sets of departments as tuples of names in project order; equal sets share one tuple."""

    def __init__(self, departments: tuple[str, ...]) -> None:
        self._departments = departments
        self._bits = {department: 1 << at for at, department in enumerate(departments)}
        self._known: dict[int, tuple[str, ...]] = {0: ()}

    def of(self, bits: int) -> tuple[str, ...]:
        if bits not in self._known:
            chosen = f"{bits:b}"[::-1].encode().translate(_DIGITS)
            self._known[bits] = tuple(compress(self._departments, chosen))
        return self._known[bits]

    def in_order(self, written: Sequence[str]) -> tuple[str, ...]:
        """The departments among names as a spec writes them, each one once."""
        bits = 0
        for name in written:
            bits |= self._bits.get(name, 0)
        return self.of(bits)


_DIGITS = bytes.maketrans(b"01", b"\x00\x01")
