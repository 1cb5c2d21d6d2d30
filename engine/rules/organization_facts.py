"""Facts of the organisation, its departments and levers."""

from __future__ import annotations

from collections.abc import Mapping

from .fact import Fact, Subject, with_counts


def complete(subject: Subject) -> bool:
    return subject.context.complete and not subject.context.project.broken


COMMON: Mapping[str, Fact] = {
    "name": Fact("text", "The name in the spec.", lambda subject: subject.name),
    "project.complete": Fact("flag", "Everything could be read: what is absent is really absent.", complete),
    "graph.has_north_star": Fact(
        "flag", "The organisation has a north star.", lambda subject: bool(subject.context.north_stars)
    ),
}
REACHES = Fact(
    "flag",
    "A path of levers, influences and formulas leads from here to a north star.",
    lambda subject: subject.name in subject.context.reaching,
)

ORGANIZATION = with_counts(
    {
        **COMMON,
        "north_stars": Fact("words", "The metrics with the role north_star.", lambda it: it.context.north_stars),
        "metrics": Fact("words", "All metrics.", lambda it: tuple(it.context.project.metrics)),
    }
)
DEPARTMENT = with_counts({**COMMON, "graph.reaches_north_star": REACHES})
LEVER = with_counts(
    {
        **COMMON,
        "graph.reaches_north_star": REACHES,
        "departments": Fact("words", "Who does it.", lambda it: it.entity.departments),
    }
)
