"""One customer's story as values: what happened in the order of time, whether they left, and what they said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from ..model import Dataset, Field, Period, Question, moment_of, plus

MOST = 4  # different values of a field that are told of several rows


@dataclass(frozen=True, slots=True)
class Happened:
    """One row: when, and the values of the dataset's fields that are told."""

    moment: date
    dataset: Dataset
    values: tuple[tuple[Field, object], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """A field's values with how often each stands there, the most frequent first; none where they are too many."""

    field: Field
    values: tuple[tuple[object, int], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rows of one dataset between which nothing else happened."""

    start: date
    end: date
    count: int
    dataset: Dataset
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """Whether the customer did nothing themselves for longer than `after`; `days` are whole ones."""

    gone: bool
    last: Happened
    days: int
    after: Period


@dataclass(frozen=True, slots=True)
class Reason:
    """What the specs' question why customers left gives for this one, in their last row that it asks."""

    question: Question
    value: object
    moment: date


@dataclass(frozen=True, slots=True)
class Story:
    """`left` is nothing where no row is the customer's own act; `left_out` are identities that others share."""

    as_of: datetime
    chapters: tuple[Chapter, ...]
    left: Left | None
    reason: Reason | None
    left_out: tuple[str, ...]


def chapters(rows: Iterable[Happened]) -> tuple[Chapter, ...]:
    """Rows in the order of time, those of one dataset together as long as nothing else comes between."""
    ordered = sorted(rows, key=lambda it: moment_of(it.moment))
    return tuple(_chapter(list(of)) for _, of in groupby(ordered, key=lambda it: it.dataset.name))


def left(rows: Iterable[Happened], after: Period | None, as_of: datetime) -> Left | None:
    own = [it for it in rows if it.dataset.actor == "customer"]
    if not own or after is None:
        return None
    last = max(own, key=lambda it: moment_of(it.moment))
    return Left(plus(moment_of(last.moment), after) <= as_of, last, (as_of - moment_of(last.moment)).days, after)


def _chapter(rows: Sequence[Happened]) -> Chapter:
    dataset = rows[0].dataset
    told = (_detail(field, [dict_of(row)[field.name] for row in rows]) for field, _ in rows[0].values)
    details = tuple(it for it in told if it.values)
    return Chapter(rows[0].moment, rows[-1].moment, len(rows), dataset, details)


def dict_of(row: Happened) -> dict[str, object]:
    return {field.name: value for field, value in row.values}


def _detail(field: Field, values: Sequence[object]) -> Detail:
    """Nulls say nothing."""
    found = Counter(value for value in values if value is not None)
    ranked = sorted(found.items(), key=lambda it: (-it[1], str(it[0])))
    return Detail(field, tuple(ranked) if len(ranked) <= MOST else ())
