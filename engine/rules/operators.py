"""What facts can be held against, by their type: the operators, and how the value beside them is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from ..diagnostics import choices, did_you_mean
from ..model import Period, minus, plus
from .fact import Fact, FactType

Compare = Callable[[Any, Any], bool]
# To be compared, months and longer count as so many days.
DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "quarter": 91.31, "year": 365.25}
_UNITS = "minute|hour|day|week|month|quarter|year"
_PERIOD = re.compile(rf"(\d{{1,6}}) ({_UNITS})s?")
_RELATIVE = re.compile(rf"as_of(?: ([+-]) (\d{{1,6}} (?:{_UNITS})s?))?")
_EXACT = ("is", "is_not")


class Unfit(ValueError):
    """Why a value can never be what a fact is held against, with a hint."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def _both(compare: Compare) -> Compare:
    """What is not known is neither equal nor unequal, neither more nor less."""
    return lambda fact, value: fact is not None and value is not None and bool(compare(fact, value))


_ORDER: Mapping[str, Compare] = {
    "is": _both(lambda fact, value: fact == value),
    "is_not": _both(lambda fact, value: fact != value),
    "at_least": _both(lambda fact, value: fact >= value),
    "at_most": _both(lambda fact, value: fact <= value),
    "above": _both(lambda fact, value: fact > value),
    "below": _both(lambda fact, value: fact < value),
}


def length(period: Period) -> float:
    """Days.

    >>> length(Period(2, "week"))
    14.0
    """
    return float(period.count * DAYS[period.unit])


def _lengths(compare: Compare) -> Compare:
    return _both(lambda fact, value: compare(length(fact), length(value)))


_WORD: Mapping[str, Compare] = {
    "is": lambda fact, value: bool(fact == value),
    "is_not": lambda fact, value: bool(fact != value),
    "in": lambda fact, value: fact in value,
    "not_in": lambda fact, value: fact not in value,
    "matches": lambda fact, value: fact is not None and value.is_valid(fact),
}
OPERATORS: Mapping[FactType, Mapping[str, Compare]] = {
    "flag": {"is": lambda fact, value: bool(fact is value)},
    "number": _ORDER,
    "duration": {name: _lengths(compare) for name, compare in _ORDER.items() if name != "is_not"},
    "date": {
        "on": _both(lambda fact, value: fact == value),
        "before": _both(lambda fact, value: fact < value),
        "after": _both(lambda fact, value: fact > value),
    },
    "word": _WORD,
    "text": _WORD,
    "words": {
        "has": lambda fact, value: value in fact,
        "has_any": lambda fact, value: any(word in value for word in fact),
        "lacks": lambda fact, value: value not in fact,
        "only": lambda fact, value: bool(fact) and all(word in value for word in fact),
        "matches": lambda fact, value: any(value.is_valid(word) for word in fact),
    },
}
_LISTS = frozenset({"in", "not_in", "only", "has_any"})
# What may stand on the right where another fact does; operators that are not here take no fact.
_BESIDE: Mapping[FactType, Mapping[str, tuple[FactType, ...]]] = {
    "number": dict.fromkeys(_ORDER, ("number",)),
    "duration": dict.fromkeys(OPERATORS["duration"], ("duration",)),
    "date": dict.fromkeys(OPERATORS["date"], ("date",)),
    "word": dict.fromkeys(_EXACT, ("word", "text")),
    "text": dict.fromkeys(_EXACT, ("word", "text")),
    "words": {
        "has": ("word", "text"),
        "lacks": ("word", "text"),
        "only": ("words",),
        "has_any": ("words",),
    },
}


def beside(fact: Fact, op: str) -> tuple[FactType, ...]:
    """The types of facts that `fact` can be held against by `op`."""
    return _BESIDE.get(fact.type, {}).get(op, ())


def read_value(fact: Fact, op: str, value: Any) -> Any:
    """What `op` compares with; dates relative to `as_of` become functions of it. Raises `Unfit`."""
    if op == "matches":
        return expression(value)
    if op in _LISTS:
        if not isinstance(value, list) or not value:
            raise Unfit(f"`{op}` takes a list")
        return frozenset(_word(fact, item) for item in value)
    if fact.type == "flag":
        if not isinstance(value, bool):
            raise Unfit("true or false is wanted")
        return value
    if fact.type == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unfit("a number is wanted")
        return Decimal(str(value))
    if fact.type == "date":
        return _day(value)
    if fact.type == "duration":
        return _period(value)
    return _word(fact, value)


def _word(fact: Fact, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("a word is wanted")
    if fact.values and value not in fact.values:
        raise Unfit("it is never this word", did_you_mean(value, fact.values) or f"one of {choices(fact.values)}")
    return value


def _period(value: Any) -> Period:
    found = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Unfit("a length of time is wanted", "for example `30 days` or `6 months`")
    return Period(int(found[1]), found[2])  # type: ignore[arg-type]  # the expression lists the units


def _day(value: Any) -> date | Callable[[date], date]:
    hint = "for example `2026-12-31`, `as_of` or `as_of - 30 days`"
    if not isinstance(value, str):
        raise Unfit("a date is wanted", hint)
    relative = _RELATIVE.fullmatch(value)
    if relative is None:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Unfit("a date is wanted", hint) from None
    if relative[1] is None:
        return lambda as_of: as_of
    shift, period = (plus if relative[1] == "+" else minus), _period(relative[2])
    return lambda as_of: shift(datetime.combine(as_of, time()), period).date()


@cache
def expression(pattern: Any) -> Any:
    """An expression of Rust's `regex`, which takes time linear in the text whatever the expression: it has neither
    look-around nor back references. It comes with jsonschema-rs, as the check of one `pattern`."""
    import jsonschema_rs

    if not isinstance(pattern, str):
        raise Unfit("a text is wanted")
    try:
        return jsonschema_rs.validator_for(
            {"type": "string", "pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (jsonschema_rs.ValidationError, ValueError):
        raise Unfit(
            "it is not a regular expression that can be used", "look-around and back references are left out"
        ) from None
