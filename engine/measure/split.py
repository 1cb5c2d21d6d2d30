"""A change split exactly: over the inputs of a formula, or over segments; the parts sum to the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from ..formula.expr import Expr, Ref, walk
from .arithmetic import Names, Unsplittable, evaluate

MOST = 12  # inputs of a formula: 4,096 mixes of before and after
Amounts = Mapping[Any, tuple[Any, Any]]


def names_in(formula: Expr) -> tuple[str, ...]:
    """The metrics and inputs that a formula names, in reading order."""
    return tuple(dict.fromkeys(node.path[0] for node in walk(formula) if isinstance(node, Ref)))


def by_formula(formula: Expr, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Fraction]:
    """What each input's change contributes, by its Shapley value.

    An input's contribution is the mean, over all orders in which the inputs may pass from before to after, of what its
    passing does to the whole (Shapley 1953; for rates Das Gupta, Standardization and Decomposition of Rates, 1993).
    Raises `Unsplittable` where a side, or a mix of both, has no value: nothing is divided by zero in silence.
    """
    names = names_in(formula)
    if len(names) > MOST:
        raise Unsplittable(f"the formula has {len(names)} inputs; up to {MOST} are split, of which all mixes are tried")
    first, second = ({name: _exact(side[name]) for name in names} for side in (before, after))
    for side, when in ((first, "before"), (second, "after")):
        if evaluate(formula, side) is None:
            raise Unsplittable(_why_null(side, when))
    values = [_mixed(formula, names, first, second, mix) for mix in range(2 ** len(names))]
    parts = dict.fromkeys(names, Fraction(0))
    for place, name in enumerate(names):
        for mix in (it for it in range(len(values)) if not it >> place & 1):
            weight = Fraction(1, len(names) * comb(len(names) - 1, mix.bit_count()))
            parts[name] += weight * (values[mix | 1 << place] - values[mix])
    return parts


def _mixed(formula: Expr, names: tuple[str, ...], before: Names, after: Names, mix: int) -> Fraction:
    """The whole with the inputs whose bit is set as they are after."""
    passed = {name for place, name in enumerate(names) if mix >> place & 1}
    value = evaluate(formula, {name: (after if name in passed else before)[name] for name in names})
    if value is None:
        late = ", ".join(f"`{name}`" for name in names if name in passed)
        early = ", ".join(f"`{name}`" for name in names if name not in passed)
        raise Unsplittable(f"{late} of after with {early} of before gives no value: it divides by zero or meets a null")
    return value


def _why_null(side: Names, when: str) -> str:
    missing = [name for name, value in side.items() if value is None]
    if missing:
        return f"`{missing[0]}` has no value {when}"
    return f"the formula has no value {when}: it divides by zero"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's contribution: `rate`, as its own value changed, and `mix`, as its share in the whole did.

    `before` and `after` are its own values, none where it was not there; the shares are of the denominator.
    """

    name: Any
    rate: Fraction
    mix: Fraction
    before: Fraction | None
    after: Fraction | None
    share_before: Fraction = Fraction(0)
    share_after: Fraction = Fraction(0)


def rate_and_mix(before: Amounts, after: Amounts) -> tuple[Segment, ...]:
    """The change of a ratio over its segments, each given as numerator and denominator.

    Kitagawa, JASA 50 (1955), 1168-1194: a change of rates at the mean shares and of shares at the mean rates. Shares
    are told against the mean of both wholes, so that a growing segment adds where it lies above the whole. A segment
    that is there on one side only has one rate, so it is all mix.
    """
    sides = [_ratios(side, when) for side, when in ((before, "before"), (after, "after"))]
    wholes = [sum((share * rate for share, rate in side.values()), Fraction(0)) for side in sides]
    middle = (wholes[0] + wholes[1]) / 2
    found = []
    for name in dict.fromkeys([*before, *after]):
        (share, rate), (later, rate_later) = (side.get(name, (Fraction(0), None)) for side in sides)
        first = rate if rate is not None else rate_later
        second = rate_later if rate_later is not None else rate
        if first is None or second is None:
            continue
        own, mix = (share + later) / 2 * (second - first), (later - share) * ((first + second) / 2 - middle)
        found.append(Segment(name, own, mix, rate, rate_later, share, later))
    return tuple(found)


def _ratios(side: Amounts, when: str) -> dict[Any, tuple[Fraction, Fraction]]:
    """Share and rate of each segment; raises for a numerator over nothing."""
    amounts = {name: (_exact(n) or Fraction(0), _exact(d) or Fraction(0)) for name, (n, d) in side.items()}
    total = sum((d for _, d in amounts.values()), Fraction(0))
    if not total:
        raise Unsplittable(f"the denominators sum to zero {when}")
    for name, (n, d) in amounts.items():
        if n and not d:
            raise Unsplittable(f"{told(name)} has a numerator and no denominator {when}, so it has no rate")
    return {name: (d / total, n / d) for name, (n, d) in amounts.items() if d}


def by_sum(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> tuple[Segment, ...]:
    """The change of a sum over its segments; one that is not there counts zero."""
    return tuple(
        Segment(name, (later or Fraction(0)) - (earlier or Fraction(0)), Fraction(0), earlier, later)
        for name, earlier, later in _both(before, after)
    )


def _both(
    before: Mapping[Any, Any], after: Mapping[Any, Any]
) -> Iterator[tuple[Any, Fraction | None, Fraction | None]]:
    for name in dict.fromkeys([*before, *after]):
        yield name, _exact(before.get(name)), _exact(after.get(name))


def told(name: object) -> str:
    return "the segment without a value" if name is None else f"`{name}`"


def _exact(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)
