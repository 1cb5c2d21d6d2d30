"""Facts of what a metric counts, from its lineage, and of the words in its name and in what it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..lexicon.tokens import tokens
from ..model import Cumulative, Derived, Expression, Metric
from .counted import (
    CONSTANT,
    columns,
    conditions,
    counted,
    counted_texts,
    counts_customers,
    counts_rows,
    dataset_texts,
    lineage,
    names,
    restricted,
)
from .definition import level_in_percent
from .draft_facts import DRAFT
from .fact import Fact, Subject, Value
from .ratio_facts import RATIO
from .wording import words_of

if TYPE_CHECKING:
    pass

AGGREGATIONS = (
    *("count", "count_distinct", "sum", "avg", "min", "max", "percentile"),
    *("rate", "duration", "score", "per_entity", "formula"),
)
UNIT_KINDS = ("none", "count", "percent", "ratio", "points", "time", "money")
_PLAIN_UNITS = frozenset({"count", "percent", "ratio", "points"})
_TIMES = frozenset({"minutes", "hours", "days", "weeks"})
_STEM = 4
# Kinds of words that tell what is counted; facts of the same name say where they stand.
LEXICON: Mapping[str, str] = {
    "activities": "what staff do (posts, calls, releases)",
    "tickets": "requests to support",
    "vanity": "attention without consequence (clicks, views, likes)",
    "volume": "pieces sold",
    "works": "what an organisation makes or holds for itself",
    "responses": "answers of staff",
    "speed": "time and speed",
    "resolutions": "solved problems",
    "launches": "launch dates and deadlines",
    "requests": "that somebody asked for it",
    "complaints": "complaints",
    "rates": "a part of something (rate, share, percentage)",
    "worth": "measures of something (cost, satisfaction, retention)",
    "spans": "how long something takes",
    "consequences": "that something came of it",
    "by_customers": "that customers did it",
    "customers": "customers and what only they can do",
}
COUNTED: Mapping[str, str] = {
    **{kind: LEXICON[kind] for kind in ("activities", "tickets", "vanity", "volume", "responses", "resolutions")},
    "quantities": "columns of pieces (quantity, units)",
    "sales": "sales and orders",
    "costs": "money that goes out",
    "deliverables": "things that staff make",
    "sizes": "how large a piece of work is (lines, points, pages)",
    "web": "visits to a site and its pages",
    "applicants": "people who apply",
    "harms": "harm that came of something",
}


def _plan(attribute: str) -> Callable[[Subject], Value]:
    def read(subject: Subject) -> Value:
        found = lineage(subject)
        value: Value = getattr(found, attribute) if found else None
        return value

    return read


def _plan_words(attribute: str) -> Callable[[Subject], Value]:
    def read(subject: Subject) -> Value:
        found = lineage(subject)
        value: Value = getattr(found, attribute) if found else ()
        return value

    return read


def _part_aggregations(subject: Subject) -> Value:
    found = lineage(subject)
    if found is None:
        return ()
    parts = [subject.context.lineage.get(name) for name in found.metrics]
    return tuple(dict.fromkeys(part.aggregation for part in parts if part))


def _where_words(kind: str) -> Callable[[Subject], Value]:
    """Words in the columns of its conditions; what they are compared with tells something else."""

    def read(subject: Subject) -> Value:
        return words_of(subject.context.lexicon, kind, columns(" ".join(conditions(subject.entity))))

    return read


def _running_total(subject: Subject) -> bool:
    definition = subject.entity.definition
    return isinstance(definition, Cumulative) and definition.to_date == "all"


def _unit_kind(subject: Subject) -> str:
    metric: Metric = subject.entity
    unit = metric.unit or _counted_unit(subject)
    if unit is None:
        found = lineage(subject)
        if found is None and not subject["said.counting"] and level_in_percent(metric):
            return "percent"
        return "count" if found and found.aggregation in ("count", "count_distinct") else "none"
    return unit if unit in _PLAIN_UNITS else "time" if unit in _TIMES else "money"


def _counted_unit(subject: Subject) -> str | None:
    """The unit of the one field that is summed or averaged."""
    found, dataset, columns = counted(subject)
    if found is None or dataset is None or len(columns) != 1 or found.aggregation == "count_distinct":
        return None
    field = dataset.fields.get(next(iter(columns)))
    return field.unit if field else None


def _constants(subject: Subject) -> tuple[str, ...]:
    """The texts that an expression and its condition compare with: `kind = 'bug'`."""
    metric: Metric = subject.entity
    formula = metric.definition.expression if isinstance(metric.definition, Expression | Derived) else ""
    return tuple(CONSTANT.findall(f"{formula} {metric.where or ''}"))


def _own_words(kind: str) -> Callable[[Subject], Value]:
    return lambda subject: words_of(subject.context.lexicon, kind, names(subject))


def _counted_words(kind: str) -> Callable[[Subject], Value]:
    """Constants of conditions count where the metric's own words say the same."""
    own = f"lexicon.{kind}" if kind in LEXICON else None

    def read(subject: Subject) -> Value:
        lexicon = subject.context.lexicon
        found = words_of(lexicon, kind, subject["plan.texts"])
        if own and subject[own]:
            found += words_of(lexicon, kind, _constants(subject)) or _agreed(subject, subject[own])
        return found

    return read


def _agreed(subject: Subject, words: Sequence[str]) -> tuple[str, ...]:
    """Words of the name that what is counted, its condition or its time says as well: `interviews`, interviewed_at."""
    metric: Metric = subject.entity
    formula = metric.definition.expression if isinstance(metric.definition, Expression | Derived) else ""
    texts_ = (formula, metric.where or "", metric.time or "", *subject["plan.texts"])
    written = {token.word[:_STEM] for text in texts_ for token in tokens(text)}
    foreign = tuple(word for word in words if not word.isascii())
    if foreign and "customer" not in subject["plan.actors"] and all(word.isascii() for word in written):
        return foreign  # Russian titles over English tables have no letter in common
    return tuple(
        word for word in words if any(len(t.word) >= _STEM and t.word[:_STEM] in written for t in tokens(word))
    )


def _done_words(subject: Subject) -> Value:
    """What the name says we did with the rows, where it names them as the plan does."""
    lexicon = subject.context.lexicon
    found = words_of(lexicon, "done", names(subject))
    nouns = [token.word for text in names(subject) for token in tokens(text)]
    return found if found and _agreed(subject, nouns) else ()


def _in_tables(kind: str) -> Callable[[Subject], Value]:
    """Words of a kind in the tables that hold the counted fields."""

    def read(subject: Subject) -> Value:
        found = lineage(subject)
        datasets = subject.context.project.datasets
        said = [text for name in (found.datasets if found else ()) for text in dataset_texts(datasets.get(name))]
        return words_of(subject.context.lexicon, kind, said)

    return read


PLAN: Mapping[str, Fact] = {
    **RATIO,
    "unit.kind": Fact("word", "What kind of unit it has; else that of the field it sums.", _unit_kind, UNIT_KINDS),
    "plan.aggregation": Fact("word", "How the value is made.", _plan("aggregation"), AGGREGATIONS),
    "plan.parts": Fact("words", "The aggregations of the metrics that the formula names.", _part_aggregations),
    "plan.counts": Fact("words", "Tables whose rows are counted, fields that are summed.", _plan_words("counts")),
    "plan.datasets": Fact("words", "The tables that are read.", _plan_words("datasets")),
    "plan.actors": Fact("words", "Whose acts the counted rows are: customer, staff, system.", _plan_words("actors")),
    "plan.running_total": Fact("flag", "It gathers since ever, so it can only rise.", _running_total),
    "plan.entity": Fact("text", "The entity that is counted or followed.", _plan("entity")),
    "plan.customer": Fact(
        "flag", "The tables know whose customer each row is.", lambda it: bool(_plan("customer")(it))
    ),
    "plan.counts_rows": Fact("flag", "It counts rows, or distinct identifiers of rows.", counts_rows),
    "plan.counts_customers": Fact("flag", "It counts distinct customers.", counts_customers),
    "plan.texts": Fact("words", "Names and titles of what is counted.", counted_texts),
}
WORDS: Mapping[str, Fact] = {
    **DRAFT,
    **{
        f"lexicon.{kind}": Fact("words", f"Words in name and title for {what}.", _own_words(kind))
        for kind, what in LEXICON.items()
    },
    **{
        f"counted.{kind}": Fact("words", f"Words in what is counted for {what}.", _counted_words(kind))
        for kind, what in COUNTED.items()
    },
    "where.harms": Fact("words", "Words for harm in the columns of its conditions.", _where_words("harms")),
    "where.responses": Fact(
        "words", "Words for answers of staff in the columns of its conditions.", _where_words("responses")
    ),
    "where.resolutions": Fact(
        "words", "Words for solved problems in the columns of its conditions.", _where_words("resolutions")
    ),
    "where.handled": Fact(
        "words",
        "Words for paper that went through our hands in the columns of its conditions.",
        _where_words("handled"),
    ),
    "where.done": Fact("words", "Words for what we did in the columns of its conditions.", _where_words("done")),
    "where.uses": Fact("words", "Words for use in the columns of its conditions.", _where_words("uses")),
    "where.requests": Fact(
        "words", "Words for what somebody asked for in the columns of its conditions.", _where_words("requests")
    ),
    "where.given": Fact("flag", "It counts some of the rows only.", lambda it: restricted(it.entity)),
    "where.plans": Fact("words", "Words for plans of ours in the columns of its conditions.", _where_words("plans")),
    "counted.done": Fact("words", "Words in the name for what we did with the rows that are counted.", _done_words),
    "counted.costs": Fact("words", "Words for money that goes out in the tables that are read.", _in_tables("costs")),
    "counted.sales": Fact("words", "Words for sales in the tables that are read.", _in_tables("sales")),
}
