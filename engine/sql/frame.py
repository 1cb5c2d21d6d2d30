"""How a query wants its metrics: by which period and dimensions, of which rows, as of when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from ..diagnostics import choices, did_you_mean
from ..formula.bind import bind_condition
from ..formula.expr import Call, Cast, Column, Const, Expr, Interval, Ref, Type
from ..formula.faults import FormulaError
from ..formula.functions import type_of
from ..model import GRAINS, Grain, Period, minus, moment_of, plus
from ..spans import Key, Origin
from .plan import Item
from .refusal import Refusal, parsed, written_at

if TYPE_CHECKING:
    from .catalog import Catalog
    from .rows import RowSet

# Parts of a date or time, by the operator that gives each.
PARTS = {
    "year_number": "part_year",
    "quarter_of_year": "part_quarter",
    "month_of_year": "part_month",
    "week_of_year": "part_week_of_year",
    "day_of_month": "part_day",
    "day_of_week": "part_day_of_week",
    "day_of_year": "part_day_of_year",
    "hour_of_day": "part_hour",
    "minute_of_hour": "part_minute",
}
FINE: tuple[Grain, ...] = ("second", "minute", "hour")  # they divide a day


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on home rows as text, with the place it is written at (none: the command line)."""

    text: str
    origin: Origin | None = field(default=None, compare=False)
    path: tuple[Key, ...] = field(default=(), compare=False)
    subject: str = field(default="", compare=False)

    def bound(self, rows: RowSet) -> Expr:
        if self.origin is not None:
            with written_at(self.origin, self.path, self.subject):
                return bind_condition(parsed(self.text), rows)
        try:
            return bind_condition(parsed(self.text), rows)
        except FormulaError as error:
            fault = error.fault
            message = f"`--where {self.text}`: {fault.message}"
            raise Refusal(fault.code, message, hint=fault.hint, asked=True) from None


@dataclass(frozen=True, slots=True)
class StartOf:
    """The first day (or finer unit) of the month, or whatever grain, that a unit of time lies in."""

    grain: Grain


Move = Period | StartOf


@dataclass(frozen=True, slots=True)
class Spread:
    """Rows that count on several units of time (days, or finer): in a trailing window, or since a start.

    `window`: on the units from the row's own (`current`) or the next one on, until `window` is over. `to_date`: on the
    units of the same `of` from the row's own on (`all`: on every one). `same`: on its own unit. `back` moves units, one
    move after the other, before rows are held against them. A period is judged by its last unit, or its `first`.
    """

    kind: Literal["window", "to_date", "same"]
    of: str = "all"
    window: Period | None = None
    current: bool = True
    first: bool = False
    back: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What every metric of a query has in common.

    `grain` is a usual period or a grain of a calendar. An entry of `by` is a dimension or `period`, the time that rows
    count at, with `:` and a grain or part behind it where it is to be cut. `start` is inclusive, `end` exclusive; rows
    from `as_of` on have not happened yet. `entity` asks for one value per entity instead of per period and dimension.
    With `offset` rows happen that much later, one length after the other, up to the first `StartOf`: from there on it
    is the units that are moved, and rows count on all units that come to be their own. `spread` lets rows count on
    several units of time.
    """

    as_of: datetime
    grain: str | None = None
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    start: date | None = None
    end: date | None = None
    entity: str | None = None
    offset: tuple[Move, ...] = ()
    spread: Spread | None = None

    # --- keys

    @property
    def periods(self) -> tuple[str, ...]:
        """The grains and parts that the time of rows is cut to."""
        own = (self.grain,) if self.grain is not None else ()
        return (*own, *(asked.partition(":")[2] for asked in self.by if of_period(asked)))

    @property
    def unit(self) -> Grain:
        """The finest unit of time in which anything changes here: a day, or what is asked for or gathered by."""
        asked: set[str] = {*self.periods}
        spread = self.spreading()
        if spread is not None:
            asked |= {spread.of, *((spread.window.unit,) if spread.window is not None else ())}
            asked |= {move.unit if isinstance(move, Period) else move.grain for move in spread.back}
        return next((grain for grain in FINE if grain in asked), "day")

    def dimensions(self, rows: RowSet) -> tuple[Item, ...]:
        """The grouping columns that are no periods: dimensions, the entity."""
        fresh = rows.catalog.fresh
        items: list[Item] = []
        for asked in self.by:
            if of_period(asked):
                continue
            name, how = cut(asked)
            expr: Expr = dimension(rows, name, asked=True)
            if how is not None:
                expr = rows.calendar(how, expr) or cut_to(rows.catalog, expr, how, asked)
            items.append((fresh(alias_of(asked), type_of(expr)), expr))
        if self.entity is not None:
            column = rows.entity(self.entity)
            items.append((fresh(self.entity, column.type), column))
        return tuple(items)

    def ordered(self, periods: tuple[Item, ...], dimensions: tuple[Item, ...]) -> tuple[Item, ...]:
        """Both in the order in which they were asked for, the grain first and the entity last."""
        times, others = list(periods), list(dimensions)
        first = (times.pop(0),) if self.grain is not None else ()
        asked = tuple((times if of_period(key) else others).pop(0) for key in self.by)
        return (*first, *asked, *others)

    def without_periods(self, unit: Grain) -> Frame:
        """The same by single units of time instead of by its periods."""
        return replace(self, grain=unit, by=tuple(asked for asked in self.by if not of_period(asked)))

    # --- rows

    def conditions(self, rows: RowSet) -> tuple[Expr, ...]:
        """The query's own filters, on the home row."""
        return tuple(condition.bound(rows) for condition in self.where)

    def moved(self, moment: Expr) -> Expr:
        """The time at which a row counts: its own, or as much later as inputs say."""
        for move in self.offset:
            if isinstance(move, StartOf):
                break
            moment = shifted(moment, move)
        return moment

    def spreading(self) -> Spread | None:
        """How rows count on several units, if they do."""
        start = next((index for index, move in enumerate(self.offset) if isinstance(move, StartOf)), None)
        if start is None:
            return self.spread
        return Spread("same", first=True, back=self.offset[start:][::-1])

    def range(self, moment: Expr) -> tuple[Expr, ...]:
        """`start <= moment < end`, and `moment` before `as_of`; where rows count on several days, these are bounded."""
        own, moment = moment, self.moved(moment)
        spread = self.spreading()
        low = self._earliest(spread)
        high = None if self.end is None or moment_of(self.end) > self.as_of or (spread and spread.back) else self.end
        bounds: list[Expr] = [] if own is moment else self._before_moving(own, low, high)
        if low is not None:
            bounds.append(Call("ge", (moment, _moment(low, type_of(moment)))))
        bounds.append(self.happened(moment) if high is None else Call("lt", (moment, _moment(high, type_of(moment)))))
        return tuple(bounds)

    def _earliest(self, spread: Spread | None) -> date | None:
        """The first moment whose rows can count on what is asked for; `None` where any can."""
        if spread is None or self.start is None:
            return self.start
        if spread.back or (spread.kind == "to_date" and spread.of == "all"):
            return None
        if spread.kind == "same":
            return self.start
        ago = spread.window or Period(1, cast("Any", spread.of))
        return minus(moment_of(self.start), ago)

    def _before_moving(self, own: Expr, low: date | None, high: date | None) -> list[Expr]:
        """What follows for the rows' own times, so that engines need not read what lies far outside."""
        moves = [move for move in self.offset if isinstance(move, Period)]
        bounds: list[Expr] = []
        if high is not None:
            end = moment_of(high)
            for move in reversed(moves):
                after, end = end, minus(end, move)
                while plus(end, move) < after:  # the month before is shorter: the 31st is no day of it
                    end += timedelta(days=1)
            bounds.append(Call("lt", (own, _moment(end, type_of(own)))))
        else:
            bounds.append(self.happened(own))
        if low is not None:
            start = moment_of(low)
            for move in reversed(moves):
                start = minus(start, move)
            bounds.append(Call("ge", (own, _moment(start.date() if type_of(own) == "date" else start, type_of(own)))))
        return bounds

    def happened(self, moment: Expr) -> Expr:
        """`moment` lies before `as_of`; a day has happened once it has begun."""
        if type_of(moment) == "date":
            return Call("lt", (moment, Const(_next_day(self.as_of), "date")))
        return Call("lt", (moment, Const(self.as_of, "datetime")))

    def mature(self, moment: Expr, *lengths: Period) -> Expr:
        """The window that starts at `moment` and lasts all `lengths` has ended by `as_of`."""
        end = moment
        for length in lengths:
            end = shifted(end, length)
        fine = type_of(moment) == "date" and all(length.unit not in ("hour", "minute") for length in lengths)
        now = Const(self.as_of.date(), "date") if fine else Const(self.as_of, "datetime")
        return Call("le", (end, now))

    def has_units(self, unit: Grain) -> bool:
        """Whether any `unit` has begun in what is asked for."""
        return self.start is None or moment_of(self.last_unit(unit)) >= moment_of(self.start)

    def last_unit(self, unit: Grain) -> date:
        """The last `unit` (its start) that has begun before `as_of` and `end`."""
        bound = self.as_of if self.end is None else min(self.as_of, moment_of(self.end))
        if unit == "day":
            return _next_day(bound) - timedelta(days=1)
        length = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1)}[unit]
        midnight = datetime.combine(bound.date(), time())
        units, rest = divmod(bound - midnight, length)
        return midnight + length * (units if rest else units - 1)


def cut(asked: str) -> tuple[str, str | None]:
    """A name and how it is to be cut.

    >>> cut("signed_up_at:month"), cut("plan")
    (('signed_up_at', 'month'), ('plan', None))
    """
    name, _, how = asked.partition(":")
    return name, how or None


def of_period(asked: str) -> bool:
    """Whether a key cuts the time that rows count at; `period` alone is a field of that name."""
    return asked.startswith("period:")


def alias_of(asked: str) -> str:
    """What a key is called in the answer.

    >>> alias_of("customers.signed_up_at:month")
    'signed_up_at_month'
    """
    name, how = cut(asked)
    last = name.rsplit(".", 1)[-1]
    return f"{last}_{how}" if how else last


def cut_to(catalog: Catalog, moment: Expr, how: str, asked: str) -> Expr:
    """A time cut to a usual grain or a part of it; calendars are looked up elsewhere."""
    type_: Type = type_of(moment)
    asked = moment.name if isinstance(moment, Column) else asked
    if type_ not in ("date", "datetime"):
        message = f"`{cut(asked)[0]}` is {'not known to be a time' if type_ == 'unknown' else f'a {type_}'}"
        raise Refusal("C301", f"{message}: it has no {how}", hint="only dates and times can be cut", asked=True)
    fine = how in FINE or how in ("hour_of_day", "minute_of_hour")
    if fine and type_ == "date":
        raise Refusal("C303", f"`{cut(asked)[0]}` is a day: it has no {how.partition('_')[0]}", asked=True)
    if how in PARTS:
        return Call(PARTS[how], (moment,))
    if how in GRAINS:
        start = Call(f"trunc_{how}", (moment,))
        return start if how in FINE else Cast(start, "date")
    known = [*GRAINS, *PARTS, *(grain for calendar in catalog.project.calendars.values() for grain in calendar.grains)]
    hint = did_you_mean(how, known) or f"one of {choices(known, 30)}"
    raise Refusal("C301", f"`{how}` is neither a grain nor a part of a time", hint=hint, asked=True)


def shifted(moment: Expr, length: Period, times: int = 1) -> Expr:
    return Call("date_add", (moment, Interval(times * length.count, length.unit)))


def dimension(rows: RowSet, name: str, *, asked: bool = False) -> Column:
    """The column of a dimension or path; refused with what could be named instead."""
    try:
        column = rows.name(Ref(tuple(name.split("."))))
    except FormulaError:
        known = [shared for shared in rows.catalog.project.dimensions if rows.dimension_path(shared)]
        own = [field.name for field in rows.dataset.fields.values() if field.datatype in (None, "String", "Boolean")]
        own += [f"{step}.…" for step in rows.catalog.steps(rows.dataset.name)]
        hint = f"dimensions of `{rows.dataset.name}`: {choices(dict.fromkeys([*known, *own]))}"
        message = f"`{name}` is no dimension of `{rows.dataset.name}`: it is neither a field nor a many-to-one path"
        raise Refusal("C301", message, hint=hint, asked=asked) from None
    assert isinstance(column, Column)
    return column


def constant(moment: date) -> Const:
    return Const(moment, "datetime" if isinstance(moment, datetime) else "date")


def _next_day(moment: datetime) -> date:
    """The first day that has not begun before `moment`."""
    return moment.date() + timedelta(days=0 if moment.time() == time() else 1)


def _moment(moment: date, type_: Type) -> Const:
    """A bound as rows of this type are held against it; a day begins at midnight."""
    return Const(_next_day(moment_of(moment)), "date") if type_ == "date" else Const(moment_of(moment), "datetime")
