"""Aggregates of the same rows by the same keys become one, their own filters conditions inside the aggregates."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from ...formula.expr import Aggregated, Call, Case, Column, Const, Expr, both, conjunction, rewrite
from ..plan import Aggregate, Align, Aligned, Lookup, Node, Rows, Scan
from .rebuild import rebuild, simplified


def merge_scans(root: Node, outputs: frozenset[str]) -> Node:
    """A key that no aggregate has rows for stays absent: the merged rows are those that any of them reads."""
    return rebuild(root, lambda node: _merged(node) if isinstance(node, Align) else node)


def _merged(align: Align) -> Node:
    groups: dict[Hashable, list[Aligned]] = {}
    for index, part in enumerate(align.inputs):
        signature = _signature(part.node)
        groups.setdefault(index if signature is None else signature, []).append(part)
    if len(groups) == len(align.inputs):
        return align
    inputs = tuple(parts[0] if len(parts) == 1 else _combined(parts) for parts in groups.values())
    return simplified(replace(align, inputs=inputs))


def _signature(node: Node) -> Hashable:
    """Equal for aggregates that could read the same rows once."""
    if not isinstance(node, Aggregate) or not isinstance(node.input, Rows):
        return None
    home = node.input.home
    return home.table, home.instance, id(home.query), tuple(expr for _, expr in node.keys)


def _combined(parts: list[Aligned]) -> Aligned:
    nodes = [part.node for part in parts]
    aggregates = [node for node in nodes if isinstance(node, Aggregate)]
    inputs = [node.input for node in aggregates if isinstance(node.input, Rows)]
    common = tuple(part for part in inputs[0].where if all(part in rows.where for rows in inputs))
    own = [conjunction(tuple(part for part in rows.where if part not in common)) for rows in inputs]
    rows = _rows(inputs, common, own)
    measures: dict[Expr, Column] = {}
    items: list[tuple[Column, Column, int | None]] = []
    for part, aggregate, condition in zip(parts, aggregates, own, strict=True):
        zero = {inner for _, inner, empty in part.items if empty == 0}
        moved: dict[Column, Column] = {}
        for column, expr in aggregate.items:
            narrowed = _narrowed(expr, condition)
            if aggregate.keys and condition is not None and column not in zero and isinstance(expr, Aggregated):
                narrowed = _present(narrowed, expr, condition)
            moved[column] = measures.setdefault(narrowed, column)
        moved |= dict(zip(part.keys, parts[0].keys, strict=True))
        items.extend((out, moved[inner], empty) for out, inner, empty in part.items)
    measured = tuple((column, expr) for expr, column in measures.items())
    return Aligned(Aggregate(rows, aggregates[0].keys, measured, aggregates[0].name), parts[0].keys, tuple(items))


def _rows(inputs: list[Rows], common: tuple[Expr, ...], own: list[Expr | None]) -> Rows:
    """The union of what is read: all columns, all lookups, rows that any input wants."""
    home = _union([rows.home for rows in inputs])
    lookups: dict[Hashable, list[Lookup]] = {}
    for rows in inputs:
        for lookup in rows.lookups:
            key = lookup.node.instance if isinstance(lookup.node, Scan) else id(lookup.node)
            lookups.setdefault(key, []).append(lookup)
    joined = []
    for same in lookups.values():
        scans = [lookup.node for lookup in same if isinstance(lookup.node, Scan)]
        joined.append(replace(same[0], node=_union(scans)) if scans else same[0])
    where = common
    if all(condition is not None for condition in own):
        alternatives: list[Expr] = [condition for condition in dict.fromkeys(own) if condition is not None]
        while len(alternatives) > 1:  # in pairs, so that hundreds of them are not nested hundreds deep
            pairs = zip(alternatives[::2], alternatives[1::2], strict=False)
            alone = alternatives[-1:] if len(alternatives) % 2 else []
            alternatives = [Call("or", pair) for pair in pairs] + alone
        where = (*common, alternatives[0])
    return Rows(home, tuple(joined), where)


def _union(scans: list[Scan]) -> Scan:
    items = {column.id: (column, expr) for scan in scans for column, expr in scan.items}
    return replace(scans[0], items=tuple(items[id_] for id_ in sorted(items)))


def _present(narrowed: Expr, expr: Aggregated, condition: Expr) -> Expr:
    """A count stays unknown where none of its own rows exist, as it would be without the others' rows."""
    if expr.function not in ("count", "count_distinct"):
        return narrowed
    rows = Aggregated("count", Const(1, "integer"), condition)
    return Case(((Call("gt", (rows, Const(0, "integer"))), narrowed),), None)


def _narrowed(expr: Expr, condition: Expr | None) -> Expr:
    if condition is None:
        return expr
    return rewrite(
        expr,
        lambda part: replace(part, where=both(condition, part.where)) if isinstance(part, Aggregated) else None,
    )
