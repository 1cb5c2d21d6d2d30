"""A ratio of two inputs, aligned on their keys."""

from __future__ import annotations

from ...formula.functions import type_of
from ...model import Metric, Ratio
from .builder import Builder
from .built import Built, aligned, safe_div


def build_ratio(builder: Builder, metric: Metric, definition: Ratio) -> Built:
    numerator = builder.input(metric, definition.numerator, ("numerator",))
    denominator = builder.input(metric, definition.denominator, ("denominator",))
    above, below = aligned(builder.catalog, [numerator, denominator], metric.name)
    lag = tuple(dict.fromkeys((*numerator.lag, *denominator.lag)))
    n = below.value if type_of(below.value) == "integer" else None
    return Built(above.node, above.keys, safe_div(above.value, below.value), above.value, below.value, n, lag=lag)
