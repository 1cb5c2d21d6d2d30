"""One recorded value, and its form as a line of text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import UsageError

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """A metric in one period and group, as one definition gave it.

    `fingerprint` stands for the definition: values of two fingerprints are two lines and are never joined. `revision`
    is the specs' revision, with `+` where they differed from it; `as_of` is the "now" of the run.
    """

    metric: str
    grain: str
    start: date
    end: date
    label: str
    dimensions: tuple[tuple[str, str | None], ...]
    where: str
    fingerprint: str
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    n: int | None
    unit: str | None
    revision: str
    as_of: datetime


def to_line(record: Record) -> str:
    """One JSON object in one line; numbers that JSON cannot hold exactly are texts.

    >>> to_line(from_line(EXAMPLE)) == EXAMPLE
    True
    """
    plain: dict[str, Any] = {name: getattr(record, name) for name in Record.__dataclass_fields__}
    for name in ("start", "end", "as_of"):
        plain[name] = plain[name].isoformat()
    plain["dimensions"] = dict(record.dimensions)
    for name in ("value", "numerator", "denominator"):
        plain[name] = str(plain[name]) if isinstance(plain[name], Decimal) else plain[name]
    return json.dumps(plain, ensure_ascii=False)


def from_line(line: str) -> Record:
    """The record of a line; raises `UsageError` for anything else."""
    try:
        plain = json.loads(line)
        if set(plain) != set(Record.__dataclass_fields__):
            raise ValueError("other keys than a record has")
        for name in ("value", "numerator", "denominator"):
            if isinstance(plain[name], str):
                plain[name] = Decimal(plain[name])
            elif isinstance(plain[name], bool) or not isinstance(plain[name], (int, float, type(None))):
                raise ValueError(f"`{name}` is not a number")
        for name in ("metric", "grain", "label", "where", "fingerprint", "revision"):
            if not isinstance(plain[name], str):
                raise ValueError(f"`{name}` is not a text")
        plain["dimensions"] = tuple(plain["dimensions"].items())
        plain["start"], plain["end"] = _day(plain["start"]), _day(plain["end"])
        plain["as_of"] = datetime.fromisoformat(plain["as_of"])
        return Record(**plain)
    except (ValueError, TypeError, AttributeError, KeyError, InvalidOperation) as error:
        raise UsageError(f"not a line of a history: {error}", hint="`accord history export` writes them") from None


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


EXAMPLE = (
    '{"metric": "revenue", "grain": "week", "start": "2026-11-09", "end": "2026-11-16", "label": "2026-W46", '
    '"dimensions": {"channel": "ads"}, "where": "", "fingerprint": "0f3a", "value": "12.50", "numerator": null, '
    '"denominator": null, "n": 3, "unit": "EUR", "revision": "6b0b8b5", "as_of": "2026-11-16T09:00:00"}'
)
