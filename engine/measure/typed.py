"""Answers under the types of the plan: drivers give truths as numbers, days as text, whole numbers as decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ..formula.expr import Type
from ..model import Table


def typed(table: Table, types: tuple[Type, ...]) -> Table:
    """The table with each column as Python has its type; what is null stays null.

    >>> typed(Table(("day", "n"), (("2026-01-05", Decimal(3)),)), ("date", "integer")).rows
    ((datetime.date(2026, 1, 5), 3),)
    """
    readers = [_READ.get(type_, _as_it_is) for type_ in types]
    rows = tuple(
        tuple(None if cell is None else read(cell) for read, cell in zip(readers, row, strict=True))
        for row in table.rows
    )
    return Table(table.columns, rows)


def _as_it_is(cell: Any) -> Any:
    return cell


def _integer(cell: Any) -> Any:
    if isinstance(cell, (Decimal, float, str)) and Decimal(cell) == int(Decimal(cell)):
        return int(Decimal(cell))
    return int(cell) if isinstance(cell, bool) else cell


def _decimal(cell: Any) -> Any:
    return Decimal(cell) if isinstance(cell, str) else cell


def _float(cell: Any) -> Any:
    return float(cell) if isinstance(cell, (Decimal, int, str)) else cell


def _date(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = datetime.fromisoformat(cell)
    return cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell


def _datetime(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = datetime.fromisoformat(cell)
    elif isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime(cell.year, cell.month, cell.day)
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


def _boolean(cell: Any) -> Any:
    return bool(cell) if isinstance(cell, (int, Decimal)) else cell


_READ: Mapping[Type, Callable[[Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "date": _date,
    "datetime": _datetime,
    "boolean": _boolean,
}
