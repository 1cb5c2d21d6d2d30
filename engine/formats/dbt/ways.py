"""The way from a row to an entity of another model, where several lead there: MetricFlow takes the shortest."""

from __future__ import annotations

from collections.abc import Iterator

from .joins import Joins, Step
from .tables import Table

Way = tuple[Step, ...]


def entity_path(joins: Joins, table: Table, entity: str) -> str | None:
    """The field that says which entity a row belongs to: its own, or at the end of the one shortest way."""
    if entity in table.entities:
        return table.entities[entity]
    found = _shortest(joins, table, entity)
    if len(found) != 1:
        return None
    target = joins.tables[found[0][-1].target]
    return ".".join((*(step.name for step in found[0]), target.entities[entity]))


def told_apart(joins: Joins, table: Table) -> dict[str, str]:
    """The entities that several ways lead to, one of them shorter than the others, with its path."""
    found: dict[str, str] = {}
    for entity in dict.fromkeys(name for other in joins.tables.values() for name in other.entities):
        if entity in table.entities:
            continue
        shortest = _shortest(joins, table, entity)
        if len(shortest) == 1 and any(_shortest(joins, table, entity, step) for step in shortest[0]):
            found[entity] = entity_path(joins, table, entity) or ""
    return found


def _shortest(joins: Joins, table: Table, entity: str, without: Step | None = None) -> list[Way]:
    """The ways over the fewest entities, two of them at most; none enters a model that has the entity itself."""
    levels: list[dict[str, list[Way]]] = [{table.model.name: [()]}]
    seen: set[str] = set()
    for hops, level in enumerate(levels):  # grows as it is walked
        fresh = {model: ways for model, ways in level.items() if model not in seen}
        seen.update(fresh)
        there = [way for model, ways in fresh.items() if entity in joins.tables[model].entities for way in ways]
        if there:
            return there[:2]
        for step, way in _onward(joins, fresh, without):
            while len(levels) <= hops + len(step.links):
                levels.append({})
            ways = levels[hops + len(step.links)].setdefault(step.target, [])
            if len(ways) < 2:
                ways.append(way)
    return []


def _onward(joins: Joins, level: dict[str, list[Way]], without: Step | None) -> Iterator[tuple[Step, Way]]:
    for model, ways in level.items():
        for step in joins.steps.get(model, ()):
            if step is not without:
                yield from ((step, (*way, step)) for way in ways)
