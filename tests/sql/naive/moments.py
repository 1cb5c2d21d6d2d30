"""Days and moments, periods of the calendar, and adding to them; plain `datetime`, nothing of any database."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Moment = date | datetime
GRAINS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """A length as it is written: `2 days`."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def is_day(moment: Moment) -> bool:
    return not isinstance(moment, datetime)


def at(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, datetime.min.time())


def plus(moment: Moment, period: Period, sign: int = 1) -> Moment:
    """Months are those of the calendar, cut off at their last day; a day and some hours is a moment."""
    count = sign * period.count
    if period.unit in _MONTHS:
        return _in_month(moment, count * _MONTHS[period.unit])
    length = timedelta(**{f"{period.unit}s": count})
    return moment + length if period.unit in ("day", "week") else at(moment) + length


def _in_month(moment: Moment, months: int) -> Moment:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def alike(left: Moment, right: Moment) -> tuple[datetime, datetime]:
    """Both as days where one is a day."""
    if is_day(left) or is_day(right):
        return at(at(left).date()), at(at(right).date())
    return at(left), at(right)


def inside(start: Moment, moment: Moment, low: Period | None, high: Period | None) -> bool:
    """Whether the moment lies in `[start + low, start + high)`; without `low` from the start on."""
    first, second = alike(start, moment)
    begin = first if low is None else at(plus(first, low))
    return begin <= second and (high is None or second < at(plus(first, high)))


def start_of(grain: str, moment: Moment, week_start: int = 0) -> datetime:
    when = at(moment)
    day = datetime(when.year, when.month, when.day)
    starts: dict[str, Callable[[], datetime]] = {
        "second": lambda: when.replace(microsecond=0),
        "minute": lambda: when.replace(second=0, microsecond=0),
        "hour": lambda: when.replace(minute=0, second=0, microsecond=0),
        "day": lambda: day,
        "week": lambda: day - timedelta(days=(day.weekday() - week_start) % 7),
        "month": lambda: day.replace(day=1),
        "quarter": lambda: datetime(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "year": lambda: datetime(day.year, 1, 1),
    }
    return starts[grain]()


def next_of(grain: str, start: datetime) -> datetime:
    return at(plus(start, Period(1, grain)))


def finer_than_day(grain: str | None) -> bool:
    return grain is not None and GRAINS.index(grain) < GRAINS.index("day")


PARTS: dict[str, Callable[[datetime], int]] = {
    "year_number": lambda when: when.year,
    "quarter_of_year": lambda when: (when.month - 1) // 3 + 1,
    "month_of_year": lambda when: when.month,
    "week_of_year": lambda when: when.isocalendar().week,
    "day_of_month": lambda when: when.day,
    "day_of_week": lambda when: when.isoweekday(),
    "day_of_year": lambda when: when.timetuple().tm_yday,
    "hour_of_day": lambda when: when.hour,
    "minute_of_hour": lambda when: when.minute,
}


def shaped(how: str | None, moment: Moment | None, week_start: int = 0) -> object:
    """What `NAME:HOW` makes of a time: the start of its period, or a part of it as a number."""
    if moment is None or how is None:
        return moment
    return PARTS[how](at(moment)) if how in PARTS else start_of(how, moment, week_start)
