"""A pilot against the time before, or against the rest: the differences, and the difference of the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..measure.effects import Effect, difference_in_differences, effect_of
from ..measure.values import Value
from ..model import Metric, Pilot, Stretch
from .series import cut, judged, kind_of

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
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class Tried:
    pilot: Pilot
    earlier: Stretch
    during: Stretch
    metrics: tuple[Compared, ...]


def tried(pilot: Pilot, earlier: Stretch, during: Stretch, cells: Cells, effects: Mapping[str, Effect]) -> Tried:
    """The pilot with its metrics, from values by place (`pilot`, `rest`) and side (`before`, `during`)."""
    metrics = tuple(_compared(name, cells, pilot, effects.get(name)) for name in pilot.metrics)
    return Tried(pilot, earlier, during, metrics)


def effect_in(
    pilot: Pilot,
    metric: Metric,
    mine: Sequence[Value],
    rest: Sequence[Value],
    during: Stretch,
    grain: str,
    week_start: str,
) -> Effect:
    """What the periods say: the pilot's against the time before, or its difference to the rest against that before."""
    kind = kind_of(metric, mine)
    before, after, _ = cut(mine, during.start, during.end, grain, week_start)
    if pilot.compare_to == "before":
        return judged(kind, (before, after), lambda: effect_of(kind, before, after))
    known = {it.period for it in mine if it.complete} & {it.period for it in rest if it.complete}
    common = [[it for it in of if it.period in known] for of in (mine, rest)]
    one, other = (cut(of, during.start, during.end, grain, week_start) for of in common)
    sides = (*one[:2], *other[:2])
    return judged(kind, sides, lambda: difference_in_differences(kind, one[:2], other[:2]))


def _compared(name: str, cells: Cells, pilot: Pilot, effect: Effect | None) -> Compared:
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
        effect,
    )


def _change(before: Value | None, during: Value | None) -> float | None:
    if before is None or during is None or before.value is None or during.value is None:
        return None
    if not (before.complete and during.complete):
        return None
    return float(during.value) - float(before.value)
