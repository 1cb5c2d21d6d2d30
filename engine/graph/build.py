"""From a project and the parts of its formulas to the influence graph; networkx is imported here only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from ..model import Confidence, Influence, Level, Period, Project

if TYPE_CHECKING:
    from networkx import MultiDiGraph

NodeKind = Literal["department", "lever", "metric"]
RelationKind = Literal["membership", "causal", "formula"]
Sign = Literal["raises", "lowers", "unclear"]


@dataclass(frozen=True, slots=True)
class Part:
    """A metric that another one is made of by formula, and how it acts there."""

    metric: str
    effect: Sign


@dataclass(frozen=True, slots=True)
class Relation:
    """One arrow: a department does a lever, a cause moves a metric, a metric is part of another's formula.

    A membership has neither effect nor strength: it makes a route neither weaker nor negative.
    `stated` is the influence as the spec says it, for causal relations only.
    """

    source: str
    target: str
    kind: RelationKind
    effect: Sign | None = None
    strength: Level | None = None
    lag: Period | None = None
    confidence: Confidence | None = None
    stated: Influence | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InfluenceGraph:
    """Departments, levers and metrics, each in project order, with everything that leads on from them.

    In `network` every node carries its `kind` and every arrow its `relation`; `kinds` has the former again,
    in project order, at less cost.
    """

    project: Project
    network: MultiDiGraph[str]
    kinds: Mapping[str, NodeKind]

    def named(self, kind: NodeKind) -> tuple[str, ...]:
        """The names of all nodes of one kind."""
        return tuple(name for name, its_kind in self.kinds.items() if its_kind == kind)

    @property
    def north_stars(self) -> tuple[str, ...]:
        return tuple(metric.name for metric in self.project.metrics.values() if metric.role == "north_star")

    def relations(self) -> Iterator[Relation]:
        """Every relation once, by source."""
        return _relations(self.network.edges(data="relation"))

    def into(self, name: str) -> tuple[Relation, ...]:
        """What acts on `name`."""
        return tuple(_relations(self.network.in_edges(name, data="relation")))

    def out_of(self, name: str) -> tuple[Relation, ...]:
        """What `name` acts on."""
        return tuple(_relations(self.network.out_edges(name, data="relation")))


def build(project: Project, parts: Mapping[str, tuple[Part, ...]]) -> InfluenceGraph:
    """The influence graph of `project`; `parts` says for each metric what its formula is made of.

    Names that do not resolve are skipped, because the loader has reported them. Where a name was given twice
    (a finding as well), a metric goes before a lever and a lever before a department.
    """
    from networkx import MultiDiGraph  # 0.27 s that whoever only names the graph's types must not pay

    kinds: dict[str, NodeKind] = dict.fromkeys(project.departments, "department")
    kinds |= dict.fromkeys(project.levers, "lever")
    kinds |= dict.fromkeys(project.metrics, "metric")
    network: MultiDiGraph[str] = MultiDiGraph()
    network.add_nodes_from((name, {"kind": kind}) for name, kind in kinds.items())
    found = chain(_memberships(project, kinds), _causes(project, kinds), _formulas(parts, kinds))
    network.add_edges_from((it.source, it.target, {"relation": it}) for it in found)
    return InfluenceGraph(project, network, kinds)


def _memberships(project: Project, kinds: Mapping[str, NodeKind]) -> Iterator[Relation]:
    for lever in project.levers.values():
        for department in dict.fromkeys(lever.departments):
            if kinds.get(department) == "department" and kinds[lever.name] == "lever":
                yield Relation(department, lever.name, "membership")


def _causes(project: Project, kinds: Mapping[str, NodeKind]) -> Iterator[Relation]:
    for said in project.influences:
        if said.source in kinds and kinds.get(said.target) == "metric":
            how = said.effect, said.strength, said.lag, said.confidence
            yield Relation(said.source, said.target, "causal", *how, said)


def _formulas(parts: Mapping[str, tuple[Part, ...]], kinds: Mapping[str, NodeKind]) -> Iterator[Relation]:
    for whole, its_parts in parts.items():
        for part in its_parts:
            if kinds.get(part.metric) == kinds.get(whole) == "metric":
                yield Relation(part.metric, whole, "formula", part.effect, "strong", None, "high")


def _relations(arrows: Iterable[tuple[Any, Any, Any]]) -> Iterator[Relation]:
    return (relation for _, _, relation in arrows)
