"""Values of metrics by two definitions, on the same data, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..measure.values import Failure, Measured, Number, Value
from ..model import Stretch


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric in one period; where a side has no value, `failures` tell why."""

    metric: str
    unit: str | None
    period: Stretch | None
    label: str | None
    before: Number | None
    after: Number | None
    failures: tuple[tuple[str, str], ...] = ()


def side_by_side(then: Measured, now: Measured, metrics: Mapping[str, str]) -> tuple[Compared, ...]:
    """A row a metric and period. Periods that only one definition has complete have one value only."""
    found = []
    for name, former in metrics.items():
        old, new = _of(then, former), _of(now, name)
        failures = tuple(
            (side, failure.message)
            for side, failure in (("before", _failed(then, former)), ("after", _failed(now, name)))
            if failure is not None
        )
        for at in dict.fromkeys((*new, *old)) or {None: None}:
            one, other = old.get(at), new.get(at)
            some = other or one
            found.append(
                Compared(
                    name,
                    some.unit if some else None,
                    at,
                    some.label if some else None,
                    one.value if one else None,
                    other.value if other else None,
                    failures,
                )
            )
    return tuple(found)


def other_periods(found: Iterable[Compared]) -> dict[str, Stretch]:
    """Metrics whose definitions are complete at different times, with the last period that is so by both."""
    periods: dict[str, list[Stretch]] = {}
    for it in found:
        if it.period is not None:
            periods.setdefault(it.metric, []).append(it.period)
    return {name: min(each, key=lambda it: it.end) for name, each in periods.items() if len(each) > 1}


def _of(measured: Measured, name: str) -> dict[Stretch | None, Value]:
    return {value.period: value for value in measured.values if value.metric == name}


def _failed(measured: Measured, name: str) -> Failure | None:
    return next((failure for failure in measured.failures if failure.metric == name), None)
