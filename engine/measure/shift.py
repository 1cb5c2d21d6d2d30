"""A step in a series of periods: how far its level is another one from some period on, a trend taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from .intervals import Difference
from .student import quantile, t_cdf

# How much of a period's deviation is left in the next one: -0.3 to 0.9, the more likely beforehand the more it is.
_KEPT = tuple(step * 0.15 for step in range(-2, 7))


@dataclass(frozen=True, slots=True)
class Observed:
    """A period's value at its place in time; `weight` is the inverse of its variance, up to a common factor."""

    at: int
    value: float
    after: bool
    weight: float = 1.0


def level_shift(series: Sequence[Observed]) -> Difference | None:
    """The step with a 95 % interval; nothing where the series does not vary, so that there is nothing to judge by.

    Segmented regression: level, linear trend, step, and errors each of which keeps a part of the one before. That part
    cannot be estimated well from few periods, and intervals that take it as known are too narrow. So it is averaged
    out: each value it may have gives an interval by generalised least squares, weighted by how well it fits. This is
    the posterior of Zellner and Tiao, JASA 59 (1964), 763-778, with a prior that rises by 1 + the part
    kept: metrics of an organisation rather go on than swing back.
    """
    df = len(series) - 3
    fits = [fit for kept in _KEPT if (fit := _fit(series, kept, df)) is not None]
    if df < 1 or not fits:
        return None
    best = max(fit.likelihood for fit in fits)
    weights = [exp(fit.likelihood - best) for fit in fits]
    total = sum(weights)

    def cdf(step: float) -> float:
        parts = (weight * t_cdf((step - fit.step) / fit.error, df) for weight, fit in zip(weights, fits, strict=True))
        return sum(parts) / total

    centre = sum(weight * fit.step for weight, fit in zip(weights, fits, strict=True)) / total
    scale = max(fit.error for fit in fits)
    return Difference(centre, quantile(cdf, 0.025, centre, scale), quantile(cdf, 0.975, centre, scale))


@dataclass(frozen=True, slots=True)
class _Fit:
    step: float
    error: float
    likelihood: float


def _fit(series: Sequence[Observed], kept: float, df: int) -> _Fit | None:
    """Generalised least squares for errors of which `kept` is kept (Prais and Winsten 1954; gaps are allowed)."""
    middle = sum(it.at for it in series) / len(series)
    rows, scales = [], 0.0
    last: tuple[float, ...] = ()
    for index, it in enumerate(series):
        weight = sqrt(it.weight)
        row = tuple(weight * part for part in (1.0, it.at - middle, float(it.after), it.value))
        share = kept ** (it.at - series[index - 1].at) if index else 0.0
        scale = sqrt((1 - kept * kept) / (1 - share * share))
        rows.append([scale * (here - share * there) for here, there in zip(row, last or row, strict=True)])
        scales += log(scale)
        last = row
    return _solved(rows, scales + log(1 + kept), df)


def _solved(rows: list[list[float]], scales: float, df: int) -> _Fit | None:
    """Least squares by Gram and Schmidt: the step comes last, so its own direction is what is left of it."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    size, determinant = sum(value * value for value in columns[3]), 0.0
    for at in range(3):
        norm = sum(value * value for value in columns[at])
        if norm < 1e-12:
            return None
        determinant += log(norm)
        for later in range(at + 1, 4):
            share = sum(a * b for a, b in zip(columns[at], columns[later], strict=True)) / norm
            if at == 2:
                step, own = share, norm
            columns[later] = [b - share * a for a, b in zip(columns[at], columns[later], strict=True)]
    rest = sum(value * value for value in columns[3])
    if df < 1 or rest <= 1e-20 * size or not size:
        return None
    return _Fit(step, sqrt(rest / df / own), scales - determinant / 2 - df / 2 * log(rest))
