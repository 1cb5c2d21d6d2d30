"""Periods, days, stretches, amounts and changes mean what is written, or are refused with what to write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.load import values
from engine.load.values import Malformed

D = Decimal
# How it is read, what is written, what it means: None for what is refused.
READ: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (lambda text: str(values.period(text)), "1 day", "1 day"),
    (lambda text: str(values.period(text)), "30 days", "30 days"),
    (lambda text: str(values.period(text)), "90 minutes", "90 minutes"),
    (lambda text: str(values.period(text)), "2 quarters", "2 quarters"),
    *[
        (values.period, text, None)
        for text in ("", "0 days", "-1 day", "1.5 days", "30days", "30 Days", "a month", "1 decade")
    ],
    *[
        (values.period, text, None)
        for text in ("1 day\n", " 1 day", "1  day", "1 day 2 hours", "1000000 days", "１ day")
    ],
    (values.day, "2026-11-16", date(2026, 11, 16)),
    (values.day, "2024-02-29", date(2024, 2, 29)),
    *[
        (values.day, text, None)
        for text in ("2026-02-29", "2026-13-01", "2026-11-31", "20261116", "2026-W47-1", "16.11.2026")
    ],
    *[(values.day, text, None) for text in ("2026-11-16 00:00", "2026-1-1", "", "0000-01-01", "２026-11-16")],
    (values.moment, "2026-11-16", datetime(2026, 11, 16)),
    (values.moment, "2026-11-16 09:30", datetime(2026, 11, 16, 9, 30)),
    *[
        (values.moment, text, None)
        for text in ("2026-11-16 24:00", "2026-11-16 09:60", "2026-11-16 9:30", "09:30", "2026-11-16Z")
    ],
    (values.stretch, 2026, (date(2026, 1, 1), date(2027, 1, 1))),
    (values.stretch, "2026", (date(2026, 1, 1), date(2027, 1, 1))),
    (values.stretch, "2026-H1", (date(2026, 1, 1), date(2026, 7, 1))),
    (values.stretch, "2026-H2", (date(2026, 7, 1), date(2027, 1, 1))),
    (values.stretch, "2026-Q1", (date(2026, 1, 1), date(2026, 4, 1))),
    (values.stretch, "2026-Q4", (date(2026, 10, 1), date(2027, 1, 1))),
    (values.stretch, "2026-02", (date(2026, 2, 1), date(2026, 3, 1))),
    (values.stretch, "2026-12", (date(2026, 12, 1), date(2027, 1, 1))),
    (values.stretch, "2026-W01", (date(2025, 12, 29), date(2026, 1, 5))),
    (values.stretch, "2026-W53", (date(2026, 12, 28), date(2027, 1, 4))),
    (values.stretch, "2027-W01", (date(2027, 1, 4), date(2027, 1, 11))),
    *[
        (values.stretch, text, None)
        for text in ("2027-W53", "2026-W00", "2026-H3", "2026-Q0", "2026-00", "2026-13", "2026-Q", "26")
    ],
    (lambda written: values.amount(written, "EUR"), 12, D(12)),
    (lambda written: values.amount(written, "EUR"), 4.3, D("4.3")),
    (lambda written: values.amount(written, "percent"), "8.5 %", D("0.085")),
    (lambda written: values.amount(written, "percent"), "8.5%", D("0.085")),
    (lambda written: values.amount(written, "percent"), "-3 %", D("-0.03")),
    (lambda written: values.amount(written, "percent"), "0.1 %", D("0.001")),
    (lambda written: values.amount(written, None), "20 %", D("0.2")),
    *[
        (lambda written: values.amount(written, "percent"), written, None)
        for written in (8.5, 0.085, 0, 1, "8.5", "8,5 %", "%", "8.5 % x")
    ],
    *[(lambda written: values.amount(written, "EUR"), written, None) for written in ("8 %", "8", "8 EUR", "ten")],
    (values.change, "+25 %", (D("0.25"), "relative")),
    (values.change, "-25%", (D("-0.25"), "relative")),
    (values.change, "+3 pp", (D("0.03"), "points")),
    (values.change, "- 1.5 pp", (D("-0.015"), "points")),
    (values.change, -2, (D(-2), "absolute")),
    (values.change, 0.5, (D("0.5"), "absolute")),
    (lambda written: values.change(written, "percent"), "+3 pp", (D("0.03"), "points")),
    (lambda written: values.change(written, "percent"), "+25 %", (D("0.25"), "relative")),
    (lambda written: values.change(written, "EUR"), "+25 %", (D("0.25"), "relative")),
    (lambda written: values.change(written, "EUR"), 300, (D(300), "absolute")),
    *[(lambda written: values.change(written, "percent"), number, None) for number in (3, 0.03, -5)],
    *[(lambda written, unit=unit: values.change(written, unit), "+3 pp", None) for unit in ("EUR", "points", "days")],
    *[(values.change, text, None) for text in ("25 %", "3 pp", "+25", "+25 percent", "+ %", "++2 %", "+2,5 %", "")],
]


@pytest.mark.parametrize(
    ("read", "written", "meant"), READ, ids=[f"{written!r}-{number}" for number, (_, written, _) in enumerate(READ)]
)
def test_a_value(read: Callable[[Any], Any], written: Any, meant: Any) -> None:
    if meant is None:
        with pytest.raises(Malformed, match="`") as caught:
            read(written)
        assert str(written) in str(caught.value)
        return
    found = read(written)
    if isinstance(meant, tuple):
        fields = ("start", "end") if isinstance(meant[0], date) else ("amount", "kind")
        found = tuple(getattr(found, name) for name in fields)
    assert found == meant


@pytest.mark.parametrize(
    ("written", "asked"), [(8.5, "is it 8.5 % or 850 %?"), (0.2, "is it 0.2 % or 20 %?"), (1, "is it 1 % or 100 %?")]
)
def test_a_bare_number_for_a_percentage_asks_which_is_meant(written: float, asked: str) -> None:
    with pytest.raises(Malformed) as caught:
        values.amount(written, "percent")
    assert asked in str(caught.value)
