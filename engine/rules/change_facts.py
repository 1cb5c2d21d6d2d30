"""Facts of changes."""

from __future__ import annotations

from ..model import ChangeMade
from .fact import Fact, Subject, Value, with_counts
from .organization_facts import COMMON
from .wording import task_in, texts


def _what(subject: Subject) -> Value:
    change: ChangeMade = subject.entity
    return change.what.said_in(subject.context.project.config.language) if change.what else None


def _task(subject: Subject) -> Value:
    change: ChangeMade = subject.entity
    found = (task_in(subject.context.lexicon, text) for text in texts(change.what))
    return tuple(it for it in found if it)[:1]


def _stray(subject: Subject) -> Value:
    """Expected metrics that none of the change's departments moves or contributes to."""
    change: ChangeMade = subject.entity
    ownership = subject.context.ownership
    known = [it.metric for it in change.expects if it.metric in ownership]
    makers = set(change.departments)
    return tuple(name for name in known if not makers & {*ownership[name].movers, *ownership[name].contributors})


CHANGE = with_counts(
    {
        **COMMON,
        "what": Fact("text", "What is different now, in the project's language.", _what),
        "wording.task": Fact("words", "The words that tell of work done, not of what is different.", _task),
        "departments": Fact("words", "Who changed it.", lambda it: it.entity.departments),
        "expects": Fact(
            "words",
            "The metrics that are to move.",
            lambda it: tuple(dict.fromkeys(expected.metric for expected in it.entity.expects)),
        ),
        "expects.stray": Fact("words", "Of these, the ones that none of its departments reaches.", _stray),
        "answers": Fact("words", "The blockers that it removes.", lambda it: it.entity.answers),
        "because": Fact("flag", "It is said why.", lambda it: it.entity.because is not None),
    }
)
