"""Values that were measured, and how they are told: unit, precision, change, progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from ..diagnostics import Diagnostic
from ..model import Direction, Stretch

Number = int | float | Decimal


def exact(value: Number) -> Fraction:
    """The number that is compared with one in a spec: of a float twelve digits, as the rest comes from computing.

    >>> 1 - 0.7 == 0.3, exact(1 - 0.7) == exact(0.3)
    (False, True)
    """
    return Fraction(f"{value:.12g}") if isinstance(value, float) else Fraction(value)


@dataclass(frozen=True, slots=True)
class Change:
    """Against an earlier value: `relative` is a fraction, `points` are percentage points (percent metrics only)."""

    absolute: float
    relative: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class Previous:
    period: Stretch
    label: str
    value: Number | None


@dataclass(frozen=True, slots=True)
class GuardrailState:
    """What must not suffer: `held` is unknown while the metric has no value."""

    metric: str
    at_least: Number | None
    at_most: Number | None
    current: Number | None
    held: bool | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a key result has come: 0 at the baseline, 1 at the target; `None` while it cannot be told.

    `cases` is what the current value rests on; `hidden` where it is not shown to everybody.
    `until` is the end of the period that `current` is of.
    """

    objective: str
    metric: str
    where: str | None
    baseline: Number | None
    target: Number | None
    current: Number | None
    measured: str
    label: str | None
    deadline: date | None
    share: float | None
    guardrails: tuple[GuardrailState, ...] = ()
    cases: int | None = None
    hidden: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One metric in one period and group, or of all groups together (`total`); percent values are fractions.

    `steps` are how many passed each step of a funnel.
    """

    metric: str
    unit: str | None
    value: Number | None
    period: Stretch | None = None
    label: str | None = None
    complete: bool = True
    dimensions: tuple[tuple[str, object], ...] = ()
    numerator: Number | None = None
    denominator: Number | None = None
    n: int | None = None
    left_out: int | None = None
    direction: Direction | None = None
    previous: Previous | None = None
    change: Change | None = None
    progress: tuple[Progress, ...] = ()
    steps: tuple[tuple[str, int | None], ...] = ()
    total: bool = False

    @property
    def cases(self) -> int | None:
        """On how many cases the value rests: its n, or what it counts; unknown for a sum."""
        if self.n is not None:
            return self.n
        if isinstance(self.denominator, int):
            return self.denominator
        return self.value if self.unit == "count" and isinstance(self.value, int) else None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a metric has no value this time."""

    metric: str
    message: str
    kind: Literal["spec", "warehouse"]
    finding: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one run found out."""

    values: tuple[Value, ...] = ()
    failures: tuple[Failure, ...] = ()
    drafts: tuple[str, ...] = ()
    grain: str | None = None


def change(value: Number | None, earlier: Number | None, unit: str | None) -> Change | None:
    """
    >>> change(0.085, 0.0697, "percent").points
    1.53
    """
    if value is None or earlier is None:
        return None
    absolute = float(value) - float(earlier)
    relative = absolute / abs(float(earlier)) if earlier else None
    return Change(absolute, relative, round(absolute * 100, 9) if unit == "percent" else None)


def told(value: Number | None, unit: str | None) -> str:
    """A value with its unit, to the digits that one reads.

    >>> told(0.085, "percent"), told(1200, "count"), told(4.3, "days"), told(None, "EUR"), told(-0.0001, "percent")
    ('8.5 %', '1,200', '4.3 days', '-', '0.0 %')
    """
    if value is None:
        return "-"
    number = float(value)
    if unit == "percent":
        return f"{number * 100:z,.1f} %"
    if unit == "count" or (unit is None and number == int(number)):
        return f"{number:z,.0f}" if number == int(number) else f"{number:z,.1f}"
    if unit == "ratio" or unit is None:
        return f"{number:z,.2f}"
    if unit == "points":
        return f"{number:z,.1f}"
    if unit in ("minutes", "hours", "days", "weeks"):
        return f"{number:z,.1f} {unit}"
    return f"{number:z,.2f} {unit}"
