"""Aggregates of the same rows by the same keys become one, their own filters conditions inside the aggregates."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

from ...formula.expr import Aggregated, Call, Case, Column, Const, Expr, both, conjunction, rewrite
from ..plan import Aggregate, Align, Aligned, AlignedItem, Lookup, Node, Rows, Scan
from .rebuild import rebuild, regrouped, simplified


def merge_scans(root: Node, outputs: frozenset[str]) -> Node:
    """A key that no aggregate has rows for stays absent: the merged rows are those that any of them reads."""
    return rebuild(root, lambda node: _merged(node) if isinstance(node, Align) else node)


def _merged(align: Align) -> Node:
    groups: list[Hashable] = [_signature(part.node, index) for index, part in enumerate(align.inputs)]
    if len(set(groups)) == len(groups):
        return align
    return simplified(replace(align, inputs=regrouped(align.inputs, groups, _combined)))


def _signature(node: Node, number: int) -> Hashable:
    """Equal for aggregates that could read the same rows once; anything else is only equal to itself."""
    if not isinstance(node, Aggregate) or not isinstance(node.input, Rows):
        return number
    home = node.input.home
    return home.table, home.instance, id(home.query), tuple(expr for _, expr in node.keys)


def _combined(members: Mapping[int, Aligned], asked: set[int]) -> tuple[Aligned, dict[int, Column]]:
    parts = list(members.values())
    aggregates = [part.node for part in parts if isinstance(part.node, Aggregate)]
    inputs = [node.input for node in aggregates if isinstance(node.input, Rows)]
    common = tuple(part for part in inputs[0].where if all(part in rows.where for rows in inputs))
    own = [conjunction(tuple(part for part in rows.where if part not in common)) for rows in inputs]
    conditions = dict(zip(members, own, strict=True))
    measures: dict[Expr, Column] = {}
    items: list[AlignedItem] = []
    for number, part in members.items():
        assert isinstance(part.node, Aggregate)
        exprs = dict(part.node.items)
        for out, inner, beside in part.items:
            narrowed = _narrowed(exprs[inner], conditions[number])
            if part.node.keys and _is_count(exprs[inner]):
                near = [conditions[other] for other in members if other in beside or other == number]
                narrowed = _present(narrowed, near)
                rest = beside.difference(members) | ({number} if None in near and beside else frozenset())
            else:
                rest = beside
            items.append((out, measures.setdefault(narrowed, inner), rest))
    answers: dict[int, Column] = {}
    for number in sorted(asked):
        condition = conditions[number]
        if condition is not None and parts[0].keys:
            inner = Column(f"{aggregates[0].keys[0][0].id}+{number}", f"has_{number + 1}", "integer")
            answers[number] = replace(inner, id=f"{inner.id}+")
            items.append((answers[number], measures.setdefault(_exists(condition), inner), frozenset()))
    measured = tuple((column, expr) for expr, column in measures.items())
    node = Aggregate(_rows(inputs, common, own), aggregates[0].keys, measured, aggregates[0].name)
    return Aligned(node, parts[0].keys, tuple(items)), answers


def _exists(condition: Expr) -> Expr:
    """1 where rows of this condition exist, else null."""
    return Aggregated("max", Const(1, "integer"), condition)


def _is_count(expr: Expr) -> bool:
    return isinstance(expr, Aggregated) and expr.function in ("count", "count_distinct")


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
        where = (*common, _either([condition for condition in dict.fromkeys(own) if condition is not None]))
    return Rows(home, tuple(joined), where)


def _union(scans: list[Scan]) -> Scan:
    items = {column.id: (column, expr) for scan in scans for column, expr in scan.items}
    return replace(scans[0], items=tuple(items[id_] for id_ in sorted(items)))


def _present(count: Expr, conditions: list[Expr | None]) -> Expr:
    """A count stays unknown where no row is its own or of those beside it, as it would be without the others' rows."""
    known = [condition for condition in dict.fromkeys(conditions) if condition is not None]
    if len(known) < len(set(conditions)):
        return count
    rows = Aggregated("count", Const(1, "integer"), _either(known))
    return Case(((Call("gt", (rows, Const(0, "integer"))), count),), None)


def _either(alternatives: list[Expr]) -> Expr:
    """One of several conditions; in pairs, so that hundreds of them are not nested hundreds deep."""
    while len(alternatives) > 1:
        pairs = zip(alternatives[::2], alternatives[1::2], strict=False)
        alone = alternatives[-1:] if len(alternatives) % 2 else []
        alternatives = [Call("or", pair) for pair in pairs] + alone
    return alternatives[0]


def _narrowed(expr: Expr, condition: Expr | None) -> Expr:
    if condition is None:
        return expr
    return rewrite(
        expr,
        lambda part: replace(part, where=both(condition, part.where)) if isinstance(part, Aggregated) else None,
    )
