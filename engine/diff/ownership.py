"""Who answers for what on two sides, metric by metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..graph.routes import Route, routes_to
from .changes import OwnershipChange
from .side import Side
from .touched import touched


def compare_ownership(before: Side, after: Side, renamed: Mapping[str, str]) -> Iterator[OwnershipChange]:
    """Metrics that somebody should answer for, with other owners, movers or another verdict.

    Other contributors alone are no change of who answers; the influences that made them so are told.
    """
    formerly = {now: former for former, now in renamed.items()}
    for name, metric in after.project.metrics.items():
        former = formerly.get(name, name)
        earlier = before.project.metrics.get(former)
        if earlier is None or "component" in (metric.role, earlier.role):
            continue
        old, new = before.ownership[former], after.ownership[name]
        if (old.declared, old.movers, old.verdict) != (new.declared, new.movers, new.verdict):
            reach = touched(after, [name], (*old.declared, *old.movers))
            yield OwnershipChange(
                name,
                old,
                new,
                reach,
                _routes(after, name, set(new.movers) - set(old.movers)),
                _routes(before, former, set(old.movers) - set(new.movers)),
            )


def _routes(side: Side, metric: str, departments: set[str]) -> tuple[Route, ...]:
    if not departments:
        return ()
    found = routes_to(side.graph, metric)
    return tuple(route for route in found if route.standing == "mover" and route.department in departments)
