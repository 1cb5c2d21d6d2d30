"""Holds every name that an entity uses against what is declared: unknown names, and names of the wrong kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..diagnostics import Diagnostic, Related, choices, did_you_mean
from ..model import GRAINS, Dataset, Event, FileSource, Metric, Organization, Project
from ..spans import Key, Origin, Span

_NOUNS = {
    "people": "person",
    "departments": "department",
    "levers": "lever",
    "metrics": "metric",
    "datasets": "dataset",
    "entities": "entity",
    "dimensions": "dimension",
    "objectives": "objective",
    "blockers": "blocker",
}


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name: what it must name, and where it is written."""

    name: str
    wanted: tuple[str, ...]
    span: Span
    subject: str


def resolve(project: Project) -> tuple[Diagnostic, ...]:
    """Findings `R101` and `R102` on names, `R103` on columns of keys, entities and relationships."""
    found: list[Diagnostic] = []
    for use in uses(project):
        diagnostic = _check(project, use)
        if diagnostic is not None:
            found.append(diagnostic)
    found.extend(_columns(project))
    found.extend(_dimensions(project))
    found.extend(_expectations(project))
    found.extend(_former_names(project))
    found.extend(_to_go(project))
    found.extend(_money(project))
    found.extend(_told_by(project))
    return tuple(found)


def _check(project: Project, use: Use) -> Diagnostic | None:
    spaces: Mapping[str, Mapping[str, object]] = {kind: getattr(project, kind) for kind in _NOUNS}
    if any(use.name in spaces[kind] for kind in use.wanted) or use.name in project.broken:
        return None
    noun = " or ".join(_NOUNS[kind] for kind in use.wanted)
    for kind, space in spaces.items():
        if use.name in space:
            entity = space[use.name]
            origin: Origin = entity.origin  # type: ignore[attr-defined]  # every entity of the model has one
            related = (Related(f"`{use.name}` is declared as {_a(_NOUNS[kind])} here", origin.span()),)
            message = f"`{use.name}` is {_a(_NOUNS[kind])}; {_a(noun)} is wanted here"
            return Diagnostic("R102", "error", message, use.span, use.subject, related=related)
    known = [name for kind in use.wanted for name in spaces[kind]]
    hint = did_you_mean(use.name, known) or (f"declared: {choices(known)}" if known else f"declare {_a(noun)} first")
    return Diagnostic("R101", "error", f"`{use.name}` is not {_a(noun)}", use.span, use.subject, hint)


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def uses(project: Project) -> Iterator[Use]:
    """Every place outside of SQL where an entity names another one."""
    for person in project.people.values():
        yield from _list(person.origin, "departments", person.departments, "departments", f"person:{person.name}")
    for department in project.departments.values():
        if department.lead:
            span = department.origin.value("lead")
            yield Use(department.lead, ("people",), span, f"department:{department.name}")
    for interface in project.interfaces:
        subject = f"interface:{'-'.join(interface.between)}"
        yield from _list(interface.origin, "between", interface.between, "departments", subject)
        yield Use(interface.manager, ("people",), interface.origin.value("manager"), subject)
    for lever in project.levers.values():
        yield from _list(lever.origin, "departments", lever.departments, "departments", f"lever:{lever.name}")
    for influence in project.influences:
        subject = f"influence:{influence.source}->{influence.target}"
        sources = ("departments", "levers", "metrics")
        yield Use(influence.source, sources, influence.origin.value("from"), subject)
        yield Use(influence.target, ("metrics",), influence.origin.value("to"), subject)
    for relationship in project.relationships:
        subject = f"relationship:{relationship.source}->{relationship.target}"
        yield Use(relationship.source, ("datasets",), relationship.origin.value("from"), subject)
        yield Use(relationship.target, ("datasets",), relationship.origin.value("to"), subject)
    for calendar in project.calendars.values():
        span = calendar.origin.value("dataset")
        yield Use(calendar.dataset, ("datasets",), span, f"calendar:{calendar.name}")
    for dataset in project.datasets.values():
        for entity in dataset.entities:
            yield Use(entity, ("entities",), dataset.origin.key("entities", entity), f"dataset:{dataset.name}")
        if dataset.department:
            span = dataset.origin.value("department")
            yield Use(dataset.department, ("departments",), span, f"dataset:{dataset.name}")
    for metric in project.metrics.values():
        yield from _metric_uses(metric)
    for objective in project.objectives.values():
        yield from _objective_uses(project, objective.name)
    yield from _loop_uses(project)
    for test in project.tests.values():
        for name in test.given:
            yield Use(name, ("datasets",), test.origin.key("given", name), f"test:{test.name}")
        for index, name in enumerate(test.metrics):
            yield Use(name, ("metrics",), test.origin.value("query", "metrics", index), f"test:{test.name}")


def _metric_uses(metric: Metric) -> Iterator[Use]:
    subject, origin = f"metric:{metric.name}", metric.origin
    if metric.owners != "all":
        yield from _list(origin, "owners", metric.owners, "departments", subject)
    if metric.deprecated and metric.deprecated.use:
        yield Use(metric.deprecated.use, ("metrics",), origin.value("deprecated", "use"), subject)
    definition = metric.definition
    entity = getattr(definition, "entity", None)
    if entity:
        yield Use(entity, ("entities",), origin.value("entity"), subject)
    for path, name in input_metrics(metric):
        yield Use(name, ("metrics",), origin.value(*path), subject)
    for path, event in events(metric):
        yield Use(event.dataset, ("datasets",), origin.value(*path), subject)


def _former_names(project: Project) -> Iterator[Diagnostic]:
    """Each name that a metric had is free now, and was that of one metric only."""
    now: dict[str, Any] = {**project.departments, **project.levers, **project.metrics}
    heirs: dict[str, Metric] = {}
    for metric in project.metrics.values():
        for index, name in enumerate(metric.renamed_from):
            other = now.get(name) or heirs.get(name)
            if other is not None:
                span, message = metric.origin.value("renamed_from", index), f"`{name}` is a name that is still in use"
                if name not in now:
                    message = f"`{name}` was renamed twice, to `{heirs[name].name}` as well"
                related = (Related("here", other.origin.span()),)
                yield Diagnostic("S201", "error", message, span, f"metric:{metric.name}", related=related)
            heirs.setdefault(name, metric)


def _to_go(project: Project) -> Iterator[Diagnostic]:
    """Metrics that are to be replaced by one that goes as well, and goals and questions about one that is to go."""
    going = {name: metric.deprecated for name, metric in project.metrics.items() if metric.deprecated}
    for name, deprecated in going.items():
        if deprecated.use in going:
            message = f"`{deprecated.use}` is to go itself, so it cannot take the place of `{name}`"
            span = project.metrics[name].origin.value("deprecated", "use")
            yield Diagnostic("S107", "error", message, span, f"metric:{name}")
    for use in uses(project) if going else ():
        if use.name in going and use.subject.startswith(("objective:", "organization:", "pilot:")):
            yield to_go(project.metrics[use.name], use.span, use.subject)


def to_go(metric: Metric, span: Span, subject: str) -> Diagnostic:
    """That something uses a metric which is to go."""
    assert metric.deprecated is not None
    hint = f"use `{metric.deprecated.use}`" if metric.deprecated.use else None
    return Diagnostic("R104", "hint", f"`{metric.name}` is to go after {metric.deprecated.until}", span, subject, hint)


def overdue(project: Project, today: date) -> Iterator[Diagnostic]:
    """Metrics that were to be gone by `today`."""
    for metric in project.metrics.values():
        until = metric.deprecated.until if metric.deprecated else None
        if until is not None and until < today:
            span = metric.origin.value("deprecated", "until")
            message = f"`{metric.name}` was to be gone after {until}"
            hint = "remove it, or put the day off"
            yield Diagnostic("S203", "warning", message, span, f"metric:{metric.name}", hint)


def input_metrics(metric: Metric) -> Iterator[tuple[tuple[Key, ...], str]]:
    """The metrics that a definition names as inputs (not within SQL), each with the path to where it is written."""
    definition, data = metric.definition, metric.origin.data
    named: list[tuple[tuple[Key, ...], str | None]] = []
    for key in ("numerator", "denominator", "value", "input"):
        given = getattr(definition, key, None)
        if given is not None and hasattr(given, "metric"):
            named.append(((key,), given.metric))
    for name, given in getattr(definition, "inputs", {}).items():
        named.append((("inputs", name), given.metric))
    for path, written in named:
        if written is not None:
            value: Any = data
            for step in path:
                value = value[step]
            yield ((*path, "metric") if isinstance(value, dict) else path), written


def events(metric: Metric) -> Iterator[tuple[tuple[Key, ...], Event]]:
    """The events of a definition, each with the path to where it is written."""
    keys = {
        "base": "base",
        "target": "target",
        "cohort": "cohort",
        "returns": "return",
        "start": "from",
        "finish": "to",
    }
    for attribute, key in keys.items():
        event = getattr(metric.definition, attribute, None)
        if isinstance(event, Event):
            yield ((key, "event") if isinstance(metric.origin.data[key], dict) else (key,)), event
    for index, step in enumerate(getattr(metric.definition, "steps", ())):
        written = isinstance(metric.origin.data["steps"][index], dict)
        yield ("steps", index, "event") if written else ("steps", index), step.event


def _objective_uses(project: Project, name: str) -> Iterator[Use]:
    objective = project.objectives[name]
    subject, origin = f"objective:{name}", objective.origin
    if objective.departments != "all":
        yield from _list(origin, "departments", objective.departments, "departments", subject)
    if objective.supports:
        yield Use(objective.supports, ("objectives",), origin.value("supports"), subject)
    for index, result in enumerate(objective.key_results):
        path: tuple[Key, ...] = ("key_results", index)
        if result.metric:
            yield Use(result.metric, ("metrics",), origin.value(*path, "metric"), subject)
        for number, guardrail in enumerate(result.guardrails):
            yield Use(guardrail.metric, ("metrics",), origin.value(*path, "guardrails", number, "metric"), subject)


def _loop_uses(project: Project) -> Iterator[Use]:
    """What the reports are made of: the organisation's questions, changes, blockers, mismatches, pilots."""
    if project.organization:
        origin, subject = project.organization.origin, f"organization:{project.organization.name}"
        for question, asked in project.organization.questions.items():
            path: tuple[Key, ...] = ("questions", question)
            written = isinstance(origin.data["questions"][question], dict)
            yield Use(asked.metric, ("metrics",), origin.value(*path, *(("metric",) if written else ())), subject)
        for name, metric in project.organization.health.items():
            yield Use(metric, ("metrics",), origin.value("health", name), subject)
        if project.organization.stories:
            named = project.organization.stories.entity
            yield Use(named, ("entities",), origin.value("stories", "entity"), subject)
        for below, metric in _losses(project.organization):
            yield Use(metric, ("metrics",), origin.value("losses", *below), subject)
    for change in project.changes.values():
        origin, subject = change.origin, f"change:{change.name}"
        yield from _list(origin, "department", change.departments, "departments", subject)
        yield from _list(origin, "answers", change.answers, "blockers", subject)
        for index, expected in enumerate(change.expects):
            yield Use(expected.metric, ("metrics",), origin.value("expects", index, "metric"), subject)
    for blocker in project.blockers.values():
        origin, subject = blocker.origin, f"blocker:{blocker.name}"
        yield Use(blocker.department, ("departments",), origin.value("department"), subject)
        if blocker.asks:
            yield Use(blocker.asks, ("departments",), origin.value("asks"), subject)
        if blocker.metric:
            yield Use(blocker.metric, ("metrics",), origin.value("metric"), subject)
    for mismatch in project.mismatches.values():
        if mismatch.promised_by:
            span = mismatch.origin.value("promised_by")
            yield Use(mismatch.promised_by, ("departments",), span, f"mismatch:{mismatch.name}")
    for pilot in project.pilots.values():
        subject = f"pilot:{pilot.name}"
        yield Use(pilot.department, ("departments",), pilot.origin.value("department"), subject)
        yield from _list(pilot.origin, "metrics", pilot.metrics, "metrics", subject)


def _money(project: Project) -> Iterator[Diagnostic]:
    """Losses, and the costs beside them, are in the organisation's currency, or else in one and the same."""
    organization = project.organization
    named = [name for name in organization.losses.named() if name in project.metrics] if organization else []
    if organization is None or not named:
        return
    found = [unit for name in named if (unit := project.metrics[name].unit) and re.fullmatch("[A-Z]{3}", unit)]
    wanted = organization.currency or (found[0] if found else None)
    for path, name in _losses(organization):
        unit = project.metrics[name].unit if name in project.metrics else wanted
        if unit != wanted or unit is None:
            told = f"`{name}` is in {unit}" if unit else f"`{name}` has no unit"
            span, subject = organization.origin.value("losses", *path), f"organization:{organization.name}"
            yield Diagnostic("C107", "error", f"{told}; a loss is in {wanted or 'a currency'}", span, subject)


def _told_by(project: Project) -> Iterator[Diagnostic]:
    """Stories are told of customers."""
    organization = project.organization
    if organization is None or organization.stories is None:
        return
    entity = project.entities.get(organization.stories.entity)
    if entity is not None and not entity.customer:
        span, subject = organization.origin.value("stories", "entity"), f"organization:{organization.name}"
        message, hint = f"`{entity.name}` is no identity of customers", "name an entity with `customer: true`"
        yield Diagnostic("R102", "error", message, span, subject, hint)


def _losses(organization: Organization) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Each metric of the losses, with the path to where it is written below them."""
    losses = organization.losses
    for index, name in enumerate(losses.metrics):
        yield ("metrics", index), name
    for key, cost in (("winning", losses.winning), ("keeping", losses.keeping)):
        if cost is not None:
            yield (key,), cost


def _list(origin: Origin, key: str, used: Iterable[str], kind: str, subject: str) -> Iterator[Use]:
    written = origin.data.get(key)
    for index, name in enumerate(used):
        span = origin.value(key, index) if isinstance(written, list) else origin.value(key)
        yield Use(name, (kind,), span, subject)


def _columns(project: Project) -> Iterator[Diagnostic]:
    for dataset in project.datasets.values():
        subject, origin = f"dataset:{dataset.name}", dataset.origin
        for index, column in enumerate(dataset.primary_key):
            path: tuple[Key, ...] = ("primary_key", index)
            yield from _column(dataset, column, origin.value(*path), subject)
        for index, key in enumerate(dataset.unique_keys):
            for number, column in enumerate(key):
                yield from _column(dataset, column, origin.value("unique_keys", index, number), subject)
        for entity, column in dataset.entities.items():
            span = origin.value("entities", entity)
            yield from _walk(project, dataset.name, column.split("."), span, subject)
        if dataset.time and "." not in dataset.time:
            yield from _column(dataset, dataset.time, origin.value("time"), subject)
        yield from time_zone(dataset.timezone or "UTC", origin, subject)
        for side, column in zip(("from", "to"), dataset.valid or (), strict=False):
            yield from _column(dataset, column, origin.value("valid", side), subject)
    for relationship in project.relationships:
        subject = f"relationship:{relationship.source}->{relationship.target}"
        sides = (
            (relationship.source, relationship.from_columns, "from_columns"),
            (relationship.target, relationship.to_columns, "to_columns"),
        )
        for name, columns, side in sides:
            owner = project.datasets.get(name)
            for index, column in enumerate(columns):
                if owner is not None and side == "from_columns":
                    span = relationship.origin.value(side, index)
                    yield from _walk(project, owner.name, column.split("."), span, subject)
                elif owner is not None:
                    yield from _column(owner, column, relationship.origin.value(side, index), subject)
        target = project.datasets.get(relationship.target)
        if target is not None:
            yield from _many_to_one(target, relationship.to_columns, relationship.origin, subject)
    yield from _steps(project)
    yield from _calendars(project)


def _calendars(project: Project) -> Iterator[Diagnostic]:
    """A calendar's fields exist, and no grain bears the name of another one or of a usual period."""
    seen: set[str] = set(GRAINS)
    for calendar in project.calendars.values():
        subject, dataset = f"calendar:{calendar.name}", project.datasets.get(calendar.dataset)
        if dataset is not None:
            yield from _column(dataset, calendar.day, calendar.origin.value("day"), subject)
        for index, grain in enumerate(calendar.grains):
            span = calendar.origin.value("grains", index)
            if dataset is not None:
                yield from _column(dataset, grain, span, subject)
            if grain in seen:
                yield Diagnostic("S201", "error", f"there is another grain called `{grain}`", span, subject)
            seen.add(grain)


def time_zone(name: str, origin: Origin, subject: str | None) -> Iterator[Diagnostic]:
    """A finding where `timezone` is none that exists."""
    from zoneinfo import available_timezones

    if name != "UTC" and name not in available_timezones():
        hint = did_you_mean(name, available_timezones())
        yield Diagnostic("S104", "error", f"`{name}` is not a time zone", origin.value("timezone"), subject, hint)


def _column(dataset: Dataset, column: str, span: Span, subject: str) -> Iterator[Diagnostic]:
    if column not in dataset.fields:
        hint = did_you_mean(column, dataset.fields) or f"fields of `{dataset.name}`: {choices(dataset.fields)}"
        message = f"`{column}` is not a field of the dataset `{dataset.name}`"
        yield Diagnostic("R103", "error", message, span, subject, hint)


def _many_to_one(target: Dataset, columns: tuple[str, ...], origin: Origin, subject: str) -> Iterator[Diagnostic]:
    if target.valid is not None:
        return  # which of several rows is meant, the time tells
    keys = [key for key in (target.primary_key, *target.unique_keys) if key]
    if not any(set(key) <= set(columns) for key in keys):
        message = f"`{', '.join(columns)}` is not declared as a key of `{target.name}`: rows could be counted twice"
        hint = f"declare `primary_key` or `unique_keys: [[{', '.join(columns)}]]` in the dataset `{target.name}`"
        yield Diagnostic("C301", "error", message, origin.value("to_columns"), subject, hint)


def _steps(project: Project) -> Iterator[Diagnostic]:
    """Two relationships from one dataset need different names of their step, which no field bears either."""
    seen: dict[tuple[str, str], Origin] = {}
    for relationship in project.relationships:
        at, subject = (
            (relationship.source, relationship.step),
            f"relationship:{relationship.source}->{relationship.target}",
        )
        if at in seen:
            related = (Related("the other one stands here", seen[at].value("to")),)
            message = f"`{relationship.source}` has two relationships called `{relationship.step}`"
            span = relationship.origin.value("as" if "as" in relationship.origin.data else "to")
            yield Diagnostic("S201", "error", message, span, subject, "name one with `as:`", related)
        seen.setdefault(at, relationship.origin)


def _dimensions(project: Project) -> Iterator[Diagnostic]:
    """Each path of a shared dimension starts at another dataset; its fields are checked where it is walked."""
    for dimension in project.dimensions.values():
        seen: set[str] = set()
        subject = f"dimension:{dimension.name}"
        for index, path in enumerate(dimension.fields):
            start, *steps = path.split(".")
            span = dimension.origin.value("fields", index)
            if start not in project.datasets:
                if start not in project.broken:
                    hint = did_you_mean(start, project.datasets)
                    yield Diagnostic("R101", "error", f"`{start}` is not a dataset", span, subject, hint)
                continue
            if start in seen:
                yield Diagnostic("S201", "error", f"`{dimension.name}` has two paths from `{start}`", span, subject)
            seen.add(start)
            yield from _walk(project, start, steps, span, subject)


def _walk(project: Project, start: str, steps: list[str], span: Span, subject: str) -> Iterator[Diagnostic]:
    here = start
    for step in steps[:-1]:
        following = [rel for rel in project.relationships if rel.source == here and rel.step == step]
        if not following:
            known = [rel.step for rel in project.relationships if rel.source == here]
            hint = did_you_mean(step, known) or (f"steps from `{here}`: {choices(known)}" if known else None)
            yield Diagnostic("R103", "error", f"no relationship `{step}` leads from `{here}`", span, subject, hint)
            return
        here = following[0].target
    dataset = project.datasets.get(here)
    if dataset is not None:
        if not steps:
            yield Diagnostic("R103", "error", f"`{start}` names a dataset; a field is wanted", span, subject)
        else:
            yield from _column(dataset, steps[-1], span, subject)


def _expectations(project: Project) -> Iterator[Diagnostic]:
    """Every expected row of a test says everything: the period, each dimension, each metric, and nothing else."""
    for test in project.tests.values():
        wanted = [*(("period",) if test.grain else ()), *test.by, *test.metrics]
        for index, row in enumerate(test.expect):
            for key in row:
                if key not in wanted:
                    hint = did_you_mean(key, wanted) or f"asked for: {choices(wanted)}"
                    span = test.origin.key("expect", index, key)
                    yield Diagnostic("S101", "error", f"`{key}` is not asked for", span, f"test:{test.name}", hint)
            missing = [key for key in wanted if key not in row]
            if missing:
                span = test.origin.value("expect", index)
                yield Diagnostic("S103", "error", f"the row lacks {choices(missing)}", span, f"test:{test.name}")


def files(project: Project, root: Path) -> Iterator[Diagnostic]:
    """`R201` for files of datasets that are missing, `R202` for those that lie outside the project."""
    inside = root.resolve()
    for dataset in project.datasets.values():
        if not isinstance(dataset.source, FileSource):
            continue
        file, span = dataset.source.file, dataset.origin.value("source", "file")
        subject = f"dataset:{dataset.name}"
        path = (inside / file).resolve()
        if "://" in file:
            hint = f"name it in a profile of accord.yml: tables: {{{dataset.name}: '{file}'}}"
            yield Diagnostic("R202", "error", f"`{file}` is no file of the project", span, subject, hint)
        elif not path.is_relative_to(inside):
            hint = "copy it into the project: files named by specs must lie inside"
            yield Diagnostic("R202", "error", f"the file `{file}` lies outside the project", span, subject, hint)
        elif not path.is_file():
            yield Diagnostic("R201", "error", f"the file `{file}` does not exist in the project", span, subject)
