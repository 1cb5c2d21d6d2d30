"""Periods, parts, differences and shifts of days and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Call, Cast, Const, Expr, Interval
from ...formula.functions import PARTS, STARTS, type_of
from .dialect import Form, Tree, call, number, text

if TYPE_CHECKING:
    from .writer import Writer

_SMALL = ("second", "minute", "hour")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def first_day(writer: Writer, unit: str, arg: Expr) -> Tree:
    """The first day of the period of `unit` that holds `arg`, as a date."""
    if unit == "week" and writer.week_start != "monday":
        return _shifted_week(writer, arg)
    tree = _cut(writer, unit, arg)
    known = writer.dialect.trunc_gives == "same" and type_of(arg) == "date"
    return tree if known else writer.typed(tree, "date")


def _truncated(unit: str) -> Form:
    """The start of the period, of the type of its argument."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        (arg,) = args
        type_ = type_of(arg)
        if type_ == "date":
            return writer.write(arg) if unit in (*_SMALL, "day") else first_day(writer, unit, arg)
        if unit == "week" and writer.week_start != "monday":
            return writer.typed(_shifted_week(writer, arg), "datetime")
        tree = _cut(writer, unit, arg)
        return writer.typed(tree, "datetime") if writer.dialect.trunc_gives == "either" else tree

    return form


def _cut(writer: Writer, unit: str, arg: Expr) -> Tree:
    return writer.form("trunc")(writer, (Const("week" if unit == "monday" else unit, "text"), arg))


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    unit, arg = args
    return call("DATE_TRUNC", writer.write(unit), writer.write(arg))


def _shifted_week(writer: Writer, arg: Expr) -> Tree:
    """Weeks that start on another day than Monday: moved to Monday's, cut there, and moved back."""
    days = _WEEKDAYS.index(writer.week_start)
    moved = Call("date_add", (Cast(arg, "date"), Interval(-days, "day")))
    return writer.write(Call("date_add", (Call("trunc_monday", (moved,)), Interval(days, "day"))))


def _part(unit: str) -> Form:
    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        (arg,) = args
        if unit in _SMALL and type_of(arg) == "date":
            arg = Cast(arg, "datetime")
        return exp.Extract(this=exp.var(_EXTRACTED.get(unit, unit.upper())), expression=writer.write(arg))

    return form


_EXTRACTED = {"week_of_year": "WEEK", "day_of_week": "ISODOW", "day_of_year": "DOY"}


def part_of(name: str, unit: str) -> Form:
    """A part that EXTRACT gives under another name."""
    return lambda writer, args: call(name, exp.var(unit), writer.write(args[0]))


def whole_second(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """For engines whose seconds have a fraction."""
    return _part("second")(writer, (Call("trunc_second", (Cast(args[0], "datetime"),)),))


def plus_one(tree: Tree) -> Tree:
    return exp.Add(this=tree, expression=number(1))


def monday_first(sunday_first: Tree, sunday: int) -> Tree:
    """From 1 for Monday to 7 for Sunday, where Sunday is `sunday` and Monday the next."""
    since = exp.Paren(this=exp.Add(this=sunday_first, expression=number(6 - sunday)))
    return plus_one(exp.Mod(this=since, expression=number(7)))


def in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A time without a zone is taken as one of the first zone, and shown in the second without it again."""
    moment, first, second = args
    there = exp.AtTimeZone(this=exp.Paren(this=writer.write(Cast(moment, "datetime"))), zone=writer.write(first))
    return exp.AtTimeZone(this=there, zone=writer.write(second))


def zoned(name: str) -> Form:
    """As a function of the two zones and the time."""
    return lambda writer, args: call(
        name, writer.write(args[1]), writer.write(args[2]), writer.write(Cast(args[0], "datetime"))
    )


def _days(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    start, end = args
    return writer.form("days_between")(writer, (Cast(start, "date"), Cast(end, "date")))


def _weeks(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    start, end = (Cast(Call("trunc_week", (arg,)), "date") for arg in args)
    return _whole(writer, writer.form("days_between")(writer, (start, end)), 7)


def _calendar(unit: str, many: int) -> Form:
    """Months, quarters or years since the year 0, subtracted."""

    def index(arg: Expr) -> Expr:
        year = Call("part_year", (arg,))
        if many == 1:
            return year
        return Call("add", (Call("mul", (year, Const(many, "integer"))), Call(f"part_{unit}", (arg,))))

    return lambda writer, args: writer.write(Call("sub", (index(args[1]), index(args[0]))))


def _clock(unit: str, seconds: int) -> Form:
    """Hours or minutes between the starts of the two hours or minutes."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        start, end = (Call(f"trunc_{unit}", (Cast(arg, "datetime"),)) for arg in args)
        return _whole(writer, writer.write(Call("elapsed_us", (start, end))), seconds * 1_000_000)

    return form


def _whole(writer: Writer, tree: Tree, size: int) -> Tree:
    """A quotient that is whole by itself, as an integer."""
    divided = exp.Div(this=exp.Paren(this=tree), expression=number(size), typed=False, safe=False)
    return writer.typed(divided, "integer")


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A day stays a day; DuckDB and PostgreSQL would make it a time."""
    base, step = args
    assert isinstance(step, Interval)
    kind = exp.Add if step.count >= 0 else exp.Sub
    tree = kind(this=writer.operand(base), expression=interval(step))
    return writer.typed(tree, "date") if type_of(base) == "date" and step.unit not in _SMALL else tree


def interval(step: Interval) -> Tree:
    """The length without its sign."""
    count, unit = (step.count * 3, "month") if step.unit == "quarter" else (step.count, step.unit)
    return exp.Interval(this=text(str(abs(count))), unit=exp.var(unit.upper()))


def small_step_of_day(args: tuple[Expr, ...]) -> bool:
    """Whether hours or minutes are added to a day, which makes it a time."""
    base, step = args
    return type_of(base) == "date" and isinstance(step, Interval) and step.unit in _SMALL


def _days_between(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return exp.Sub(this=writer.operand(args[1]), expression=writer.operand(args[0]))


def _elapsed_us(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    start, end = (call("EPOCH_US", writer.write(arg)) for arg in args)
    return exp.Sub(this=end, expression=start)


TIME_FORMS: Mapping[str, Form] = {
    "trunc": _trunc,
    "days_between": _days_between,
    **{f"trunc_{unit}": _truncated(unit) for unit in (*STARTS, "monday")},
    **{f"part_{unit}": _part(unit) for unit in PARTS},
    "diff_second": _clock("second", 1),
    "diff_minute": _clock("minute", 60),
    "diff_hour": _clock("hour", 3600),
    "diff_day": _days,
    "diff_week": _weeks,
    "diff_month": _calendar("month", 12),
    "diff_quarter": _calendar("quarter", 4),
    "diff_year": _calendar("year", 1),
    "in_zone": in_zone,
    "date_add": _date_add,
    "elapsed_us": _elapsed_us,
}
