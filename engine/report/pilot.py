"""A pilot against the time before, or against the rest: the differences, and the difference of the differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..measure.values import Value
from ..model import Pilot, Stretch

Cells = Mapping[tuple[str, str], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of a pilot. `difference` is during minus before, among the pilot's, less that of the rest if any.

    It is nothing where one of the values is missing or its windows are still open.
    """

    metric: str
    before: Value | None
    during: Value | None
    rest_before: Value | None
    rest_during: Value | None
    difference: float | None


@dataclass(frozen=True, slots=True)
class Tried:
    pilot: Pilot
    earlier: Stretch
    during: Stretch
    metrics: tuple[Compared, ...]


def tried(pilot: Pilot, earlier: Stretch, during: Stretch, cells: Cells) -> Tried:
    """The pilot with its metrics, from values by place (`pilot`, `rest`) and side (`before`, `during`)."""
    return Tried(pilot, earlier, during, tuple(_compared(name, cells, pilot) for name in pilot.metrics))


def _compared(name: str, cells: Cells, pilot: Pilot) -> Compared:
    def at(place: str, side: str) -> Value | None:
        return cells.get((place, side), {}).get(name)

    own = _change(at("pilot", "before"), at("pilot", "during"))
    rest = _change(at("rest", "before"), at("rest", "during")) if pilot.compare_to == "rest" else 0.0
    return Compared(
        name,
        at("pilot", "before"),
        at("pilot", "during"),
        at("rest", "before"),
        at("rest", "during"),
        None if own is None or rest is None else own - rest,
    )


def _change(before: Value | None, during: Value | None) -> float | None:
    if before is None or during is None or before.value is None or during.value is None:
        return None
    return float(during.value) - float(before.value)
