"""Differences between two groups of independent observations, the second less the first, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, hypot, sqrt
from statistics import NormalDist, median

from .student import t_quantile

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Difference:
    estimate: float
    low: float
    high: float


def wilson(successes: float, n: float) -> tuple[float, float]:
    """The score interval of a proportion (Wilson, JASA 22 (1927), 209-212)."""
    if not 0 <= successes <= n or n <= 0:
        raise ValueError(f"{successes} of {n} is no share")
    share, z = successes / n, Z * Z / n
    half = Z * sqrt(share * (1 - share) / n + z / (4 * n))
    low, high = (share + z / 2 - half) / (1 + z), (share + z / 2 + half) / (1 + z)
    return max(0.0, low), min(1.0, high)


def difference_of_proportions(first: tuple[float, float], second: tuple[float, float]) -> Difference:
    """Of (successes, n): method 10 of Newcombe, Statistics in Medicine 17 (1998), 873-890."""
    return _squared_and_added(
        Difference(first[0] / first[1] if first[1] else 0, *wilson(*first)),
        Difference(second[0] / second[1] if second[1] else 0, *wilson(*second)),
    )


def difference_of_rates(first: tuple[float, float], second: tuple[float, float]) -> Difference:
    """Of (events, exposure): score intervals of Poisson means, put together as by Newcombe (Zou and Donner 2008)."""
    return _squared_and_added(_rate(*first), _rate(*second))


def _rate(events: float, exposure: float) -> Difference:
    if events < 0 or exposure <= 0:
        raise ValueError(f"{events} in {exposure} is no rate")
    half = Z * sqrt(events + Z * Z / 4)
    middle = events + Z * Z / 2
    return Difference(events / exposure, max(0.0, middle - half) / exposure, (middle + half) / exposure)


def difference_of_means(first: tuple[float, float, int], second: tuple[float, float, int]) -> Difference:
    """Of (mean, standard deviation, n): Welch, Biometrika 34 (1947), 28-35."""
    parts = [spread * spread / n for _, spread, n in (first, second)]
    error = sqrt(sum(parts))
    if not error:
        raise ValueError("two groups of equal values have no spread to judge their difference by")
    df = sum(parts) ** 2 / sum(part * part / (n - 1) for part, (_, _, n) in zip(parts, (first, second), strict=True))
    half, estimate = t_quantile(0.975, df) * error, second[0] - first[0]
    return Difference(estimate, estimate - half, estimate + half)


def difference_of_medians(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Of two samples: Bonett and Price, Psychological Methods 7 (2002), 370-383."""
    half = Z * hypot(_median_error(first), _median_error(second))
    estimate = median(second) - median(first)
    return Difference(estimate, estimate - half, estimate + half)


def _median_error(sample: Sequence[float]) -> float:
    """The standard error of a median, from two order statistics and how likely they enclose it (Price-Bonett)."""
    values, n = sorted(sample), len(sample)
    rank = max(1, round(n / 2 - sqrt(n)))
    below = sum(comb(n, k) for k in range(rank)) / 2**n
    return (values[n - rank] - values[rank - 1]) / (2 * NormalDist().inv_cdf(1 - below))


def difference_of_differences(first: Difference, second: Difference) -> Difference:
    """`second` less `first`, each with an interval of its own (Zou and Donner, Stat. in Medicine 27 (2008), 1693)."""
    return _squared_and_added(first, second)


def _squared_and_added(first: Difference, second: Difference) -> Difference:
    """The distances from the estimates to the limits are added as squares, each side for itself."""
    estimate = second.estimate - first.estimate
    low = estimate - hypot(second.estimate - second.low, first.high - first.estimate)
    high = estimate + hypot(second.high - second.estimate, first.estimate - first.low)
    return Difference(estimate, low, high)
