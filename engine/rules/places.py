"""Where a finding points, and the other places that belong to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from ..diagnostics import Related
from ..graph.build import Relation
from ..spans import Span
from .context import Context
from .fact import Subject

Place = Callable[[Subject], Span]
Note = Callable[[Subject, str], Iterator[Related]]
_WORDS = {
    "en": {
        "mover": "`{0}` moves it: {1}",
        "member": "`{0}` raises or lowers `{1}`",
        "star": "`{0}` is a north star too",
        "staff": "the rows of `{0}` are acts of staff",
        "metric": "`{0}` is declared here",
    },
    "ru": {
        "mover": "её двигает `{0}`: {1}",
        "member": "`{0}` влияет на `{1}`",
        "star": "`{0}` — тоже главная цель",
        "staff": "строки `{0}` — действия сотрудников",
        "metric": "`{0}` описана здесь",
    },
}


def _name(subject: Subject) -> Span:
    return subject.origin.span()


def _key(key: str) -> Place:
    """The value of `key`, or the name where it is not written."""
    return lambda subject: subject.at(key) if subject.written(key) else subject.origin.span()


def _second_north_star(subject: Subject) -> Span:
    project = subject.context.project
    return project.metrics[subject.context.north_stars[1]].origin.span()


def _closing_influence(subject: Subject) -> Span:
    """The influence that leads back to where the circle begins, or the last one stated in it."""
    stated = [span for _, _, span in _circle(subject)]
    return stated[-1] if stated else subject.origin.span()


def _key_result(subject: Subject) -> Span:
    return subject.at("metric" if subject.written("metric") else "title")


PLACES: Mapping[str, Mapping[str, Place]] = {
    "organization": {"name": _name, "second_north_star": _second_north_star},
    "department": {"name": _name},
    "lever": {"name": _name},
    "metric": {
        "name": _name,
        "title": _key("title"),
        "owners": _key("owners"),
        "closing_influence": _closing_influence,
    },
    "objective": {"name": _name, "title": _key("title"), "departments": _key("departments")},
    "key_result": {"name": _key_result, "title": _key_result, "metric": _key_result},
    "change": {"name": _name, "what": _key("what"), "expects": _key("expects")},
}


def _movers(subject: Subject, language: str) -> Iterator[Related]:
    """For each mover the first influence that makes it one, with the way from there to the metric."""
    found = _moving(subject.context, subject.name)
    for department in subject["ownership.movers"]:
        if department in found:
            relation, way = found[department]
            start = (department,) if relation.source == department else (department, relation.source)
            span = relation.stated.origin.value("from") if relation.stated else None
            yield Related(_said("mover", language, department, " -> ".join((*start, *way))), span)


def _moving(context: Context, metric: str) -> dict[str, tuple[Relation, tuple[str, ...]]]:
    """By department: the influence through which it moves `metric`, and the metrics from there on.

    Only formulas are followed upstream. `graph.routes` finds the best way instead, and walks all that lies
    upstream, which would be too much for every finding.
    """
    found: dict[str, tuple[Relation, tuple[str, ...]]] = {}
    waiting: deque[tuple[str, ...]] = deque([(metric,)])
    seen = {metric}
    while waiting:
        way = waiting.popleft()
        for relation in context.graph.into(way[0]):
            if relation.kind == "formula" and relation.source not in seen:
                seen.add(relation.source)
                waiting.append((relation.source, *way))
            elif relation.kind == "causal" and context.graph.kinds[relation.source] != "metric":
                lever = context.project.levers.get(relation.source)
                for department in lever.departments if lever else (relation.source,):
                    found.setdefault(department, (relation, way))
    return found


def _circle(subject: Subject) -> Iterator[tuple[str, str, Span]]:
    """The stated influences of the circle that starts at the subject, in their order."""
    circle = subject.context.circles.get(subject.name, ())
    for source, target in zip(circle, (*circle[1:], *circle[:1]), strict=True):
        for relation in subject.context.graph.out_of(source):
            if relation.target == target and relation.stated is not None:
                yield source, target, relation.stated.origin.value("to")
                break


def _circle_notes(subject: Subject, language: str) -> Iterator[Related]:
    for source, target, span in list(_circle(subject))[:-1]:
        yield Related(_said("member", language, source, target), span)


def _other_north_stars(subject: Subject, language: str) -> Iterator[Related]:
    metrics = subject.context.project.metrics
    for at, name in enumerate(subject.context.north_stars):
        if at != 1:
            yield Related(_said("star", language, name), metrics[name].origin.span())


def _staff(subject: Subject, language: str) -> Iterator[Related]:
    """Where tables that are counted are declared to hold acts of staff."""
    datasets = subject.context.project.datasets
    for name in dict.fromkeys(count.partition(".")[0] for count in subject["plan.counts"]):
        dataset = datasets.get(name)
        if dataset is not None and dataset.actor == "staff":
            yield Related(_said("staff", language, name), dataset.origin.key("actor"))


def _metric(subject: Subject, language: str) -> Iterator[Related]:
    metric = subject.context.project.metrics.get(subject.entity.result.metric or "")
    if metric is not None:
        yield Related(_said("metric", language, metric.name), metric.origin.span())


NOTES: Mapping[str, Mapping[str, Note]] = {
    "organization": {"other_north_stars": _other_north_stars},
    "department": {},
    "lever": {},
    "metric": {"movers": _movers, "circle": _circle_notes, "staff": _staff},
    "objective": {},
    "key_result": {"metric": _metric},
    "change": {},
}


def _said(key: str, language: str, *values: str) -> str:
    return _WORDS.get(language, _WORDS["en"])[key].format(*values)
