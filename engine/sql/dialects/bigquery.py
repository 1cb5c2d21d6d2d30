"""BigQuery; its DATETIME is the time without a zone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Cast, Const, Expr, Interval
from ...formula.functions import type_of
from .dialect import Dialect, Form, Tree, as_float, call, number, text
from .forms import like_without_escape, named
from .series import type_of_grain
from .times import plus_one, small_step_of_day

if TYPE_CHECKING:
    from .writer import Writer


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """WEEK would start on Sunday."""
    unit, arg = args
    assert isinstance(unit, Const)
    name = "ISOWEEK" if unit.value == "week" else str(unit.value).upper()
    return call("DATE_TRUNC" if type_of(arg) == "date" else "DATETIME_TRUNC", writer.write(arg), exp.var(name))


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    if small_step_of_day(args):
        base = Cast(base, "datetime")
    name = f"{'DATE' if type_of(base) == 'date' else 'DATETIME'}_{'ADD' if step.count >= 0 else 'SUB'}"
    length = exp.Interval(this=number(abs(step.count)), unit=exp.var(step.unit.upper()))
    return call(name, writer.write(base), length)


def _extract(name: str) -> Form:
    return lambda writer, args: exp.Extract(this=exp.var(name), expression=writer.write(args[0]))


def _day_of_week(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """DAYOFWEEK counts from Sunday."""
    moved = exp.Add(this=_extract("DAYOFWEEK")(writer, args), expression=number(5))
    return plus_one(call("MOD", moved, number(7)))


def _in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    moment, first, second = args
    return call("DATETIME", call("TIMESTAMP", writer.write(moment), writer.write(first)), writer.write(second))


def _decimal(writer: Writer, cast: Cast) -> Tree | None:
    """A cast takes no digits; NUMERIC has 29 before the point and 9 after it."""
    if cast.scale is None or type_of(cast.arg) == "boolean":
        return None
    width, digits = cast.scale
    return call("ROUND", _numeric(writer.write(cast.arg), width - digits, digits), number(digits))


def _constant(value: Decimal) -> Tree:
    """A bare 0.1 would be a float."""
    digits = max(0, -int(value.as_tuple().exponent))
    return _numeric(text(f"{value:f}"), len(f"{abs(value):.0f}"), digits)


def _numeric(tree: Tree, before: int, after: int) -> Tree:
    name = "NUMERIC" if before <= 29 and after <= 9 else "BIGNUMERIC"
    return exp.Cast(this=tree, to=exp.DataType.build(name, dialect="bigquery", udt=True))


def _percentile(arg: Tree, share: Decimal) -> Tree:
    """From the sorted array: PERCENTILE_CONT is a window function only."""
    order = exp.Order(this=arg, expressions=[exp.Ordered(this=arg.copy(), nulls_first=True)])
    values = exp.ArrayAgg(this=exp.IgnoreNulls(this=order))
    last = exp.Paren(this=exp.Sub(this=exp.Count(this=arg.copy()), expression=number(1)))
    place = exp.Mul(this=number(share), expression=last)

    def value(edge: str) -> Tree:
        index = exp.Cast(this=call(edge, place.copy()), to=exp.DataType.build("INT64", dialect="bigquery"))
        item = exp.Bracket(this=values.copy(), expressions=[index], offset=0, safe=True)
        return exp.Cast(this=item, to=exp.DataType.build("FLOAT64", dialect="bigquery"))

    part = exp.Paren(this=exp.Sub(this=place, expression=call("FLOOR", place.copy())))
    step = exp.Paren(this=exp.Sub(this=value("CEIL"), expression=value("FLOOR")))
    return exp.Paren(this=exp.Add(this=value("FLOOR"), expression=exp.Mul(this=part, expression=step)))


def _series(writer: Writer, start: Tree, stop: Tree, grain: str, name: str) -> Tree:
    """There is an array of days and one of moments, of which those in UTC stand for times."""
    step = exp.Interval(this=number(1), unit=exp.var(grain.upper()))
    item: Tree = exp.column("item")
    if type_of_grain(grain) == "date":
        ends = [writer.typed(end, "date") for end in (start, stop)]
        steps = call("GENERATE_DATE_ARRAY", *ends, step)
    else:
        moments = [call("TIMESTAMP", writer.typed(end, "datetime"), text("UTC")) for end in (start, stop)]
        steps = call("GENERATE_TIMESTAMP_ARRAY", *moments, step)
        item = call("DATETIME", item, text("UTC"))
    select = exp.Select(expressions=[exp.Alias(this=item, alias=writer.dialect.identifier(name))])
    unnested = exp.Unnest(expressions=[steps], alias=exp.TableAlias(columns=[exp.to_identifier("item")]))
    return select.from_(unnested)


BIGQUERY = Dialect(
    "bigquery",
    "proved",
    types={"integer": "INT64", "float": "FLOAT64", "text": "STRING", "datetime": "DATETIME", "boolean": "BOOL"},
    forms={
        "date_add": _date_add,
        "days_between": lambda writer, args: call(
            "DATE_DIFF", writer.write(args[1]), writer.write(args[0]), exp.var("DAY")
        ),
        "elapsed_us": lambda writer, args: call(
            "DATETIME_DIFF", writer.write(args[1]), writer.write(args[0]), exp.var("MICROSECOND")
        ),
        "like": like_without_escape,
        "make_date": named("DATE"),
        "trim": lambda writer, args: call("TRIM", writer.write(args[0]), text(" ")),
        "trunc": _trunc,
        "part_week_of_year": _extract("ISOWEEK"),
        "part_day_of_year": _extract("DAYOFYEAR"),
        "part_day_of_week": _day_of_week,
        "in_zone": _in_zone,
    },
    trunc_gives="same",
    casts={"decimal": _decimal},
    decimal=_constant,
    inputs={"avg": as_float},
    percentile=_percentile,
    series=_series,
    qualify=True,  # a bare name that is also a table's stands for the table's whole row
    group_by_place=True,
    reserved=frozenset(("current_date", "current_datetime", "current_time", "current_timestamp")),
)
