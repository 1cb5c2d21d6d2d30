"""Departments, levers, datasets and dimensions that came or went, and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, get_args

from ..diagnostics import Diagnostic
from ..load.project import ABOUT_FILES
from ..rules.known import key
from .changes import Breaking, EntryChange, FindingChange, Touched
from .meaning import meaning
from .side import Side
from .touched import touched
from .users import users

Collection = Literal["departments", "levers", "datasets", "dimensions", "calendars"]


def compare_entries(before: Side, after: Side) -> Iterator[EntryChange]:
    for collection in get_args(Collection):
        old, new = getattr(before.project, collection), getattr(after.project, collection)
        for name in new:
            if name not in old:
                yield EntryChange("added", collection, name, _reach(after, collection, name))
            elif collection in ("dimensions", "calendars") and meaning(new[name]) != meaning(old[name]):
                yield EntryChange("changed", collection, name, Touched())
        for name in old:
            if name not in new:
                using = () if collection in ("levers", "calendars") else users(before.project, collection, name)
                breaking = Breaking("used", using) if using else None
                yield EntryChange("removed", collection, name, _reach(before, collection, name), breaking)


def _reach(side: Side, collection: Collection, name: str) -> Touched:
    if collection == "departments":
        return touched(side, (), (name,))
    if collection == "levers":
        targets = [it.target for it in side.project.influences if it.source == name]
        reach = touched(side, targets, side.project.levers[name].departments)
        return replace(reach, moved=tuple(it for it in side.project.metrics if it in {*reach.moved, *targets}))
    return Touched()


def compare_findings(before: Side, after: Side, renamed: Mapping[str, str]) -> Iterator[FindingChange]:
    """Findings by rule and entity, but for those about files, which only the working tree has.

    Where an entity has more, or fewer, of a rule, all of that rule are told.
    """
    old = [(_key(it, before, renamed), it) for it in before.findings if it.code not in ABOUT_FILES]
    new = [(_key(it, after, {}), it) for it in after.findings if it.code not in ABOUT_FILES]
    then, now = Counter(known for known, _ in old), Counter(known for known, _ in new)
    for known, found in new:
        if now[known] > then[known]:
            yield FindingChange("new", found, _concerned(after, found))
    for known, found in old:
        if then[known] > now[known]:
            yield FindingChange("gone", found, _concerned(before, found))


def _key(found: Diagnostic, side: Side, renamed: Mapping[str, str]) -> tuple[str, str]:
    kind, _, name = (found.subject or "").partition(":")
    if kind == "metric" and name in renamed:
        message = found.message.replace(f"`{name}`", f"`{renamed[name]}`")
        found = replace(found, subject=f"metric:{renamed[name]}", message=message)
    return key(found, side.folder)


def _concerned(side: Side, found: Diagnostic) -> Touched:
    names = side.departments.get(found.subject or "", ())
    return Touched(tuple(name for name in side.project.departments if name in names))
