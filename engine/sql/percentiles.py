"""A plan without percentiles, for engines that have no such aggregate: rows are ranked first, then two are picked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from ..formula.expr import Aggregated, Call, Case, Cast, Column, Const, Expr, Windowed, rewrite, walk
from .optimise.rebuild import rebuild
from .plan import Aggregate, Item, Node, Project

_ONE = Const(1, "integer")


def by_rank(root: Node) -> Node:
    """Every percentile as what lies between the two values around its place."""
    return rebuild(root, lambda node: _ranked(node) if isinstance(node, Aggregate) else node)


@dataclass(frozen=True, slots=True)
class _Ranks:
    """What is ranked, the rank of each row, and how many rows count."""

    value: Expr
    rank: Column
    count: Column

    def items(self, keys: tuple[Expr, ...]) -> tuple[Item, Item]:
        rank = Windowed("row_number", (), keys, ((self.value, False),))
        return (self.rank, rank), (self.count, Windowed("count", (self.value,), keys, ()))

    def percentile(self, share: Decimal) -> Expr:
        """Nothing where nothing counts: no row has the rank 0."""
        last = Call("sub", (self.count, _ONE))
        place = Call("mul", (Const(share, "decimal"), last))
        low, high = (self._at(Call(edge, (place,))) for edge in ("floor", "ceil"))
        part = Aggregated("max", Cast(Call("sub", (place, Call("floor", (place,)))), "float"))
        return Call("add", (low, Call("mul", (part, Call("sub", (high, low))))))

    def _at(self, place: Expr) -> Expr:
        here = Call("eq", (self.rank, Call("add", (place, _ONE))))
        return Aggregated("max", Cast(self.value, "float"), here)


def _ranked(node: Aggregate) -> Node:
    found = [part for _, expr in node.items for part in walk(expr) if _is_percentile(part)]
    if not found:
        return node
    ranks: dict[Expr, _Ranks] = {}
    for part in found:
        value = _counted(part)
        if value not in ranks:
            rank, count = (_column(f"{name}_{len(ranks) + 1}", node) for name in ("place", "places"))
            ranks[value] = _Ranks(value, rank, count)
    keys = tuple(expr for _, expr in node.keys)
    used = [(column, column) for column in _columns(expr for _, expr in (*node.keys, *node.items))]
    placed = Project(node.input, (*used, *(item for own in ranks.values() for item in own.items(keys))), "placed")

    def picked(part: Expr) -> Expr | None:
        if not _is_percentile(part):
            return None
        assert isinstance(part, Aggregated)
        return ranks[_counted(part)].percentile(part.share if part.share is not None else Decimal("0.5"))

    items = tuple((column, rewrite(expr, picked)) for column, expr in node.items)
    return replace(node, input=placed, items=items)


def _is_percentile(expr: Expr) -> bool:
    return isinstance(expr, Aggregated) and expr.function == "percentile"


def _counted(part: Expr) -> Expr:
    """The value of a row, null where it does not count."""
    assert isinstance(part, Aggregated)
    return part.arg if part.where is None else Case(((part.where, part.arg),), None)


def _column(name: str, node: Aggregate) -> Column:
    """Under an id that no catalog draws."""
    return Column(f"{node.name}:{name}:{id(node)}", name, "integer")


def _columns(exprs: Iterable[Expr]) -> list[Column]:
    return list(dict.fromkeys(part for expr in exprs for part in walk(expr) if isinstance(part, Column)))
