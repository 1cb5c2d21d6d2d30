"""From what changes on one side to whom it touches there."""

from __future__ import annotations

from collections.abc import Iterable

from ..graph.analysis import within
from ..model import Objective
from .changes import Touched
from .side import Side


def touched(side: Side, metrics: Iterable[str], departments: Iterable[str] = ()) -> Touched:
    """Whom a change of `metrics` reaches: who answers for them or moves them, and for what is computed from them;
    `departments` take part in the change itself."""
    changing = [name for name in metrics if name in side.project.metrics]
    computed = within(lambda name: (it.target for it in side.graph.out_of(name) if it.kind == "formula"), changing)
    reached = within(side.graph.network.successors, changing)
    concerned = {*departments}
    for name in computed:
        concerned.update(side.ownership[name].declared)
    for name in changing:
        concerned.update(side.ownership[name].movers)
    every = side.project.metrics
    return Touched(
        departments=tuple(name for name in side.project.departments if name in concerned),
        objectives=tuple(it.name for it in side.project.objectives.values() if computed & measures(it)),
        computed=tuple(name for name in every if name in computed and name not in changing),
        moved=tuple(name for name in every if name in reached and name not in computed),
        north_stars=tuple(name for name in side.graph.north_stars if name in reached),
    )


def concerned(side: Side, metrics: Iterable[str], departments: Iterable[str] = ()) -> Touched:
    """Who looks at a report, an alarm or a test of `metrics`: no value is another one because of it."""
    return Touched(touched(side, metrics, departments).departments)


def touched_by_goal(side: Side, objective: Objective, metric: str | None = None) -> Touched:
    """Whom a change of an objective reaches: its departments, the metric's, and the objectives that it supports."""
    concerned = set(side.project.departments if objective.departments == "all" else objective.departments)
    if metric is not None and metric in side.ownership:
        concerned.update(side.ownership[metric].declared, side.ownership[metric].movers)
    above: list[str] = []
    following = objective.supports
    while following is not None and following in side.project.objectives and following not in above:
        above.append(following)
        following = side.project.objectives[following].supports
    return Touched(
        departments=tuple(name for name in side.project.departments if name in concerned),
        objectives=tuple(name for name in side.project.objectives if name in above),
    )


def everything(side: Side) -> Touched:
    """Whom a change of what every value depends on reaches."""
    project = side.project
    stars = side.graph.north_stars
    return Touched(tuple(project.departments), tuple(project.objectives), tuple(project.metrics), (), stars)


def measures(objective: Objective) -> set[str]:
    """The metrics of its key results and of their guardrails."""
    found = {result.metric for result in objective.key_results if result.metric}
    return found | {guardrail.metric for result in objective.key_results for guardrail in result.guardrails}
