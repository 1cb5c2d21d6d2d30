"""The closed set of operators that formulas and plans may use, and what type each gives.

A name that is not here is not SQL of ours: every operator has a proved form in every dialect (`sql/dialects.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .expr import (
    NUMBERS,
    TIMES,
    Aggregated,
    Call,
    Case,
    Cast,
    Column,
    Const,
    Expr,
    Interval,
    Physical,
    Type,
    Windowed,
)

UNITS_OF_TIME = ("minute", "hour", "day", "week", "month", "quarter", "year")
# What times are cut to and counted in: seconds as well.
STARTS = ("second", *UNITS_OF_TIME)
PARTS = ("year", "quarter", "month", "day", "hour", "minute", "second", "week_of_year", "day_of_week", "day_of_year")


@dataclass(frozen=True, slots=True)
class Operator:
    """How many arguments an operator takes, what they must be, and what it gives (`same` = its first argument's)."""

    least: int
    most: int
    takes: str
    gives: str


OPERATORS: Mapping[str, Operator] = {
    "add": Operator(2, 2, "number", "number"),
    "sub": Operator(2, 2, "number", "number"),
    "mul": Operator(2, 2, "number", "number"),
    "div": Operator(2, 2, "number", "float"),
    "neg": Operator(1, 1, "number", "same"),
    "eq": Operator(2, 2, "alike", "boolean"),
    "ne": Operator(2, 2, "alike", "boolean"),
    "lt": Operator(2, 2, "alike", "boolean"),
    "le": Operator(2, 2, "alike", "boolean"),
    "gt": Operator(2, 2, "alike", "boolean"),
    "ge": Operator(2, 2, "alike", "boolean"),
    "and": Operator(2, 2, "boolean", "boolean"),
    "or": Operator(2, 2, "boolean", "boolean"),
    "not": Operator(1, 1, "boolean", "boolean"),
    "is_null": Operator(1, 1, "any", "boolean"),
    "is_true": Operator(1, 1, "boolean", "boolean"),
    "is_false": Operator(1, 1, "boolean", "boolean"),
    "in": Operator(2, 10_000, "alike", "boolean"),
    "like": Operator(2, 2, "text", "boolean"),
    "coalesce": Operator(1, 100, "alike", "same"),
    "nullif": Operator(2, 2, "alike", "same"),
    "greatest": Operator(2, 100, "alike", "same"),
    "least": Operator(2, 100, "alike", "same"),
    "abs": Operator(1, 1, "number", "same"),
    "round": Operator(1, 2, "number", "same"),
    "floor": Operator(1, 1, "number", "same"),
    "ceil": Operator(1, 1, "number", "same"),
    "sqrt": Operator(1, 1, "number", "float"),
    "ln": Operator(1, 1, "number", "float"),
    "lower": Operator(1, 1, "text", "text"),
    "upper": Operator(1, 1, "text", "text"),
    "trim": Operator(1, 1, "text", "text"),
    "length": Operator(1, 1, "text", "integer"),
    "substring": Operator(2, 3, "any", "text"),
    "concat": Operator(2, 2, "text", "text"),
    "make_date": Operator(3, 3, "number", "date"),
    "date_add": Operator(2, 2, "any", "same"),
    **{f"trunc_{unit}": Operator(1, 1, "time", "same") for unit in STARTS},
    **{f"diff_{unit}": Operator(2, 2, "time", "integer") for unit in STARTS},
    **{f"part_{unit}": Operator(1, 1, "time", "integer") for unit in PARTS},
    # For plans only: the Monday on or before a time, whatever day the project's weeks start on.
    "trunc_monday": Operator(1, 1, "time", "same"),
    # For plans only: what a clock in the second zone shows when one in the first shows the time (both constant texts).
    "in_zone": Operator(3, 3, "any", "datetime"),
    # For plans only: microseconds from the first to the second of two timestamps.
    "elapsed_us": Operator(2, 2, "time", "integer"),
}

# How DuckDB's names of functions are spelled here; operators, CASE, CAST and dates have their own syntax.
FUNCTION_NAMES: tuple[str, ...] = (
    *("abs", "round", "floor", "ceil", "ceiling", "sqrt", "ln", "coalesce", "nullif"),
    *(
        "greatest",
        "least",
        "lower",
        "upper",
        "trim",
        "length",
        "substring",
        "make_date",
        "date_trunc",
    ),
    *(
        "date_diff",
        "datediff",
        "extract",
        "year",
        "quarter",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "week",
        "isodow",
        "dayofyear",
        "cast",
        "case",
        "if",
    ),
    *("count", "sum", "avg", "min", "max", "median", "percentile_cont", "quantile_cont", "metric"),
)


def type_of(expr: Expr) -> Type:
    """The type of a bound expression; `unknown` where a field declares none."""
    match expr:
        case Const(type=type_) | Cast(type=type_) | Column(type=type_) | Physical(type=type_):
            return type_
        case Interval():
            return "interval"
        case Call(op="date_add", args=args):
            base = type_of(args[0])
            step = args[1]
            small = isinstance(step, Interval) and step.unit in ("hour", "minute")
            return "datetime" if base == "date" and small else base
        case Call(op, args):
            gives = OPERATORS[op].gives
            if gives == "same":
                return next((type_ for arg in args if (type_ := type_of(arg)) != "unknown"), "unknown")
            if gives == "number":
                return _common([type_of(arg) for arg in args])
            return gives  # type: ignore[return-value]  # the table holds names of types otherwise
        case Case(whens, otherwise):
            results = [then for _, then in whens] + ([otherwise] if otherwise else [])
            return next((type_ for item in results if (type_ := type_of(item)) != "unknown"), "unknown")
        case Aggregated(function, arg):
            if function in ("count", "count_distinct"):
                return "integer"
            return "float" if function in ("avg", "percentile") else type_of(arg)
        case Windowed(function, args):
            if function in ("row_number", "rank", "count"):
                return "integer"
            return "float" if function == "avg" else type_of(args[0])
    return "unknown"


def _common(types: list[Type]) -> Type:
    for wide in ("unknown", "float", "decimal"):
        if wide in types:
            return wide
    return types[0] if types else "unknown"


def mismatch(op: str, types: list[Type]) -> str | None:
    """What is wrong with arguments of these types, or `None`; an unknown type fits everywhere."""
    known = [type_ for type_ in types if type_ != "unknown"]
    takes = OPERATORS[op].takes
    if takes == "number" and any(type_ not in NUMBERS for type_ in known):
        odd = next(type_ for type_ in known if type_ not in NUMBERS)
        return f"a number is needed, not {_article(odd)}"
    if takes == "text" and any(type_ != "text" for type_ in known):
        odd = next(type_ for type_ in known if type_ != "text")
        return f"a text is needed, not {_article(odd)}"
    if takes == "boolean" and any(type_ != "boolean" for type_ in known):
        odd = next(type_ for type_ in known if type_ != "boolean")
        return f"a condition is needed, not {_article(odd)}"
    if takes == "time" and any(type_ not in TIMES for type_ in known):
        odd = next(type_ for type_ in known if type_ not in TIMES)
        return f"a date or time is needed, not {_article(odd)}"
    if takes == "alike" and len({_family(type_) for type_ in known}) > 1:
        first, second = known[0], next(type_ for type_ in known if _family(type_) != _family(known[0]))
        return f"{_article(first)} is set against {_article(second)}"
    return None


def _family(type_: Type) -> str:
    return "number" if type_ in NUMBERS else "time" if type_ in TIMES else type_


def _article(type_: Type) -> str:
    names = {
        "datetime": "a time",
        "boolean": "a condition",
        "interval": "a length of time",
        "integer": "a number",
    }
    return names.get(type_, "a number" if type_ in NUMBERS else f"a {type_}")
