"""Records gathered to lines: one a metric, grain, group and definition, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
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


def lines_of(records: Iterable[Record], current: str | None) -> tuple[Line, ...]:
    """The lines of one metric in one grain; of each group the oldest definition first, the current one last."""
    found: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        key = (record.where, record.dimensions, record.fingerprint)
        found.setdefault(key, []).append(record)
    lines = [
        Line(tuple(sorted(of, key=lambda it: it.start.isoformat())), of[0].fingerprint == current)
        for of in found.values()
    ]
    return tuple(sorted(lines, key=lambda it: (it.first.where, str(it.first.dimensions), it.current, it.last.as_of)))
