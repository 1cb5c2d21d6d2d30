"""What of the tables a metric counts: fields, rows, customers, the names of these, and the columns of conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model import Dataset, Duration, Metric, Ratio
from .fact import Subject
from .wording import texts

if TYPE_CHECKING:
    from ..sql.lineage import Lineage

CONSTANT = re.compile(r"'([^']*)'")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SQL = frozenset({"is", "not", "null", "and", "or", "in", "like", "between", "true", "false"})


def lineage(subject: Subject) -> Lineage | None:
    return subject.context.lineage.get(subject.name)


def names(subject: Subject) -> tuple[str, ...]:
    metric: Metric = subject.entity
    return (metric.name, *texts(metric.title))


def counts_customers(subject: Subject) -> bool:
    """Distinct customers, or the rows of a table with one row a customer."""
    found, dataset, columns = counted(subject)
    if found is None or dataset is None:
        return False
    entities = subject.context.project.entities
    keys = {key for entity, key in dataset.entities.items() if entity in entities and entities[entity].customer}
    if found.aggregation == "count_distinct" and keys & columns:
        return True
    one_each = any(len(key) == 1 and key[0] in keys for key in (dataset.primary_key, *dataset.unique_keys))
    return one_each and counts_rows(subject)


def counts_rows(subject: Subject) -> bool:
    """Rows, or what is distinct in each: the primary key; where none is declared, an identifier of no entity."""
    found, dataset, columns = counted(subject)
    if found is None or dataset is None or found.aggregation != "count_distinct":
        return found is not None and found.aggregation == "count"
    if dataset.primary_key:
        return set(dataset.primary_key) <= columns
    return any(column == "id" or column.endswith("_id") for column in columns - {*dataset.entities.values()})


def counted(subject: Subject) -> tuple[Lineage | None, Dataset | None, frozenset[str]]:
    """The table whose rows or fields are counted, and these fields; no table if there are several."""
    found = lineage(subject)
    places = [count.partition(".") for count in found.counts] if found else []
    tables = {name for name, _, _ in places}
    dataset = subject.context.project.datasets.get(tables.pop()) if len(tables) == 1 else None
    return found, dataset, frozenset(column for _, _, column in places if column)


def counted_texts(subject: Subject) -> tuple[str, ...]:
    """Names and titles of what is counted: tables whose rows are, fields, the event that ends a duration."""
    definition = subject.entity.definition
    if isinstance(definition, Duration):
        finish = definition.finish
        counts: tuple[str, ...] = (f"{finish.dataset}.{finish.time}" if finish.time else finish.dataset,)
    else:
        found = lineage(subject)
        counts = found.counts if found else ()
    return tuple(dict.fromkeys(text for count in counts for text in count_texts(subject, count)))


def count_texts(subject: Subject, count: str) -> Iterator[str]:
    name, _, column = count.partition(".")
    dataset = subject.context.project.datasets.get(name)
    if dataset is None:
        return
    if not column or counts_rows(subject):
        yield from dataset_texts(dataset)
    elif column in dataset.fields:
        yield from (column, *texts(dataset.fields[column].title))


def dataset_texts(dataset: Dataset | None) -> tuple[str, ...]:
    return (dataset.name, *texts(dataset.title)) if dataset else ()


def conditions(metric: Metric) -> Iterator[str]:
    """The metric's condition, those of the sides of a ratio, and the times that a duration lies between."""
    if metric.where:
        yield metric.where
    if isinstance(metric.definition, Ratio):
        yield from (side.where for side in (metric.definition.numerator, metric.definition.denominator) if side.where)
    if isinstance(metric.definition, Duration):
        yield from (event.time for event in (metric.definition.start, metric.definition.finish) if event.time)


def restricted(metric: Metric) -> bool:
    """Whether only some of the rows are counted."""
    sides = (metric.definition.numerator, metric.definition.denominator) if isinstance(metric.definition, Ratio) else ()
    return bool(metric.where or any(side.where for side in sides))


def columns(condition: str) -> list[str]:
    return [word for word in _NAME.findall(CONSTANT.sub(" ", condition)) if word.lower() not in _SQL]
