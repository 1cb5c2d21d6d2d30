"""Facts of the loop: what was changed, what blocks, what is tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from ..model import Blocker, ChangeMade, Period, Pilot
from .fact import Collection, Fact, Subject, Value, named, reference, with_counts
from .organization_facts import COMMON, TITLE, said
from .wording import task_in, texts


def _task(subject: Subject) -> Value:
    change: ChangeMade = subject.entity
    found = (task_in(subject.context.lexicon, text) for text in texts(change.what))
    return tuple(it for it in found if it)[:1]


def _stray(subject: Subject, expected: tuple[str, ...], makers: tuple[str, ...]) -> Value:
    """Expected metrics that none of the departments moves or contributes to."""
    ownership = subject.context.ownership
    known = [name for name in expected if name in ownership]
    return tuple(
        name for name in known if set(makers).isdisjoint({*ownership[name].movers, *ownership[name].contributors})
    )


def _expected(subject: Subject) -> tuple[str, ...]:
    change: ChangeMade = subject.entity
    return tuple(dict.fromkeys(expected.metric for expected in change.expects))


def _answered(subject: Subject) -> Value:
    changes = subject.context.project.changes.values()
    return tuple(change.name for change in changes if subject.name in change.answers)


def _age(subject: Subject) -> Value:
    blocker: Blocker = subject.entity
    age = subject.context.as_of - blocker.day if blocker.day else None
    return Period(age.days, "day") if age is not None and age >= timedelta() else None


def _length(subject: Subject) -> Value:
    pilot: Pilot = subject.entity
    return Period((pilot.period.end - pilot.period.start).days, "day") if pilot.period else None


CHANGE = with_counts(
    {
        **COMMON,
        "what": Fact("text", "What is different now, in the project's language.", lambda it: said(it, it.entity.what)),
        "wording.task": Fact("words", "The words that tell of work done, not of what is different.", _task),
        "day": Fact("date", "When it was changed.", lambda it: it.entity.day),
        "departments": Fact("words", "Who changed it.", lambda it: it.entity.departments),
        "expects": Fact("words", "The metrics that are to move.", _expected),
        "expects.stray": Fact(
            "words",
            "Of these, the ones that none of its departments reaches.",
            lambda it: _stray(it, it["expects"], it["departments"]),
        ),
        "answers": Fact("words", "The blockers that it removes.", lambda it: it.entity.answers),
        "because": Fact("flag", "It is said why.", lambda it: it.entity.because is not None),
        "plan": Fact("flag", "It is said what comes next.", lambda it: it.entity.plan is not None),
    }
)
BLOCKER = with_counts(
    {
        **COMMON,
        "text": Fact("text", "What holds the department up.", lambda it: said(it, it.entity.text)),
        "department": Fact("text", "The department that is held up.", lambda it: it.entity.department),
        "asks": Fact("text", "The department that can remove it.", lambda it: it.entity.asks),
        "metric": Fact("text", "The metric that suffers.", lambda it: it.entity.metric),
        "day": Fact("date", "Since when it is there.", lambda it: it.entity.day),
        "age": Fact("duration", "How long it has been there.", _age),
        "answered": Fact("words", "The changes that remove it.", _answered),
    }
)
PILOT = with_counts(
    {
        **COMMON,
        "title": TITLE,
        "department": Fact("text", "The department that tries it.", lambda it: it.entity.department),
        "length": Fact("duration", "How long it is tried.", _length),
        "start": Fact("date", "Its first day.", lambda it: it.entity.period.start if it.entity.period else None),
        "compare_to": Fact("word", "What it is held against.", lambda it: it.entity.compare_to, ("before", "rest")),
        "metrics": Fact("words", "What it is to move.", lambda it: it.entity.metrics),
        "metrics.stray": Fact(
            "words",
            "Of these, the ones that its department does not reach.",
            lambda it: _stray(it, it["metrics"], (it.entity.department,)),
        ),
    }
)
CHANGE_COLLECTIONS: Mapping[str, Collection] = {
    "departments": named("department", "Who changed it.", "departments"),
    "metrics": named("metric", "The metrics that are to move.", "expects"),
    "answers": named("blocker", "The blockers that it removes.", "answers"),
}
BLOCKER_COLLECTIONS: Mapping[str, Collection] = {
    "answered": named("change", "The changes that remove it.", "answered"),
    "metric": reference("metric", "The metric that suffers.", "metric"),
    "department": reference("department", "The department that is held up.", "department"),
}
PILOT_COLLECTIONS: Mapping[str, Collection] = {
    "metrics": named("metric", "What it is to move.", "metrics"),
    "department": reference("department", "The department that tries it.", "department"),
}
