"""From changes in words to the project as it would be: `remove sales -> lead_to_deal`, `add a -> b raises strong`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import choices, did_you_mean
from ..errors import UsageError
from ..model import Influence, Project
from ..spans import Mark, Origin, Source
from .build import InfluenceGraph
from .ownership import Ownership
from .routes import Route, routes_to

_CHANGE = re.compile(
    r"(?P<what>remove|add)\s+(?P<source>[a-z][a-z0-9_]*)\s*->\s*(?P<target>[a-z][a-z0-9_]*)"
    r"(?:\s+(?P<effect>raises|lowers))?(?:\s+(?P<strength>weak|medium|strong))?"
)
_FORMS = "write `remove A -> B`, `add A -> B raises` or `add A -> B lowers strong`"


@dataclass(frozen=True, slots=True)
class Moved:
    """A metric whose ownership is another one after the change."""

    metric: str
    before: Ownership
    after: Ownership


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A department's best route to a metric before and after; None where there is none."""

    metric: str
    department: str
    before: Route | None
    after: Route | None


def changed(project: Project, graph: InfluenceGraph, changes: Iterable[str]) -> Project:
    """The project after `changes`, in their order. A change that means nothing is a `UsageError`.

    `remove DEPARTMENT -> METRIC` takes its levers along that nobody else does.
    """
    for text in changes:
        found = _CHANGE.fullmatch(text.strip())
        if found is None:
            raise UsageError(f"`{text}` is not a change of the influence map", hint=_FORMS)
        source, target = found["source"], found["target"]
        for name in (source, target):
            if name not in graph.kinds:
                hint = did_you_mean(name, graph.kinds)
                raise UsageError(f"`{name}` is neither a department nor a lever nor a metric", hint=hint)
        if found["what"] == "remove" and found["effect"]:
            raise UsageError(
                f"`{text}`: what is removed has no effect to be named", hint=f"write `remove {source} -> {target}`"
            )
        project = _remove(project, graph, source, target) if found["what"] == "remove" else _add(project, graph, found)
    return project


def moved(before: Mapping[str, Ownership], after: Mapping[str, Ownership]) -> tuple[Moved, ...]:
    """The metrics with other movers, contributors or another verdict."""
    return tuple(Moved(name, before[name], after[name]) for name in before if before[name] != after[name])


def rerouted(before: InfluenceGraph, after: InfluenceGraph) -> tuple[Rerouted, ...]:
    """Routes that changed, to metrics that somebody answers for."""
    found = []
    for name, metric in before.project.metrics.items():
        if metric.role != "component":
            old, new = ({it.department: it for it in routes_to(graph, name)} for graph in (before, after))
            for department in before.named("department"):
                pair = old.get(department), new.get(department)
                if pair[0] != pair[1]:
                    found.append(Rerouted(name, department, *pair))
    return tuple(found)


def _remove(project: Project, graph: InfluenceGraph, source: str, target: str) -> Project:
    if graph.kinds[target] == "lever":
        lever = project.levers[target]
        if source in lever.departments:
            left = tuple(name for name in lever.departments if name != source)
            return replace(project, levers={**project.levers, target: replace(lever, departments=left)})
    sources = {source, *_levers_on(project, source, target)}
    kept = tuple(it for it in project.influences if it.target != target or it.source not in sources)
    if len(kept) == len(project.influences):
        raise UsageError(f"there is no influence `{source} -> {target}`", hint=_instead(project, graph, source, target))
    return replace(project, influences=kept)


def _levers_on(project: Project, department: str, metric: str) -> list[str]:
    """The levers by which the department alone acts on the metric; one that others do as well is a `UsageError`."""
    acting = {it.source for it in project.influences if it.target == metric}
    levers = [lever for lever in project.levers.values() if lever.name in acting and department in lever.departments]
    for lever in levers:
        if len(set(lever.departments)) > 1:
            message = f"`{department}` acts on `{metric}` through `{lever.name}`, which others do as well"
            hint = f"write `remove {lever.name} -> {metric}` or `remove {department} -> {lever.name}`"
            raise UsageError(message, hint=hint)
    return [lever.name for lever in levers]


def _instead(project: Project, graph: InfluenceGraph, source: str, target: str) -> str:
    if any(it.source == source and it.kind == "formula" for it in graph.into(target)):
        return f"`{source}` is part of the formula of `{target}`: change the metric"
    near = dict.fromkeys(it.target for it in graph.out_of(source))
    return f"`{source}` acts on {choices(near)}" if near else f"`{source}` acts on nothing"


def _add(project: Project, graph: InfluenceGraph, found: re.Match[str]) -> Project:
    source, target, effect = found["source"], found["target"], found["effect"]
    if graph.kinds[target] == "lever":
        lever = project.levers[target]
        if graph.kinds[source] != "department" or effect:
            raise UsageError(f"`{target}` is a lever: only departments do it", hint="write `add DEPARTMENT -> LEVER`")
        doing = tuple(dict.fromkeys((*lever.departments, source)))
        return replace(project, levers={**project.levers, target: replace(lever, departments=doing)})
    if graph.kinds[target] == "department":
        raise UsageError(f"nothing acts on the department `{target}`", hint=_FORMS)
    if effect is None:
        raise UsageError(f"`add {source} -> {target}`: raises or lowers?", hint=_FORMS)
    data: dict[str, Any] = {}
    origin = Origin(Source("--what-if", found[0]), data, Mark(0, 0, 0, len(found[0]), ""))
    strength: Any = found["strength"] or "medium"
    added = Influence(source, target, effect, origin, strength)  # type: ignore[arg-type]  # one of the pattern's two
    return replace(project, influences=(*project.influences, added))
