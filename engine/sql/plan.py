"""The nodes of a plan: relational steps with columns identified by id, before any SQL exists.

Every node lists its output columns. Ids of scanned columns come from where they are read (`orders.amount`), so two
scans of the same thing are equal as values; every other id is drawn fresh, so two columns never meet under one id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..formula.expr import Column, Expr
from ..model import Grain

Item = tuple[Column, Expr]


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of a table under the name `instance`; `items` hold expressions over its physical columns."""

    table: str
    instance: str
    items: tuple[Item, ...]
    query: Node | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _ in self.items)


@dataclass(frozen=True, slots=True)
class Lookup:
    """At most one row of `node` for each row before it: a left join over a declared key.

    `where` tells which of the rows with that key is meant, where they are valid one after the other.
    """

    node: Node
    on: tuple[tuple[Expr, Expr], ...]
    where: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one dataset with what many-to-one steps add, where all conditions hold."""

    home: Scan
    lookups: tuple[Lookup, ...]
    where: tuple[Expr, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.home.columns, *(column for lookup in self.lookups for column in lookup.node.columns))


@dataclass(frozen=True, slots=True)
class Filter:
    input: Node
    where: tuple[Expr, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.input.columns


@dataclass(frozen=True, slots=True)
class Project:
    """Columns computed row by row, or over windows of rows."""

    input: Node
    items: tuple[Item, ...]
    name: str = "projected"

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _ in self.items)


@dataclass(frozen=True, slots=True)
class Join:
    """Pairs of rows of both inputs: `on` are equal (null never is) and `where` holds; `left` keeps unpaired rows.

    A left join has no `where` and its right input at most one row a key, so it never multiplies rows.
    """

    left: Node
    right: Node
    on: tuple[tuple[Expr, Expr], ...]
    where: tuple[Expr, ...] = ()
    kind: Literal["inner", "left"] = "inner"

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.left.columns, *self.right.columns)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row a combination of `keys`; `items` hold expressions with aggregates. Without keys: exactly one row."""

    input: Node
    keys: tuple[Item, ...]
    items: tuple[Item, ...]
    name: str

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for column, _ in (*self.keys, *self.items))


AlignedItem = tuple[Column, Column, frozenset[int | Column]]


@dataclass(frozen=True, slots=True)
class Aligned:
    """One aggregated input of an `Align`: its key columns, and which of its columns go on under which id.

    With a column stand the numbers of those inputs whose rows make it 0 where the input itself has no row for the key:
    a count of nothing is 0 as long as anything is there that it is counted beside. In the place of an input can stand a
    column that is not null where those rows exist.
    """

    node: Node
    keys: tuple[Column, ...]
    items: tuple[AlignedItem, ...]


@dataclass(frozen=True, slots=True)
class Align:
    """Aggregated inputs side by side on equal keys (null equals null); a key that any input has is kept."""

    inputs: tuple[Aligned, ...]
    keys: tuple[Column, ...]
    name: str

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.keys, *(out for part in self.inputs for out, _, _ in part.items))


@dataclass(frozen=True, slots=True)
class Series:
    """Every unit of `grain` from `start` to `stop`, both inclusive; `start` is a constant or the one row of `input`."""

    column: Column
    grain: Grain
    start: Expr
    stop: Expr
    input: Node | None = None
    name: str = "spine"

    @property
    def columns(self) -> tuple[Column, ...]:
        return (self.column,)


Node = Scan | Rows | Filter | Project | Join | Aggregate | Align | Series


def inputs_of(node: Node) -> tuple[Node, ...]:
    match node:
        case Scan(query=below) | Series(input=below):
            return () if below is None else (below,)
        case Rows(home, lookups):
            return (home, *(lookup.node for lookup in lookups))
        case Join(left, right):
            return (left, right)
        case Align(inputs):
            return tuple(part.node for part in inputs)
    return (node.input,)
