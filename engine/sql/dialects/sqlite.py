"""SQLite: days and times are texts (`2026-11-16`, `2026-11-16 09:00:00`), decimals are floats of nine digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ...formula.expr import Call, Cast, Const, Expr, Interval, Type
from ...formula.functions import type_of
from .casts import TRUTHS
from .dialect import Dialect, Form, Tree, call, number, text
from .forms import FORMS, binary, refused, substring
from .times import first_day, monday_first, plus_one

if TYPE_CHECKING:
    from .writer import Writer

_DIGITS = 9  # after the point of a decimal


# --- numbers


def _exact(tree: Tree) -> Tree:
    """The float nearest to a decimal: 0.1 + 0.2 would be a little more than 0.3."""
    return call("ROUND", tree, number(_DIGITS))


def _decimal_result(kind: Any) -> Form:
    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        tree = binary(kind)(writer, args)
        types = {type_of(arg) for arg in args}
        return _exact(tree) if "decimal" in types and types <= {"decimal", "integer"} else tree

    return form


def _sum(writer: Writer, tree: Tree, type_: Type) -> Tree:
    return _exact(tree) if type_ == "decimal" else tree


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """ROUND knows no tens and hundreds, and of a decimal it would round the float."""
    digits = int(str(args[1].value)) if len(args) > 1 and isinstance(args[1], Const) else 0
    type_ = type_of(args[0])
    tree = writer.write(args[0])
    if type_ == "integer":
        return tree if digits >= 0 else writer.typed(_halves_up(tree, digits, False), "integer")
    return _halves_up(tree, digits, type_ == "decimal")


def _halves_up(tree: Tree, digits: int, decimal: bool) -> Tree:
    """Halves away from zero. Six digits of a decimal's rest are enough to tell a half that a float cannot hold."""
    size: Tree = exp.Cast(this=call("ABS", tree), to=exp.DataType.build("REAL", dialect="sqlite"))
    scale = number(10 ** abs(digits))
    if digits:
        grow = exp.Mul if digits > 0 else exp.Div
        size = grow(this=size, expression=scale)
    if decimal:
        size = call("ROUND", size, number(6))
    whole: Tree = call("FLOOR", exp.Add(this=size, expression=number("0.5")))
    if digits:
        shrink = exp.Div if digits > 0 else exp.Mul
        whole = shrink(this=whole, expression=scale.copy())
    return exp.Mul(this=call("SIGN", tree.copy()), expression=whole)


# --- texts


_NO_LETTERS = ("it knows no letters beyond ASCII", "keep a column in the letters that are wanted")


def _like(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """GLOB tells upper from lower case."""
    value, pattern = args
    steps = (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?"))
    if isinstance(pattern, Const) and isinstance(pattern.value, str):
        glob = pattern.value
        for old, new in steps:
            glob = glob.replace(old, new)
        return exp.Glob(this=writer.operand(value), expression=text(glob))
    tree = writer.write(pattern)
    for old, new in steps:
        tree = call("REPLACE", tree, text(old), text(new))
    return exp.Glob(this=writer.operand(value), expression=tree)


# --- choices and comparisons: a day beside a time would be compared as a text


def _alike(writer: Writer, exprs: list[Expr]) -> list[Tree]:
    return [writer.write(expr) for expr in _times(exprs)]


def _times(exprs: list[Expr]) -> list[Expr]:
    types = {type_of(expr) for expr in exprs}
    if not {"date", "datetime"} <= types:
        return exprs
    return [Cast(expr, "datetime") if type_of(expr) == "date" else expr for expr in exprs]


def _with_times(op: str) -> Form:
    return lambda writer, args: FORMS[op](writer, tuple(_times(list(args))))


# --- times


def _cut(tree: Tree, start: int, length: int | None = None) -> Tree:
    return call("SUBSTR", tree, number(start), *(() if length is None else (number(length),)))


def _joined(left: Tree, right: Tree) -> Tree:
    return exp.DPipe(this=left, expression=right, safe=False)


def _day_of(writer: Writer, arg: Expr) -> Tree:
    tree = writer.write(arg)
    return tree if type_of(arg) == "date" else _cut(tree, 1, 10)


def _number(tree: Tree) -> Tree:
    return exp.Cast(this=tree, to=exp.DataType.build("INTEGER", dialect="sqlite"))


def _start(writer: Writer, unit: str, arg: Expr) -> Tree:
    """The first day of a period, or the start of an hour, minute or second."""
    tree = writer.write(arg)
    if unit in _CLOCK:
        length, rest = _CLOCK[unit]
        return _joined(_cut(tree, 1, length), text(rest)) if rest else _cut(tree, 1, length)
    if unit == "day":
        return _day_of(writer, arg)
    if unit == "week":
        return call("DATE", _day_of(writer, arg), text("weekday 0"), text("-6 days"))
    if unit == "month":
        return _joined(_cut(tree, 1, 7), text("-01"))
    if unit == "year":
        return _joined(_cut(tree, 1, 4), text("-01-01"))
    back = exp.Mod(
        this=exp.Paren(this=exp.Sub(this=_number(_cut(tree, 6, 2)), expression=number(1))), expression=number(3)
    )
    step = _joined(_joined(text("-"), exp.Paren(this=back)), text(" months"))
    return call("DATE", _day_of(writer, arg), text("start of month"), step)


_CLOCK = {"hour": (13, ":00:00"), "minute": (16, ":00"), "second": (19, "")}


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    unit, arg = args
    assert isinstance(unit, Const)
    name = str(unit.value)
    day = _start(writer, name, arg)
    return day if name in _CLOCK or type_of(arg) == "date" else _joined(day, text(" 00:00:00"))


def _part(unit: str) -> Form:
    start, length = {
        "year": (1, 4),
        "month": (6, 2),
        "day": (9, 2),
        "hour": (12, 2),
        "minute": (15, 2),
        "second": (18, 2),
    }[unit]

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        (arg,) = args
        if unit in _CLOCK and type_of(arg) == "date":
            arg = Cast(arg, "datetime")
        return _number(_cut(writer.write(arg), start, length))

    return form


def _quarter(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    month = _part("month")(writer, args)
    above = exp.Paren(this=exp.Add(this=month, expression=number(2)))
    return exp.Div(this=above, expression=number(3), typed=True, safe=True)


def _week_of_year(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """The week of its Thursday, who is in the year that the week counts to."""
    thursday = call("DATE", _day_of(writer, args[0]), text("weekday 0"), text("-3 days"))
    days = exp.Paren(this=exp.Sub(this=_number(call("STRFTIME", text("%j"), thursday)), expression=number(1)))
    return plus_one(exp.Div(this=days, expression=number(7), typed=True, safe=True))


def _days_between(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    start, end = (call("JULIANDAY", writer.write(arg)) for arg in args)
    return _number(exp.Sub(this=end, expression=start))


def _elapsed_us(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Whole seconds and, where there may be one, the fraction: no function reads more than milliseconds."""
    start, end = (_number(call("STRFTIME", text("%s"), _cut(writer.write(arg), 1, 19))) for arg in args)
    seconds = exp.Paren(this=exp.Sub(this=end, expression=start))
    whole = exp.Mul(this=seconds, expression=number(1_000_000))
    if all(isinstance(arg, Call) and arg.op.startswith("trunc_") for arg in args):
        return whole
    first, second = (_micros(writer.write(arg)) for arg in args)
    return exp.Add(this=whole, expression=exp.Paren(this=exp.Sub(this=second, expression=first)))


def _micros(tree: Tree) -> Tree:
    return _number(_cut(_joined(_cut(tree, 21), text("000000")), 1, 6))


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    type_, tree = type_of(base), writer.write(base)
    if step.unit in _CLOCK:
        length = text(f"{step.count:+d} {step.unit}s")
        if type_ == "date":
            return call("DATETIME", tree, length)
        return _joined(call("DATETIME", _cut(tree, 1, 19), length), _cut(tree.copy(), 20))
    day = _moved(_day_of(writer, base), step)
    return day if type_ == "date" else _joined(day, _cut(tree, 11))


def _moved(day: Tree, step: Interval) -> Tree:
    """Beyond the end of a month SQLite goes on into the next, so the earlier of that and the last day."""
    if step.unit in ("day", "week"):
        return call("DATE", day, text(f"{step.count * (7 if step.unit == 'week' else 1):+d} days"))
    months = step.count * {"month": 1, "quarter": 3, "year": 12}[step.unit]
    there = call("DATE", day, text(f"{months:+d} months"))
    last = call("DATE", day.copy(), text("start of month"), text(f"{months + 1:+d} months"), text("-1 days"))
    return call("MIN", there, last)


def _make_date(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    year, month, day = (_number(writer.write(arg)) for arg in args)
    padded = [_cut(_joined(text("000"), year), -4), *(_cut(_joined(text("0"), part), -2) for part in (month, day))]
    tree = _joined(_joined(_joined(_joined(padded[0], text("-")), padded[1]), text("-")), padded[2])
    return _checked(exp.EQ(this=_normal("DATE", tree), expression=tree), tree, tree)


def _series(writer: Writer, start: Tree, stop: Tree, grain: str, name: str) -> Tree:
    """Step by step: recursion has no limit here."""
    column = exp.column(name, table="steps", quoted=True)
    step = {"week": "+7 days", "quarter": "+3 months"}.get(grain, f"+1 {grain}s")
    there = call("DATE", column, text(step))
    if grain in _CLOCK:
        there = _joined(call("DATETIME", _cut(column, 1, 19), text(step)), _cut(column.copy(), 20))
    first = exp.Select(expressions=[exp.alias_(start, name, quoted=True)])
    first = first.where(exp.LTE(this=start.copy(), expression=stop))
    later = exp.Select(expressions=[there]).from_("steps").where(exp.LTE(this=there.copy(), expression=stop.copy()))
    select = exp.Select(expressions=[column.copy()]).from_("steps")
    return select.with_("steps", as_=exp.union(first, later, distinct=False), recursive=True)


# --- casts: what is not of the type stops the statement, as it does elsewhere, where SQLite would read a 0


def _checked(holds: Tree, value: Tree, written: Tree) -> Tree:
    """JSON of what is no JSON is the one error that an expression can raise."""
    given = exp.Not(this=exp.Is(this=written.copy(), expression=exp.Null()))
    stop = call("JSON", _joined(text("cannot be read: "), written.copy()))
    return exp.Case(ifs=[exp.If(this=holds, true=value.copy()), exp.If(this=given, true=stop)])


def _normal(name: str, tree: Tree) -> Tree:
    """A day as the calendar has it: without a step 30 February stays what it is."""
    return call(name, tree.copy(), text("+0 days"))


def _read_number(writer: Writer, arg: Expr, type_: Type) -> Tree:
    """A well-formed text is equal to the number that it is read as, any other is not."""
    tree = writer.write(arg)
    value = writer.typed(tree, type_)
    return _checked(exp.EQ(this=value, expression=tree.copy()), value, tree)


def _to_number(type_: Type) -> Any:
    def cast(writer: Writer, cast: Cast) -> Tree | None:
        found = type_of(cast.arg)
        if found == "boolean":
            return None
        if found == "text":
            tree = _read_number(writer, cast.arg, "integer" if type_ == "integer" else "float")
            found = "integer" if type_ == "integer" else "decimal"
        else:
            tree = writer.write(cast.arg)
        if type_ == "integer":
            return tree if found == "integer" else _number(_halves_up(tree, 0, found == "decimal"))
        if type_ == "decimal" and cast.scale is not None and found != "integer":
            return _halves_up(tree, cast.scale[1], True)
        return tree if cast.scale is None and type_of(cast.arg) == "text" else writer.typed(tree, "float")

    return cast


def _to_truth(writer: Writer, cast: Cast) -> Tree | None:
    if type_of(cast.arg) != "text":
        return None
    tree = writer.write(cast.arg)
    lower = call("LOWER", tree)
    yes, no = (exp.In(this=lower.copy(), expressions=[text(word) for word in words]) for words in TRUTHS)
    return _checked(exp.Or(this=yes, expression=no), yes, tree)


def _to_date(writer: Writer, cast: Cast) -> Tree | None:
    arg = cast.arg
    unit = arg.op.removeprefix("trunc_") if isinstance(arg, Call) and arg.op.startswith("trunc_") else None
    if isinstance(arg, Call) and unit == "week" and writer.week_start != "monday":
        return first_day(writer, unit, arg.args[0])
    if isinstance(arg, Call) and unit is not None and unit not in _CLOCK:
        return _start(writer, "week" if unit == "monday" else unit, arg.args[0])
    if type_of(arg) == "datetime":
        return _cut(writer.write(arg), 1, 10)
    tree = writer.write(arg)
    day = _cut(tree, 1, 10)
    return _checked(exp.EQ(this=_normal("DATE", day), expression=day.copy()), day, tree)


def _to_datetime(writer: Writer, cast: Cast) -> Tree | None:
    tree = writer.write(cast.arg)
    if type_of(cast.arg) == "date":
        return _joined(tree, text(" 00:00:00"))
    seconds = _cut(_joined(tree, text(" 00:00:00")), 1, 19)
    spaced = call("REPLACE", seconds, text("T"), text(" "))
    fraction = _cut(tree.copy(), 21)
    digits = exp.Not(this=exp.Glob(this=fraction, expression=text("*[^0-9]*")))
    holds = exp.And(this=exp.EQ(this=_normal("DATETIME", seconds), expression=spaced), expression=digits)
    micros = _cut(_joined(_joined(text("."), fraction.copy()), text("000000")), 1, 7)
    some = exp.GT(this=_micros(tree.copy()), expression=number(0))
    rest = exp.Case(ifs=[exp.If(this=some, true=micros)], default=text(""))
    return _checked(holds, _joined(spaced.copy(), rest), tree)


def _to_text(writer: Writer, cast: Cast) -> Tree | None:
    found = type_of(cast.arg)
    if found == "datetime":
        return _cut(writer.write(cast.arg), 1, 19)
    return writer.write(cast.arg) if found in ("date", "text") else None


def _cast_day(tree: Tree) -> Tree:
    return tree if isinstance(tree, exp.Literal) or str(tree.this) == "DATE" else _cut(tree, 1, 10)


_RETYPED: Mapping[Type, Any] = {
    "date": _cast_day,
    "datetime": lambda tree: tree if isinstance(tree, exp.Literal) else _joined(tree, text(" 00:00:00")),
}
_RESERVED = """
    add all alter and as autoincrement between case cast check collate commit constraint create current_date
    current_time current_timestamp default deferrable delete distinct drop else escape except exists false foreign
    from full glob group having in index inner insert intersect into is isnull join left limit natural not nothing
    notnull null on or order outer primary raise references returning right rowid select set table then to
    transaction true union unique update using values when where
"""

SQLITE = Dialect(
    "sqlite",
    "proved",
    alias_joined=True,
    types={"integer": "INTEGER", "decimal": "REAL", "float": "REAL", "text": "TEXT"},
    retyped=_RETYPED,
    forms={
        "add": _decimal_result(exp.Add),
        "sub": _decimal_result(exp.Sub),
        "mul": _decimal_result(exp.Mul),
        **{op: _with_times(op) for op in ("eq", "ne", "lt", "le", "gt", "ge", "in", "nullif")},
        "round": _round,
        "lower": refused("LOWER", "sqlite", *_NO_LETTERS),
        "upper": refused("UPPER", "sqlite", *_NO_LETTERS),
        "substring": substring("SUBSTR"),
        "like": _like,
        "trunc": _trunc,
        **{f"part_{unit}": _part(unit) for unit in ("year", "month", "day", "hour", "minute", "second")},
        "part_week_of_year": _week_of_year,
        "part_day_of_week": lambda writer, args: monday_first(
            _number(call("STRFTIME", text("%w"), _day_of(writer, args[0]))), 0
        ),
        "part_day_of_year": lambda writer, args: _number(call("STRFTIME", text("%j"), _day_of(writer, args[0]))),
        "in_zone": refused("time zones", "sqlite", "it has none", "store the time in the zone that is wanted"),
        "part_quarter": _quarter,
        "days_between": _days_between,
        "elapsed_us": _elapsed_us,
        "date_add": _date_add,
        "make_date": _make_date,
    },
    trunc_gives="same",
    casts={
        "integer": _to_number("integer"),
        "decimal": _to_number("decimal"),
        "float": _to_number("float"),
        "boolean": _to_truth,
        "date": _to_date,
        "datetime": _to_datetime,
        "text": _to_text,
    },
    outputs={"sum": _sum},
    branches=_alike,
    series=_series,
    percentile=None,
    qualify=True,  # a bare name in quotes that is no column is read as a text
    reserved=frozenset(_RESERVED.split()),
)
