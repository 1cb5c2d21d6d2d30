"""What is usual of a metric: the limits of an individuals chart over the periods before.

Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, "Individuals Control Charts": the mean plus and minus
three times the mean moving range over d2 = 1.128. It needs no kind of distribution and holds for counts, shares, means
and medians alike; of a metric that grows all the time the newest values lie beyond it, as they should.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

MOST = 26  # periods looked at: half a year of weeks
LEAST = 8
_D2 = 1.128  # of ranges of two


@dataclass(frozen=True, slots=True)
class Usual:
    """Between `low` and `high`, in the metric's unit, as `periods` periods have it."""

    low: float
    high: float
    periods: int


def usual(values: Sequence[float | None]) -> Usual | None:
    """The range from the values of consecutive periods, the newest last; None where fewer than eight are known or no
    two of them are neighbours.

    >>> usual([1.0] * 8)
    Usual(low=1.0, high=1.0, periods=8)
    """
    looked_at = values[-MOST:]
    known = [value for value in looked_at if value is not None]
    steps = [abs(after - before) for before, after in pairwise(looked_at) if before is not None and after is not None]
    if len(known) < LEAST or not steps:
        return None
    middle, spread = fmean(known), 3 * fmean(steps) / _D2
    return Usual(middle - spread, middle + spread, len(known))
