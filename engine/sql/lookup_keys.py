"""Queries that hold data against the keys a plan relies on: a lookup finds at most one row, or rows are multiplied."""

from __future__ import annotations

from dataclasses import dataclass

from ..formula.expr import Aggregated, Call, Column, Const, Expr
from .dialects import DIALECTS
from .emit import emit
from .plan import Aggregate, Filter, Node, Rows, Scan, inputs_of


@dataclass(frozen=True, slots=True)
class LookupKey:
    """Columns of a table that a join takes for a key; `sql` gives the number of values that stand in several rows."""

    table: str
    columns: tuple[str, ...]
    sql: str


def lookup_keys(plan: Node, dialect: str) -> tuple[LookupKey, ...]:
    """Every key that the plan's many-to-one steps rely on, each once."""
    found: dict[tuple[str, tuple[str, ...]], LookupKey] = {}
    pending = [plan]
    while pending:
        node = pending.pop()
        pending.extend(inputs_of(node))
        for lookup in node.lookups if isinstance(node, Rows) else ():
            if isinstance(lookup.node, Scan):
                key = _key(lookup.node, tuple(theirs for _, theirs in lookup.on), dialect)
                found.setdefault((key.table, key.columns), key)
    return tuple(found.values())


def _key(scan: Scan, columns: tuple[Column, ...], dialect: str) -> LookupKey:
    present: tuple[Expr, ...] = tuple(Call("not", (Call("is_null", (column,)),)) for column in columns)
    many = Column("#rows", "many", "integer")
    grouped = Aggregate(
        Rows(scan, (), present),
        tuple((Column(f"#{column.id}", column.name, column.type), column) for column in columns),
        ((many, Aggregated("count", Const(1, "integer"))),),
        "keys",
    )
    twice = Column("#twice", "twice", "integer")
    counted = Aggregate(
        Filter(grouped, (Call("gt", (many, Const(1, "integer"))),)),
        (),
        ((twice, Aggregated("count", many)),),
        "twice",
    )
    tree = emit(counted, ((twice, "twice"),), 0, DIALECTS[dialect], "monday")
    names = tuple(column.name for column in columns)
    table = scan.instance.rsplit(".", 1)[-1] if scan.query is not None else scan.table
    return LookupKey(table, names, str(tree.sql(dialect=dialect)))
