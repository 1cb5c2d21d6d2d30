"""Facts of what a metric counts, from its lineage, and of the words in its name and in what it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..lexicon.tokens import tokens
from ..model import Cumulative, Dataset, Derived, Duration, Expression, Metric, Ratio
from .definition import level_in_percent
from .draft_facts import DRAFT
from .fact import Fact, Subject, Value
from .wording import texts, words_of

if TYPE_CHECKING:
    from ..lexicon.words import Lexicon
    from ..sql.lineage import Lineage

AGGREGATIONS = (
    *("count", "count_distinct", "sum", "avg", "min", "max", "percentile"),
    *("rate", "duration", "score", "per_entity", "formula"),
)
UNIT_KINDS = ("none", "count", "percent", "ratio", "points", "time", "money")
_PLAIN_UNITS = frozenset({"count", "percent", "ratio", "points"})
_TIMES = frozenset({"minutes", "hours", "days", "weeks"})
_CONSTANT = re.compile(r"'([^']*)'")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SQL = frozenset({"is", "not", "null", "and", "or", "in", "like", "between", "true", "false"})
_STEM = 4
# Kinds of words that tell what is counted; facts of the same name say where they stand.
LEXICON: Mapping[str, str] = {
    "activities": "what staff do (posts, calls, releases)",
    "tickets": "requests to support",
    "vanity": "attention without consequence (clicks, views, likes)",
    "volume": "pieces sold",
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
    "harms": "harm that came of something",
}


def lineage(subject: Subject) -> Lineage | None:
    return subject.context.lineage.get(subject.name)


def names(subject: Subject) -> tuple[str, ...]:
    metric: Metric = subject.entity
    return (metric.name, *texts(metric.title))


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


def _sides(subject: Subject) -> Value:
    """Of two sides on one table, `heads` where the lower one counts something that its rows share."""
    found = lineage(subject)
    if found is None or found.numerator is None or found.denominator is None:
        return None
    if not set(found.numerator.datasets) & set(found.denominator.datasets):
        return "apart"
    below, above = found.denominator, found.numerator
    shared = below.aggregation == "count_distinct" and below.counts != above.counts and not _identifies(subject, below)
    return "heads" if shared else "same"


def _identifies(subject: Subject, found: Lineage) -> bool:
    datasets = subject.context.project.datasets
    keys = {(name, key) for name in found.datasets if name in datasets for key in datasets[name].primary_key}
    return any(tuple(count.split(".", 1)) in keys for count in found.counts)


def _work_above(subject: Subject) -> bool:
    """What stands above in a ratio is counted or summed, and done by us: acts of staff, or words of activity."""
    found = lineage(subject)
    above = found.numerator if found else None
    if _served(subject):
        return True
    if above is None or above.aggregation not in ("count", "count_distinct", "sum") or "customer" in above.actors:
        return False
    lexicon = subject.context.lexicon
    said = [text for count in above.counts for text in _count_texts(subject, count)]
    if isinstance(definition := subject.entity.definition, Ratio) and _came_of(
        lexicon, definition.numerator.where or ""
    ):
        return False
    return above.actors == ("staff",) or any(
        words_of(lexicon, kind, [*said, *names(subject)]) for kind in ("activities", "done")
    )


def _came_of(lexicon: Lexicon, condition: str) -> bool:
    """Whether the columns of a condition tell of use or harm: of deals that were won."""
    return any(words_of(lexicon, kind, _columns(condition)) for kind in ("uses", "harms"))


def _attention_above(subject: Subject) -> bool:
    """Likes per post: attention that is summed or counted, over pieces of our own work."""
    found = lineage(subject)
    above, below = (found.numerator, found.denominator) if found else (None, None)
    if above is None or below is None or {above.aggregation, below.aggregation} - {"count", "count_distinct", "sum"}:
        return False
    said = [[text for count in side.counts for text in _count_texts(subject, count)] for side in (above, below)]
    over, under = (bool(words_of(subject.context.lexicon, "vanity", side)) for side in said)
    return over and not under and below.actors == ("staff",)


def _served(subject: Subject) -> bool:
    """Requests to support, divided by those of us who answer them."""
    found = lineage(subject)
    above = found.numerator if found else None
    if above is None or above.aggregation != "count" or _sides(subject) != "heads":
        return False
    said = [text for count in above.counts for text in _count_texts(subject, count)]
    return bool(words_of(subject.context.lexicon, "tickets", said))


def _where_words(kind: str) -> Callable[[Subject], Value]:
    """Words in the columns of its conditions; what they are compared with tells something else."""

    def read(subject: Subject) -> Value:
        return words_of(subject.context.lexicon, kind, _columns(" ".join(_conditions(subject.entity))))

    return read


def _columns(condition: str) -> list[str]:
    return [word for word in _NAME.findall(_CONSTANT.sub(" ", condition)) if word.lower() not in _SQL]


def _conditions(metric: Metric) -> Iterator[str]:
    """The metric's condition, those of the sides of a ratio, and the times that a duration lies between."""
    if metric.where:
        yield metric.where
    if isinstance(metric.definition, Ratio):
        yield from (side.where for side in (metric.definition.numerator, metric.definition.denominator) if side.where)
    if isinstance(metric.definition, Duration):
        yield from (event.time for event in (metric.definition.start, metric.definition.finish) if event.time)


def _running_total(subject: Subject) -> bool:
    definition = subject.entity.definition
    return isinstance(definition, Cumulative) and definition.to_date == "all"


def _customers_below(subject: Subject) -> bool:
    """What stands below in a ratio are customers, or their acts."""
    found = lineage(subject)
    below = found.denominator if found else None
    if below is None:
        return False
    entities = subject.context.project.entities
    followed = entities.get(below.entity or "")
    if _sides(subject) == "heads" and below.entity is not None:
        return followed is not None and followed.customer
    return "customer" in below.actors or (followed is not None and followed.customer)


def _counts_customers(subject: Subject) -> bool:
    """Distinct customers, or the rows of a table with one row a customer."""
    found, dataset, columns = _counted(subject)
    if found is None or dataset is None:
        return False
    entities = subject.context.project.entities
    keys = {key for entity, key in dataset.entities.items() if entity in entities and entities[entity].customer}
    if found.aggregation == "count_distinct" and keys & columns:
        return True
    one_each = any(len(key) == 1 and key[0] in keys for key in (dataset.primary_key, *dataset.unique_keys))
    return one_each and _counts_rows(subject)


def _counts_rows(subject: Subject) -> bool:
    """Rows, or what is distinct in each: the primary key; where none is declared, an identifier of no entity."""
    found, dataset, columns = _counted(subject)
    if found is None or dataset is None or found.aggregation != "count_distinct":
        return found is not None and found.aggregation == "count"
    if dataset.primary_key:
        return set(dataset.primary_key) <= columns
    return any(column == "id" or column.endswith("_id") for column in columns - {*dataset.entities.values()})


def _counted(subject: Subject) -> tuple[Lineage | None, Dataset | None, frozenset[str]]:
    """The table whose rows or fields are counted, and these fields; no table if there are several."""
    found = lineage(subject)
    places = [count.partition(".") for count in found.counts] if found else []
    tables = {name for name, _, _ in places}
    dataset = subject.context.project.datasets.get(tables.pop()) if len(tables) == 1 else None
    return found, dataset, frozenset(column for _, _, column in places if column)


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
    found, dataset, columns = _counted(subject)
    if found is None or dataset is None or len(columns) != 1 or found.aggregation == "count_distinct":
        return None
    field = dataset.fields.get(next(iter(columns)))
    return field.unit if field else None


def _counted_texts(subject: Subject) -> tuple[str, ...]:
    """Names and titles of what is counted: tables whose rows are, fields, the event that ends a duration."""
    definition = subject.entity.definition
    if isinstance(definition, Duration):
        finish = definition.finish
        counts: tuple[str, ...] = (f"{finish.dataset}.{finish.time}" if finish.time else finish.dataset,)
    else:
        found = lineage(subject)
        counts = found.counts if found else ()
    return tuple(dict.fromkeys(text for count in counts for text in _count_texts(subject, count)))


def _count_texts(subject: Subject, count: str) -> Iterator[str]:
    name, _, column = count.partition(".")
    dataset = subject.context.project.datasets.get(name)
    if dataset is None:
        return
    if not column or _counts_rows(subject):
        yield from _dataset_texts(dataset)
    elif column in dataset.fields:
        yield from (column, *texts(dataset.fields[column].title))


def _constants(subject: Subject) -> tuple[str, ...]:
    """The texts that an expression and its condition compare with: `kind = 'bug'`."""
    metric: Metric = subject.entity
    formula = metric.definition.expression if isinstance(metric.definition, Expression | Derived) else ""
    return tuple(_CONSTANT.findall(f"{formula} {metric.where or ''}"))


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
        said = [text for name in (found.datasets if found else ()) for text in _dataset_texts(datasets.get(name))]
        return words_of(subject.context.lexicon, kind, said)

    return read


def _dataset_texts(dataset: Dataset | None) -> tuple[str, ...]:
    return (dataset.name, *texts(dataset.title)) if dataset else ()


PLAN: Mapping[str, Fact] = {
    "unit.kind": Fact("word", "What kind of unit it has; else that of the field it sums.", _unit_kind, UNIT_KINDS),
    "plan.aggregation": Fact("word", "How the value is made.", _plan("aggregation"), AGGREGATIONS),
    "plan.parts": Fact("words", "The aggregations of the metrics that the formula names.", _part_aggregations),
    "plan.counts": Fact("words", "Tables whose rows are counted, fields that are summed.", _plan_words("counts")),
    "plan.datasets": Fact("words", "The tables that are read.", _plan_words("datasets")),
    "plan.actors": Fact("words", "Whose acts the counted rows are: customer, staff, system.", _plan_words("actors")),
    "plan.ratio.sides": Fact(
        "word",
        "What the two sides of a ratio count: the same rows, two tables, or rows and who did them.",
        _sides,
        ("same", "apart", "heads"),
    ),
    "plan.ratio.work": Fact("flag", "The upper side of a ratio counts what we do.", _work_above),
    "plan.ratio.attention": Fact("flag", "A ratio of attention and pieces of our own work.", _attention_above),
    "plan.ratio.customers": Fact("flag", "The lower side of a ratio counts customers or their acts.", _customers_below),
    "plan.running_total": Fact("flag", "It gathers since ever, so it can only rise.", _running_total),
    "plan.entity": Fact("text", "The entity that is counted or followed.", _plan("entity")),
    "plan.customer": Fact(
        "flag", "The tables know whose customer each row is.", lambda it: bool(_plan("customer")(it))
    ),
    "plan.counts_rows": Fact("flag", "It counts rows, or distinct identifiers of rows.", _counts_rows),
    "plan.counts_customers": Fact("flag", "It counts distinct customers.", _counts_customers),
    "plan.texts": Fact("words", "Names and titles of what is counted.", _counted_texts),
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
    "where.plans": Fact("words", "Words for plans of ours in the columns of its conditions.", _where_words("plans")),
    "counted.done": Fact("words", "Words in the name for what we did with the rows that are counted.", _done_words),
    "counted.costs": Fact("words", "Words for money that goes out in the tables that are read.", _in_tables("costs")),
    "counted.sales": Fact("words", "Words for sales in the tables that are read.", _in_tables("sales")),
}
