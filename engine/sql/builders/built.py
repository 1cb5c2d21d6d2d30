"""What a builder gives: aggregated rows with the metric's value, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...formula.expr import Aggregated, Call, Column, Expr, rewrite, walk
from ...formula.functions import type_of
from ...model import Period
from ..catalog import Catalog
from ..plan import Align, Aligned, AlignedItem, Node


@dataclass(frozen=True, slots=True)
class Built:
    """Aggregated rows with key columns, and expressions over their columns.

    `n` is how many rows or entities the value rests on; `left_out` counts rows that contradict themselves. `lag` is
    how long after its end a period can be complete: each chain of windows that starts in it must have closed.
    `steps` are further columns by their name. An `additive`
    value grows with the length of its period, so it compares only with periods of equal length.
    """

    node: Node
    keys: tuple[Column, ...]
    value: Expr
    numerator: Expr | None = None
    denominator: Expr | None = None
    n: Expr | None = None
    left_out: Expr | None = None
    lag: tuple[tuple[Period, ...], ...] = ()
    additive: bool = False
    steps: tuple[tuple[str, Expr], ...] = ()

    def expressions(self) -> tuple[Expr, ...]:
        named = (self.value, self.numerator, self.denominator, self.n, self.left_out)
        return (*(expr for expr in named if expr is not None), *(expr for _, expr in self.steps))

    def over(self, columns: dict[Column, Column], node: Node, keys: tuple[Column, ...]) -> Built:
        """The same with its columns replaced, over `node`."""

        def moved(expr: Expr | None) -> Expr | None:
            if expr is None:
                return None
            return rewrite(expr, lambda part: columns.get(part) if isinstance(part, Column) else None)

        value = moved(self.value)
        assert value is not None
        return replace(
            self,
            node=node,
            keys=keys,
            value=value,
            numerator=moved(self.numerator),
            denominator=moved(self.denominator),
            n=moved(self.n),
            left_out=moved(self.left_out),
            steps=tuple((name, moved(expr) or expr) for name, expr in self.steps),
        )


def aligned(catalog: Catalog, parts: list[Built], name: str, *, counts: bool = True) -> list[Built]:
    """`parts` side by side over one node; parts over the same node stay as they are.

    A count without rows for a key is 0, or with `counts=False` unknown, as it would be if it were asked for alone.
    """
    nodes = list(dict.fromkeys(part.node for part in parts))
    if len(nodes) == 1:
        return parts
    keys = tuple(catalog.fresh(key.name, key.type) for key in parts[0].keys)
    moved: dict[Column, Column] = {}
    inputs = []
    for node in nodes:
        mine = [part for part in parts if part.node == node]
        fresh, items = aligned_items(catalog, node, mine, frozenset(range(len(nodes))) if counts else frozenset())
        moved |= fresh | dict(zip(mine[0].keys, keys, strict=True))
        inputs.append(Aligned(node, mine[0].keys, items))
    align = Align(tuple(inputs), keys, name)
    return [part.over(moved, align, keys) for part in parts]


def aligned_items(
    catalog: Catalog, node: Node, parts: list[Built], beside: frozenset[int | Column]
) -> tuple[dict[Column, Column], tuple[AlignedItem, ...]]:
    """The columns that `parts` use of `node`, keys aside, under fresh ids for the other side of an `Align`.

    Counts are 0 where one of the inputs `beside` has rows.
    """
    moved: dict[Column, Column] = {}
    for column in (column for part in parts for expr in part.expressions() for column in columns_of(expr)):
        if column not in moved and column not in parts[0].keys:
            moved[column] = catalog.fresh(column.name, column.type, column.unit)
    none: frozenset[int | Column] = frozenset()
    items = tuple((out, column, beside if _counts(node, column) else none) for column, out in moved.items())
    return moved, items


def columns_of(expr: Expr) -> Iterable[Column]:
    return (node for node in walk(expr) if isinstance(node, Column))


def _counts(node: Node, column: Column) -> bool:
    """Whether a column is a count: 0 where its input has no rows; anything else is unknown there."""
    if isinstance(node, Align):
        return any(out == column and bool(beside) for part in node.inputs for out, _, beside in part.items)
    for out, expr in getattr(node, "items", ()):
        if out == column:
            summed = isinstance(expr, Call) and expr.op == "coalesce"  # counts that are added up
            return summed or (isinstance(expr, Aggregated) and expr.function in ("count", "count_distinct"))
    return False


def safe_div(above: Expr, below: Expr) -> Expr:
    return Call("div", (above, below))


def integer(expr: Expr) -> bool:
    """Whether an expression counts something."""
    return type_of(expr) == "integer"
