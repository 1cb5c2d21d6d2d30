"""Periods of the calendar: where they start and end, which one is the last that is complete."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import reduce

from ..model import Grain, Period, Stretch, minus, moment_of, plus, shift_months

Lag = tuple[tuple[Period, ...], ...]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FINE = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def holding(day: date, grain: Grain, week_start: str = "monday") -> Stretch:
    """The period of `grain` that `day` (a moment, where the grain is finer) lies in.

    >>> holding(date(2026, 11, 16), "quarter")
    Stretch(start=datetime.date(2026, 10, 1), end=datetime.date(2027, 1, 1))
    """
    if grain in _FINE:
        moment, length = moment_of(day), _FINE[grain]
        midnight = datetime.combine(moment.date(), time())
        start_at = midnight + (moment - midnight) // length * length
        return Stretch(start_at, start_at + length)
    day = day.date() if isinstance(day, datetime) else day
    if grain == "day":
        return Stretch(day, day + timedelta(days=1))
    if grain == "week":
        start = day - timedelta(days=(day.weekday() - WEEKDAYS.index(week_start)) % 7)
        return Stretch(start, start + timedelta(days=7))
    months = _MONTHS[grain]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Stretch(start, _months_later(start, months))


def before(period: Stretch, grain: Grain) -> Stretch:
    """The period of `grain` just before `period`."""
    if grain in ("day", "week"):
        days = timedelta(days=1 if grain == "day" else 7)
        return Stretch(period.start - days, period.start)
    return Stretch(_months_later(period.start, -_MONTHS[grain]), period.start)


def complete(end: date, lag: Lag, as_of: datetime) -> bool:
    """Whether a period that ends at `end` is over, and every chain of windows that can start in it has closed."""
    over = moment_of(end)
    return over <= as_of and all(reduce(plus, windows, over) <= as_of for windows in lag)


def last_complete(grain: Grain, lag: Lag, as_of: datetime, week_start: str) -> Stretch:
    period = before(holding(as_of.date(), grain, week_start), grain)
    while not complete(period.end, lag, as_of):
        period = before(period, grain)
    return period


def named(start: date, grain: Grain, week_start: str) -> tuple[Stretch, str]:
    """The period that starts then, and what it is called."""
    period = holding(start, grain, week_start)
    return period, label(period, grain)


def label(period: Stretch, grain: str | None) -> str:
    """How a period is called: 2026-W46, 2026-11, 2026-Q4, 2026 or its first day.

    >>> label(Stretch(date(2026, 11, 9), date(2026, 11, 16)), "week")
    '2026-W46'
    """
    start = period.start
    if grain == "week" and start.weekday() == 0:
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if grain in _FINE:
        return moment_of(start).isoformat(" ", "seconds" if grain == "second" else "minutes")
    return f"{start.year}" if grain == "year" else start.isoformat()


def _months_later(day: date, months: int) -> date:
    return shift_months(datetime.combine(day, time()), months).date()


def grain_of(period: Stretch, week_start: str) -> Grain | None:
    """The grain of which `period` is exactly one, if there is such a grain.

    >>> grain_of(Stretch(date(2026, 10, 1), date(2027, 1, 1)), "monday")
    'quarter'
    """
    grains: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
    return next((grain for grain in grains if holding(period.start, grain, week_start) == period), None)


def ahead_of(period: Stretch) -> Stretch:
    """The stretch of equal length that ends where `period` starts; whole months are counted in months.

    >>> ahead_of(Stretch(date(2026, 4, 1), date(2026, 7, 1))).start
    datetime.date(2026, 1, 1)
    >>> ahead_of(Stretch(date(2026, 11, 9), date(2026, 11, 16))).start
    datetime.date(2026, 11, 2)
    """
    start, end = period.start, period.end
    if start.day == end.day == 1 and not isinstance(start, datetime) and not isinstance(end, datetime):
        months = (end.year - start.year) * 12 + end.month - start.month
        return Stretch(_months_later(start, -months), start)
    earlier = moment_of(start) - (moment_of(end) - moment_of(start))
    return Stretch(
        earlier if isinstance(start, datetime) or earlier != moment_of(earlier.date()) else earlier.date(), start
    )


def moved_back(period: Stretch, lag: Period) -> Stretch:
    """`period` earlier by `lag`.

    >>> moved_back(Stretch(date(2026, 11, 9), date(2026, 11, 16)), Period(2, "week")).start
    datetime.date(2026, 10, 26)
    """
    ends = [minus(moment_of(end), lag) for end in (period.start, period.end)]
    days = [moment.date() if moment == moment_of(moment.date()) else moment for moment in ends]
    return Stretch(days[0], days[1])


def told(period: Stretch, week_start: str) -> str:
    """The name of a usual period, else its first and last day (its two ends, where it is cut within a day)."""
    grain = grain_of(period, week_start)
    if grain is not None:
        return label(period, grain)
    if isinstance(period.start, datetime) or isinstance(period.end, datetime):
        return f"{moment_of(period.start):%Y-%m-%d %H:%M} - {moment_of(period.end):%Y-%m-%d %H:%M}"
    return f"{period.start} - {period.end - timedelta(days=1)}"
