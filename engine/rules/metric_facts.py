"""Facts of a metric: what its spec says, what its plan counts, what its words say, who answers for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from ..model import Direction, Role
from .fact import Collection, Fact, Subject, Value, named, with_counts
from .organization_facts import COMMON, REACHES, TITLE, said
from .plan_facts import PLAN, WORDS

if TYPE_CHECKING:
    from ..graph.ownership import Ownership

KINDS = (
    *("draft", "expression", "ratio", "derived", "cumulative", "conversion", "funnel"),
    *("retention", "cohort", "duration", "score"),
)


def ownership(subject: Subject) -> Ownership:
    return subject.context.ownership[subject.name]


def is_draft(subject: Subject) -> bool:
    """Without a definition because none was written, not because it could not be read."""
    return subject.entity.definition is None and subject.name not in subject.context.project.broken


def _owners(attribute: str) -> Callable[[Subject], Value]:
    def read(subject: Subject) -> Value:
        value: Value = getattr(ownership(subject), attribute)
        return value

    return read


def _undeclared(subject: Subject) -> Value:
    known = ownership(subject)
    return tuple(name for name in known.movers if name not in known.declared)


def _idle(subject: Subject) -> Value:
    known = ownership(subject)
    return tuple(name for name in known.declared if name not in known.movers and name not in known.contributors)


def _of_metric(attribute: str) -> Callable[[Subject], Value]:
    def read(subject: Subject) -> Value:
        value: Any = getattr(subject.entity, attribute)
        return value if value is None else str(value)

    return read


def _parts(subject: Subject) -> Value:
    found = subject.context.lineage.get(subject.name)
    return found.metrics if found else ()


def _earlier(fact: str) -> Callable[[Subject], Value]:
    """So that a fault of two is told once, at the later one."""

    def read(subject: Subject) -> Value:
        order = subject.context.order
        return tuple(name for name in subject[fact] if order[name] < order[subject.name])

    return read


def _used(subject: Subject) -> bool:
    return subject.name in subject.context.used


def _opposite(way: str) -> Callable[[Subject], Value]:
    def read(subject: Subject) -> Value:
        found = subject.context.opposites.get(subject.name)
        value: Value = getattr(found, way) if found else ()
        return value

    return read


_SPEC: Mapping[str, Fact] = {
    "kind": Fact("word", "The metric's type; `draft` without a definition.", lambda it: it.entity.kind, KINDS),
    "draft": Fact("flag", "It has no definition yet: only its words, unit and role can be judged.", is_draft),
    "role": Fact("word", "What the metric is for.", _of_metric("role"), get_args(Role)),
    "direction": Fact("word", "Which way is good.", _of_metric("direction"), get_args(Direction)),
    "unit": Fact("text", "The unit as written.", _of_metric("unit")),
    "title": TITLE,
    "description": Fact(
        "text", "The description in the project's language.", lambda it: said(it, it.entity.description)
    ),
    "role.given": Fact("flag", "It says what it is for.", lambda it: it.entity.role is not None),
    "directed": Fact("flag", "It says which way is good.", lambda it: it.entity.direction is not None),
    "described": Fact("flag", "It has a description.", lambda it: it.entity.description is not None),
    "twins": Fact("words", "Other metrics with the same definition.", lambda it: it.context.twins.get(it.name, ())),
    "twins.earlier": Fact("words", "Those of them that are declared before it.", _earlier("twins")),
    "lookalikes.earlier": Fact(
        "words", "Of its look-alikes, those that are declared before it.", _earlier("lookalikes")
    ),
    "lookalikes": Fact(
        "words",
        "Other metrics whose names are made of the same words.",
        lambda it: it.context.lookalikes.get(it.name, ()),
    ),
    "parts": Fact("words", "The metrics that its formula names.", _parts),
    "used": Fact("flag", "A goal, question, alarm or pilot asks for it, or for what it leads to.", _used),
    "owners": Fact("words", "The declared owners, `all` spelled out.", _owners("declared")),
    "used_as_goal": Fact(
        "words", "The objectives with a key result on it.", lambda it: it.context.goals.get(it.name, ())
    ),
}
_OWNERSHIP: Mapping[str, Fact] = {
    "ownership.verdict": Fact("word", "Whether one department answers.", _owners("verdict"), ("single", "shared")),
    "ownership.movers": Fact("words", "Departments with an influence right on it.", _owners("movers")),
    "ownership.contributors": Fact(
        "words", "Departments that reach it by way of other metrics.", _owners("contributors")
    ),
    "ownership.declared": Fact("words", "The declared owners.", _owners("declared")),
    "ownership.undeclared": Fact("words", "Movers that are not declared as owners.", _undeclared),
    "ownership.idle": Fact("words", "Declared owners that neither move it nor contribute.", _idle),
}
_GRAPH: Mapping[str, Fact] = {
    "graph.reaches_north_star": REACHES,
    "graph.on_map": Fact("flag", "An influence or a formula touches it.", lambda it: it.name in it.context.on_map),
    "graph.cycle": Fact(
        "words",
        "The circle of influences that this metric is the first of.",
        lambda it: it.context.circles.get(it.name, ()),
    ),
    "graph.raising": Fact("words", "A way on which it raises what it lowers on another.", _opposite("raising")),
    "graph.lowering": Fact("words", "That other way.", _opposite("lowering")),
}


def _influences(subject: Subject) -> tuple[Subject, ...]:
    return subject.context.influences_on.get(subject.name, ())


def _results(subject: Subject) -> tuple[Subject, ...]:
    return subject.context.results_on.get(subject.name, ())


METRIC_COLLECTIONS: Mapping[str, Collection] = {
    "owners": named("department", "The declared owners.", "owners"),
    "movers": named("department", "Departments with an influence right on it.", "ownership.movers"),
    "influences": Collection("influence", "The influences on it.", _influences),
    "key_results": Collection("key_result", "The key results on it.", _results),
    "parts": named("metric", "The metrics that its formula names.", "parts"),
    "twins.earlier": named("metric", "Those of them that are declared before it.", "twins.earlier"),
    "twins": named("metric", "Other metrics with the same definition.", "twins"),
}
METRIC = with_counts({**COMMON, **_SPEC, **PLAN, **WORDS, **_OWNERSHIP, **_GRAPH})
