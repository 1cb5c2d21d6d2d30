"""Records gathered to lines: one a metric, grain, group and definition, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .record import Record


@dataclass(frozen=True, slots=True)
class Line:
    """Values that one definition gave, in the order of time; `current` if the specs still say the same."""

    records: tuple[Record, ...]
    current: bool

    @property
    def first(self) -> Record:
        return self.records[0]

    @property
    def last(self) -> Record:
        return self.records[-1]


def lines_of(records: Iterable[Record], current: Callable[[Record], str | None]) -> tuple[Line, ...]:
    """The lines of one metric in one grain; of each group the oldest definition first, the current one last.

    `current` gives the definition that a record would have now.
    """
    found: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        key = (record.where, record.dimensions, record.fingerprint, record.warehouse)
        found.setdefault(key, []).append(record)
    lines = [
        Line(tuple(sorted(of, key=lambda it: it.start.isoformat())), of[0].fingerprint == current(of[0]))
        for of in found.values()
    ]
    return tuple(sorted(lines, key=_place))


def _place(line: Line) -> tuple[object, ...]:
    first = line.first
    return first.warehouse, first.where, str(first.dimensions), line.current, line.last.as_of
