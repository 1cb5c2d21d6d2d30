"""Rebuilds a plan from the leaves up; parts that stay the same stay the same objects, so that sharing survives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...formula.expr import Column
from ..plan import Align, Aligned, Item, Join, Node, Project, Rows, Scan, Series, inputs_of


def rebuild(root: Node, change: Callable[[Node], Node]) -> Node:
    """Every node of the plan through `change`, its inputs first, each object once."""
    done: dict[int, Node] = {}

    def visit(node: Node) -> Node:
        if id(node) not in done:
            inputs = inputs_of(node)
            fresh = tuple(visit(child) for child in inputs)
            same = all(old is new for old, new in zip(inputs, fresh, strict=True))
            done[id(node)] = change(node if same else with_inputs(node, fresh))
        return done[id(node)]

    return visit(root)


def with_inputs(node: Node, inputs: tuple[Node, ...]) -> Node:
    """`node` over other inputs, given in the order of `inputs_of`."""
    match node:
        case Scan():
            return replace(node, query=inputs[0])
        case Series():
            return replace(node, input=inputs[0])
        case Rows(lookups=lookups):
            home = inputs[0]
            assert isinstance(home, Scan)
            found = tuple(replace(lookup, node=new) for lookup, new in zip(lookups, inputs[1:], strict=True))
            return replace(node, home=home, lookups=found)
        case Join():
            return replace(node, left=inputs[0], right=inputs[1])
        case Align(inputs=parts):
            return replace(node, inputs=tuple(replace(part, node=new) for part, new in zip(parts, inputs, strict=True)))
    return replace(node, input=inputs[0])


def simplified(align: Align) -> Node:
    """An `Align` with each input once; one of a single input is only a renaming."""
    inputs = _together(align.inputs)
    if len(inputs) > 1:
        return replace(align, inputs=inputs)
    only = inputs[0]
    keys: list[Item] = list(zip(align.keys, only.keys, strict=True))
    return Project(only.node, (*keys, *((out, inner) for out, inner, _ in only.items)), align.name)


def _together(parts: tuple[Aligned, ...]) -> tuple[Aligned, ...]:
    """Parts that have become the same input give all their columns at once."""
    found: dict[tuple[int, tuple[Column, ...]], Aligned] = {}
    for part in parts:
        at = id(part.node), part.keys
        found[at] = replace(found[at], items=(*found[at].items, *part.items)) if at in found else part
    return tuple(found.values())
