"""Rebuilds a plan from the leaves up; parts that stay the same stay the same objects, so that sharing survives."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace

from ...formula.expr import Column
from ..plan import Align, Aligned, AlignedItem, Item, Join, Node, Project, Rows, Scan, Series, inputs_of

Merge = Callable[[Mapping[int, Aligned], set[int]], tuple[Aligned, dict[int, Column]]]


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
    inputs = regrouped(align.inputs, [(id(part.node), part.keys) for part in align.inputs], _together)
    if len(inputs) > 1:
        return replace(align, inputs=inputs)
    only = inputs[0]
    keys: list[Item] = list(zip(align.keys, only.keys, strict=True))
    return Project(only.node, (*keys, *((out, inner) for out, inner, _ in only.items)), align.name)


def regrouped(inputs: tuple[Aligned, ...], groups: Sequence[Hashable], merge: Merge) -> tuple[Aligned, ...]:
    """Inputs of the same group made one by `merge`; the numbers that stand with columns follow.

    `merge` gets the inputs by their numbers, and which of them others ask whether they have rows; it gives the one
    input, and columns that answer this where its rows are not only theirs.
    """
    order = list(dict.fromkeys(groups))
    place: dict[int, int | Column] = {index: order.index(group) for index, group in enumerate(groups)}
    out: list[Aligned] = []
    for group in order:
        members = {index: part for index, part in enumerate(inputs) if groups[index] == group}
        if len(members) == 1:
            out.extend(members.values())
            continue
        asked = {
            number
            for index, part in enumerate(inputs)
            for _, _, beside in part.items
            for number in beside
            if isinstance(number, int) and number in members and index not in members
        }
        merged, answers = merge(members, asked)
        place |= answers
        out.append(merged)
    return tuple(replace(part, items=tuple(_replaced(item, place) for item in part.items)) for part in out)


def _replaced(item: AlignedItem, place: dict[int, int | Column]) -> AlignedItem:
    name, column, beside = item
    return name, column, frozenset(place[number] if isinstance(number, int) else number for number in beside)


def _together(parts: Mapping[int, Aligned], asked: set[int]) -> tuple[Aligned, dict[int, Column]]:
    """The same input read several times gives all its columns at once."""
    first = next(iter(parts.values()))
    return replace(first, items=tuple(item for part in parts.values() for item in part.items)), {}
