"""Values that the language writes as short texts: periods, dates, stretches of days, amounts and changes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from ..model import Change, Period, Stretch

_PERIOD = re.compile(r"([1-9][0-9]{0,5}) (minute|hour|day|week|month|quarter|year)s?\Z")
_STRETCH = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|W([0-9]{2})|([0-9]{2})))?\Z")
_CHANGE = re.compile(r"([+-]) ?([0-9]+(?:\.[0-9]+)?) ?(%|pp)\Z")
_PERCENT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) ?%\Z")


class Malformed(ValueError):
    """A value cannot be read; the message says what would be."""


def period(text: str) -> Period:
    """
    >>> str(period("30 days"))
    '30 days'
    """
    match = _PERIOD.match(text)
    if not match:
        raise Malformed(f"`{text}` is not a period; write for example `30 days` or `1 month`")
    return Period(int(match[1]), cast(Any, match[2]))


def day(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Malformed(f"`{text}` is not a date; write for example `2026-11-16`")


def moment(text: str) -> datetime:
    """A date, or a date and a time of day."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?", text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Malformed(f"`{text}` is not a moment; write for example `2026-11-16` or `2026-11-16 09:00`")


def day_or_moment(text: str) -> date:
    """A day as a day, a day with a time of day as a moment."""
    return day(text) if len(text) == 10 else moment(text)


def stretch(written: str | int) -> Stretch:
    """
    >>> stretch("2026-H2").start, stretch("2026-W45").start
    (datetime.date(2026, 7, 1), datetime.date(2026, 11, 2))
    """
    match = _STRETCH.match(str(written))
    try:
        if match:
            return _stretch(*match.groups())
    except ValueError:
        pass
    raise Malformed(f"`{written}` is not a period of the calendar; write 2026, 2026-H2, 2026-Q4, 2026-11 or 2026-W45")


def _stretch(year: str, half: str | None, quarter: str | None, week: str | None, month: str | None) -> Stretch:
    if week:
        monday = date.fromisocalendar(int(year), int(week), 1)
        return Stretch(monday, monday + timedelta(days=7))
    first, months = 1, 12
    if half:
        first, months = 6 * int(half) - 5, 6
    elif quarter:
        first, months = 3 * int(quarter) - 2, 3
    elif month:
        first, months = int(month), 1
    after = int(year) * 12 + first - 1 + months
    return Stretch(date(int(year), first, 1), date(after // 12, after % 12 + 1, 1))


def amount(written: Any, unit: str | None) -> Decimal:
    """A number in the metric's unit; a percent metric takes only `8.5 %` (which is 0.085)."""
    if isinstance(written, str):
        match = _PERCENT.match(written.strip())
        if not match:
            raise Malformed(
                f"`{written}` is not a value; write a number" + (" such as `8.5 %`" if unit == "percent" else "")
            )
        if unit is not None and unit != "percent":
            raise Malformed(f"`{written}` is a percentage, but the metric's unit is {unit}; write a number of {unit}")
        return Decimal(match[1]) / 100
    if unit == "percent":
        raise Malformed(
            f"`{written}` stands for a percent metric: is it {written} % or {_percent(written)} %? Write the sign"
        )
    return Decimal(str(written))


def _percent(written: Any) -> str:
    try:
        return f"{(Decimal(str(written)) * 100).normalize():f}"
    except InvalidOperation:
        return str(written)


def change(written: Any, unit: str | None = None) -> Change:
    """A wanted change of a metric in `unit`; percentage points are for percent metrics, bare numbers for all others.

    >>> change("+25 %").kind, change("+3 pp").kind, change(-2).kind
    ('relative', 'points', 'absolute')
    """
    if not isinstance(written, str):
        if unit == "percent":
            raise Malformed(f"`{written}` stands for a percent metric: write `+3 pp` (points) or `+25 %` (relative)")
        return Change(Decimal(str(written)), "absolute")
    match = _CHANGE.match(written.strip())
    if not match:
        raise Malformed(f"`{written}` is not a change; write `+25 %` (relative), `+3 pp` (points) or a number")
    if match[3] == "pp" and unit not in (None, "percent"):
        raise Malformed(
            f"`{written}` is in percentage points, but the metric's unit is {unit}; write a number of {unit}"
        )
    number = Decimal(match[1] + match[2]) / 100
    return Change(number, "relative" if match[3] == "%" else "points")
