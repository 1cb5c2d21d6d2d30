"""Inputs that are themselves several inputs side by side stand side by side with the others."""

from __future__ import annotations

from dataclasses import replace

from ..plan import Align, Aligned, Node
from .rebuild import rebuild, simplified


def flatten_aligns(root: Node, outputs: frozenset[str]) -> Node:
    return rebuild(root, lambda node: _flat(node) if isinstance(node, Align) else node)


def _flat(align: Align) -> Node:
    inputs: list[Aligned] = []
    for part in align.inputs:
        inputs.extend(_inside(part) or (part,))
    return simplified(replace(align, inputs=tuple(inputs)))


def _inside(part: Aligned) -> tuple[Aligned, ...] | None:
    """The inputs of an input, all of its keys kept; `None` where a missing row would then mean something else."""
    inner = part.node
    if not isinstance(inner, Align) or inner.keys != part.keys:
        return None
    empties = {out: empty for below in inner.inputs for out, _, empty in below.items}
    if any(empties[column] != empty for _, column, empty in part.items):
        return None
    outer = {column: out for out, column, _ in part.items}
    return tuple(
        replace(below, items=tuple((outer[out], column, empty) for out, column, empty in below.items if out in outer))
        for below in inner.inputs
    )
