"""Windowed metrics the slow and plain way, row by row in Python, as the page "Time and nulls" of the language tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import mean, median
from typing import Any

Moment = date | datetime


@dataclass(frozen=True)
class Row:
    """A row of any table: its key, whose it is, when, and what else it says."""

    table: str
    key: str
    entity: str | None
    time: Moment | None
    end: Moment | None = None
    group: str | None = None
    kind: str | None = None
    amount: int | None = None


@dataclass(frozen=True)
class Asked:
    """How a value is asked for: as of when, of which rows, by which group or period."""

    as_of: datetime
    where: Callable[[Row], bool] | None = None
    by: Callable[[Row, Moment], Any] | None = None

    def kept(self, row: Row) -> bool:
        return self.where is None or self.where(row)

    def grouped(self, rows: Iterable[tuple[Row, Moment]]) -> dict[Any, list[Row]]:
        groups: dict[Any, list[Row]] = {} if self.by else {None: []}
        for row, counted_at in rows:
            groups.setdefault(self.by(row, counted_at) if self.by else None, []).append(row)
        return groups


def is_day(moment: Moment) -> bool:
    return not isinstance(moment, datetime)


def at(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, datetime.min.time())


def alike(left: Moment, right: Moment) -> tuple[datetime, datetime]:
    """Both as days where one is a day."""
    if is_day(left) or is_day(right):
        return at(at(left).date()), at(at(right).date())
    return at(left), at(right)


def happened(row: Row, as_of: datetime) -> bool:
    """A day has happened once it has begun."""
    return row.time is not None and at(row.time) < as_of


def closed(start: Moment, length: timedelta, as_of: datetime) -> bool:
    """Whether the window from `start` on is over; windows of whole days from a day end with a day."""
    return at(start) + length <= as_of


def inside(start: Moment, moment: Moment, low: timedelta, high: timedelta | None) -> bool:
    first, second = alike(start, moment)
    return first + low <= second and (high is None or second < first + high)


def first_of(rows: Iterable[Row]) -> list[Row]:
    """Each entity's first row; of several at one time the one with the lowest key."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (at(row.time or date.max), row.key)):
        if row.entity is not None:
            found.setdefault(row.entity, row)
    return list(found.values())


def events(rows: Sequence[Row], as_of: datetime, where: Callable[[Row], bool] | None, pick: str) -> list[Row]:
    kept = [row for row in rows if happened(row, as_of) and (where is None or where(row))]
    return first_of(kept) if pick == "first" else kept


def conversion(
    asked: Asked,
    base: Sequence[Row],
    target: Sequence[Row],
    within: timedelta,
    count: str,
    *,
    base_where: Callable[[Row], bool] | None = None,
    target_where: Callable[[Row], bool] | None = None,
    base_pick: str = "each",
    target_pick: str = "each",
    same: bool = False,
) -> dict[Any, float | None]:
    bases = events(base, asked.as_of, base_where, base_pick)
    targets = [row for row in events(target, asked.as_of, target_where, target_pick) if row.entity is not None]

    def leads(one: Row, other: Row) -> bool:
        if one.entity != other.entity or (one.table, one.key) == (other.table, other.key):
            return False
        if same and (one.group is None or one.group != other.group):
            return False
        assert one.time is not None
        assert other.time is not None
        return inside(one.time, other.time, timedelta(), within)

    latest: dict[str, int] = {}
    for hit in targets:
        before = [row for row in bases if leads(row, hit)]
        if before:
            key = max(before, key=lambda row: (at(row.time or date.min), row.key)).key
            latest[key] = latest.get(key, 0) + 1
    shown = [(row, row.time) for row in bases if row.time and closed(row.time, within, asked.as_of) and asked.kept(row)]
    out: dict[Any, float | None] = {}
    for group, rows in asked.grouped(shown).items():
        converted = [row for row in rows if any(leads(row, hit) for hit in targets)]
        if count == "base":
            above, below = len(converted), len(rows)
        elif count == "targets":
            above, below = sum(latest.get(row.key, 0) for row in rows), len(rows)
        else:
            above = len({row.entity for row in converted})
            below = len({row.entity for row in rows} - {None})
        out[group] = above / below if below else None
    return out


def retention(
    asked: Asked, cohort: Sequence[Row], back: Sequence[Row], window: str, length: timedelta, unit: timedelta
) -> dict[Any, float | None]:
    returns = events(back, asked.as_of, None, "each")
    lag = length + unit if window == "at" else length
    firsts = events(cohort, asked.as_of, None, "first")
    shown = [(row, row.time) for row in firsts if row.time and closed(row.time, lag, asked.as_of) and asked.kept(row)]

    def came(first: Row, row: Row) -> bool:
        assert first.time is not None
        assert row.time is not None
        if row.entity != first.entity:
            return False
        if window == "within":
            start, moment = alike(first.time, row.time)
            return start < moment < start + length
        return inside(first.time, row.time, length, length + unit if window == "at" else None)

    out: dict[Any, float | None] = {}
    for group, rows in asked.grouped(shown).items():
        kept = sum(any(came(first, row) for row in returns) for first in rows)
        out[group] = kept / len(rows) if rows else None
    return out


def cohort(
    asked: Asked,
    first: Sequence[Row],
    values: Sequence[Row],
    within: timedelta | None,
    aggregate: str,
    *,
    skip: bool = False,
) -> dict[Any, float | None]:
    """The value of an entity is the sum of its amounts."""
    paid = events(values, asked.as_of, None, "each")
    firsts = events(first, asked.as_of, None, "first")
    mature = [row for row in firsts if row.time and (within is None or closed(row.time, within, asked.as_of))]

    def value(of: Row) -> int | None:
        assert of.time is not None
        mine = [row for row in paid if row.entity == of.entity and row.time is not None]
        amounts = [
            row.amount for row in mine if row.time is not None and inside(of.time, row.time, timedelta(), within)
        ]
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if known else None

    out: dict[Any, float | None] = {}
    for group, rows in asked.grouped([(row, row.time) for row in mature if row.time and asked.kept(row)]).items():
        each = [value(row) for row in rows]
        numbers = [number or 0 for number in each if number is not None or not skip]
        out[group] = _summary(aggregate, numbers)
    return out


def duration(
    asked: Asked,
    start: Sequence[Row],
    finish: Sequence[Row],
    aggregate: str,
    *,
    within: timedelta | None = None,
    until_now: bool = False,
    counted_at: str = "finish",
    start_pick: str = "each",
    days: bool = False,
) -> dict[Any, float | None]:
    """In hours: from each start to the next finish of its entity; where finishes are `days`, "now" is one too."""
    starts = events(start, asked.as_of, None, start_pick)
    finishes = [row for row in events(finish, asked.as_of, None, "each") if row.entity is not None]
    found: list[tuple[Row, Moment, float]] = []
    for row in starts:
        assert row.time is not None
        following = [
            hit.time
            for hit in finishes
            if hit.entity == row.entity
            and (hit.table, hit.key) != (row.table, row.key)
            and hit.time is not None
            and inside(row.time, hit.time, timedelta(), within)
        ]
        done: Moment | None = min(following, key=at) if following else None
        if done is None and not until_now:
            continue
        now: Moment = asked.as_of.date() if days else asked.as_of
        end = now if done is None else done
        if done is None and within is not None and not inside(row.time, end, timedelta(), within):
            continue
        if counted_at == "start" and within is not None and not closed(row.time, within, asked.as_of):
            continue
        begun, ended = alike(row.time, end)
        found.append((row, end if counted_at == "finish" else row.time, (ended - begun).total_seconds() / 3600))
    return _spread(asked, found, aggregate)


def row_duration(
    asked: Asked, rows: Sequence[Row], aggregate: str, *, until_now: bool = False, counted_at: str = "finish"
) -> dict[Any, float | None]:
    """In hours, between two times of one row; what ends before it starts is left out."""
    found: list[tuple[Row, Moment, float]] = []
    for row in rows:
        if not happened(row, asked.as_of):
            continue
        assert row.time is not None
        done = row.end is not None and at(row.end) < asked.as_of
        if not done and not until_now:
            continue
        end = row.end if done and row.end is not None else asked.as_of
        begun, ended = alike(row.time, end)
        if ended < begun:
            found.append((row, end if counted_at == "finish" else row.time, -1.0))
            continue
        found.append((row, end if counted_at == "finish" else row.time, (ended - begun).total_seconds() / 3600))
    return _spread(asked, found, aggregate)


def _spread(asked: Asked, found: list[tuple[Row, Moment, float]], aggregate: str) -> dict[Any, float | None]:
    lengths = {(row.table, row.key): hours for row, _, hours in found}
    shown = [(row, counted) for row, counted, _ in found if asked.kept(row)]
    groups = asked.grouped(shown)
    each = {group: [lengths[row.table, row.key] for row in rows] for group, rows in groups.items()}
    return {group: _summary(aggregate, [hours for hours in hours_of if hours >= 0]) for group, hours_of in each.items()}


def _summary(aggregate: str, numbers: Sequence[float]) -> float | None:
    if not numbers:
        return None
    summaries: dict[str, Callable[[Sequence[float]], float]] = {"mean": mean, "median": median, "max": max, "sum": sum}
    return float(summaries[aggregate](numbers))
