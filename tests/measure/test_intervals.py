"""Intervals for two groups: figures of the papers and manuals, and how often they cover the truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import fmean, stdev

import pytest

from engine.measure.intervals import (
    Difference,
    difference_of_differences,
    difference_of_means,
    difference_of_medians,
    difference_of_proportions,
    difference_of_rates,
    wilson,
)
from engine.measure.student import t_cdf, t_quantile

RUNS = 2_000


def rounded(found: Difference, digits: int) -> tuple[float, float]:
    return round(found.low, digits), round(found.high, digits)


# Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10, contrasts (a), (b), (c), (d).
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_newcombe(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    assert rounded(difference_of_proportions(second, first), 4) == (low, high)


def test_wilson() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    told = [tuple(round(end, 4) for end in wilson(*given)) for given in ((81, 263), (15, 148), (0, 20), (1, 29))]
    assert told == [(0.2553, 0.3662), (0.0624, 0.1605), (0.0, 0.1611), (0.0061, 0.1718)]


def test_welch() -> None:
    # R's `t.test(extra ~ group, data = sleep)`: -3.3654832 to 0.2054832 (Student's sleep data).
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = difference_of_means(*((fmean(it), stdev(it), len(it)) for it in (second, first)))
    assert rounded(found, 5) == (-3.36548, 0.20548)


def test_medians() -> None:
    # `statpsych::ci.median2`, its two worked examples (Bonett and Price, Psychological Methods 7 (2002), 370-383).
    first = [32, 39, 26, 35, 43, 27, 40, 37, 34, 29]
    second = [36, 44, 47, 42, 49, 39, 46, 31, 33, 48]
    found = difference_of_medians(second, first)
    assert (found.estimate, *rounded(found, 5)) == (-8.5, -16.95977, -0.04023)
    first = [70, 394, 43, 95, 62, 128, 2, 203, 81, 436, 85, 35, 156, 1, 3, 27, 63, 181, 184, 18]
    second = [102, 120, 78, 78, 417, 124, 86, 171, 176, 129, 230, 194, 100, 157, 306, 411, 164, 103, 193, 312]
    found = difference_of_medians(second, first)
    assert (found.estimate, *rounded(found, 4)) == (-85, -157.7441, -12.2559)


def test_rates() -> None:
    # By hand: 9 events in 1 and 25 in 1; z = 1.95996, x + z²/2 -+ z sqrt(x + z²/4) gives 4.7351 to 17.1064
    # and 16.9345 to 36.9070; square and add: 16 - sqrt(8.0655² + 8.1064²), 16 + sqrt(11.9070² + 4.2649²).
    assert rounded(difference_of_rates((9, 1), (25, 1)), 3) == (4.565, 28.648)


def test_difference_of_differences() -> None:
    # By hand, Zou and Donner, Statistics in Medicine 27 (2008), 1693-1702: 5 (2 to 8) less 1 (-3 to 5).
    found = difference_of_differences(Difference(1, -3, 5), Difference(5, 2, 8))
    assert (found.estimate, found.low, found.high) == (4, -1, 9)


def test_student() -> None:
    # Printed tables of t: 97.5 % at 1, 4, 13 and 30 degrees of freedom.
    assert [round(t_quantile(0.975, df), 3) for df in (1, 4, 13, 30)] == [12.706, 2.776, 2.160, 2.042]
    assert t_cdf(0, 5) == 0.5
    assert t_cdf(-2.776445, 4) == pytest.approx(0.025, abs=1e-7)


def _proportions(it: random.Random) -> tuple[Difference, float]:
    first, second = ((sum(it.random() < share for _ in range(150)), 150) for share in (0.10, 0.16))
    return difference_of_proportions(first, second), 0.06


def _means(it: random.Random) -> tuple[Difference, float]:
    groups = [[it.gauss(at, spread) for _ in range(n)] for at, spread, n in ((4, 1, 12), (5, 3, 25))]
    return difference_of_means(*((fmean(group), stdev(group), len(group)) for group in groups)), 1


def _medians(it: random.Random) -> tuple[Difference, float]:
    groups = [[it.lognormvariate(at, 0.8) for _ in range(41)] for at in (0, 0.5)]
    return difference_of_medians(*groups), 2.718281828459045**0.5 - 1


def _rates(it: random.Random) -> tuple[Difference, float]:
    first, second = (sum(it.random() < share for _ in range(1000)) for share in (0.02, 0.03))
    return difference_of_rates((first, 1), (second, 1)), 10


@pytest.mark.parametrize("draw", [_proportions, _means, _medians, _rates])
def test_coverage(draw: Callable[[random.Random], tuple[Difference, float]]) -> None:
    it = random.Random(20261116)
    covered = 0
    for _ in range(RUNS):
        found, truth = draw(it)
        covered += found.low <= truth <= found.high
    assert 0.93 <= covered / RUNS <= 0.97


@pytest.mark.parametrize("empty", [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share(empty: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="of"):
        difference_of_proportions(empty, (1, 2))
