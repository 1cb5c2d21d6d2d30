"""Series of periods to run on every engine, with the periods that they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlglot import exp

from engine.formula.expr import Const
from engine.sql.dialects import Dialect, Writer

End = date | datetime | str | None


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `stop` (texts are aggregates of the table of examples); `gives` are the periods."""

    name: str
    grain: str
    start: End
    stop: End
    gives: tuple[Any, ...]

    def __str__(self) -> str:
        return self.name

    def sql(self, dialect: Dialect) -> str:
        """Read as plans will: from a query that bears a name."""
        writer = Writer(dialect, "monday", lambda physical: exp.column(physical.column))
        assert dialect.series is not None
        series = dialect.series(writer, _end(writer, self.start), _end(writer, self.stop), self.grain, "period")
        period = exp.column("period", table="spine")
        select = exp.select(period).from_("spine").with_("spine", as_=series).order_by(period.copy())
        settings = f" SETTINGS {', '.join(dialect.settings)}" if dialect.settings else ""
        return dialect.finish(select).sql(dialect.name) + settings


def _end(writer: Writer, end: End) -> exp.Expression:
    if end is None:
        return exp.Null()
    if isinstance(end, str):
        return exp.select(f"{end} AS edge").from_("edges").subquery()
    tree: exp.Expression = writer.constant(Const(end, "datetime" if isinstance(end, datetime) else "date"))
    return tree


def _steps(start: Any, stop: Any, after: Callable[[Any], Any]) -> tuple[Any, ...]:
    found = []
    while start <= stop:
        found.append(start)
        start = after(start)
    return tuple(found)


def _every(name: str, grain: str, start: Any, stop: Any, **length: int) -> Span:
    return Span(name, grain, start, stop, _steps(start, stop, lambda moment: moment + timedelta(**length)))


def _firsts(name: str, grain: str, start: date, stop: date, *gives: str) -> Span:
    return Span(name, grain, start, stop, tuple(date.fromisoformat(f"{month}-01") for month in gives))


_DAY, _NOON = date(2026, 11, 16), datetime(2026, 11, 16, 12)
_SAME_DAY = "MIN(CASE WHEN a = b THEN a END)"
SPANS = (
    _every("days", "day", date(2026, 2, 27), date(2026, 3, 2), days=1),
    _every("days before 1970", "day", date(1969, 12, 30), date(1970, 1, 2), days=1),
    _every("10,000 days", "day", date(2000, 1, 1), date(2000, 1, 1) + timedelta(9999), days=1),
    _every("weeks", "week", date(2026, 11, 2), date(2026, 11, 30), days=7),
    _every("weeks that end before the stop", "week", date(2026, 11, 2), date(2026, 11, 29), days=7),
    _firsts("months", "month", date(2025, 11, 1), date(2026, 2, 1), "2025-11", "2025-12", "2026-01", "2026-02"),
    _firsts("months to a day", "month", date(2025, 12, 1), date(2026, 2, 27), "2025-12", "2026-01", "2026-02"),
    _firsts("quarters", "quarter", date(2025, 10, 1), date(2026, 4, 1), "2025-10", "2026-01", "2026-04"),
    _firsts("quarters to a day", "quarter", date(2025, 10, 1), date(2026, 3, 31), "2025-10", "2026-01"),
    _firsts("years", "year", date(2024, 1, 1), date(2026, 1, 1), "2024-01", "2025-01", "2026-01"),
    _firsts("years to a day", "year", date(2024, 1, 1), date(2026, 12, 31), "2024-01", "2025-01", "2026-01"),
    _every("hours over midnight", "hour", datetime(2026, 1, 31, 22), datetime(2026, 2, 1, 2), hours=1),
    _every("hours of a night of 23 hours", "hour", datetime(2026, 3, 29), datetime(2026, 3, 29, 5), hours=1),
    _every("hours and a half", "hour", datetime(2026, 1, 31, 10, 30), datetime(2026, 1, 31, 12, 15), hours=1),
    _every("10,000 hours", "hour", datetime(2026, 1, 1), datetime(2026, 1, 1) + timedelta(hours=9999), hours=1),
    _every("minutes", "minute", datetime(2026, 1, 31, 23, 58), datetime(2026, 2, 1, 0, 1), minutes=1),
    _every("seconds", "second", datetime(1969, 12, 31, 23, 59, 58), datetime(1970, 1, 1, 0, 0, 1), seconds=1),
    Span("one day", "day", _DAY, _DAY, (_DAY,)),
    Span("one month", "month", date(2026, 11, 1), date(2026, 11, 1), (date(2026, 11, 1),)),
    Span("one hour", "hour", _NOON, _NOON, (_NOON,)),
    *(Span(f"{grain}: the stop is first", grain, _DAY, date(2026, 1, 15), ()) for grain in ("day", "week", "month")),
    Span("hour: the stop is first", "hour", _NOON, datetime(2026, 11, 16, 11), ()),
    Span("day: no start", "day", None, _DAY, ()),
    Span("day: no stop", "day", _DAY, None, ()),
    Span("month: neither", "month", None, None, ()),
    Span("hour: no start", "hour", None, _NOON, ()),
    Span("hour: no stop", "hour", _NOON, None, ()),
    Span("both ends from a table", "day", _SAME_DAY, _SAME_DAY, (date(2026, 1, 31),)),
    Span("no row in the table", "day", "MIN(CASE WHEN number < 0 THEN a END)", _DAY, ()),
)
