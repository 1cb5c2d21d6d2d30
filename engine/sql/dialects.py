"""Each operator's form in each dialect, as trees; sqlglot only prints them.

sqlglot passes constructs that a dialect lacks through unchanged, some with another meaning, so nothing here relies
on its translation: an operator has one default form that all engines compute alike, or an entry of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from ..formula.expr import (
    Aggregated,
    Call,
    Case,
    Cast,
    Const,
    Expr,
    Interval,
    Physical,
    Type,
    Windowed,
)
from ..formula.functions import type_of

Tree = Any
Names = Callable[[Physical], Tree]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs from one engine to the next; `proof` says how the dialect is tested."""

    name: str
    proof: str
    forms: Mapping[str, Callable[[Writer, tuple[Expr, ...]], Tree]] = field(default_factory=dict)
    types: Mapping[Type, str] = field(default_factory=dict)
    percentile: Callable[[Tree, Decimal], Tree] | None = None
    typed_nulls: bool = False
    settings: tuple[str, ...] = ()
    qualify: bool = False


@dataclass(slots=True)
class Writer:
    """Turns expressions over physical columns into trees of one dialect; `names` spells the columns."""

    dialect: Dialect
    week_start: str
    names: Names

    def write(self, expr: Expr) -> Tree:
        match expr:
            case Physical():
                return self.names(expr)
            case Const():
                return self.constant(expr)
            case Call(op, args):
                form = self.dialect.forms.get(op) or _FORMS.get(op)
                if form is not None:
                    return form(self, args)
                if op.startswith("trunc_"):
                    return self._trunc(op.removeprefix("trunc_"), args[0])
                if op.startswith("diff_"):
                    return self._diff(op.removeprefix("diff_"), args)
                return exp.Extract(this=exp.var(op.removeprefix("part_").upper()), expression=self.write(args[0]))
            case Cast():
                return self.cast(expr)
            case Case(whens, otherwise):
                ifs = [exp.If(this=self.write(when), true=self.write(then)) for when, then in whens]
                return exp.Case(ifs=ifs, default=None if otherwise is None else self.write(otherwise))
            case Aggregated():
                return self._aggregated(expr)
            case Windowed():
                return self._windowed(expr)
        raise TypeError(f"{expr} has no form in SQL")

    def operand(self, expr: Expr) -> Tree:
        """An argument of an operator, in parentheses where it is one itself."""
        tree = self.write(expr)
        return exp.Paren(this=tree) if isinstance(tree, (exp.Binary, exp.Not, exp.Neg)) else tree

    def constant(self, const: Const) -> Tree:
        value = const.value
        if value is None:
            return exp.Null()
        if isinstance(value, bool):
            return exp.Boolean(this=value)
        if isinstance(value, datetime):
            text = value.isoformat(" ", "microseconds" if value.microsecond else "seconds")
            return self.typed(exp.Literal.string(text), "datetime")
        if isinstance(value, date):
            return self.typed(exp.Literal.string(value.isoformat()), "date")
        if isinstance(value, str):
            return exp.Literal.string(value)
        number = f"{abs(value):f}" if isinstance(value, Decimal) else repr(abs(value))
        literal = exp.Literal.number(number)
        return exp.Neg(this=literal) if value < 0 else literal

    def typed(self, tree: Tree, type_: Type, scale: tuple[int, int] | None = None) -> Tree:
        """A cast without further care."""
        name = self.dialect.types.get(type_) or _TYPES[type_]
        if type_ == "decimal":
            width, digits = scale or (38, 9)
            name = f"{name}({width}, {digits})"
        return exp.Cast(this=tree, to=exp.DataType.build(name, dialect=self.dialect.name, udt=True))

    def cast(self, expr: Cast) -> Tree:
        found = type_of(expr.arg)
        if expr.type == "integer" and found in ("decimal", "float", "unknown") and not _is_text(expr.arg):
            if found == "unknown":
                return self.typed(self.write(expr.arg), "integer")
            return self.typed(self.write(Call("round", (expr.arg,))), "integer")
        if expr.type == found == "date" and isinstance(expr.arg, Physical):
            return self.write(expr.arg)
        return self.typed(self.write(expr.arg), expr.type, expr.scale)

    def null(self, type_: Type) -> Tree:
        if not self.dialect.typed_nulls or type_ == "unknown":
            return exp.Null()
        name = "NUMERIC" if type_ == "decimal" else self.dialect.types.get(type_) or _TYPES[type_]
        return exp.Cast(this=exp.Null(), to=exp.DataType.build(name, dialect=self.dialect.name, udt=True))

    def _aggregated(self, expr: Aggregated) -> Tree:
        arg = self.write(expr.arg)
        if expr.where is not None:
            arg = exp.Case(ifs=[exp.If(this=self.write(expr.where), true=arg)])
        if expr.function == "percentile":
            share = expr.share if expr.share is not None else Decimal("0.5")
            make = self.dialect.percentile or _within_group
            return make(arg, share)
        if expr.function == "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[arg]))
        return {"count": exp.Count, "sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}[expr.function](
            this=arg
        )

    def _windowed(self, expr: Windowed) -> Tree:
        args = [self.write(arg) for arg in expr.args]
        kinds = {"row_number": exp.RowNumber, "rank": exp.Rank, "lag": exp.Lag, "lead": exp.Lead}
        kinds |= {"count": exp.Count, "sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}
        inner = kinds[expr.function](this=args[0]) if args else kinds[expr.function]()
        ordered = [exp.Ordered(this=self.write(item), desc=down, nulls_first=False) for item, down in expr.order]
        order = exp.Order(expressions=ordered) if ordered else None
        return exp.Window(this=inner, partition_by=[self.write(item) for item in expr.partition], order=order)

    # --- time

    def _trunc(self, unit: str, arg: Expr) -> Tree:
        if unit == "week":
            return self._trunc_week(arg)
        form = self.dialect.forms.get("trunc") or _trunc
        return form(self, (Const(unit, "text"), arg))

    def _trunc_week(self, arg: Expr) -> Tree:
        """Monday weeks, shifted where the project's week starts on another day."""
        days = WEEKDAYS.index(self.week_start)
        if not days:
            return self.write(Call("trunc_monday", (arg,)))
        moved = Call("date_add", (Cast(arg, "date"), Interval(-days, "day")))
        monday = Cast(Call("trunc_monday", (moved,)), "date")
        return self.write(Call("date_add", (monday, Interval(days, "day"))))

    def _diff(self, unit: str, args: tuple[Expr, ...]) -> Tree:
        """How many boundaries of `unit` lie between two times, as DuckDB counts them."""
        start, end = args
        if unit == "day":
            return self._days(Cast(start, "date"), Cast(end, "date"))
        if unit == "week":
            weeks = [Cast(Call("trunc_week", (arg,)), "date") for arg in args]
            days = self._days(weeks[0], weeks[1])
            return self.typed(exp.Div(this=days, expression=exp.Literal.number(7), typed=False, safe=False), "integer")
        if unit in ("month", "quarter", "year"):
            many = {"month": 12, "quarter": 4, "year": 1}[unit]

            def index(arg: Expr) -> Expr:
                year = Call("part_year", (arg,))
                if unit == "year":
                    return year
                return Call("add", (Call("mul", (year, Const(many, "integer"))), Call(f"part_{unit}", (arg,))))

            return self.write(Call("sub", (index(end), index(start))))
        seconds = {"hour": 3600, "minute": 60}[unit]
        whole = [Call(f"trunc_{unit}", (Cast(arg, "datetime"),)) for arg in args]
        elapsed = exp.Paren(this=self.write(Call("elapsed_us", (whole[0], whole[1]))))
        divided = exp.Div(this=elapsed, expression=exp.Literal.number(seconds * 1_000_000), typed=False, safe=False)
        return self.typed(divided, "integer")

    def _days(self, start: Expr, end: Expr) -> Tree:
        form = self.dialect.forms.get("days_between") or _days_between
        return form(self, (start, end))


def _is_text(expr: Expr) -> bool:
    return type_of(expr) == "text"


_TYPES: Mapping[Type, str] = {
    "integer": "BIGINT",
    "decimal": "DECIMAL",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
}


def _call(name: str, *args: Tree) -> Tree:
    """A function printed under this very name, in every dialect."""
    return exp.Anonymous(this=name, expressions=list(args))


def _binary(kind: Any) -> Callable[[Writer, tuple[Expr, ...]], Tree]:
    return lambda writer, args: kind(this=writer.operand(args[0]), expression=writer.operand(args[1]))


def _named(name: str) -> Callable[[Writer, tuple[Expr, ...]], Tree]:
    return lambda writer, args: _call(name, *(writer.write(arg) for arg in args))


def _and(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    parts = [writer.write(arg) for arg in args]
    return exp.And(**dict(zip(("this", "expression"), (_inner(part, exp.Or) for part in parts), strict=True)))


def _or(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    parts = [writer.write(arg) for arg in args]
    return exp.Or(**dict(zip(("this", "expression"), (_inner(part, exp.And) for part in parts), strict=True)))


def _inner(tree: Tree, kind: Any) -> Tree:
    return exp.Paren(this=tree) if isinstance(tree, kind) else tree


def _div(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Always a fraction, and null where the divisor is 0."""
    above = writer.typed(writer.write(args[0]), "float")
    divisor = args[1]
    if isinstance(divisor, Const) and divisor.value:
        return exp.Div(this=above, expression=writer.write(divisor), typed=False, safe=False)
    below = _call("NULLIF", writer.write(divisor), exp.Literal.number(0))
    return exp.Div(this=above, expression=below, typed=False, safe=False)


def _not(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    (arg,) = args
    if isinstance(arg, Call) and arg.op == "is_null":
        return exp.Not(this=exp.Is(this=writer.operand(arg.args[0]), expression=exp.Null()))
    if isinstance(arg, Call) and arg.op in ("in", "like"):
        return exp.Not(this=writer.write(arg))
    return exp.Not(this=exp.Paren(this=writer.write(arg)))


def _in(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return exp.In(this=writer.operand(args[0]), expressions=[writer.write(arg) for arg in args[1:]])


def _is(value: bool) -> Callable[[Writer, tuple[Expr, ...]], Tree]:
    """`x IS TRUE` without the syntax that several engines lack: null counts as neither."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        tree = writer.write(args[0])
        held = tree if value else exp.Not(this=exp.Paren(this=tree))
        return _call("COALESCE", held, exp.Boolean(this=False))

    return form


def _extreme(symbol: Any) -> Callable[[Writer, tuple[Expr, ...]], Tree]:
    """GREATEST and LEAST that pass over nulls, which several engines do not."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        best = writer.write(args[0])
        for arg in args[1:]:
            other = writer.write(arg)
            missing = exp.Is(this=other.copy(), expression=exp.Null())
            better = exp.Or(this=missing, expression=symbol(this=best.copy(), expression=other.copy()))
            best = exp.Case(ifs=[exp.If(this=better, true=best)], default=other)
        return best

    return form


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return _call("ROUND", *(writer.write(arg) for arg in args))


def _round_by_hand(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Half away from zero, where the engine rounds half to even."""
    scale = 10 ** int(str(args[1].value)) if len(args) > 1 and isinstance(args[1], Const) else 1
    tree = writer.typed(writer.write(args[0]), "float")
    grown = exp.Mul(this=_call("ABS", tree), expression=exp.Literal.number(scale)) if scale != 1 else _call("ABS", tree)
    whole = _call("FLOOR", exp.Add(this=grown, expression=exp.Literal.number("0.5")))
    sized = exp.Div(this=whole, expression=exp.Literal.number(scale), typed=False, safe=False) if scale != 1 else whole
    return exp.Mul(this=_call("SIGN", tree.copy()), expression=sized)


def _round_numeric(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    number = exp.Cast(this=writer.write(args[0]), to=exp.DataType.build("NUMERIC", udt=True))
    return _call("ROUND", number, *(writer.write(arg) for arg in args[1:]))


def _guarded(name: str, symbol: Any) -> Callable[[Writer, tuple[Expr, ...]], Tree]:
    """A function that is null outside its domain, where engines differ between null, an error and infinity."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        tree = writer.typed(writer.write(args[0]), "float")
        defined = symbol(this=tree, expression=exp.Literal.number(0))
        return exp.Case(ifs=[exp.If(this=defined, true=_call(name, tree.copy()))])

    return form


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A day stays a day; DuckDB and PostgreSQL would make it a timestamp."""
    base, step = args
    assert isinstance(step, Interval)
    kind = exp.Add if step.count >= 0 else exp.Sub
    tree = kind(this=writer.operand(base), expression=_interval(step))
    return writer.typed(tree, "date") if type_of(base) == "date" and step.unit not in ("hour", "minute") else tree


def _interval(step: Interval) -> Tree:
    count, unit = (abs(step.count) * 3, "MONTH") if step.unit == "quarter" else (abs(step.count), step.unit.upper())
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var(unit))


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    unit, arg = args
    assert isinstance(unit, Const)
    return _call("DATE_TRUNC", exp.Literal.string(str(unit.value)), writer.write(arg))


def _days_between(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return exp.Sub(this=writer.operand(args[1]), expression=writer.operand(args[0]))


def _elapsed_us(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    start, end = (_call("EPOCH_US", writer.write(arg)) for arg in args)
    return exp.Sub(this=end, expression=start)


def _substring(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    text = args[0] if type_of(args[0]) == "text" else Cast(args[0], "text")
    return _call("SUBSTRING", *(writer.write(arg) for arg in (text, *args[1:])))


_FORMS: Mapping[str, Callable[[Writer, tuple[Expr, ...]], Tree]] = {
    "add": _binary(exp.Add),
    "sub": _binary(exp.Sub),
    "mul": _binary(exp.Mul),
    "div": _div,
    "neg": lambda writer, args: exp.Neg(this=writer.operand(args[0])),
    "eq": _binary(exp.EQ),
    "ne": _binary(exp.NEQ),
    "lt": _binary(exp.LT),
    "le": _binary(exp.LTE),
    "gt": _binary(exp.GT),
    "ge": _binary(exp.GTE),
    "and": _and,
    "or": _or,
    "not": _not,
    "is_null": lambda writer, args: exp.Is(this=writer.operand(args[0]), expression=exp.Null()),
    "is_true": _is(True),
    "is_false": _is(False),
    "in": _in,
    "like": _binary(exp.Like),
    "concat": lambda writer, args: exp.DPipe(
        this=writer.operand(args[0]), expression=writer.operand(args[1]), safe=False
    ),
    "coalesce": _named("COALESCE"),
    "nullif": _named("NULLIF"),
    "greatest": _extreme(exp.GTE),
    "least": _extreme(exp.LTE),
    "abs": _named("ABS"),
    "round": _round,
    "floor": _named("FLOOR"),
    "ceil": _named("CEIL"),
    "sqrt": _guarded("SQRT", exp.GTE),
    "ln": _guarded("LN", exp.GT),
    "lower": _named("LOWER"),
    "upper": _named("UPPER"),
    "trim": _named("TRIM"),
    "length": _named("LENGTH"),
    "substring": _substring,
    "make_date": _named("MAKE_DATE"),
    "date_add": _date_add,
    "trunc_monday": lambda writer, args: _trunc(writer, (Const("week", "text"), *args)),
    "elapsed_us": _elapsed_us,
}


# --- percentiles: linear interpolation between the two nearest values


def _within_group(arg: Tree, share: Decimal) -> Tree:
    ordered = exp.Order(expressions=[exp.Ordered(this=arg, nulls_first=False)])
    return exp.WithinGroup(this=_call("PERCENTILE_CONT", exp.Literal.number(str(share))), expression=ordered)


def _quantile_cont(arg: Tree, share: Decimal) -> Tree:
    if share == Decimal("0.5"):
        return _call("MEDIAN", arg)
    return _call("QUANTILE_CONT", arg, exp.Literal.number(str(share)))


def _spark_percentile(arg: Tree, share: Decimal) -> Tree:
    return _call("PERCENTILE", arg, exp.Literal.number(str(share)))


def _clickhouse_percentile(arg: Tree, share: Decimal) -> Tree:
    return exp.ParameterizedAgg(
        this="quantileExactInclusive", expressions=[exp.Literal.number(str(share))], params=[arg]
    )


def _bigquery_percentile(arg: Tree, share: Decimal) -> Tree:
    """Exact, from the sorted array: BigQuery has PERCENTILE_CONT only as a window."""
    ordered = f"ARRAY_AGG({arg.sql('bigquery')} IGNORE NULLS ORDER BY {arg.sql('bigquery')})"
    place = f"{share} * (COUNT({arg.sql('bigquery')}) - 1)"
    low = f"CAST({ordered}[SAFE_OFFSET(CAST(FLOOR({place}) AS INT64))] AS FLOAT64)"
    high = f"CAST({ordered}[SAFE_OFFSET(CAST(CEIL({place}) AS INT64))] AS FLOAT64)"
    part = f"({place} - FLOOR({place}))"
    return exp.Paren(this=exp.var(f"{low} + {part} * ({high} - {low})"))


# --- dialects


def _postgres_elapsed(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    between = exp.Paren(this=exp.Sub(this=writer.operand(args[1]), expression=writer.operand(args[0])))
    seconds = exp.Extract(this=exp.var("EPOCH"), expression=between)
    return exp.Mul(this=seconds, expression=exp.Literal.number(1_000_000))


def _bigquery_trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    unit, arg = args
    assert isinstance(unit, Const)
    name = "ISOWEEK" if unit.value == "week" else str(unit.value).upper()
    function = "DATE_TRUNC" if type_of(arg) == "date" else "DATETIME_TRUNC"
    return _call(function, writer.write(arg), exp.var(name))


def _bigquery_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    kind = "ADD" if step.count >= 0 else "SUB"
    small = step.unit in ("hour", "minute")
    prefix = "DATE" if type_of(base) == "date" and not small else "DATETIME"
    tree = writer.write(base) if type_of(base) != "date" or not small else writer.typed(writer.write(base), "datetime")
    length = exp.Interval(this=exp.Literal.number(abs(step.count)), unit=exp.var(step.unit.upper()))
    return _call(f"{prefix}_{kind}", tree, length)


def _bigquery_elapsed(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return _call("DATETIME_DIFF", writer.write(args[1]), writer.write(args[0]), exp.var("MICROSECOND"))


def _snowflake_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    return _call("DATEADD", exp.var(step.unit.upper()), exp.Literal.number(str(step.count)), writer.write(base))


def _snowflake_monday(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Independent of the session's WEEK_START."""
    day = writer.typed(writer.write(args[0]), "date")
    back = exp.Sub(this=exp.Literal.number(1), expression=_call("DAYOFWEEKISO", day.copy()))
    return _call("DATEADD", exp.var("DAY"), back, day)


def _clickhouse_elapsed(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return _call("dateDiff", exp.Literal.string("microsecond"), writer.write(args[0]), writer.write(args[1]))


def _clickhouse_days(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return _call("dateDiff", exp.Literal.string("day"), writer.write(args[0]), writer.write(args[1]))


def _clickhouse_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    tree = exp.Add(this=writer.operand(base), expression=_interval(Interval(abs(step.count), step.unit)))
    return tree if step.count >= 0 else exp.Sub(this=tree.this, expression=tree.expression)


def _spark_elapsed(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    return _call("TIMESTAMPDIFF", exp.var("MICROSECOND"), writer.write(args[0]), writer.write(args[1]))


_DATE_DIFF_DAY: Mapping[str, Callable[[Writer, tuple[Expr, ...]], Tree]] = {
    "bigquery": lambda writer, args: _call("DATE_DIFF", writer.write(args[1]), writer.write(args[0]), exp.var("DAY")),
    "snowflake": lambda writer, args: _call("DATEDIFF", exp.var("DAY"), writer.write(args[0]), writer.write(args[1])),
    "spark": lambda writer, args: _call("DATEDIFF", writer.write(args[1]), writer.write(args[0])),
}

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        Dialect("duckdb", "proved", percentile=_quantile_cont, forms={"days_between": _days_between}),
        Dialect(
            "postgres",
            "proved",
            forms={"elapsed_us": _postgres_elapsed, "round": _round_numeric},
            types={"float": "DOUBLE PRECISION"},
            typed_nulls=True,
        ),
        Dialect(
            "snowflake",
            "syntax checked",
            forms={
                "date_add": _snowflake_add,
                "trunc_monday": _snowflake_monday,
                "make_date": _named("DATE_FROM_PARTS"),
                "days_between": _DATE_DIFF_DAY["snowflake"],
                "elapsed_us": lambda writer, args: _call(
                    "DATEDIFF", exp.var("MICROSECOND"), writer.write(args[0]), writer.write(args[1])
                ),
            },
            types={"datetime": "TIMESTAMPNTZ"},
        ),
        Dialect(
            "bigquery",
            "proved",
            forms={
                "trunc": _bigquery_trunc,
                "trunc_monday": lambda writer, args: _bigquery_trunc(writer, (Const("week", "text"), *args)),
                "date_add": _bigquery_add,
                "make_date": _named("DATE"),
                "days_between": _DATE_DIFF_DAY["bigquery"],
                "elapsed_us": _bigquery_elapsed,
            },
            types={
                "integer": "INT64",
                "float": "FLOAT64",
                "text": "STRING",
                "datetime": "DATETIME",
                "boolean": "BOOL",
            },
            percentile=_bigquery_percentile,
        ),
        Dialect(
            "clickhouse",
            "proved",
            forms={
                "date_add": _clickhouse_add,
                "elapsed_us": _clickhouse_elapsed,
                "days_between": _clickhouse_days,
                "make_date": _named("makeDate"),
                "round": _round_by_hand,
            },
            types={
                "integer": "Int64",
                "float": "Float64",
                "text": "String",
                "date": "Date",
                "datetime": "DateTime64(6)",
                "boolean": "Bool",
            },
            percentile=_clickhouse_percentile,
            settings=(
                "join_use_nulls = 1",
                "aggregate_functions_null_for_empty = 1",
                "group_by_use_nulls = 1",
                "cast_keep_nullable = 1",
            ),
            qualify=True,
        ),
        Dialect(
            "spark",
            "proved",
            forms={"elapsed_us": _spark_elapsed, "days_between": _DATE_DIFF_DAY["spark"]},
            types={"text": "STRING"},
            percentile=_spark_percentile,
        ),
    )
}
