"""Queries that measure what tables hold before any spec speaks of them: keys, references, which time comes first.

Each gives one row of whole numbers; what stands in which place is said beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..formula.expr import Aggregated, Call, Case, Cast, Column, Const, Expr, Physical, Type
from .dialects import DIALECTS
from .emit import emit
from .lookup_keys import overlapping
from .plan import Aggregate, Item, Join, Node, Rows, Scan

DAY, MOMENT = "____-__-__", "____-__-__ __:__%"  # how texts of days and of moments are written
MOMENT_T = "____-__-__T__:__%"
_ONE, _NULL = Const(1, "integer"), Const(None, "integer")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column and what is asked of it: how many values differ, whether its text is written like a time."""

    column: str
    type: Type
    distinct: bool = False
    text_of_time: bool = False


def counts(table: str, columns: Sequence[Measure], dialect: str) -> str:
    """How many rows; then of each column how many have a value; `distinct`: how many values differ; `text_of_time`: how
    many are written like a day, how many like a moment."""
    rows = _Table(table, "measured")
    items: list[Expr] = [Aggregated("count", _ONE)]
    for it in columns:
        column = rows.column(it.column, it.type)
        items.append(Aggregated("count", column))
        if it.distinct:
            items.append(Aggregated("count_distinct", column))
        if it.text_of_time:
            days, moments = _like(column, DAY), Call("or", (_like(column, MOMENT), _like(column, MOMENT_T)))
            items += [_number_of(days), _number_of(moments)]
    return _printed(_aggregated(rows.rows(), items), dialect)


def readable(table: str, times: Sequence[Cast], dialect: str) -> str:
    """The latest of texts read as times; the engine raises where one cannot be read."""
    rows = _Table(table, "measured")
    latest = [Aggregated("max", rows.placed(time)) for time in times]
    return _printed(_aggregated(rows.rows(), latest), dialect)


def combinations(table: str, columns: Sequence[tuple[str, Type]], dialect: str) -> str:
    """How many combinations of values of these columns there are."""
    rows = _Table(table, "measured")
    keys = tuple((Column(f"#{name}", name, type_), rows.column(name, type_)) for name, type_ in columns)
    return _printed(_aggregated(Aggregate(rows.rows(), keys, (), "combinations"), [Aggregated("count", _ONE)]), dialect)


def later(table: str, pairs: Sequence[tuple[Expr, Expr]], dialect: str) -> str:
    """Of each pair of times, in how many rows the first lies after the second."""
    rows = _Table(table, "measured")
    items = []
    for pair in pairs:
        first, second = (rows.placed(expr) for expr in pair)
        if first.type != second.type:  # a day and a moment of that day are not one after the other
            items.append(_number_of(Call("gt", (Cast(first, "date"), Cast(second, "date")))))
        else:
            items.append(_number_of(Call("gt", (first, second))))
    return _printed(_aggregated(rows.rows(), items), dialect)


def overlaps(table: str, key: tuple[str, Type], start: Expr, end: Expr, dialect: str) -> str:
    """How many rows are still valid when the next one of the same key begins."""
    rows = _Table(table, "measured")
    columns = rows.column(*key), rows.placed(start), rows.placed(end)
    return _printed(overlapping(rows.rows(), (columns[0],), columns[1], columns[2]), dialect)


def orphans(home: tuple[str, str], target: tuple[str, str], type_: Type, dialect: str) -> str:
    """How many rows of a table have a value in a column, and how many of those find it in a column of another."""
    mine, theirs = _Table(home[0], "referring"), _Table(target[0], "others")
    value, known = mine.column(home[1], type_), theirs.column(target[1], type_)
    key = Column("#known", "known", type_)
    others = Aggregate(theirs.rows(_present(known)), ((key, known),), (), "known")
    joined = Join(mine.rows(_present(value)), others, ((value, key),), kind="left")
    return _printed(_aggregated(joined, [Aggregated("count", _ONE), Aggregated("count", key)]), dialect)


class _Table:
    """A table as rows, with the columns that were asked for."""

    def __init__(self, table: str, instance: str) -> None:
        self._table, self._instance = table, instance
        self._items: dict[Expr, Column] = {}

    def column(self, name: str, type_: Type) -> Column:
        return self.placed(Physical("", name, type_))

    def placed(self, expr: Expr) -> Column:
        """An expression over the table's columns, as a column of its rows."""
        if expr not in self._items:
            number = len(self._items) + 1
            type_: Type = expr.type if isinstance(expr, (Physical, Cast)) else "unknown"
            self._items[expr] = Column(f"{self._instance}.{number}", f"c{number}", type_)
        return self._items[expr]

    def rows(self, *where: Expr) -> Rows:
        items = tuple((column, expr) for expr, column in self._items.items())
        return Rows(Scan(self._table, self._instance, items), (), where)


def _like(column: Column, pattern: str) -> Expr:
    return Call("like", (column, Const(pattern, "text")))


def _present(column: Column) -> Expr:
    return Call("not", (Call("is_null", (column,)),))


def _number_of(condition: Expr) -> Expr:
    return Aggregated("count", Case(((condition, _ONE),), _NULL))


def _aggregated(node: Node, exprs: Sequence[Expr]) -> Aggregate:
    items: list[Item] = [
        (Column(f"#n{index}", f"n{index}", "unknown"), expr) for index, expr in enumerate(exprs, start=1)
    ]
    return Aggregate(node, (), tuple(items), "counted")


def _printed(node: Node, dialect: str) -> str:
    outputs = tuple((column, column.name) for column in node.columns)
    form = DIALECTS[dialect]
    return form.printed(emit(node, outputs, (), form, "monday"), dialect)
