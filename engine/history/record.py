"""One recorded value, and its form as a line of text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from ..errors import UsageError

Number = int | float | Decimal
MOST = 2**63  # from here on no database has an integer


@dataclass(frozen=True, slots=True)
class Record:
    """A metric in one period and group, as one definition gave it.

    `fingerprint` stands for the definition: values of two fingerprints are two lines and are never joined. `revision`
    is the specs' revision, with `+` where they differed from it; `as_of` is the "now" of the run. `warehouse` is the
    profile that was asked, or its address; empty for the project's files. Without numbers: nothing was found there.
    """

    metric: str
    grain: str
    start: date
    end: date
    label: str
    dimensions: tuple[tuple[str, str | None], ...]
    where: str
    fingerprint: str
    warehouse: str
    value: Number | None
    numerator: Number | None
    denominator: Number | None
    n: int | None
    unit: str | None
    revision: str
    as_of: datetime

    @property
    def key(self) -> tuple[object, ...]:
        """What no two records share: metric, grain, period, group, condition, definition and warehouse."""
        line = (self.dimensions, self.where, self.fingerprint, self.warehouse)
        return self.metric, self.grain, self.start, *line


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
        if isinstance(plain, dict):
            plain.setdefault("warehouse", "")  # lines of before there was one
        if not isinstance(plain, dict) or set(plain) != set(Record.__dataclass_fields__):
            raise ValueError("other keys than a record has")
        for name in ("value", "numerator", "denominator"):
            plain[name] = _number(name, plain[name])
        if (
            isinstance(plain["n"], bool)
            or not isinstance(plain["n"], (int, type(None)))
            or abs(plain["n"] or 0) >= MOST
        ):
            raise ValueError("`n` is not a count")
        for name in ("metric", "grain", "label", "where", "fingerprint", "warehouse", "revision"):
            _text(name, plain[name])
        for name, text in {"unit": plain["unit"], **plain["dimensions"]}.items():
            _text(name, "" if text is None else text)
        plain["dimensions"] = tuple(plain["dimensions"].items())
        plain["start"], plain["end"] = _day(plain["start"]), _day(plain["end"])
        plain["as_of"] = datetime.fromisoformat(plain["as_of"])
        if plain["as_of"].tzinfo is not None:
            raise ValueError("`as_of` is a moment without a zone")
        if plain["end"] <= plain["start"]:
            raise ValueError("it ends before it starts")
        return Record(**plain)
    except (ValueError, TypeError, AttributeError, KeyError, InvalidOperation) as error:
        raise UsageError(f"not a line of a history: {error}", hint="`accord history export` writes them") from None


def _number(name: str, given: Any) -> Number | None:
    found = Decimal(given) if isinstance(given, str) else given
    if isinstance(found, bool) or not isinstance(found, (int, float, Decimal, type(None))):
        raise ValueError(f"`{name}` is not a number")
    if isinstance(found, (float, Decimal)) and not isfinite(found):
        raise ValueError(f"`{name}` is NaN or infinite")
    return found


def _text(name: str, given: Any) -> None:
    if not isinstance(given, str):
        raise ValueError(f"`{name}` is not a text")


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


EXAMPLE = (
    '{"metric": "revenue", "grain": "week", "start": "2026-11-09", "end": "2026-11-16", "label": "2026-W46", '
    '"dimensions": {"channel": "ads"}, "where": "", "fingerprint": "0f3a", "warehouse": "prod", "value": "12.50", '
    '"numerator": null, '
    '"denominator": null, "n": 3, "unit": "EUR", "revision": "6b0b8b5", "as_of": "2026-11-16T09:00:00"}'
)
