"""The one expression tree, from a formula as written to a column of a plan.

`Ref` and `MetricOf` stand only in formulas; binding replaces them by `Column` (a column of a plan, by id) and, in
scans, `Physical` (a column of a table). Every node is frozen and compares by meaning, positions aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Type = Literal["integer", "decimal", "float", "text", "date", "datetime", "boolean", "interval", "unknown"]
NUMBERS: frozenset[Type] = frozenset(("integer", "decimal", "float"))
TIMES: frozenset[Type] = frozenset(("date", "datetime"))
At = tuple[int, int]
NOWHERE: At = (0, 0)


@dataclass(frozen=True, slots=True)
class Const:
    value: str | int | float | Decimal | bool | date | datetime | None
    type: Type = "unknown"
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Interval:
    """A constant length of time; `unit` is singular and lower case."""

    count: int
    unit: str
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A name as written: `revenue`, `orders.amount`, `orders.customers.channel`."""

    path: tuple[str, ...]
    at: At = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class MetricOf:
    """`metric(name, entity)` in a filter: the metric's value for the row's entity."""

    metric: str
    entity: str
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a plan; the id alone identifies it, `name` is how SQL should call it."""

    id: str
    name: str = field(compare=False)
    type: Type = field(default="unknown", compare=False)
    unit: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Physical:
    """A column of the table that `instance` stands for."""

    instance: str
    column: str
    type: Type = "unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """An operator of the closed set (`functions.OPERATORS`) on its arguments."""

    op: str
    args: tuple[Expr, ...]
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Cast:
    arg: Expr
    type: Type
    scale: tuple[int, int] | None = None
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    whens: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """An aggregate over rows; `where` keeps the rows that count."""

    function: Literal["count", "count_distinct", "sum", "avg", "min", "max", "percentile"]
    arg: Expr
    where: Expr | None = None
    share: Decimal | None = None
    at: At = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Windowed:
    """A window function; without `running` it sees the whole partition."""

    function: Literal["row_number", "rank", "lag", "lead", "count", "sum", "avg", "min", "max"]
    args: tuple[Expr, ...]
    partition: tuple[Expr, ...]
    order: tuple[tuple[Expr, bool], ...]
    at: At = field(default=NOWHERE, compare=False)


Expr = Const | Interval | Ref | MetricOf | Column | Physical | Call | Cast | Case | Aggregated | Windowed


def children(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Call(args=args):
            return args
        case Cast(arg=arg):
            return (arg,)
        case Case(whens=whens, otherwise=otherwise):
            parts = tuple(part for when in whens for part in when)
            return parts if otherwise is None else (*parts, otherwise)
        case Aggregated(arg=arg, where=where):
            return (arg,) if where is None else (arg, where)
        case Windowed(args=args, partition=partition, order=order):
            return (*args, *partition, *(item for item, _ in order))
    return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything below it, parents first."""
    pending = [expr]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))


def rewrite(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """`expr` with each node replaced by `change(node)`, where that is not `None`; replaced nodes are not entered."""
    changed = change(expr)
    if changed is not None:
        return changed
    match expr:
        case Call(op, args, at):
            return Call(op, tuple(rewrite(arg, change) for arg in args), at)
        case Cast(arg, type_, scale, at):
            return Cast(rewrite(arg, change), type_, scale, at)
        case Case(whens, otherwise, at):
            pairs = tuple((rewrite(when, change), rewrite(then, change)) for when, then in whens)
            return Case(pairs, None if otherwise is None else rewrite(otherwise, change), at)
        case Aggregated(function, arg, where, share, at):
            kept = None if where is None else rewrite(where, change)
            return Aggregated(function, rewrite(arg, change), kept, share, at)
        case Windowed(function, args, partition, order, at):
            return Windowed(
                function,
                tuple(rewrite(arg, change) for arg in args),
                tuple(rewrite(item, change) for item in partition),
                tuple((rewrite(item, change), down) for item, down in order),
                at,
            )
    return expr


def both(left: Expr | None, right: Expr | None) -> Expr | None:
    """The conjunction of two conditions, either of which may be missing."""
    if left is None or right is None:
        return left if right is None else right
    return Call("and", (left, right))


def conjuncts(expr: Expr | None) -> tuple[Expr, ...]:
    """The parts of a condition that all must hold."""
    if expr is None:
        return ()
    if isinstance(expr, Call) and expr.op == "and":
        return tuple(part for arg in expr.args for part in conjuncts(arg))
    return (expr,)


def conjunction(parts: tuple[Expr, ...]) -> Expr | None:
    out: Expr | None = None
    for part in parts:
        out = both(out, part)
    return out
