"""Facts of objectives and key results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile

from ..lexicon.words import Lexicon
from ..model import KeyResult, Metric, Objective, Period, Text
from .fact import Collection, Fact, Subject, Value, named, reference, with_counts
from .organization_facts import COMMON, said
from .softened import SOFTENED, SOFTENED_LABELS, course, softened
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

    @property
    def identity(self) -> str:
        """By what it measures, so that it is found again where key results were added or moved."""
        same = [it for it in self.objective.key_results[: self.index] if _measures(it) == _measures(self.result)]
        return f"{self.objective.name}/{_measures(self.result)}/{len(same)}"


def _measures(result: KeyResult) -> str:
    return f"{result.metric}|{result.where}" if result.metric else str(result.title)


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


def _departments(subject: Subject) -> Value:
    objective: Objective = subject.entity
    return tuple(subject.context.project.departments) if objective.departments == "all" else objective.departments


def _text(subject: Subject) -> Value:
    return said(subject, _title(subject))


def _length(subject: Subject) -> Value:
    objective: Objective = subject.entity
    period = objective.period
    return Period((period.end - period.start).days, "day") if period else None


def _ends(subject: Subject) -> date | None:
    objective: Objective = subject.entity
    return objective.period.end - timedelta(days=1) if objective.period else None


def _dropped(subject: Subject) -> Value:
    """Metrics that key results were on in the base revision, and are not any more."""
    before = subject.before
    if not before:
        return ()
    now = set(subject["key_results.metrics"])
    return tuple(name for name in before[0]["key_results.metrics"] if name not in now)


def _results(subject: Subject) -> tuple[Subject, ...]:
    objective: Objective = subject.entity
    results = (ResultOf(objective, index, result) for index, result in enumerate(objective.key_results))
    return subject.others("key_result", [result.identity for result in results])


def _rivals(subject: Subject) -> Value:
    """Earlier objectives of other departments with another target for the same metric in the same segment."""
    mine: KeyResult = subject.entity.result
    own = subject.entity.objective
    if mine.metric is None or (mine.target is None and mine.change is None):
        return ()
    every = subject.context.results.get(mine.metric, ())
    return tuple(
        dict.fromkeys(
            objective.name
            for objective, result in takewhile(lambda it: it[0].name != own.name, every)
            if result.where == mine.where
            and (result.target is not None or result.change is not None)
            and (result.target, result.change) != (mine.target, mine.change)
            and _overlap(own, objective)
            and objective.departments != own.departments
        )
    )


def _overlap(one: Objective, other: Objective) -> bool:
    if one.period is None or other.period is None:
        return True
    return one.period.start < other.period.end and other.period.start < one.period.end


def _guards(subject: Subject) -> Value:
    result: KeyResult = subject.entity.result
    return tuple(dict.fromkeys(guard.metric for guard in result.guardrails))


def _amount(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


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
        "start": Fact("date", "Its first day.", lambda it: it.entity.period.start if it.entity.period else None),
        "deadline": Fact("date", "Its last day.", _ends),
        "length": Fact("duration", "How long it is given.", _length),
        "key_results.dropped": Fact(
            "words", "Metrics that it was measured by in the base revision, and now is not.", _dropped, compares=True
        ),
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
        "target": Fact("number", "The target, a percentage as a part of 1.", lambda it: it.entity.result.target),
        "baseline": Fact("number", "Where it starts, if as a number.", lambda it: _amount(it.entity.result.baseline)),
        "change": Fact(
            "number",
            "The wanted change: relative and points as a part of 1.",
            lambda it: it.entity.result.change.amount if it.entity.result.change else None,
        ),
        "deadline": Fact(
            "date", "Its last day, if need be that of the objective.", lambda it: it.entity.result.deadline
        ),
        "where": Fact("text", "The segment.", lambda it: it.entity.result.where),
        "guardrails": Fact("words", "The metrics that must not suffer for it.", _guards),
        "course": Fact(
            "word",
            "Whether the target lies where its metric's `direction` points.",
            lambda it: course(it.context.project, it.entity.result),
            ("with", "against", "unclear"),
        ),
        "rivals": Fact(
            "words", "Earlier objectives of other departments with another target for the same metric.", _rivals
        ),
        "softened": Fact(
            "words",
            "What has become easier to reach since the base revision.",
            lambda it: softened(it.context.project, it.before[0].entity.result, it.entity.result) if it.before else (),
            SOFTENED,
            SOFTENED_LABELS,
            compares=True,
        ),
        "missing": Fact(
            "words",
            "What a complete key result has and this one has not.",
            _missing,
            _MISSING,
            _MISSING_LABELS,
        ),
    }
)
OBJECTIVE_COLLECTIONS: Mapping[str, Collection] = {
    "key_results": Collection("key_result", "Its key results.", _results),
    "metrics": named("metric", "The metrics of its key results.", "key_results.metrics"),
    "movers": named("department", "The departments that move these metrics.", "key_results.movers"),
    "departments": named("department", "Who is to reach it.", "departments"),
    "supports": reference("objective", "The objective that it serves.", "supports"),
}
KEY_RESULT_COLLECTIONS: Mapping[str, Collection] = {
    "metric": reference("metric", "Its metric.", "metric"),
    "objective": reference("objective", "The objective that it proves.", "objective"),
    "guardrails": named("metric", "The metrics that must not suffer for it.", "guardrails"),
}
