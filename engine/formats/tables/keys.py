"""What of the measured is proposed: the key of a table, its time, and which references hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from . import names
from .facts import MeasuredColumn, MeasuredTable, Reference

MOST_ORPHANS = Decimal("0.05")  # with more, a column is not proposed as a reference


@dataclass(frozen=True, slots=True)
class KeyFound:
    """The key that counting and names agree on (empty: none, or several that nothing tells apart), and the others."""

    primary: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TimeFound:
    """The time that counting singles out (None: none), and why; or what there is to choose from."""

    time: str | None
    because: str
    choices: tuple[str, ...] = ()


def unique_columns(table: MeasuredTable) -> list[MeasuredColumn]:
    """Columns that no row is without and no two rows share. A moment is none: two that never met may meet tomorrow."""
    return [it for it in table.columns if table.full(it) and it.distinct == table.rows and it.datatype != "DateTime"]


def key_of(table: MeasuredTable) -> KeyFound:
    unique = unique_columns(table)
    if not unique:
        return _of_two(table)
    first = table.columns[0].name
    own = [it.name for it in unique if names.own_key(table.name, it.name)]
    likely = [it.name for it in unique if names.key_like(it.name) or it.name == first or it.name in own]
    chosen = own if len(own) == 1 else likely if len(likely) == 1 else []
    others = likely if chosen or likely else [it.name for it in unique]
    return KeyFound(tuple(chosen), tuple((name,) for name in others if name not in chosen))


def _of_two(table: MeasuredTable) -> KeyFound:
    chosen: tuple[str, str] | None = None
    if table.validity:
        chosen = next(pair for pair in table.pairs if set(pair) == set(table.validity[:2]))
    elif len(table.pairs) == 1:
        chosen = table.pairs[0]
    return KeyFound(chosen or (), tuple(pair for pair in table.pairs if pair != chosen))


def time_of(table: MeasuredTable) -> TimeFound:
    """The only time there is; else the only one that is never empty; else the one of these that is never after
    another: when it all began."""
    times = table.times
    full = [it.name for it in times if table.full(it)]
    if not table.rows or not times:
        return TimeFound(None, "")
    if len(times) == 1:
        return TimeFound(times[0].name, "never empty" if full else _emptiness(table, times[0]))
    if len(full) == 1:
        others = "; ".join(f"{it.field} is {_emptiness(table, it)}" for it in times if it.name != full[0])
        return TimeFound(full[0], f"never empty; {others}")
    first = [name for name in full if not any(table.after.get((name, other), True) for other in full if other != name)]
    if len(first) == 1:
        others = " or ".join(table.column(name).field for name in full if name != first[0])
        return TimeFound(first[0], f"never empty, and never after {others}")
    return TimeFound(None, "", tuple(full) or tuple(it.name for it in times))


def _emptiness(table: MeasuredTable, column: MeasuredColumn) -> str:
    empty = (table.rows or 0) - (column.present or 0)
    return f"empty in {empty:,} row{'' if empty == 1 else 's'}"


def orphans_allowed(reference: Reference) -> str | None:
    """The share of orphans as `max_orphans` is written, rounded up to a whole percent; `None` where there is none."""
    if reference.found == reference.values:
        return None
    share = Decimal(reference.values - reference.found) / reference.values
    return f"{(share * 100).quantize(Decimal(1), ROUND_UP)} %"


def holds(reference: Reference) -> bool:
    return (
        reference.problem is None
        and reference.values > 0
        and Decimal(reference.values - reference.found) <= MOST_ORPHANS * reference.values
    )


def chosen_references(references: Sequence[Reference]) -> tuple[list[Reference], list[Reference]]:
    """Those to propose, and those to show only: that do not hold, or of whose like there are several."""
    proposed: list[Reference] = []
    shown: list[Reference] = []
    for it in references:
        rivals = [other for other in references if (other.source, other.column) == (it.source, it.column)]
        holding = [other for other in rivals if holds(other)]
        named = [other for other in holding if other.named]
        best = named if named else holding
        (proposed if best == [it] else shown).append(it)
    return proposed, shown
