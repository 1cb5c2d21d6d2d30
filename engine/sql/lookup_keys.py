"""Queries that hold data against the keys a plan relies on: a lookup finds at most one row, or rows are multiplied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..formula.expr import Aggregated, Call, Column, Const, Expr, Windowed, walk
from ..formula.functions import type_of
from .dialects import DIALECTS
from .emit import emit
from .plan import Aggregate, Filter, Item, Join, Lookup, Node, Project, Rows, Scan, inputs_of


@dataclass(frozen=True, slots=True)
class LookupKey:
    """Columns of a table that a join takes for a key; `sql` gives the number of values that stand in several rows.

    With `valid` rows of one key are told apart by time, and `sql` counts those that overlap.
    """

    table: str
    columns: tuple[str, ...]
    sql: str
    valid: bool = False


def lookup_keys(plan: Node, dialect: str, tables: Mapping[str, str] | None = None) -> tuple[LookupKey, ...]:
    """Every key that the plan's many-to-one steps rely on, each once; `tables` as in `emit`."""
    found: dict[tuple[str, tuple[str, ...]], LookupKey] = {}
    for lookup in _lookups(plan):
        if isinstance(lookup.node, Scan):
            key = _key(lookup.node, lookup, dialect, tables)
            found.setdefault((key.table, key.columns), key)
    return tuple(found.values())


def _lookups(plan: Node) -> Iterator[Lookup]:
    pending = [plan]
    while pending:
        node = pending.pop()
        pending.extend(inputs_of(node))
        if isinstance(node, Rows):
            yield from node.lookups
        elif isinstance(node, Join) and node.kind == "left" and isinstance(node.right, Scan):
            yield Lookup(node.right, node.on)


def _key(scan: Scan, lookup: Lookup, dialect: str, tables: Mapping[str, str] | None) -> LookupKey:
    keys = tuple(theirs for _, theirs in lookup.on)
    present: tuple[Expr, ...] = tuple(Call("not", (Call("is_null", (key,)),)) for key in keys)
    rows = Rows(scan, (), present)
    counted = overlapping(rows, keys, *_columns(lookup.where, scan)) if lookup.where else repeated(rows, keys)
    form = DIALECTS[dialect]
    tree = emit(counted, ((counted.columns[0], "twice"),), (), form, "monday", tables=tables)
    columns = _columns((*keys, *lookup.where), scan)
    names = tuple(column.name for column in columns)
    table = scan.instance.split("@")[0].rsplit(".", 1)[-1] if scan.query is not None else scan.table
    return LookupKey(table, names, form.printed(tree, dialect), bool(lookup.where))


def _columns(exprs: tuple[Expr, ...], scan: Scan) -> tuple[Column, ...]:
    """The columns of the scan that stand in these."""
    used = (part for expr in exprs for part in walk(expr) if isinstance(part, Column))
    return tuple(dict.fromkeys(column for column in used if column in scan.columns))


def repeated(rows: Rows, keys: tuple[Expr, ...]) -> Node:
    """How many keys stand in several rows."""
    many = Column("#rows", "many", "integer")
    items: tuple[Item, ...] = ((many, Aggregated("count", Const(1, "integer"))),)
    columns = tuple((Column(f"#{index}", f"key_{index + 1}", type_of(key)), key) for index, key in enumerate(keys))
    grouped = Aggregate(rows, columns, items, "keys")
    return _number(Filter(grouped, (Call("gt", (many, Const(1, "integer"))),)), many)


def overlapping(rows: Rows, keys: tuple[Expr, ...], start: Column, end: Column) -> Node:
    """How many rows of a key are still valid when its next row begins."""
    following, at = Column("#next", "following", start.type), Column("#end", "until", end.type)
    lead = Windowed("lead", (start,), keys, ((start, False),))
    node = Project(rows, ((following, lead), (at, end)), "following")
    later = Call("or", (Call("is_null", (at,)), Call("gt", (at, following))))
    return _number(Filter(node, (Call("not", (Call("is_null", (following,)),)), later)), following)


def _number(node: Node, column: Column) -> Node:
    twice = Column("#twice", "twice", "integer")
    return Aggregate(node, (), ((twice, Aggregated("count", column)),), "twice")
