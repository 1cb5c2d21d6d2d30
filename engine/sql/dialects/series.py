"""One row for each unit of time from a start to a stop, as a SELECT; none where an end is null or the stop is first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Call, Physical, Type
from .dialect import Series, Tree, call, number, text

if TYPE_CHECKING:
    from .writer import Writer

# How a unit is counted: in which smaller one, and how many of it; no engine lacks a form for these.
_COUNTED = {"week": ("day", 7), "quarter": ("month", 3), "year": ("month", 12)}
# Enough for every day, hour, minute and second of ten thousand years.
_DIGITS = {"hour": 8, "minute": 10, "second": 12}

Shift = Callable[[Tree, Tree, str], Tree]
"""A day or time, moved by a number of units (day, month, hour, minute, second)."""


def type_of_grain(grain: str) -> Type:
    return "datetime" if grain in ("hour", "minute", "second") else "date"


def by_interval(start: Tree, stop: Tree, grain: str) -> tuple[Tree, Tree, Tree]:
    """Both ends as times and the step between, as GENERATE_SERIES takes them."""
    unit, many = _COUNTED.get(grain, (grain, 1))
    step = exp.Interval(this=text(str(many)), unit=exp.var(unit.upper()))
    return _typed(start, "TIMESTAMP"), _typed(stop, "TIMESTAMP"), step


def _typed(tree: Tree, name: str) -> Tree:
    return exp.Cast(this=tree, to=exp.DataType.build(name, udt=True))


def generated(wrap: Callable[[Tree], Tree] = lambda tree: tree) -> Series:
    """GENERATE_SERIES of times, each cast to what is wanted."""

    def series(writer: Writer, start: Tree, stop: Tree, grain: str, name: str) -> Tree:
        steps = wrap(call("GENERATE_SERIES", *by_interval(start, stop, grain)))
        return _select(writer, writer.typed(steps, type_of_grain(grain)), name)

    return series


def counted(numbers: Callable[[Tree, int, str], Tree], shift: Shift) -> Series:
    """The start moved by 0, 1, 2 … units.

    `numbers` makes these of a query of both ends (`first_one`, `last_one`) and of how many smaller units lie between
    (`total`), of which it is told how many make one unit: a query of both ends and `n`, a row for each number.
    """

    def series(writer: Writer, start: Tree, stop: Tree, grain: str, name: str) -> Tree:
        unit, many = _COUNTED.get(grain, (grain, 1))
        found = numbers(_bounds(writer, start, stop, grain, unit), many, grain)
        n, first, last = (exp.column(column, table="numbers") for column in ("n", "first_one", "last_one"))
        there = shift(first, n if many == 1 else exp.Mul(this=n, expression=number(many)), unit)
        there = writer.typed(there, type_of_grain(grain))
        select = _select(writer, there, name).from_(found.subquery("numbers"))
        if unit == "day":
            return select
        return select.where(exp.LTE(this=there.copy(), expression=last))  # what has begun may be due after the stop

    return series


def _bounds(writer: Writer, start: Tree, stop: Tree, grain: str, unit: str) -> Tree:
    """One row with both ends and what lies between, or none."""
    type_ = type_of_grain(grain)
    ends = _query(
        exp.alias_(writer.typed(start, type_), "first_one"), exp.alias_(writer.typed(stop, type_), "last_one")
    )
    inner = replace(writer, names=lambda column: exp.column(column.column, table=column.instance))
    first, last = (Physical("ends", name, type_) for name in ("first_one", "last_one"))
    total = inner.typed(inner.write(Call(f"diff_{unit}", (first, last))), "integer")
    found = _query(inner.write(first), inner.write(last), exp.alias_(total, "total")).from_(ends.subquery("ends"))
    return found.where(inner.write(Call("le", (first, last))))


def _query(*columns: Tree) -> Tree:
    return exp.Select(expressions=list(columns))


def _select(writer: Writer, tree: Tree, name: str) -> Tree:
    return exp.Select(expressions=[_named(writer, tree, name)])


def _named(writer: Writer, tree: Tree, name: str) -> Tree:
    return exp.Alias(this=tree, alias=writer.dialect.identifier(name))


# --- numbers from 0 to the total


def _ends(table: str) -> list[Tree]:
    return [exp.column(name, table=table) for name in ("first_one", "last_one")]


def doubled(bounds: Tree, many: int, grain: str) -> Tree:
    """By recursion as deep as the number has binary digits: engines stop at a thousand steps, some without a word."""
    n, size, total = (exp.column(name, table="grown") for name in ("n", "size", "total"))
    zero, one = (exp.cast(number(value), "BIGINT") for value in (0, 1))
    start = _query(
        *_ends("bounds"), exp.column("total", table="bounds"), exp.alias_(zero, "n"), exp.alias_(one, "size")
    )
    there = exp.Add(this=n, expression=exp.Mul(this=size, expression=exp.column("bit", table="bits")))
    twice = exp.Mul(this=size.copy(), expression=number(2))
    step = _query(*_ends("grown"), total, there, twice).from_("grown").join(_rows_of("bit", 2).subquery("bits"))
    step = step.where(exp.LTE(this=_times(size, many), expression=total.copy()))
    step = step.where(exp.LTE(this=_times(there, many), expression=total.copy()))
    found = _query(*_ends("grown"), n.copy()).from_("grown")
    found = found.where(exp.GT(this=_times(size, many), expression=total.copy()))
    found = found.with_("bounds", as_=bounds, recursive=True)
    return found.with_("grown", as_=exp.union(start.from_("bounds"), step, distinct=False), recursive=True)


def digits(table: Callable[[str], Tree]) -> Callable[[Tree, int, str], Tree]:
    """From decimal digits, the highest first, each joined only where the number is not too large by then."""

    def numbers(bounds: Tree, many: int, grain: str) -> Tree:
        last = _DIGITS.get(grain, 7)
        found = exp.Select().from_(bounds.subquery("bounds"))
        value: Tree = None
        for place in range(last, 0, -1):
            digit = exp.column("digit", table=f"d{place}")
            value = exp.cast(digit, "BIGINT") if value is None else exp.Add(this=_times(value, 10), expression=digit)
            least = _times(value, many * 10 ** (place - 1))
            fits = exp.LTE(this=least, expression=exp.column("total", table="bounds"))
            found = found.join(table(f"d{place}"), on=fits)
        found.set("expressions", [*_ends("bounds"), exp.alias_(value, "n")])
        return found

    return numbers


def _times(tree: Tree, many: int) -> Tree:
    factor = exp.Paren(this=tree.copy()) if isinstance(tree, exp.Binary) else tree.copy()
    return tree.copy() if many == 1 else exp.Mul(this=factor, expression=number(many))


def ten_rows(alias: str) -> Tree:
    return _rows_of("digit", 10).subquery(alias)


def _rows_of(name: str, count: int) -> Tree:
    """One row for each number below `count`."""
    union, *others = (_query(exp.alias_(number(value), name)) for value in range(count))
    for other in others:
        union = exp.union(union, other, distinct=False)
    return union
