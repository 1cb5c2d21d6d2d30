"""Statements for one customer's story: the keys that are theirs, and their rows of each dataset, without what is
personal and without keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..formula.expr import Call, Cast, Column, Const, Expr, Physical, Type, walk
from ..formula.faults import FormulaError
from ..model import (
    Cohort,
    Conversion,
    Dataset,
    Duration,
    Event,
    Expression,
    Field,
    Funnel,
    Metric,
    QuerySource,
    Question,
    Ratio,
    Retention,
    Score,
)
from .builders.builder import Builder
from .catalog import Catalog
from .dialects import DIALECTS
from .emit import emit
from .frame import Condition, Frame, dimension
from .lineage import describe
from .lookup_keys import LookupKey, lookup_keys
from .plan import Aggregate, Project
from .refusal import Refusal
from .rows import RowSet

Keys = Mapping[str, tuple[str, ...]]


class NoKey(Exception):
    """A text that cannot be a key of an entity, as its keys are numbers."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A statement that gives the time of each row of `dataset`, in order, and then the values of `fields`.

    It is right where each of `keys` is one in the data.
    """

    dataset: Dataset
    fields: tuple[Field, ...]
    sql: str
    types: tuple[Type, ...]
    keys: tuple[LookupKey, ...]


@dataclass(frozen=True, slots=True)
class Stories:
    """Statements in one dialect, on rows that happened before the frame's `as_of`; `tables` as in `emit`."""

    catalog: Catalog
    frame: Frame
    dialect: str
    tables: Mapping[str, str]

    def links(self, known: str, key: str) -> Iterator[tuple[str, str]]:
        """Each other identity of customers with the statement for its keys in the rows of one dataset.

        Those datasets count in which a row itself says both.
        """
        for dataset in self.catalog.project.datasets.values():
            for other in dataset.entities if known in dataset.entities else ():
                if other != known and self.catalog.project.entities[other].customer:
                    yield other, self.linked(dataset, known, key, other)

    def linked(self, dataset: Dataset, known: str, key: str, other: str) -> str:
        """The keys of `other` in the rows of `known`'s `key`."""
        rows = self._rows(dataset)
        rows.keep(_is(rows.entity(known), key))
        found = rows.entity(other)
        rows.keep(Call("not", (Call("is_null", (found,)),)))
        node = Aggregate(rows.rows(), ((Column("#key", "found", found.type), found),), (), "keys")
        return self._printed(node, ("found",))

    def back(self, other: str, key: str, known: str) -> Iterator[str]:
        """Statements for all keys of `known` in the rows of `other`'s `key`."""
        for dataset in self.catalog.project.datasets.values():
            if known in dataset.entities and other in dataset.entities:
                yield self.linked(dataset, other, key, known)

    def of(self, keys: Keys) -> Iterator[Rows]:
        """The rows of each dataset that are somebody's act and tell whose; the first of `keys` goes before the others.

        Raises `NoKey` for a key that its columns cannot hold.
        """
        for dataset in self.catalog.project.datasets.values():
            if dataset.actor == "system" or dataset.valid or self.catalog.time_field(dataset) is None:
                continue
            rows = self._rows(dataset)
            who = self._who(rows, keys)
            if who is None:
                continue
            column, wanted = who
            rows.keep(_any(column, wanted))
            fields = tuple(field for field in dataset.fields.values() if self.told(dataset, field))
            items = [(Column("#at", "at", rows.time(None).type), rows.time(None))]
            for index, field in enumerate(fields, 1):
                value = rows.column((field.name,))
                items.append((Column(f"#{index}", f"field_{index}", value.type), value))
            node = Project(rows.rows(), tuple(items), "story")
            yield self._made(dataset, fields, node)

    def told(self, dataset: Dataset, field: Field) -> bool:
        """Whether a field is told: it has a title, is no key, and reads no column that a personal field reads."""
        if field.title is None or field.personal or field.name == self.catalog.time_field(dataset):
            return False
        keys = {name for key in (dataset.primary_key, *dataset.unique_keys) for name in key if len(key) == 1}
        keys |= set(dataset.entities.values())
        keys |= {
            it for way in self.catalog.project.relationships if way.source == dataset.name for it in way.from_columns
        }
        return field.name not in keys and not self._hidden(dataset, field.name)

    def _hidden(self, dataset: Dataset, name: str) -> bool:
        """Whether a field is personal, or reads a column from which one that is, or whose the row is, is read.

        The columns of a query are read from other datasets, so that nothing can be told of them.
        """
        if isinstance(dataset.source, QuerySource):
            return True
        table = self.catalog.table(dataset)
        hidden = {
            column
            for same in self.catalog.project.datasets.values()
            if self.catalog.table(same) == table
            for other, field in same.fields.items()
            if field.personal or other in same.entities.values()
            for column in self._columns(same, other)
        }
        return bool(self._columns(dataset, name) & hidden)

    def reason(self, question: Question, keys: Keys) -> Rows | None:
        """The time and the reason, for rows by which customers answer why they left; nothing where the metric is of a
        kind that has no such rows, or the reason is personal."""
        metric = self.catalog.project.metrics[question.metric]
        home = self._home(metric)
        if home is None or question.by is None:
            return None
        dataset, conditions = home
        rows = self._rows(dataset)
        who = self._who(rows, keys)
        if who is None:
            return None
        rows.keep(_any(*who), *(condition.bound(rows) for condition in conditions))
        by = dimension(rows, question.by)
        place = self._leads_to(dataset, question.by)
        if place is None or self._hidden(*place):
            return None
        items = ((Column("#at", "at", rows.time(None).type), rows.time(None)), (Column("#why", "why", by.type), by))
        return self._made(dataset, (), Project(rows.rows(), items, "story"))

    def _home(self, metric: Metric) -> tuple[Dataset, tuple[Condition, ...]] | None:
        """The dataset whose rows a metric counts first, and which of them."""
        subject = f"metric:{metric.name}"
        own = (Condition(metric.where, metric.origin, ("where",), subject),) if metric.where else ()
        match metric.definition:
            case Conversion(base=event) | Retention(cohort=event) | Cohort(cohort=event) | Duration(start=event):
                key = {Conversion: "base", Duration: "from"}.get(type(metric.definition), "cohort")
                return self._event(metric, event, (key, "where"), own)
            case Funnel(steps=steps):
                return self._event(metric, steps[0].event, ("steps", 0, "where"), own)
            case Score(rating=rating):
                return self.catalog.dataset(rating.split(".")[0]), own
            case Expression():
                read = describe(self.catalog.project)[metric.name].datasets
                return (self.catalog.dataset(read[0]), own) if len(read) == 1 else None
            case Ratio(numerator=above) if above.metric is not None and not own:
                found = self._home(self.catalog.project.metrics[above.metric])
                if found is None or above.where is None:
                    return found
                return found[0], (*found[1], Condition(above.where, metric.origin, ("numerator", "where"), subject))
        return None

    def _event(
        self, metric: Metric, event: Event, path: tuple[str | int, ...], own: tuple[Condition, ...]
    ) -> tuple[Dataset, tuple[Condition, ...]]:
        where = (Condition(event.where, metric.origin, path, f"metric:{metric.name}"),) if event.where else ()
        return self.catalog.dataset(event.dataset), (*own, *where)

    def _leads_to(self, dataset: Dataset, path: str) -> tuple[Dataset, str] | None:
        """The field at the end of a path or dimension, with its dataset."""
        found = self.catalog.project.dimensions.get(path)
        steps = path.split(".")
        if found is not None:
            own = [it.split(".")[1:] for it in found.fields if it.split(".")[0] == dataset.name]
            steps = own[0] if own else []
        for step in steps[:-1]:
            relationship = self.catalog.steps(dataset.name).get(step)
            if relationship is None:
                return None
            dataset = self.catalog.dataset(relationship.target)
        return (dataset, steps[-1]) if steps and steps[-1] in dataset.fields else None

    def _rows(self, dataset: Dataset) -> RowSet:
        rows = Builder(self.catalog, self.frame).rows(dataset)
        moment = rows.time(None)
        rows.counts_at(moment)
        rows.keep(self.frame.happened(moment))
        return rows

    def _who(self, rows: RowSet, keys: Keys) -> tuple[Column, tuple[str, ...]] | None:
        for entity, wanted in keys.items():
            try:
                return rows.entity(entity), wanted
            except (Refusal, FormulaError):
                continue
        return None

    def _columns(self, dataset: Dataset, name: str) -> set[str]:
        if name not in dataset.fields:
            return set()
        return {part.column for part in walk(self.catalog.field(dataset, name)) if isinstance(part, Physical)}

    def _made(self, dataset: Dataset, fields: tuple[Field, ...], node: Project) -> Rows:
        sql = self._printed(node, tuple(column.name for column in node.columns))
        types = tuple(column.type for column in node.columns)
        return Rows(dataset, fields, sql, types, lookup_keys(node, self.dialect, self.tables))

    def _printed(self, node: Aggregate | Project, names: tuple[str, ...]) -> str:
        outputs = tuple(zip(node.columns, names, strict=True))
        form, order = DIALECTS[self.dialect], tuple((name, False) for name in names[:1])
        tree = emit(node, outputs, order, form, self.catalog.project.config.week_start, None, self.tables)
        return form.printed(tree, self.dialect)


def _any(column: Column, keys: tuple[str, ...]) -> Expr:
    found = _is(column, keys[0])
    for key in keys[1:]:
        found = Call("or", (found, _is(column, key)))
    return found


def _is(column: Column, key: str) -> Expr:
    """The column holds the key, which came as a text."""
    if column.type == "integer":
        if not key.strip().lstrip("-").isdecimal():
            raise NoKey
        return Call("eq", (column, Const(int(key), "integer")))
    text: Expr = column if column.type == "text" else Cast(column, "text")
    return Call("eq", (text, Const(key, "text")))
