"""Influences of two sides, and which departments do which levers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..model import Influence
from .changes import Aspect, InfluenceChange
from .side import Side
from .touched import touched

Pair = tuple[str, str]


def compare_influences(before: Side, after: Side, renamed: Mapping[str, str]) -> Iterator[InfluenceChange]:
    """What was added, cut or changed between names that both sides have, or between them and new levers.

    Influences of metrics that came or went are told with these metrics.
    """
    old, new = _by_pair(before, renamed), _by_pair(after, {})
    known = {renamed.get(name, name) for name in before.project.metrics}
    for pair in dict.fromkeys((*new, *old)):
        now, then = new.get(pair, ()), old.get(pair, ())
        if any((name in after.project.metrics) != (name in known) for name in pair):
            continue
        for one, other in zip(then, now, strict=False):
            aspects = _aspects(one, other)
            if aspects:
                yield _change("changed", other, pair, after, aspects)
        for added in now[len(then) :]:
            yield _change("added", added, pair, after)
        for gone in then[len(now) :]:
            yield _cut(gone, pair, before, after)
    yield from _memberships(before, after)


def _by_pair(side: Side, renamed: Mapping[str, str]) -> dict[Pair, tuple[Influence, ...]]:
    found: dict[Pair, tuple[Influence, ...]] = {}
    for said in side.project.influences:
        pair = renamed.get(said.source, said.source), renamed.get(said.target, said.target)
        found[pair] = (*found.get(pair, ()), said)
    return found


def _aspects(old: Influence, new: Influence) -> tuple[Aspect, ...]:
    told = [
        (
            ("effect", it.effect),
            ("strength", it.strength),
            ("lag", str(it.lag) if it.lag else None),
            ("confidence", it.confidence),
            ("evidence", str(len(it.evidence)) if it.evidence else None),
        )
        for it in (old, new)
    ]
    pairs = zip(*told, strict=True)
    return tuple(Aspect(name, one, other) for (name, one), (_, other) in pairs if one != other)


def _change(kind: str, said: Influence, pair: Pair, side: Side, aspects: tuple[Aspect, ...] = ()) -> InfluenceChange:
    reach = touched(side, [pair[1]], _acting(side, pair[0]))
    lag = str(said.lag) if said.lag else None
    return InfluenceChange(
        "changed" if kind == "changed" else "added", *pair, said.effect, said.strength, lag, reach, aspects
    )


def _cut(said: Influence, pair: Pair, before: Side, after: Side) -> InfluenceChange:
    """Whoever it touched: those before, as the way on from there may be cut as well."""
    told = _change("added", said, (said.source, said.target), before)
    return replace(told, kind="cut", source=pair[0], target=pair[1])


def _acting(side: Side, source: str) -> tuple[str, ...]:
    """The departments that a source stands for: itself, who does the lever, who answers for the metric."""
    if source in side.project.departments:
        return (source,)
    if source in side.project.levers:
        return side.project.levers[source].departments
    found = side.ownership.get(source)
    return (*found.declared, *found.movers) if found else ()


def _memberships(before: Side, after: Side) -> Iterator[InfluenceChange]:
    for name, lever in after.project.levers.items():
        earlier = before.project.levers.get(name)
        if earlier is None:
            continue
        for department in lever.departments:
            if department not in earlier.departments:
                yield _membership("added", department, name, after)
        for department in earlier.departments:
            if department not in lever.departments:
                yield _membership("cut", department, name, before)


def _membership(kind: str, department: str, lever: str, side: Side) -> InfluenceChange:
    targets = [it.target for it in side.project.influences if it.source == lever]
    reach = touched(side, targets, (department,))
    moved = tuple(name for name in side.project.metrics if name in {*reach.moved, *targets})
    reach = replace(reach, moved=moved)
    return InfluenceChange("added" if kind == "added" else "cut", department, lever, None, None, None, reach)
