"""What reports are made of, and tests of metrics: alarms, changes, blockers, broken promises, pilots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..model import Alarm, Blocker, ChangeMade, Pilot, Test
from ..sql.alarms import condition, metrics_of
from ..sql.refusal import Refusal
from .changes import Aspect, EntryChange, Touched
from .meaning import meaning
from .side import Side
from .touched import concerned

COLLECTIONS = ("alarms", "changes", "blockers", "mismatches", "pilots", "tests")


def compare_reports(before: Side, after: Side, renamed: Mapping[str, str]) -> Iterator[EntryChange]:
    """Such entries that came, went or say something else; words for people alone are no change."""
    for collection in COLLECTIONS:
        old, new = getattr(before.project, collection), getattr(after.project, collection)
        for name, entry in new.items():
            if name not in old:
                yield EntryChange("added", collection, name, _reach(after, entry))
            elif meaning(entry) != meaning(old[name], renamed):
                aspects = (Aspect("when", old[name].when, entry.when),) if isinstance(entry, Alarm) else ()
                yield EntryChange("changed", collection, name, _reach(after, entry), aspects=aspects)
        for name, entry in old.items():
            if name not in new:
                yield EntryChange("removed", collection, name, _reach(before, entry))


def _reach(side: Side, entry: Any) -> Touched:
    match entry:
        case Alarm():
            return concerned(side, _compared(side, entry))
        case ChangeMade():
            return concerned(side, [it.metric for it in entry.expects], entry.departments)
        case Blocker():
            return concerned(side, [], [name for name in (entry.department, entry.asks) if name])
        case Pilot():
            return concerned(side, entry.metrics, (entry.department,))
        case Test():
            return concerned(side, entry.metrics)
        case _:
            return concerned(side, [], [entry.promised_by] if entry.promised_by else [])


def _compared(side: Side, alarm: Alarm) -> Iterable[str]:
    try:
        return metrics_of(condition(alarm, side.project))
    except Refusal:
        return ()
