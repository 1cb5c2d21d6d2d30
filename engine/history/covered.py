"""What a run looked at, and what it no longer found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from .record import Record


@dataclass(frozen=True, slots=True)
class Covered:
    """All groups of a metric in the periods from `start` to `end` (open where there is none), as of a moment."""

    metric: str
    grain: str
    by: tuple[str, ...]
    where: str
    fingerprint: str
    warehouse: str
    start: date | None
    end: date | None
    revision: str
    as_of: datetime

    def holds(self, record: Record) -> bool:
        """Whether the run would have found the record, were it still there; what a later one recorded is not judged."""
        same = (self.metric, self.grain, self.by, self.where, self.fingerprint, self.warehouse) == (
            record.metric,
            record.grain,
            tuple(name for name, _ in record.dimensions),
            record.where,
            record.fingerprint,
            record.warehouse,
        )
        within = (self.start is None or _at(self.start) <= _at(record.start)) and (
            self.end is None or _at(record.end) <= _at(self.end)
        )
        return same and within and record.as_of <= self.as_of


def emptied(there: Iterable[Record], found: Iterable[Record], covered: Iterable[Covered]) -> Iterator[Record]:
    """Of the records that are there, those that a run covered and did not find, without their numbers."""
    known, looked = {_key(record) for record in found}, tuple(covered)
    for record in there:
        for it in looked:
            if it.holds(record) and _key(record) not in known:
                yield replace(
                    record, value=None, numerator=None, denominator=None, n=None, revision=it.revision, as_of=it.as_of
                )
                break


def _key(record: Record) -> tuple[object, ...]:
    return (
        record.metric,
        record.grain,
        record.start,
        record.dimensions,
        record.where,
        record.fingerprint,
        record.warehouse,
    )


def _at(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())
