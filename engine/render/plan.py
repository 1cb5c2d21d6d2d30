"""A plan as an indented tree, before and after the optimiser."""

from __future__ import annotations

from collections.abc import Iterator

from ..formula.expr import (
    Aggregated,
    Call,
    Case,
    Cast,
    Column,
    Const,
    Expr,
    Interval,
    Physical,
    Windowed,
    children,
)
from ..sql.compile import Compiled
from ..sql.plan import Aggregate, Align, Filter, Join, Node, Project, Rows, Scan, Series, inputs_of


def render_plan(compiled: Compiled) -> str:
    """Both trees; a node that stands twice is referred to by its number."""
    parts = []
    for title, node in (("as asked", compiled.naive), ("optimised", compiled.plan)):
        parts.append(f"{', '.join(compiled.metrics)}: {title}")
        parts.extend(_tree(node, 1, {}))
    return "\n".join(parts) + "\n"


def _tree(node: Node, depth: int, seen: dict[int, int]) -> Iterator[str]:
    indent = "  " * depth
    if id(node) in seen:
        yield f"{indent}see #{seen[id(node)]}"
        return
    seen[id(node)] = len(seen) + 1
    yield f"{indent}#{seen[id(node)]} {_said(node)}"
    for child in inputs_of(node):
        yield from _tree(child, depth + 1, seen)


def _said(node: Node) -> str:
    match node:
        case Scan(table, instance, items, query):
            source = "query" if query is not None else table
            return f"Scan {source} as {instance} [{', '.join(column.name for column, _ in items)}]"
        case Rows(_, lookups, where):
            return f"Rows, {len(lookups)} lookups" + _where(where)
        case Filter(_, where):
            return "Filter" + _where(where)
        case Project(_, items, name):
            return f"Project {name} [{', '.join(f'{column.name} = {said(expr)}' for column, expr in items)}]"
        case Join(_, _, on, where, kind):
            pairs = " and ".join(f"{said(mine)} = {said(theirs)}" for mine, theirs in on)
            return f"Join {kind} on {pairs}" + _where(where)
        case Series(column, grain, start, stop):
            return f"Series {column.name}: every {grain} from {said(start)} to {said(stop)}"
        case Aggregate(_, keys, items, name):
            grouped = ", ".join(f"{column.name} = {said(expr)}" for column, expr in keys)
            measured = ", ".join(f"{column.name} = {said(expr)}" for column, expr in items)
            return f"Aggregate {name} by [{grouped}] [{measured}]"
        case Align(inputs, keys, name):
            return f"Align {name}, {len(inputs)} inputs on [{', '.join(key.name for key in keys)}]"


def _where(where: tuple[Expr, ...]) -> str:
    return f" where {' and '.join(said(condition) for condition in where)}" if where else ""


def said(expr: Expr) -> str:
    """An expression in a line, operators as calls.

    >>> said(Call("div", (Column("#1", "above"), Const(2))))
    'div(above, 2)'
    """
    match expr:
        case Column(name=name) | Physical(column=name):
            return name
        case Const(value=value):
            return str(value)
        case Interval(count, unit):
            return f"{count} {unit}"
        case Call(op=op):
            return f"{op}({', '.join(map(said, children(expr)))})"
        case Cast(arg, type_):
            return f"{said(arg)}::{type_}"
        case Case():
            return f"case({', '.join(map(said, children(expr)))})"
        case Aggregated(function, arg, where):
            return f"{function}({said(arg)}{f' where {said(where)}' if where is not None else ''})"
        case Windowed(function=function):
            return f"{function}(...) over ({', '.join(map(said, expr.partition))})"
    return str(expr)
