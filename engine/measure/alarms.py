"""Whether an alarm's condition holds on measured values, and whether all departments win while the business loses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..formula.expr import Call, Const, Expr
from ..formula.faults import Fault
from ..formula.parse import parse
from .arithmetic import Names, Unsplittable, evaluate
from .split import names_in
from .values import Number, exact


@dataclass(frozen=True, slots=True)
class AlarmState:
    """`rings` is unknown where a value that decides is missing, or is divided by zero."""

    rings: bool | None
    values: tuple[tuple[str, Number | None], ...]


def alarm(when: str, values: Mapping[str, Number | None]) -> AlarmState:
    """Whether the condition `when` over metrics holds. Raises `Unsplittable` for what is no condition.

    >>> alarm("ltv < cac", {"ltv": 80, "cac": 93}).rings
    True
    """
    condition = parse(when)
    if isinstance(condition, Fault):
        raise Unsplittable(f"`{when}`: {condition.message}")
    for name in names_in(condition):
        if name not in values:
            raise Unsplittable(f"`{when}`: `{name}` is not measured")
    sizes = {name: None if it is None else exact(it) for name, it in values.items()}
    return AlarmState(_holds(condition, sizes), tuple((name, values[name]) for name in names_in(condition)))


_COMPARED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def _holds(condition: Expr, values: Names) -> bool | None:
    """SQL's logic of three values: unknown decides nothing, but one known side may."""
    match condition:
        case Const(value=bool(value)):
            return value
        case Call("not", (arg,)):
            found = _holds(arg, values)
            return None if found is None else not found
        case Call("and" | "or" as op, args):
            sides = [_holds(arg, values) for arg in args]
            decisive = op == "or"
            return decisive if decisive in sides else None if None in sides else not decisive
        case Call(op, (left, right)) if op in _COMPARED:
            first, second = evaluate(left, values), evaluate(right, values)
            return None if first is None or second is None else _COMPARED[op](first, second)
    raise Unsplittable("an alarm is a condition, such as `ltv < cac`")


# --- every department wins and the business loses


@dataclass(frozen=True, slots=True)
class Movement:
    """A metric in two periods of equal length."""

    metric: str
    before: Number | None
    after: Number | None

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else float(self.after) - float(self.before)


@dataclass(frozen=True, slots=True)
class Paradox:
    """`verdict`: whether activity rose in every department while the business lost; unknown where values are missing.

    `losses` are what the business lost by: customers that fell, an acquisition cost that rose.
    """

    verdict: bool | None
    losses: tuple[Movement, ...]
    activities: tuple[tuple[str, Movement], ...]


def winning_and_losing(
    work: Mapping[str, Sequence[Movement]], customers: Movement, acquisition_cost: Movement, dearer_by: float = 0.0
) -> Paradox:
    """More activity everywhere, with fewer customers or dearer ones. `work` are the activity metrics by department.

    A cost counts as risen when it rose by more than the share `dearer_by`: 1.0 is a doubling.
    A department without an activity metric, or without a value, leaves the verdict open: it is not counted as winning.
    """
    wins = [_all([None if it.change is None else it.change > 0 for it in done] or [None]) for done in work.values()]
    fallen = None if customers.change is None else customers.change < 0
    dearer = None
    if acquisition_cost.before is not None and acquisition_cost.after is not None:
        dearer = float(acquisition_cost.after) > float(acquisition_cost.before) * (1 + dearer_by)
    lost = True if fallen or dearer else None if None in (fallen, dearer) else False
    losses = tuple(it for it, so in ((customers, fallen), (acquisition_cost, dearer)) if so)
    activities = tuple((who, it) for who, done in work.items() for it in done)
    return Paradox(_all([*(wins or [None]), lost]), losses, activities)


def _all(parts: Sequence[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True
