"""ClickHouse, with settings under which nulls are those of standard SQL."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Call, Cast, Const, Expr, Interval, Type
from ...formula.functions import type_of
from .dialect import Dialect, Tree, as_float, call, number, signed, text
from .forms import FORMS, like_without_escape, named, rounded_float, substring
from .series import counted
from .times import interval, small_step_of_day

if TYPE_CHECKING:
    from .writer import Writer


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    if small_step_of_day(args):
        base = Cast(base, "datetime")
    kind = exp.Add if step.count >= 0 else exp.Sub
    return kind(this=writer.operand(base), expression=interval(step))


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Seconds before 1970 would be cut upwards."""
    unit, arg = args
    assert isinstance(unit, Const)
    if unit.value != "second":
        return call("DATE_TRUNC", writer.write(unit), writer.write(arg))
    return call("SUBSTRING", writer.typed(writer.write(arg), "text"), number(1), number(19))


def _in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """By way of its text: a time has the server's zone unless it is given one."""
    moment, first, second = args
    written = writer.typed(writer.write(Cast(moment, "datetime")), "text")
    there = call("toDateTime64", written, number(6), writer.write(first))
    return writer.typed(writer.typed(call("toTimeZone", there, writer.write(second)), "text"), "datetime")


def _date_diff(unit: str, writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return call("dateDiff", text(unit), writer.write(args[0]), writer.write(args[1]))


def _in(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """IN passes over nulls in its list."""
    value, *items = args
    if all(isinstance(item, Const) and item.value is not None for item in items):
        return FORMS["in"](writer, args)
    equal: list[Expr] = [Call("eq", (value, item)) for item in items]
    return exp.Paren(this=writer.write(reduce(lambda left, right: Call("or", (left, right)), equal)))


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """ROUND of a float takes halves to the even number."""
    return FORMS["round"](writer, args) if type_of(args[0]) == "decimal" else rounded_float(writer, args)


def _integer(writer: Writer, cast: Cast) -> Tree | None:
    """A missing quotient hides an infinity, at which a plain cast would stop."""
    if type_of(cast.arg) != "float":
        return None
    return call("accurateCastOrNull", writer.write(Call("round", (cast.arg,))), text("Int64"))


def _decimal(writer: Writer, cast: Cast) -> Tree | None:
    """A cast cuts digits off; a float goes through its text, because 0.29 is stored as a little less."""
    found = type_of(cast.arg)
    if found in ("boolean", "integer"):
        return None
    tree = writer.write(cast.arg)
    if found in ("float", "unknown"):
        tree = writer.typed(tree, "text")
    if found != "decimal":
        tree = writer.typed(tree, "decimal", (76, 38))
    digits = cast.scale[1] if cast.scale else 9
    return writer.typed(call("ROUND", tree, number(digits)), "decimal", cast.scale)


def _constant(value: Decimal) -> Tree:
    """A bare 0.1 would be a float."""
    digits = max(0, -int(value.as_tuple().exponent))
    width = 18 if len(value.as_tuple().digits) <= 18 else 38
    to = exp.DataType.build(f"Decimal({width}, {digits})", dialect="clickhouse", udt=True)
    return exp.Cast(this=text(f"{value:f}"), to=to)


def _branches(writer: Writer, exprs: list[Expr]) -> list[Tree]:
    """An integer beside a float would give a Variant, decimals of two lengths an error."""
    wide = {expr for expr in exprs if not _small(expr)}
    types = {type_of(expr) for expr in wide}
    common: Type | None = None
    if "float" in types and types & {"integer", "decimal"}:
        common = "float"
    elif sum(type_of(expr) == "decimal" for expr in wide) > 1:
        common = "decimal"
    return [writer.write(expr) if common is None or _small(expr) else _of(writer, expr, common) for expr in exprs]


def _small(expr: Expr) -> bool:
    """A constant that goes with every type of number."""
    return isinstance(expr, Const) and (
        expr.value is None or (expr.type == "integer" and abs(int(str(expr.value))) < 2**31)
    )


def _of(writer: Writer, expr: Expr, common: Type) -> Tree:
    found = type_of(expr)
    if common == "float" and isinstance(expr, Const) and isinstance(expr.value, Decimal):
        return signed(expr.value)
    return writer.write(expr) if found in ("unknown", "float") else writer.cast(Cast(expr, common))


def _nullable(writer: Writer, tree: Tree, type_: Type) -> Tree:
    """Before the first row LAG gives 0 or an empty text, if its argument cannot be null."""
    return call("toNullable", tree)


def _counted(writer: Writer, tree: Tree, type_: Type) -> Tree:
    """Of a bare column that may be null, COUNT in a window fails: its null map is read as a column."""
    return exp.Case(ifs=[exp.If(this=exp.Not(this=exp.Is(this=tree, expression=exp.Null())), true=number(1))])


def _percentile(arg: Tree, share: Decimal) -> Tree:
    return exp.ParameterizedAgg(this="quantileExactInclusive", expressions=[number(share)], params=[arg])


def _numbers(bounds: Tree, many: int, grain: str) -> Tree:
    """RANGE is worked out for the rows as well that a condition leaves out."""
    total = call("ifNull", exp.column("total", table="bounds"), number(0))
    count = exp.Add(this=call("intDiv", total, number(many)), expression=number(1))
    numbers = call("arrayJoin", call("range", call("greatest", count, number(0))))
    ends = [exp.column(name, table="bounds") for name in ("first_one", "last_one")]
    found = exp.Select(expressions=[*(exp.alias_(end, end.name) for end in ends), exp.alias_(numbers, "n")])
    return found.from_(bounds.subquery("bounds"))


def _shift(tree: Tree, many: Tree, unit: str) -> Tree:
    return call(f"add{unit.capitalize()}s", tree, many)


CLICKHOUSE = Dialect(
    "clickhouse",
    "proved",
    types={
        "integer": "Int64",
        "decimal": "Decimal",
        "float": "Float64",
        "text": "String",
        "date": "Date32",  # Date begins in 1970
        "datetime": "DateTime64(6)",
        "boolean": "Bool",
    },
    forms={
        "date_add": _date_add,
        "days_between": lambda writer, args: _date_diff("day", writer, args),
        "elapsed_us": lambda writer, args: _date_diff("microsecond", writer, args),
        "in": _in,
        "length": named("lengthUTF8"),
        "like": like_without_escape,
        "lower": named("lowerUTF8"),
        "make_date": named("makeDate32"),
        "trunc": _trunc,
        "part_week_of_year": named("toISOWeek"),
        "part_day_of_week": named("toDayOfWeek"),
        "part_day_of_year": named("toDayOfYear"),
        "in_zone": _in_zone,
        "round": _round,
        "substring": substring("substringUTF8"),
        "upper": named("upperUTF8"),
    },
    trunc_gives="either",
    casts={"integer": _integer, "decimal": _decimal},
    inputs={"percentile": as_float, "lag": _nullable, "lead": _nullable, "count_over": _counted},
    percentile=_percentile,
    series=counted(_numbers, _shift),
    branches=_branches,
    decimal=_constant,
    qualify=True,
    alias_joined=True,
    reserved=frozenset("all cube distinct false not null recursive rollup select top true".split()),
    settings=(
        "join_use_nulls = 1",
        "aggregate_functions_null_for_empty = 1",
        "group_by_use_nulls = 1",
        "cast_keep_nullable = 1",
        "enable_extended_results_for_datetime_functions = 1",
    ),
)
