"""Small organisations written in a few words, as values of the model with an origin made up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.graph.build import InfluenceGraph, Part, build
from engine.model import Config, Department, Influence, Lever, Metric, Organization, Period, Project, Text
from engine.spans import Mark, Origin, Source

ORIGIN = Origin(Source("specs.yml", ""), {}, Mark(0, 0, 0, 0, ""))

_INFLUENCE = re.compile(
    r"(?P<source>\S+) (?P<effect>raises|lowers) (?P<target>\S+)"
    r"(?: (?P<strength>weak|medium|strong))?(?: after (?P<count>\d+) (?P<unit>[a-z]+?)s?)?"
)


def organisation(
    *,
    departments: Sequence[str] = (),
    levers: Mapping[str, Sequence[str]] | None = None,
    metrics: Sequence[str] | Mapping[str, Any] = (),
    influences: Sequence[str] = (),
    formulas: Mapping[str, Sequence[str]] | None = None,
    north_star: str | Sequence[str] = (),
    components: Sequence[str] = (),
    titles: Mapping[str, Mapping[str, str]] | None = None,
) -> InfluenceGraph:
    """The graph of an organisation.

    `metrics` are names, or names with their declared owners; an influence reads
    `onboarding lowers time_to_wow strong after 30 days`, a part of a formula `leads raises`.
    """
    owners = metrics if isinstance(metrics, Mapping) else dict.fromkeys(metrics, ())
    stars = [north_star] if isinstance(north_star, str) else north_star
    titled = {name: Text(tuple(texts.items())) for name, texts in (titles or {}).items()}
    roles = dict.fromkeys(components, "component") | dict.fromkeys(stars, "north_star")
    project = Project(
        root="",
        config=Config(ORIGIN),
        organization=Organization("acme", ORIGIN),
        departments={name: Department(name, ORIGIN, title=titled.get(name)) for name in departments},
        levers={
            name: Lever(name, ORIGIN, tuple(doing), title=titled.get(name)) for name, doing in (levers or {}).items()
        },
        influences=tuple(map(influence, influences)),
        metrics={
            name: Metric(
                name,
                ORIGIN,
                title=titled.get(name),
                role=roles.get(name),  # type: ignore[arg-type]  # one of the two words above
                owners=declared if declared == "all" else tuple(declared),
            )
            for name, declared in owners.items()
        },
    )
    parts = {whole: tuple(map(_part, written)) for whole, written in (formulas or {}).items()}
    return build(project, parts)


def influence(written: str) -> Influence:
    found = _INFLUENCE.fullmatch(written)
    assert found, f"not an influence: {written}"
    lag = Period(int(found["count"]), found["unit"]) if found["count"] else None  # type: ignore[arg-type]
    strength = found["strength"] or "medium"
    return Influence(found["source"], found["target"], found["effect"], ORIGIN, strength, lag)  # type: ignore[arg-type]


def _part(written: str) -> Part:
    metric, effect = written.split()
    return Part(metric, effect)  # type: ignore[arg-type]
