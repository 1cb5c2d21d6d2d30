"""Which groups may be shown to everybody: large ones only, and none from which a hidden one could be computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from ..measure.values import Value
from ..model import Project

Why = Literal["", "small", "personal", "uncounted", "failed", "early"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Segment:
    name: object
    value: Value


@dataclass(frozen=True, slots=True)
class Segments:
    """A metric over the values of a dimension, in the periods from `first` to `last`; `hidden` groups are left out.

    `reason` says why groups are hidden, or why there are none at all.
    """

    by: str
    first: str
    last: str
    shown: tuple[Segment, ...]
    hidden: int
    reason: Why


def segments(project: Project, by: str, labels: tuple[str, str], values: Sequence[Value]) -> Segments:
    """What of the groups may be shown, the largest first."""
    if is_personal(project, by):
        return Segments(by, *labels, (), len(values), "personal")
    found = sorted(
        (Segment(it.dimensions[0][1], it) for it in values), key=lambda it: (-(it.value.n or 0), str(it.name))
    )
    sizes = [(at, it.value.cases) for at, it in enumerate(found)]
    kept = apart(sizes, project.config.smallest_group)
    inhabited = [at for at, size in sizes if size != 0]
    reason: Why = "" if len(kept) == len(inhabited) else "uncounted" if None in dict(sizes).values() else "small"
    return Segments(by, *labels, tuple(found[at] for at in kept), len(inhabited) - len(kept), reason)


def apart(groups: Sequence[tuple[T, int | None]], least: int) -> list[T]:
    """The groups that may be shown, in their order; none where the size of one is unknown.

    As the total is public, what is hidden must be at least two groups and together at least `least` cases: the next
    smallest go with them until it is so. A group without cases shows nobody and is left out.

    >>> apart([("a", 31), ("b", 22), ("c", 3)], 5)
    ['a']
    """
    if any(size is None for _, size in groups):
        return []
    ranked = sorted(((size or 0, at) for at, (_, size) in enumerate(groups) if size), key=lambda it: it)
    hidden = [it for it in ranked if it[0] < least]
    rest = ranked[len(hidden) :]
    while hidden and rest and (len(hidden) < 2 or sum(size for size, _ in hidden) < least):
        hidden.append(rest.pop(0))
    return [groups[at][0] for at in sorted(at for _, at in rest)] if rest else []


def is_personal(project: Project, by: str) -> bool:
    """Whether a path or dimension leads to a field that is marked personal, in whatever dataset has it."""
    dimension = project.dimensions.get(by)
    names = {path.rsplit(".", 1)[-1] for path in (*(dimension.fields if dimension else ()), by)}
    names = {name.partition(":")[0] for name in names}
    return any(
        field.personal
        for dataset in project.datasets.values()
        for name, field in dataset.fields.items()
        if name in names
    )
