"""Facts of objectives and key results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from ..lexicon.words import Lexicon
from ..model import KeyResult, Metric, Objective, Role, Text
from .fact import Fact, Subject, Value, with_counts
from .organization_facts import COMMON
from .wording import slogan_in, task_in, texts, words_of

_MISSING = ("metric", "baseline", "target", "deadline")
_MISSING_LABELS = {
    "en": {
        "metric": "a metric",
        "baseline": "a baseline",
        "target": "a target or change",
        "deadline": "a deadline",
    },
    "ru": {
        "metric": "метрика",
        "baseline": "исходное значение",
        "target": "цель или изменение",
        "deadline": "срок",
    },
}


@dataclass(frozen=True, slots=True)
class ResultOf:
    """A key result with the objective that it belongs to."""

    objective: Objective
    index: int
    result: KeyResult

    @property
    def name(self) -> str:
        return f"{self.objective.name}.key_results[{self.index}]"


def _title(subject: Subject) -> Text | None:
    entity = subject.entity
    title: Text | None = entity.result.title if isinstance(entity, ResultOf) else entity.title
    return title


def _in_title(find: Callable[[Lexicon, str], str | None]) -> Callable[[Subject], Value]:
    """What is found first in any language's version of the title; nothing where a metric measures it."""

    def read(subject: Subject) -> Value:
        if isinstance(subject.entity, ResultOf) and subject.entity.result.metric:
            return ()
        found = (find(subject.context.lexicon, text) for text in texts(_title(subject)))
        return tuple(it for it in found if it)[:1]

    return read


def _measured(subject: Subject) -> tuple[Metric, ...]:
    """The metrics of an objective's key results, as far as they exist."""
    objective: Objective = subject.entity
    metrics = subject.context.project.metrics
    named = dict.fromkeys(result.metric for result in objective.key_results if result.metric)
    return tuple(metrics[name] for name in named if name in metrics)


def _movers(subject: Subject) -> Value:
    """Who moves the metrics of the key results; of a metric that nobody moves, its declared owners."""
    ownership = subject.context.ownership
    found = [ownership[metric.name] for metric in _measured(subject)]
    reaching = {name for it in found for name in it.movers or it.declared}
    return tuple(name for name in subject.context.project.departments if name in reaching)


def _of_customers(subject: Subject) -> bool:
    lineage = [subject.context.lineage.get(metric.name) for metric in _measured(subject)]
    return any(it.customer or "customer" in it.actors for it in lineage if it)


def _customer_words(subject: Subject) -> Value:
    """Words for customers and what they do, in the titles of the goal and in the metrics that measure it."""
    objective: Objective = subject.entity
    said = [*texts(objective.title, *(result.title for result in objective.key_results))]
    for metric in _measured(subject):
        said += [metric.name, *texts(metric.title, metric.description)]
    return tuple(_every(subject.context.lexicon, said))


def _every(lexicon: Lexicon, said: Iterable[str]) -> Iterator[str]:
    for kind in ("customers", "complaints"):
        yield from words_of(lexicon, kind, said)


def _missing(subject: Subject) -> Value:
    result: KeyResult = subject.entity.result
    given = {
        "metric": result.metric,
        "baseline": result.baseline,
        "target": result.target if result.change is None else result.change,
        "deadline": result.deadline,
    }
    return tuple(part for part in _MISSING if given[part] is None)


def _metric_role(subject: Subject) -> Value:
    metric = subject.context.project.metrics.get(subject.entity.result.metric or "")
    return metric.role if metric else None


def _departments(subject: Subject) -> Value:
    objective: Objective = subject.entity
    return tuple(subject.context.project.departments) if objective.departments == "all" else objective.departments


def _text(subject: Subject) -> Value:
    title = _title(subject)
    return title.said_in(subject.context.project.config.language) if title else None


_TITLES = {
    "title": Fact("text", "The title in the project's language.", _text),
    "wording.task": Fact("words", "The words of the title that describe a task, not a result.", _in_title(task_in)),
    "wording.slogan": Fact("words", "The slogan that the title is, and nothing besides.", _in_title(slogan_in)),
}
OBJECTIVE = with_counts(
    {
        **COMMON,
        **_TITLES,
        "departments": Fact("words", "Who is to reach it, `all` spelled out.", _departments),
        "supports": Fact("text", "The objective that it serves.", lambda it: it.entity.supports),
        "key_results.count": Fact("number", "How many key results it has.", lambda it: len(it.entity.key_results)),
        "key_results.metrics": Fact(
            "words",
            "The metrics of its key results.",
            lambda it: tuple(metric.name for metric in _measured(it)),
        ),
        "key_results.movers": Fact("words", "The departments that move these metrics.", _movers),
        "key_results.customer": Fact("flag", "One of these metrics is about what customers do.", _of_customers),
        "lexicon.customers": Fact("words", "Words for customers in its titles and metrics.", _customer_words),
    }
)
KEY_RESULT = with_counts(
    {
        **COMMON,
        **_TITLES,
        "objective": Fact("text", "The objective that it proves.", lambda it: it.entity.objective.name),
        "measured": Fact("flag", "It has a metric.", lambda it: it.entity.result.metric is not None),
        "metric": Fact("text", "Its metric.", lambda it: it.entity.result.metric),
        "metric.role": Fact("word", "The role of its metric.", _metric_role, get_args(Role)),
        "missing": Fact(
            "words",
            "What a complete key result has and this one has not.",
            _missing,
            _MISSING,
            _MISSING_LABELS,
        ),
    }
)
