"""From the part of an influence map that is shown to columns of names, in an order with few crossings, and places."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..graph.components import components
from .graph_view import View

Columns = tuple[tuple[str, ...], ...]

WIDTH, GAP_X, GAP_Y, MARGIN = 156, 36, 14, 12
_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Box:
    """The place of a node, from its upper left corner."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    boxes: Mapping[str, Box]
    width: float
    height: float


def arrange(drawn: View) -> Columns:
    """Departments, levers, metrics by the longest path that leads to them, north stars: from left to right.

    Metrics that reach each other stand in one column. Empty columns are left out. Within a column the order comes
    from the mean place of what a node is tied to, swept to and fro; the sweep with the fewest crossings is taken.
    Departments keep the order of the project.
    """
    columns = [[name for name in drawn.names if drawn.look(name) == look] for look in ("department", "lever")]
    columns += [*_layers(drawn), [name for name in drawn.names if drawn.look(name) == "northStar"]]
    ties = [(it.source, it.target) for it in drawn.relations() if it.source != it.target]
    best = _ordered([column for column in columns if column], ties, fixed=bool(columns[0]))
    return tuple(map(tuple, best))


def place(columns: Sequence[Sequence[str]], heights: Mapping[str, float]) -> Layout:
    """Each column spread over the height of the tallest. `map.js` does the same for what it shows."""
    columns = [column for column in columns if column]
    filled = [sum(heights[name] for name in column) for column in columns]
    tallest = max((full + GAP_Y * len(column) for column, full in zip(columns, filled, strict=True)), default=0)
    boxes = {}
    for at, (column, full) in enumerate(zip(columns, filled, strict=True)):
        gap = (tallest - full) / len(column)
        y = MARGIN + gap / 2
        for name in column:
            boxes[name] = Box(MARGIN + at * (WIDTH + GAP_X), y, heights[name])
            y += heights[name] + gap
    across = len(columns) * (WIDTH + GAP_X) - GAP_X
    return Layout(boxes, max(across, 0) + 2 * MARGIN, tallest + 2 * MARGIN)


def crossings(columns: Sequence[Sequence[str]], ties: Iterable[tuple[str, str]]) -> int:
    """How often arrows between the same two columns cross.

    >>> crossings([["a", "b"], ["c", "d"]], [("a", "d"), ("b", "c"), ("b", "d")])
    1
    """
    place = {name: (at, row) for at, column in enumerate(columns) for row, name in enumerate(column)}
    between: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for source, target in ties:
        (left, above), (right, below) = place[source], place[target]
        if left != right:
            between.setdefault((left, right), []).append((above, below))
    found = 0
    for rows in between.values():
        ends: list[int] = []
        for _, below in sorted(rows):
            found += len(ends) - bisect_left(ends, below + 1)
            insort(ends, below)
    return found


def _layers(drawn: View) -> list[list[str]]:
    """The metrics by the longest path of formulas and causes to them; a circle counts as one."""
    metrics = [name for name in drawn.names if drawn.look(name) == "metric"]
    number = {name: at for at, name in enumerate(metrics)}
    before: list[list[int]] = [[] for _ in metrics]
    for it in drawn.relations():
        if it.source in number and it.target in number:
            before[number[it.target]].append(number[it.source])
    layer = [0] * len(metrics)
    for circle in components(before):
        members = set(circle)
        earlier = [layer[it] + 1 for node in circle for it in before[node] if it not in members]
        for node in circle:
            layer[node] = max(earlier, default=0)
    layers: list[list[str]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for name, at in zip(metrics, layer, strict=True):
        layers[at].append(name)
    return layers


def _ordered(columns: list[list[str]], ties: list[tuple[str, str]], fixed: bool) -> list[list[str]]:
    before: dict[str, list[str]] = {name: [] for column in columns for name in column}
    after: dict[str, list[str]] = {name: [] for name in before}
    for source, target in ties:
        after[source].append(target)
        before[target].append(source)
    both = {name: [*before[name], *after[name]] for name in before}
    best, fewest = columns, crossings(columns, ties)
    for sides in ((before, after), (both, both)):  # one side a sweep; from the best of these on both sides
        columns = best
        for sweep in range(_SWEEPS):
            columns = _swept(columns, sides[sweep % 2], backwards=sweep % 2 == 1, fixed=fixed)
            found = crossings(columns, ties)
            if found < fewest:
                best, fewest = columns, found
    return best


def _swept(columns: list[list[str]], beside: Mapping[str, list[str]], backwards: bool, fixed: bool) -> list[list[str]]:
    """Each column in turn sorted by the mean height of what its nodes are tied to; the first may be fixed."""
    columns = [list(column) for column in columns]
    height = {name: _height(column, row) for column in columns for row, name in enumerate(column)}
    for column in reversed(columns[fixed:]) if backwards else columns[fixed:]:
        means = {name: _mean([height[it] for it in beside[name]], height[name]) for name in column}
        column.sort(key=means.__getitem__)
        height |= {name: _height(column, row) for row, name in enumerate(column)}
    return columns


def _height(column: Sequence[str], row: int) -> float:
    return (row + 0.5) / len(column)


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
