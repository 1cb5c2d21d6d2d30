"""The stretch of time that a question is about, as days from a start to an end."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, cast

from sqlglot import exp

from ...model import GRAINS, Period, plus
from .conditions import Read
from .names import LinkedName

# The grain of a name that is of the metrics' time, given what it is without one; `None` for any other name.
GrainOf = Callable[[LinkedName, str], "str | None"]
Days = tuple[object, date, date]  # a period of a calendar, its first and its last day
_FINE = ("second", "minute", "hour")
_COMPARED: Mapping[Any, Callable[[Any, Any], bool]] = {
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.EQ: operator.eq,
}


@dataclass(slots=True)
class Bounds:
    """The stretch of time that a question is about, from its own words and from filters on its time.

    `periods` are those of calendars, where their days are known.
    """

    grain: str
    periods: Mapping[str, Sequence[Days]] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None

    def within(self, first: datetime, last: datetime) -> None:
        self._from(_floor(first, self.grain))
        self._until(_after(last, self.grain))

    def taken(self, read: Read, grain_of: GrainOf) -> list[Read]:
        """What is left of a filter once comparisons of the metrics' time with a moment are taken as bounds."""
        parts = [it for part in _conjuncts(read.tree) for it in _ends(part)]
        rest = [part for part in parts if not self._bound(part, read, grain_of)]
        return [replace(read, tree=part) for part in rest]

    def _bound(self, part: Any, read: Read, grain_of: GrainOf) -> bool:
        if type(part) not in _COMPARED or not isinstance(part.this, exp.Column):
            return False
        name = read.named.get(part.this.name)
        grain = grain_of(name, self.grain) if isinstance(name, LinkedName) and name.part is None else None
        if grain is not None and grain in self.periods:
            return self._in_periods(part, self.periods[grain])
        moment = _moment(part.expression)
        if moment is None or grain not in GRAINS:
            return False
        whole = _floor(moment, grain) == moment
        if isinstance(part, (exp.GTE, exp.EQ)):
            self._from(moment if whole else _after(moment, grain))
        if isinstance(part, exp.GT):
            self._from(_after(moment, grain))
        if isinstance(part, (exp.LTE, exp.EQ)):
            self._until(_after(moment, grain) if whole or isinstance(part, exp.LTE) else moment)
        if isinstance(part, exp.LT):
            self._until(moment if whole else _after(moment, grain))
        return True

    def _in_periods(self, part: Any, periods: Sequence[Days]) -> bool:
        """The days of a calendar's periods that a comparison chooses, if they follow upon each other."""
        written = part.expression.this if isinstance(part.expression, exp.Cast) else part.expression
        if not isinstance(written, exp.Literal):
            return False
        compare, chosen = _COMPARED[type(part)], list[Days]()
        for value, first, last in periods:
            wanted: Any = _moment(written) if isinstance(value, date) else written.to_py()
            mine = datetime.combine(value, time()) if type(value) is date else value
            if wanted is not None and mine is not None and compare(mine, wanted):
                chosen.append((value, first, last))
        chosen.sort(key=lambda it: it[1])
        pairs = pairwise(chosen)
        if not chosen or any(later[1] - before[2] != timedelta(days=1) for before, later in pairs):
            return False
        self._from(datetime.combine(chosen[0][1], time()))
        self._until(datetime.combine(chosen[-1][2], time()) + timedelta(days=1))
        return True

    def _from(self, moment: datetime) -> None:
        self.start = moment if self.start is None else max(self.start, moment)

    def _until(self, moment: datetime) -> None:
        self.end = moment if self.end is None else min(self.end, moment)


def _conjuncts(tree: Any) -> list[Any]:
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.And):
        return [*_conjuncts(tree.this), *_conjuncts(tree.expression)]
    return [tree]


def _ends(part: Any) -> list[Any]:
    """Both ends of BETWEEN."""
    if not isinstance(part, exp.Between):
        return [part]
    low, high = part.args["low"], part.args["high"]
    return [
        exp.GTE(this=part.this.copy(), expression=low.copy()),
        exp.LTE(this=part.this.copy(), expression=high.copy()),
    ]


def _moment(node: Any) -> datetime | None:
    """The moment that a literal spells, with or without a cast."""
    if isinstance(node, exp.Cast):
        node = node.this
    if not isinstance(node, exp.Literal) or not node.is_string:
        return None
    try:
        return datetime.fromisoformat(node.name)
    except ValueError:
        return None


def _floor(moment: datetime, grain: str) -> datetime:
    """The start of the period in which a moment lies."""
    day = datetime.combine(moment.date(), time())
    if grain in _FINE:
        minute = 0 if grain == "hour" else moment.minute
        second = moment.second if grain == "second" else 0
        return moment.replace(minute=minute, second=second, microsecond=0)
    if grain == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}.get(grain)
    return day if month is None else day.replace(month=month, day=1)


def _after(moment: datetime, grain: str) -> datetime:
    """The end of the period in which a moment lies."""
    floor = _floor(moment, grain)
    return floor + timedelta(seconds=1) if grain == "second" else plus(floor, Period(1, cast(Any, grain)))


def as_bound(moment: datetime | None) -> date | None:
    """A day where the moment is its midnight, as a frame takes it."""
    return moment.date() if moment is not None and moment.time() == time() else moment
