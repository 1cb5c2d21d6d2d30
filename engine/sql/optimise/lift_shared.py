"""Sub-plans that are worked out twice become one, which all their readers share."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from ...formula.expr import Column, Expr, rewrite
from ..plan import Aggregate, Align, Aligned, Filter, Item, Join, Lookup, Node, Project, Rows, Scan, Series, inputs_of
from .rebuild import simplified, with_inputs


def lift_shared(root: Node, outputs: frozenset[str]) -> Node:
    """Two nodes are one if they do the same to the same inputs; the ids that they draw do not matter.

    Where both would meet in one join, whose columns must differ, the plan stays as it is.
    """
    lifted = _Lifting().visit(root)
    if {column.id for column in lifted.columns} >= outputs and not _meet(lifted, set()):
        return lifted
    return root


class _Lifting:
    def __init__(self) -> None:
        self.known: dict[Hashable, Node] = {}
        self.done: dict[int, Node] = {}
        self.instead: dict[Column, Column] = {}

    def visit(self, node: Node) -> Node:
        if id(node) not in self.done:
            below = tuple(self.visit(child) for child in inputs_of(node))
            fresh = self._moved(with_inputs(node, below) if below else node)
            signature = _signature(fresh)
            first = self.known.setdefault(signature, fresh)
            if first is not fresh:
                own = {
                    mine: theirs for mine, theirs in zip(fresh.columns, first.columns, strict=True) if mine != theirs
                }
                self.instead |= own
            self.done[id(node)] = first
        return self.done[id(node)]

    def _expr(self, expr: Expr) -> Expr:
        return rewrite(expr, lambda part: self.instead.get(part) if isinstance(part, Column) else None)

    def _all(self, exprs: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return tuple(map(self._expr, exprs))

    def _items(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """Columns that only pass through are called as they are called below."""
        return tuple((self.instead.get(column, column), self._expr(expr)) for column, expr in items)

    def _pairs(self, pairs: tuple[tuple[Expr, Expr], ...]) -> tuple[tuple[Expr, Expr], ...]:
        return tuple((self._expr(mine), self._expr(theirs)) for mine, theirs in pairs)

    def _moved(self, node: Node) -> Node:
        """The node with its columns as they are called now."""
        if not self.instead:
            return node
        match node:
            case Rows(_, lookups, where):
                kept = tuple(Lookup(part.node, self._pairs(part.on), self._all(part.where)) for part in lookups)
                return replace(node, lookups=kept, where=self._all(where))
            case Filter(_, where):
                return replace(node, where=self._all(where))
            case Project(_, items):
                return replace(node, items=self._items(items))
            case Join(_, _, on, where):
                return replace(node, on=self._pairs(on), where=self._all(where))
            case Aggregate(_, keys, items):
                return replace(node, keys=self._items(keys), items=self._items(items))
            case Series(start=start):
                return replace(node, start=self._expr(start))
            case Align(inputs):
                return simplified(replace(node, inputs=tuple(map(self._aligned, inputs))))
        return node

    def _aligned(self, part: Aligned) -> Aligned:
        keys = tuple(self.instead.get(key, key) for key in part.keys)
        items = tuple((out, self.instead.get(inner, inner), beside) for out, inner, beside in part.items)
        return Aligned(part.node, keys, items)


def _signature(node: Node) -> Hashable:
    """What a node does, without the ids that it draws itself."""
    below = tuple(child if _plain(child) else id(child) for child in inputs_of(node))
    if _plain(node):
        return id(node)  # a table is named, not worked out
    match node:
        case Scan(table, instance, items):
            return "scan", below, table, instance, items
        case Project(_, items):
            return "project", below, tuple((column.name, expr) for column, expr in items)
        case Aggregate(_, keys, items):
            called = tuple((column.name, expr) for column, expr in keys)
            return "aggregate", below, called, tuple((column.name, expr) for column, expr in items)
        case Series(column, grain, start, stop):
            return "series", below, column.name, grain, start, stop
        case Rows(_, lookups, where):
            return "rows", below, tuple((part.on, part.where) for part in lookups), where
        case Filter(_, where):
            return "filter", below, where
        case Join(_, _, on, where, kind):
            return "join", below, on, where, kind
    return id(node)


def _plain(node: Node) -> bool:
    return isinstance(node, Scan) and node.query is None


def _meet(node: Node, seen: set[int]) -> bool:
    """Whether a column reaches a join from both of its sides."""
    if id(node) in seen:
        return False
    seen.add(id(node))
    below = inputs_of(node)
    if isinstance(node, Join | Rows):
        ids = [column.id for child in below for column in child.columns]
        if len(ids) != len(set(ids)):
            return True
    return any(_meet(child, seen) for child in below)
