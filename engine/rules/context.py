"""Everything that rules may look at, and what is computed from it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..graph.analysis import cycles, reaches_north_star
from ..lexicon.read import load
from ..lexicon.words import Lexicon

if TYPE_CHECKING:
    from ..graph.build import InfluenceGraph
    from ..graph.ownership import Ownership
    from ..model import Project
    from ..sql.lineage import Lineage


@dataclass(frozen=True)
class Context:
    """A project with its graph, ownership and lineage (absent for drafts).

    `complete` is false where something could not be read: rules that rest on the absence of something keep
    silent then. Not slotted, because the properties are kept once computed.
    """

    project: Project
    graph: InfluenceGraph
    ownership: Mapping[str, Ownership]
    lineage: Mapping[str, Lineage]
    complete: bool = True
    lexicon: Lexicon = field(default_factory=load)

    @cached_property
    def reaching(self) -> frozenset[str]:
        """Departments, levers and metrics with a path to a north star."""
        return reaches_north_star(self.graph)

    @cached_property
    def north_stars(self) -> tuple[str, ...]:
        return self.graph.north_stars

    @cached_property
    def circles(self) -> Mapping[str, tuple[str, ...]]:
        """Circles of influences by their first metric."""
        return {circle[0]: circle for circle in cycles(self.graph)}

    @cached_property
    def goals(self) -> Mapping[str, tuple[str, ...]]:
        """The objectives that measure themselves by a metric, by metric."""
        found: dict[str, dict[str, None]] = {}
        for objective in self.project.objectives.values():
            for result in objective.key_results:
                if result.metric:
                    found.setdefault(result.metric, {})[objective.name] = None
        return {metric: tuple(names) for metric, names in found.items()}

    @cached_property
    def on_map(self) -> frozenset[str]:
        """Whatever an influence or a formula touches."""
        return frozenset(name for relation in self.graph.relations() for name in (relation.source, relation.target))
