"""Facts of the organisation, its people, departments and levers, and of influences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from ..model import Confidence, Effect, HealthName, Influence, Level, QuestionName, Text
from .fact import Collection, Fact, Subject, Value, named, reference, with_counts
from .wording import task_in, texts

QUESTIONS: tuple[str, ...] = get_args(QuestionName)
HEALTH: tuple[str, ...] = get_args(HealthName)
_QUESTION_LABELS = {
    "en": {
        "came": "how many customers came",
        "paying": "how many became paying",
        "stay": "how long they stay",
        "left": "what made them leave",
    },
    "ru": {
        "came": "сколько клиентов пришло",
        "paying": "сколько стали платящими",
        "stay": "как долго они остаются",
        "left": "из-за чего уходят",
    },
}


def complete(subject: Subject) -> bool:
    return subject.context.complete and not subject.context.project.broken


def said(subject: Subject, text: Text | None) -> str | None:
    return text.said_in(subject.context.project.config.language) if text else None


COMMON: Mapping[str, Fact] = {
    "name": Fact("text", "The name in the spec.", lambda subject: subject.name),
    "project.complete": Fact("flag", "Everything could be read: what is absent is really absent.", complete),
    "graph.has_north_star": Fact(
        "flag", "The organisation has a north star.", lambda subject: bool(subject.context.north_stars)
    ),
    "before.exists": Fact("flag", "It was there in the base revision.", lambda it: bool(it.before), compares=True),
}
TITLE = Fact("text", "The title in the project's language.", lambda it: said(it, it.entity.title))
REACHES = Fact(
    "flag",
    "A path of levers, influences and formulas leads from here to a north star.",
    lambda subject: subject.name in subject.context.reaching,
)


def _asked(subject: Subject) -> Value:
    given = subject.entity.questions if subject.entity else {}
    return tuple(name for name in QUESTIONS if name not in given)


def _left_by(subject: Subject) -> bool:
    left = subject.entity.questions.get("left") if subject.entity else None
    return left is not None and left.by is not None


def _unhealthy(subject: Subject) -> Value:
    given = subject.entity.health if subject.entity else {}
    return tuple(name for name in HEALTH if name not in given)


def _every(collection: str) -> Fact:
    return Fact("words", f"All {collection}.", lambda it: tuple(getattr(it.context.project, collection)))


ORGANIZATION = with_counts(
    {
        **COMMON,
        "declared": Fact("flag", "The specs have an `organization`.", lambda it: it.entity is not None),
        "north_stars": Fact("words", "The metrics with the role north_star.", lambda it: it.context.north_stars),
        "metrics": _every("metrics"),
        "departments": _every("departments"),
        "people": _every("people"),
        "objectives": _every("objectives"),
        "pilots": _every("pilots"),
        "reports": Fact("flag", "It has a `report`.", lambda it: bool(it.entity and it.entity.report)),
        "questions.missing": Fact(
            "words", "The questions about customers that no metric answers.", _asked, QUESTIONS, _QUESTION_LABELS
        ),
        "questions.left_by": Fact("flag", "Why customers left is told by something.", _left_by),
        "health.missing": Fact("words", "The readings of this way of working that are missing.", _unhealthy, HEALTH),
    }
)


def _interfaces(subject: Subject) -> Value:
    """Each pair is told once, at the department that is declared first."""
    return subject.context.unmanaged.get(subject.name, ((), ()))[0]


def _shared(subject: Subject) -> Value:
    return subject.context.unmanaged.get(subject.name, ((), ()))[1]


def _responsibility(subject: Subject) -> Value:
    found = (task_in(subject.context.lexicon, text) for text in texts(subject.entity.answers_for))
    return tuple(it for it in found if it)[:1]


DEPARTMENT = with_counts(
    {
        **COMMON,
        "title": TITLE,
        "graph.reaches_north_star": REACHES,
        "lead": Fact("text", "The person who leads it.", lambda it: it.entity.lead),
        "answers_for": Fact("text", "What it answers for.", lambda it: said(it, it.entity.answers_for)),
        "wording.task": Fact("words", "The words of `answers_for` that describe a task.", _responsibility),
        "people": Fact(
            "words",
            "The people in it.",
            lambda it: tuple(who.name for who in it.context.project.people.values() if it.name in who.departments),
        ),
        "metrics": Fact(
            "words", "The metrics that it moves or owns, components aside.", lambda it: it.context.metrics_of(it.name)
        ),
        "levers": Fact("words", "What it does.", lambda it: it.context.levers_of.get(it.name, ())),
        "objectives": Fact("words", "The objectives that it is to reach.", lambda it: it.context.goals_of(it.name)),
        "interfaces.missing": Fact(
            "words", "Departments that move a metric with it, without an interface manager between them.", _interfaces
        ),
        "interfaces.metrics": Fact("words", "The metrics that it moves with these.", _shared),
    }
)
PERSON = with_counts(
    {
        **COMMON,
        "title": TITLE,
        "departments": Fact("words", "The departments that the person sits in.", lambda it: it.entity.departments),
        "leads": Fact(
            "words",
            "The departments that the person leads.",
            lambda it: tuple(one.name for one in it.context.project.departments.values() if one.lead == it.name),
        ),
        "manages": Fact(
            "words",
            "The pairs of departments between which the person is interface manager.",
            lambda it: tuple(
                " - ".join(one.between) for one in it.context.project.interfaces if one.manager == it.name
            ),
        ),
        "answers.count": Fact(
            "number", "Departments led and interfaces managed.", lambda it: len(it["leads"]) + len(it["manages"])
        ),
    }
)
LEVER = with_counts(
    {
        **COMMON,
        "title": TITLE,
        "graph.reaches_north_star": REACHES,
        "departments": Fact("words", "Who does it.", lambda it: it.entity.departments),
        "influences": Fact(
            "words",
            "The metrics that it moves.",
            lambda it: tuple(one.target for one in it.context.project.influences if one.source == it.name),
        ),
    }
)


def _lag(subject: Subject) -> Value:
    influence: Influence = subject.entity
    return influence.lag


INFLUENCE = with_counts(
    {
        **COMMON,
        "from": Fact("text", "The cause.", lambda it: it.entity.source),
        "to": Fact("text", "The metric that moves.", lambda it: it.entity.target),
        "effect": Fact("word", "Whether it rises or falls.", lambda it: it.entity.effect, get_args(Effect)),
        "strength": Fact("word", "How strong it is said to be.", lambda it: it.entity.strength, get_args(Level)),
        "confidence": Fact("word", "How sure that is.", lambda it: it.entity.confidence, get_args(Confidence)),
        "lag": Fact("duration", "How much later the metric moves.", _lag),
        "explained": Fact("flag", "It is said why.", lambda it: it.entity.because is not None),
        "evidence.count": Fact("number", "How many pieces of evidence it has.", lambda it: len(it.entity.evidence)),
    }
)
ORGANIZATION_COLLECTIONS: Mapping[str, Collection] = {
    "metrics": named("metric", "All metrics.", "metrics"),
    "departments": named("department", "All departments.", "departments"),
    "people": named("person", "All people.", "people"),
    "objectives": named("objective", "All objectives.", "objectives"),
    "pilots": named("pilot", "All pilots.", "pilots"),
}
DEPARTMENT_COLLECTIONS: Mapping[str, Collection] = {
    "metrics": named("metric", "The metrics that it moves or owns, components aside.", "metrics"),
    "levers": named("lever", "What it does.", "levers"),
    "objectives": named("objective", "The objectives that it is to reach.", "objectives"),
    "people": named("person", "The people in it.", "people"),
    "lead": reference("person", "The person who leads it.", "lead"),
}
PERSON_COLLECTIONS: Mapping[str, Collection] = {
    "departments": named("department", "The departments that the person sits in.", "departments"),
    "leads": named("department", "The departments that the person leads.", "leads"),
}
LEVER_COLLECTIONS: Mapping[str, Collection] = {
    "departments": named("department", "Who does it.", "departments"),
    "metrics": named("metric", "The metrics that it moves.", "influences"),
}
INFLUENCE_COLLECTIONS: Mapping[str, Collection] = {
    "to": reference("metric", "The metric that moves.", "to"),
}
