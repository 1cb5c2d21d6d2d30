"""From a metric's values before and after a change to what can be said about its effect, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .shift import Observed, level_shift
from .values import Number

Kind = Literal["proportion", "mean", "median", "count"]
Verdict = Literal["moved", "no_visible_effect", "too_early", "several_changes", "unknown"]
MIN_BEFORE, MIN_AFTER = 6, 3  # fewer cannot tell a trend from a step


@dataclass(frozen=True, slots=True)
class Point:
    """A metric in one complete period; of a proportion `numerator` of `denominator`, of a mean or median with its n."""

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the values say. `estimate` and its 95 % interval are in the metric's unit, percent as fractions.

    The interval is there wherever the series allows one; only "moved" says that it lies on one side of zero. `reason`
    tells why nothing can be said: `history`, `constant`.
    """

    verdict: Verdict
    n_before: int
    n_after: int
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    method: str = ""
    overlapping: tuple[str, ...] = ()
    reason: str = ""

    @property
    def direction(self) -> Literal["up", "down"] | None:
        """Where it moved; nowhere unless it visibly did."""
        if self.verdict != "moved" or self.estimate is None:
            return None
        return "up" if self.estimate > 0 else "down"


Sides = tuple[Sequence[Point], Sequence[Point]]
_METHOD = "step in a series with a trend, autocorrelated errors; 95 % interval"


def effect_of(kind: str, before: Sequence[Point], after: Sequence[Point], overlapping: tuple[str, ...] = ()) -> Effect:
    """The effect of a change between `before` and `after`, each a value a period, in order, without gaps.

    A period without value (or not complete) is a point without value: it is left out, never taken as zero. With a lag
    `after` starts when the effect is due. `overlapping` names other changes expected to move the metric in this time.
    """
    points = [*before, *after]
    split = len(before)
    variances = _variances(kind, before) + _variances(kind, after)
    known = [(at, point.value, variances[at]) for at, point in enumerate(points) if point.value is not None]
    weights = _weights([variance for _, _, variance in known])
    series = [
        Observed(at, float(value), at >= split, weight) for (at, value, _), weight in zip(known, weights, strict=True)
    ]
    return _judged(series, _METHOD, overlapping)


def difference_in_differences(kind: str, pilot: Sides, rest: Sides) -> Effect:
    """How much more `pilot` moved than `rest`, each as values before and after the start, over the same periods.

    The series of differences is judged like any other: what all have in common, a season or the market, cancels out.
    """
    split = len(pilot[0])
    if split != len(rest[0]) or len(pilot[1]) != len(rest[1]):
        raise ValueError("pilot and rest are measured over the same periods")
    spread = [[*_variances(kind, before), *_variances(kind, after)] for before, after in (pilot, rest)]
    known: list[tuple[int, float, float | None]] = []
    for at, (mine, other) in enumerate(zip([*pilot[0], *pilot[1]], [*rest[0], *rest[1]], strict=True)):
        if mine.value is not None and other.value is not None:
            first, second = spread[0][at], spread[1][at]
            variance = None if first is None or second is None else first + second
            known.append((at, float(mine.value) - float(other.value), variance))
    weights = _weights([variance for _, _, variance in known])
    series = [Observed(at, value, at >= split, weight) for (at, value, _), weight in zip(known, weights, strict=True)]
    return _judged(series, "difference in differences: " + _METHOD, ())


def _judged(series: list[Observed], method: str, overlapping: tuple[str, ...]) -> Effect:
    n_after = sum(it.after for it in series)
    n_before = len(series) - n_after
    if n_after < MIN_AFTER:
        return Effect("too_early", n_before, n_after, overlapping=overlapping)
    if n_before < MIN_BEFORE:
        return Effect("unknown", n_before, n_after, reason="history", overlapping=overlapping)
    found = level_shift(series)
    if found is None:
        return Effect("unknown", n_before, n_after, reason="constant", overlapping=overlapping)
    verdict: Verdict = "no_visible_effect"
    if overlapping:
        verdict = "several_changes"
    elif found.low > 0 or found.high < 0:
        verdict = "moved"
    return Effect(verdict, n_before, n_after, found.estimate, found.low, found.high, method, overlapping)


def _variances(kind: str, side: Sequence[Point]) -> list[float | None]:
    """How the variances of one side's values stand to each other, as their kind has it; the scale is estimated."""
    known = [point for point in side if point.value is not None]
    if kind == "proportion":
        above = sum(float(point.numerator or 0) for point in known)
        below = sum(float(point.denominator or 0) for point in known)
        share = min(max((above + 2) / (below + 4), 0.0), 1.0)  # never 0 or 1: Agresti and Coull 1998
        noise = share * (1 - share)
        return [noise / float(point.denominator) if point.denominator and noise else None for point in side]
    if kind == "count":
        level = sum(float(point.value or 0) for point in known) / max(len(known), 1)
        return [max(level, 1.0)] * len(side)
    return [1 / point.n if point.n else None for point in side]


def _weights(variances: list[float | None]) -> list[float]:
    """Weights about one; equal ones unless every variance is known."""
    known = [variance for variance in variances if variance is not None]
    if len(known) < len(variances) or not known:
        return [1.0] * len(variances)
    mean = sum(known) / len(known)
    return [mean / variance for variance in known]
