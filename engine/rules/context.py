"""Everything that rules may look at, and what is computed from it once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from ..graph.analysis import cycles, reaches_north_star, within
from ..lexicon.read import load
from ..lexicon.tokens import tokens
from ..lexicon.words import Lexicon

if TYPE_CHECKING:
    from ..graph.build import InfluenceGraph
    from ..graph.ownership import Ownership
    from ..graph.weak import Contradiction
    from ..model import KeyResult, Metric, Objective, Project
    from ..sql.lineage import Lineage
    from .fact import Subject


@dataclass(frozen=True)
class Context:
    """A project with its graph, ownership and lineage (absent for drafts).

    `complete` is false where something could not be read: rules that rest on the absence of something keep
    silent then. `base` is the project as it was in an earlier revision; rules that compare with it keep silent
    without one. Not slotted, because the properties are kept once computed.
    """

    project: Project
    graph: InfluenceGraph
    ownership: Mapping[str, Ownership]
    lineage: Mapping[str, Lineage]
    as_of: date
    complete: bool = True
    base: Context | None = None
    lexicon: Lexicon = field(default_factory=load)

    @cached_property
    def said(self) -> dict[str, tuple[str, ...]]:
        """The texts that tell what a draft measures, by metric, as far as a rule has asked."""
        return {}

    @cached_property
    def subjects(self) -> Mapping[tuple[str, str], Subject]:
        """Everything that rules judge, by kind and by what it is known by."""
        from .facts import subjects_of  # which are made of contexts

        return {(subject.kind, subject.identity): subject for subject in subjects_of(self)}

    @cached_property
    def influences_on(self) -> Mapping[str, tuple[Subject, ...]]:
        return self._by("influence", "to")

    @cached_property
    def results_on(self) -> Mapping[str, tuple[Subject, ...]]:
        return self._by("key_result", "metric")

    def _by(self, kind: str, fact: str) -> Mapping[str, tuple[Subject, ...]]:
        found: dict[str, list[Subject]] = {}
        for subject in self.subjects.values():
            if subject.kind == kind and subject[fact]:
                found.setdefault(subject[fact], []).append(subject)
        return {name: tuple(subjects) for name, subjects in found.items()}

    @cached_property
    def reaching(self) -> frozenset[str]:
        """Departments, levers and metrics with a path to a north star."""
        return reaches_north_star(self.graph)

    @cached_property
    def north_stars(self) -> tuple[str, ...]:
        return self.graph.north_stars

    @cached_property
    def circles(self) -> Mapping[str, tuple[str, ...]]:
        """Circles of influences by their first metric."""
        return {circle[0]: circle for circle in cycles(self.graph)}

    @cached_property
    def goals(self) -> Mapping[str, tuple[str, ...]]:
        """The objectives that measure themselves by a metric, by metric."""
        found: dict[str, dict[str, None]] = {}
        for objective in self.project.objectives.values():
            for result in objective.key_results:
                if result.metric:
                    found.setdefault(result.metric, {})[objective.name] = None
        return {metric: tuple(names) for metric, names in found.items()}

    @cached_property
    def results(self) -> Mapping[str, tuple[tuple[Objective, KeyResult], ...]]:
        """The key results on a metric, with their objectives."""
        found: dict[str, list[tuple[Objective, KeyResult]]] = {}
        for objective in self.project.objectives.values():
            for result in objective.key_results:
                if result.metric:
                    found.setdefault(result.metric, []).append((objective, result))
        return {metric: tuple(results) for metric, results in found.items()}

    @cached_property
    def _metrics_of(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, metric in self.project.metrics.items():
            if metric.role != "component":
                ownership = self.ownership[name]
                for department in dict.fromkeys((*ownership.declared, *ownership.movers)):
                    found.setdefault(department, []).append(name)
        return {department: tuple(names) for department, names in found.items()}

    def metrics_of(self, department: str) -> tuple[str, ...]:
        """What a department moves or owns, components aside."""
        return self._metrics_of.get(department, ())

    @cached_property
    def levers_of(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for lever in self.project.levers.values():
            for department in lever.departments:
                found.setdefault(department, []).append(lever.name)
        return {department: tuple(names) for department, names in found.items()}

    def goals_of(self, department: str) -> tuple[str, ...]:
        """The objectives that a department is to reach."""
        objectives = self.project.objectives.values()
        return tuple(it.name for it in objectives if it.departments == "all" or department in it.departments)

    @cached_property
    def unmanaged(self) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """By department: who moves a metric with it and has no interface manager to it, and which metrics these are.

        A pair is told at the one that is declared first.
        """
        managed = {frozenset(interface.between) for interface in self.project.interfaces}
        partners: dict[str, dict[str, None]] = {}
        metrics: dict[str, dict[str, None]] = {}
        for name, metric in self.project.metrics.items():
            if metric.role == "component":
                continue
            for first, second in combinations(self.ownership[name].movers, 2):
                if frozenset((first, second)) not in managed:
                    partners.setdefault(first, {})[second] = None
                    metrics.setdefault(first, {})[name] = None
        order = tuple(self.project.departments)
        return {
            name: (tuple(other for other in order if other in found), tuple(metrics[name]))
            for name, found in partners.items()
        }

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each metric in reading order."""
        return {name: place for place, name in enumerate(self.project.metrics)}

    @cached_property
    def twins(self) -> Mapping[str, tuple[str, ...]]:
        """For each metric the others with the same definition."""
        return _groups((name, _meaning(metric)) for name, metric in self.project.metrics.items())

    @cached_property
    def lookalikes(self) -> Mapping[str, tuple[str, ...]]:
        """For each metric the others whose names are made of the same words."""
        return _groups((name, _sounds(name)) for name in self.project.metrics)

    @cached_property
    def used(self) -> frozenset[str]:
        """Metrics that a goal, a question, an alarm or a pilot asks for, and whatever leads to one of them."""
        project = self.project
        asked = {name for objective in project.objectives.values() for name in _asked_by(objective)}
        asked |= {*self.north_stars, *(name for pilot in project.pilots.values() for name in pilot.metrics)}
        if project.organization:
            asked |= {question.metric for question in project.organization.questions.values()}
            asked |= set(project.organization.health.values())
        for alarm in project.alarms.values():
            asked |= {word for word in _NAMES.findall(alarm.when) if word in project.metrics}
        return within(self.graph.network.predecessors, asked & set(self.graph.kinds))

    @cached_property
    def opposites(self) -> Mapping[str, Contradiction]:
        """Contradictions of ways by where they part."""
        from ..graph.weak import contradictions  # few projects ask for it

        return {found.raising[0]: found for found in contradictions(self.graph)}

    @cached_property
    def on_map(self) -> frozenset[str]:
        """Whatever an influence or a formula touches."""
        return frozenset(name for relation in self.graph.relations() for name in (relation.source, relation.target))


_NAMES = re.compile(r"[a-z][a-z0-9_]*")
_QUOTED = re.compile(r"('[^']*')")


def _asked_by(objective: Objective) -> Iterator[str]:
    for result in objective.key_results:
        if result.metric:
            yield result.metric
        yield from (guard.metric for guard in result.guardrails)


def _groups(keyed: Iterable[tuple[str, object]]) -> Mapping[str, tuple[str, ...]]:
    groups: dict[object, list[str]] = {}
    for name, key in keyed:
        if key is not None:
            groups.setdefault(key, []).append(name)
    return {
        name: tuple(other for other in names if other != name)
        for names in groups.values()
        if len(names) > 1
        for name in names
    }


def _meaning(metric: Metric) -> object:
    """What is computed, whatever it is called: blanks and capitals outside of quotes make no difference."""
    return None if metric.definition is None else (_alike(metric.definition), _alike(metric.where), metric.time)


def _alike(value: object) -> object:
    if isinstance(value, str):
        parts = _QUOTED.split(value)
        return "".join(part if part.startswith("'") else "".join(part.split()).lower() for part in parts)
    if isinstance(value, tuple):
        return tuple(map(_alike, value))
    if isinstance(value, Mapping):
        return tuple((key, _alike(item)) for key, item in value.items())
    if is_dataclass(value):
        return (type(value).__name__, *(_alike(getattr(value, part.name)) for part in fields(value)))
    return value


def _sounds(name: str) -> object:
    words = [token.word for token in tokens(name)]
    return tuple(sorted(word if len(word) < 4 else word.removesuffix("s") for word in words))
