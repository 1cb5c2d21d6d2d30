"""What all drawings of an influence map share: what is shown, and how nodes and influences are worded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from ..errors import UsageError
from ..graph.analysis import neighbourhood, within
from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from ..model import Department, Lever, Metric
from .graph_words import period_said, said

Look = Literal["department", "lever", "metric", "northStar"]

# Light fills under dark text: they read on light and on dark pages.
FILLS: dict[Look, str] = {
    "department": "#dbe7fb",
    "lever": "#f1f1f1",
    "metric": "#dff3e4",
    "northStar": "#ffe9a8",
}
SHARED_STROKE = "#b3261e"


@dataclass(frozen=True, slots=True)
class View:
    """The part of a graph that is drawn, in one language; `names` are shown, in project order.

    `paint` is given the name and the title of whatever is printed and returns what to print instead.
    """

    graph: InfluenceGraph
    ownership: Mapping[str, Ownership]
    language: str
    names: tuple[str, ...]
    shown: frozenset[str]
    paint: Callable[[str, str], str] | None = None

    def title(self, name: str) -> str:
        """The title in the view's language on one line, or the name."""
        return self._painted(name, self._written(name))

    def label(self, name: str) -> str:
        """The title with the name in brackets, unless they say the same."""
        title = self._written(name)
        shown = self._painted(name, title)
        return shown if title.casefold() == name else f"{shown} ({name})"

    def relations(self) -> tuple[Relation, ...]:
        """Everything between the names shown."""
        return tuple(it for name in self.names for it in self.graph.out_of(name) if it.target in self.shown)

    def look(self, name: str) -> Look:
        kind = self.graph.kinds[name]
        is_north_star = kind == "metric" and self.graph.project.metrics[name].role == "north_star"
        return "northStar" if is_north_star else kind

    def how(self, relation: Relation) -> str:
        """How a relation acts: `lowers, strong, after 30 days`; nothing to say of a membership."""
        words = ["formula"] if relation.kind == "formula" else []
        words += [relation.effect] if relation.effect else []
        words += [relation.strength] if relation.strength and relation.kind == "causal" else []
        phrases = [said(word, self.language) for word in words]
        if relation.lag:
            phrases.append(said("lag", self.language, period=period_said(relation.lag, self.language)))
        return ", ".join(phrases)

    def has_owner(self, name: str) -> bool:
        """Whether somebody should answer: for every metric but a component."""
        return self.graph.kinds[name] == "metric" and self.graph.project.metrics[name].role != "component"

    def is_shared(self, name: str) -> bool:
        """Whether this is a metric without a single owner; a component is not."""
        return self.has_owner(name) and self.ownership[name].verdict == "shared"

    def answering(self, name: str) -> str:
        """Who answers for a metric; nothing to say of a component, a lever or a department."""
        if not self.has_owner(name):
            return ""
        found = self.ownership[name]
        case = _case(found)
        owning = {*found.declared, *found.movers} if case == "shared" else found.declared
        return said(case, self.language, owners=self._listed(owning), movers=self._listed(found.movers))

    def doing(self, name: str) -> str:
        """What a lever is and whose; nothing to say of anything else."""
        if self.graph.kinds[name] != "lever":
            return ""
        departments = [relation.source for relation in self.graph.into(name)]
        return said("lever_of" if departments else "lever", self.language, owners=self._listed(departments))

    def _written(self, name: str) -> str:
        title = _entity(self.graph, name).title
        return " ".join(title.said_in(self.language).split()) if title else name

    def _painted(self, name: str, text: str) -> str:
        return self.paint(name, text) if self.paint else text

    def _listed(self, departments: Collection[str]) -> str:
        return ", ".join(self.title(name) for name in self.graph.named("department") if name in departments)


def view(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str,
    centre: str | None = None,
    depth: int | None = None,
    paint: Callable[[str, str], str] | None = None,
    *,
    with_building_blocks: bool = False,
) -> View:
    """The whole map, or what lies at most `depth` steps before and after `centre`.

    Left out, unless asked for, are building blocks: components that nothing else acts on.
    """
    if centre is None:
        chosen = frozenset(graph.kinds)
    elif centre in graph.kinds:
        chosen = neighbourhood(graph, centre, depth)
    else:
        message = f"`{centre}` is neither a department nor a lever nor a metric"
        raise UsageError(message, hint=_nearest(graph, centre))
    shown = chosen if with_building_blocks else (chosen & _acted_on(graph)) | (chosen & {centre})
    names = tuple(name for name in graph.kinds if name in shown)
    return View(graph, ownership, language, names, shown, paint)


def _acted_on(graph: InfluenceGraph) -> frozenset[str]:
    """Everything but components at which no path from anything else arrives."""
    components = {metric.name for metric in graph.project.metrics.values() if metric.role == "component"}
    return within(graph.network.successors, [name for name in graph.kinds if name not in components])


def _entity(graph: InfluenceGraph, name: str) -> Department | Lever | Metric:
    project = graph.project
    if graph.kinds[name] == "metric":
        return project.metrics[name]
    return project.levers[name] if graph.kinds[name] == "lever" else project.departments[name]


def _nearest(graph: InfluenceGraph, name: str) -> str | None:
    near = get_close_matches(name, graph.kinds, 1)
    return f"did you mean `{near[0]}`?" if near else None


def _case(found: Ownership) -> str:
    if found.verdict == "single":
        return "single" if found.movers == found.declared else "apart"
    if len({*found.movers, *found.declared}) > 1:
        return "shared"
    if found.movers:
        return "no_owner"
    return "no_mover" if found.declared else "nobody"
