"""The closed table of facts by subject, and the subjects of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .change_facts import CHANGE
from .context import Context
from .fact import Fact, Subject
from .goal_facts import KEY_RESULT, OBJECTIVE, ResultOf
from .metric_facts import METRIC
from .organization_facts import DEPARTMENT, LEVER, ORGANIZATION

__all__ = ["FACTS", "Context", "subjects_of"]

FACTS: Mapping[str, Mapping[str, Fact]] = {
    "organization": ORGANIZATION,
    "department": DEPARTMENT,
    "lever": LEVER,
    "metric": METRIC,
    "objective": OBJECTIVE,
    "key_result": KEY_RESULT,
    "change": CHANGE,
}


def lines_of(context: Context) -> dict[tuple[str, int], frozenset[str]]:
    """The subjects that begin in a line of a file, by file and line: an entry's first line and that of its name."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for subject in subjects_of(context):
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
        ORGANIZATION,
        organization.name if organization else "accord.yml",
    )
    for department in project.departments.values():
        yield Subject(context, "department", department, department.origin, DEPARTMENT)
    for lever in project.levers.values():
        yield Subject(context, "lever", lever, lever.origin, LEVER)
    for metric in project.metrics.values():
        yield Subject(context, "metric", metric, metric.origin, METRIC)
    for objective in project.objectives.values():
        yield Subject(context, "objective", objective, objective.origin, OBJECTIVE)
        for index, result in enumerate(objective.key_results):
            entity = ResultOf(objective, index, result)
            path = ("key_results", index)
            yield Subject(context, "key_result", entity, objective.origin, KEY_RESULT, path=path)
    for change in project.changes.values():
        yield Subject(context, "change", change, change.origin, CHANGE)
