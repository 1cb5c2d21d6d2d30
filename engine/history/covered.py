"""What a run looked at, and what it no longer found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..model import moment_of
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
        within = (self.start is None or moment_of(self.start) <= moment_of(record.start)) and (
            self.end is None or moment_of(record.end) <= moment_of(self.end)
        )
        return same and within and record.as_of <= self.as_of


def emptied(there: Iterable[Record], found: Iterable[Record], covered: Iterable[Covered]) -> Iterator[Record]:
    """Of the records that are there, those that a run covered and did not find, without their numbers."""
    known, looked = {record.key for record in found}, tuple(covered)
    for record in there:
        it = None if record.key in known else next((it for it in looked if it.holds(record)), None)
        if it is not None:
            gone = replace(record, value=None, numerator=None, denominator=None, n=None)
            yield replace(gone, revision=it.revision, as_of=it.as_of)
