"""Datasets that are late, what rests on them, and values without those of periods that they do not cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..measure import periods
from ..measure.values import GuardrailState, Measured, Progress, Value
from ..model import Period


@dataclass(frozen=True, slots=True)
class Late:
    """A dataset whose latest row (nothing: it has none) is older than `allowed`, and the metrics that rest on it.

    `failed` tells why it could not be looked at, which is no better than late.
    """

    dataset: str
    latest: date | None
    allowed: Period
    metrics: tuple[str, ...]
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Up to when the data of a metric is known, and how long after its end a period of it is complete."""

    until: datetime
    lag: periods.Lag

    def covers(self, end: date) -> bool:
        return periods.complete(end, self.lag, self.until)


def withheld(measured: Measured, known: Mapping[str, Known]) -> Measured:
    """The values, those of periods that their data does not cover without a number: a part is not told as the whole."""
    return replace(measured, values=tuple(_value(value, known) for value in measured.values))


def withheld_all(values: Sequence[Value], known: Mapping[str, Known]) -> tuple[Value, ...]:
    return tuple(_value(value, known) for value in values)


def _value(value: Value, known: Mapping[str, Known]) -> Value:
    progress = tuple(_progress(it, known) for it in value.progress)
    if value.period is None or _covered(value.metric, value.period.end, known):
        return replace(value, progress=progress) if progress != value.progress else value
    return Value(
        value.metric,
        value.unit,
        None,
        value.period,
        value.label,
        complete=False,
        dimensions=value.dimensions,
        direction=value.direction,
        progress=progress,
    )


def _progress(it: Progress, known: Mapping[str, Known]) -> Progress:
    if it.until is None:
        return it
    guardrails = tuple(_guarded(state, it.until, known) for state in it.guardrails)
    if _covered(it.metric, it.until, known):
        return replace(it, guardrails=guardrails)
    return replace(it, guardrails=guardrails, current=None, share=None)


def _guarded(state: GuardrailState, until: date, known: Mapping[str, Known]) -> GuardrailState:
    return state if _covered(state.metric, until, known) else replace(state, current=None, held=None)


def _covered(metric: str, end: date, known: Mapping[str, Known]) -> bool:
    return metric not in known or known[metric].covers(end)
