"""Inputs that are themselves several inputs side by side stand side by side with the others."""

from __future__ import annotations

from dataclasses import replace

from ..plan import Align, Aligned, AlignedItem, Node
from .rebuild import rebuild, simplified


def flatten_aligns(root: Node, outputs: frozenset[str]) -> Node:
    return rebuild(root, lambda node: _flat(node) if isinstance(node, Align) else node)


def _flat(align: Align) -> Node:
    inside = [_inside(part) for part in align.inputs]
    starts = [sum(map(len, inside[:index])) for index in range(len(inside))]
    places = [
        frozenset(range(start, start + len(parts))) for start, parts in zip(starts, inside, strict=True)
    ]  # where the inputs of each input stand now
    inputs = []
    for part, parts, start in zip(align.inputs, inside, starts, strict=True):
        outer = {column: (out, beside) for out, column, beside in part.items}
        for below in parts:
            own = isinstance(part.node, Align) and part.node is not below.node
            items: list[AlignedItem] = []
            for out, column, beside in below.items:
                name, around = outer[out] if own else (out, beside)
                further = {place for number in around if isinstance(number, int) for place in places[number]}
                near = {start + number for number in beside if isinstance(number, int)} if own else set()
                items.append((name, column, frozenset(near | further)))
            inputs.append(replace(below, items=tuple(items)))
    return simplified(replace(align, inputs=tuple(inputs)))


def _inside(part: Aligned) -> tuple[Aligned, ...]:
    """The inputs of an input, with those of their columns that go on; or the input itself."""
    inner = part.node
    if not isinstance(inner, Align) or inner.keys != part.keys:
        return (part,)
    wanted = {column for _, column, _ in part.items}
    return tuple(replace(below, items=tuple(i for i in below.items if i[0] in wanted)) for below in inner.inputs)
