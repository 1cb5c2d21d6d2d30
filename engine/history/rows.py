"""Records as rows of a table: which columns there are, and what stands in them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .record import MOST, Number, Record

KEY = ("metric", "grain", "start", "dimensions", "condition", "fingerprint", "warehouse")
REST = ("end", "label", "value", "numerator", "denominator", "n", "unit", "revision", "as_of")
COLUMNS = (*KEY, *REST)


def to_row(record: Record) -> tuple[Any, ...]:
    return (
        record.metric,
        record.grain,
        record.start.isoformat(),
        json.dumps(record.dimensions, ensure_ascii=False),
        record.where,
        record.fingerprint,
        record.warehouse,
        record.end.isoformat(),
        record.label,
        *map(_stored, (record.value, record.numerator, record.denominator)),
        record.n,
        record.unit,
        record.revision,
        record.as_of.isoformat(),
    )


def from_row(row: tuple[Any, ...]) -> Record:
    it = dict(zip(COLUMNS, row, strict=True))
    return Record(
        metric=it["metric"],
        grain=it["grain"],
        start=_day(it["start"]),
        end=_day(it["end"]),
        label=it["label"],
        dimensions=tuple((name, value) for name, value in json.loads(it["dimensions"])),
        where=it["condition"],
        fingerprint=it["fingerprint"],
        warehouse=it["warehouse"],
        value=_number(it["value"]),
        numerator=_number(it["numerator"]),
        denominator=_number(it["denominator"]),
        n=it["n"],
        unit=it["unit"],
        revision=it["revision"],
        as_of=datetime.fromisoformat(it["as_of"]),
    )


def _stored(number: Number | None) -> Any:
    """Decimals, and integers that are too large for a database, as text."""
    return str(number) if isinstance(number, Decimal) or (isinstance(number, int) and abs(number) >= MOST) else number


def _number(stored: Any) -> Any:
    return Decimal(stored) if isinstance(stored, str) else stored


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
