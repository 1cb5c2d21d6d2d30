"""Student's t: how likely a value is not exceeded, and the value for a likelihood."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log


def t_cdf(t: float, df: float) -> float:
    """The share of Student's distribution below `t`, by the incomplete beta function.

    >>> round(t_cdf(2.776445, 4), 6)
    0.975
    """
    tail = _beta(df / (df + t * t), df / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


def t_quantile(share: float, df: float) -> float:
    """The value that `share` of the distribution lies below."""
    return quantile(lambda t: t_cdf(t, df), share, 0.0, 1.0)


def quantile(cdf: Callable[[float], float], share: float, centre: float, scale: float) -> float:
    """Where a distribution function reaches `share`, by bisection from `centre` outwards."""
    low, high = centre - scale, centre + scale
    while cdf(low) > share:
        low -= 2 * (high - low)
    while cdf(high) < share:
        high += 2 * (high - low)
    while high - low > 1e-10 * max(scale, abs(low), abs(high)):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if cdf(middle) < share else (low, middle)
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (Abramowitz and Stegun 26.5.8, by Lentz's method)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            fraction *= c * d
        if abs(c * d - 1) < 1e-13:
            break
    return front * fraction
