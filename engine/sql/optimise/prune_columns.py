"""Columns that nothing reads are dropped, from the outputs down to the scans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...formula.expr import Column, Expr, Physical, walk
from ..plan import Aggregate, Align, Aligned, Filter, Join, Lookup, Node, Project, Rows, Scan, Series, inputs_of
from .rebuild import with_inputs


def prune_columns(root: Node, outputs: frozenset[str]) -> Node:
    needed: dict[int, set[str]] = {id(root): set(outputs)}
    for node in _parents_first(root):
        for child, ids in _asked(node, needed[id(node)]):
            needed.setdefault(id(child), set()).update(ids)
    return _pruned(root, needed, {})


def _parents_first(root: Node) -> list[Node]:
    order: list[Node] = []
    seen: set[int] = set()

    def visit(node: Node) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            for child in inputs_of(node):
                visit(child)
            order.append(node)

    visit(root)
    return order[::-1]


def _asked(node: Node, wanted: set[str]) -> Iterable[tuple[Node, set[str]]]:
    """Which columns a node asks of its inputs when `wanted` are asked of it."""
    match node:
        case Scan(query=query, items=items):
            if query is not None:
                names = {
                    part.column
                    for column, expr in items
                    if column.id in wanted
                    for part in walk(expr)
                    if isinstance(part, Physical)
                }
                yield query, {column.id for column in query.columns if column.name in names}
        case Rows(home, lookups, where):
            pairs = [side for lookup in lookups for pair in lookup.on for side in pair]
            ids = wanted | _ids(where) | _ids(pairs) | _ids(part for lookup in lookups for part in lookup.where)
            yield home, ids
            for lookup in lookups:
                yield lookup.node, ids
        case Filter(inner, where):
            yield inner, wanted | _ids(where)
        case Series(start=start, input=inner) if inner is not None:
            yield inner, _ids((start,))
        case Project(inner, items):
            yield inner, _ids(expr for column, expr in items if column.id in wanted)
        case Join(left, right, on, where):
            ids = wanted | _ids(where) | _ids(side for pair in on for side in pair)
            yield left, ids
            yield right, ids
        case Aggregate(inner, keys, items):
            kept = [expr for column, expr in items if column.id in wanted]
            yield inner, _ids([expr for _, expr in keys] + kept)
        case Align(inputs):
            shown = _with_answers(inputs, wanted)
            for part in inputs:
                used = {inner.id for out, inner, _ in part.items if out.id in shown}
                yield part.node, used | {key.id for key in part.keys}


def _with_answers(inputs: tuple[Aligned, ...], wanted: set[str]) -> set[str]:
    """The columns that are wanted, and those by which a count among them is known to be 0."""
    items = [item for part in inputs for item in part.items if item[0].id in wanted]
    return wanted | {other.id for _, _, beside in items for other in beside if isinstance(other, Column)}


def _ids(exprs: Iterable[Expr]) -> set[str]:
    return {part.id for expr in exprs for part in walk(expr) if isinstance(part, Column)}


def _pruned(node: Node, needed: dict[int, set[str]], done: dict[int, Node]) -> Node:
    if id(node) in done:
        return done[id(node)]
    wanted = needed[id(node)]
    inputs = tuple(_pruned(child, needed, done) for child in inputs_of(node))
    fresh = with_inputs(node, inputs) if inputs else node
    match fresh:
        case Scan(items=items) | Aggregate(items=items):
            fresh = replace(fresh, items=tuple(item for item in items if item[0].id in wanted))
        case Project(items=items):
            fresh = replace(fresh, items=tuple(item for item in items if item[0].id in wanted))
        case Align(inputs=parts):
            ids = _with_answers(parts, wanted)
            kept = tuple(replace(part, items=tuple(i for i in part.items if i[0].id in ids)) for part in parts)
            fresh = replace(fresh, inputs=kept)
        case Rows():
            fresh = _without_idle(fresh, wanted)
    done[id(node)] = fresh
    return fresh


def _without_idle(rows: Rows, wanted: set[str]) -> Rows:
    """A lookup of which nothing is read is not made: it finds at most one row and takes none away."""
    kept: list[Lookup] = []
    asked = wanted | _ids(rows.where)
    for lookup in reversed(rows.lookups):
        if asked & {column.id for column in lookup.node.columns}:
            kept.append(lookup)
            asked |= _ids(side for pair in lookup.on for side in pair) | _ids(lookup.where)
    return replace(rows, lookups=tuple(reversed(kept)))
