"""The closed tables of facts and collections by subject, and the subjects of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model import Influence
from ..spans import Key
from .context import Context
from .fact import Collection, Fact, Subject, Table
from .goal_facts import KEY_RESULT, KEY_RESULT_COLLECTIONS, OBJECTIVE, OBJECTIVE_COLLECTIONS, ResultOf
from .loop_facts import BLOCKER, BLOCKER_COLLECTIONS, CHANGE, CHANGE_COLLECTIONS, PILOT, PILOT_COLLECTIONS
from .metric_facts import METRIC, METRIC_COLLECTIONS
from .organization_facts import (
    DEPARTMENT,
    DEPARTMENT_COLLECTIONS,
    INFLUENCE,
    INFLUENCE_COLLECTIONS,
    LEVER,
    LEVER_COLLECTIONS,
    ORGANIZATION,
    ORGANIZATION_COLLECTIONS,
    PERSON,
    PERSON_COLLECTIONS,
)

__all__ = ["COLLECTIONS", "FACTS", "Context", "lines_of", "own_facts", "subjects_of"]

_OWN: Mapping[str, tuple[Mapping[str, Fact], Mapping[str, Collection]]] = {
    "organization": (ORGANIZATION, ORGANIZATION_COLLECTIONS),
    "department": (DEPARTMENT, DEPARTMENT_COLLECTIONS),
    "person": (PERSON, PERSON_COLLECTIONS),
    "lever": (LEVER, LEVER_COLLECTIONS),
    "influence": (INFLUENCE, INFLUENCE_COLLECTIONS),
    "metric": (METRIC, METRIC_COLLECTIONS),
    "objective": (OBJECTIVE, OBJECTIVE_COLLECTIONS),
    "key_result": (KEY_RESULT, KEY_RESULT_COLLECTIONS),
    "change": (CHANGE, CHANGE_COLLECTIONS),
    "blocker": (BLOCKER, BLOCKER_COLLECTIONS),
    "pilot": (PILOT, PILOT_COLLECTIONS),
}


def _before(kind: str) -> Collection:
    return Collection(kind, "The same thing in the base revision.", lambda subject: subject.before, many=False)


def _facts(kind: str) -> Table:
    own, collections = _OWN[kind]
    references = {name: (other, _OWN[other.kind][0]) for name, other in collections.items() if not other.many}
    return Table(own, {**references, "before": (_before(kind), own)})


def _collections(kind: str) -> Mapping[str, Collection]:
    own = _OWN[kind][1]
    found = dict(own)
    for prefix, other in [*own.items(), ("before", _before(kind))]:
        if not other.many:
            found |= {f"{prefix}.{name}": _beyond(other, known) for name, known in _OWN[other.kind][1].items()}
    return found


def _beyond(reference: Collection, collection: Collection) -> Collection:
    def read(subject: Subject) -> Sequence[Subject]:
        other = reference.read(subject)
        return collection.read(other[0]) if other else ()

    return Collection(collection.kind, collection.doc, read, collection.many)


FACTS: Mapping[str, Table] = {kind: _facts(kind) for kind in _OWN}
COLLECTIONS: Mapping[str, Mapping[str, Collection]] = {kind: _collections(kind) for kind in _OWN}


def own_facts(kind: str) -> Mapping[str, Fact]:
    """The facts that are about the subject itself."""
    return _OWN[kind][0]


@dataclass(frozen=True, slots=True)
class InfluenceAs:
    """An influence, which has no name, with one."""

    influence: Influence
    number: int

    @property
    def name(self) -> str:
        return f"{self.influence.source}->{self.influence.target}"

    @property
    def identity(self) -> str:
        return f"{self.name}/{self.number}"

    def __getattr__(self, name: str) -> object:
        return getattr(self.influence, name)


def lines_of(context: Context) -> dict[tuple[str, int], frozenset[str]]:
    """The subjects that begin in a line of a file, by file and line: an entry's first line and that of its name."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for subject in context.subjects.values():
        if subject.kind == "organization" and subject.entity is None:
            continue
        spans = [subject.origin.value(*subject.path)] + ([] if subject.path else [subject.origin.span()])
        for span in spans:
            place = (span.file, span.line)
            found[place] = found.get(place, frozenset()) | {str(subject)}
    return found


def subjects_of(context: Context) -> Iterator[Subject]:
    """Everything that rules judge, in reading order of each kind. There is always one organisation."""
    project = context.project
    organization = project.organization
    yield Subject(
        context,
        "organization",
        organization,
        organization.origin if organization else project.config.origin,
        FACTS["organization"],
        organization.name if organization else "accord.yml",
    )
    named = {
        "department": project.departments,
        "person": project.people,
        "lever": project.levers,
        "metric": project.metrics,
    }
    for kind, entities in named.items():
        for entity in entities.values():
            yield Subject(context, kind, entity, entity.origin, FACTS[kind])  # type: ignore[attr-defined]
    yield from _influences(context)
    for objective in project.objectives.values():
        yield Subject(context, "objective", objective, objective.origin, FACTS["objective"])
        for index, result in enumerate(objective.key_results):
            entity = ResultOf(objective, index, result)
            path: tuple[Key, ...] = ("key_results", index)
            yield Subject(context, "key_result", entity, objective.origin, FACTS["key_result"], path=path)
    for kind, entities in {"change": project.changes, "blocker": project.blockers, "pilot": project.pilots}.items():
        for entity in entities.values():
            yield Subject(context, kind, entity, entity.origin, FACTS[kind])  # type: ignore[attr-defined]


def _influences(context: Context) -> Iterator[Subject]:
    seen: dict[tuple[str, str], int] = {}
    for influence in context.project.influences:
        ends = (influence.source, influence.target)
        number = seen[ends] = seen.get(ends, -1) + 1
        yield Subject(context, "influence", InfluenceAs(influence, number), influence.origin, FACTS["influence"])
