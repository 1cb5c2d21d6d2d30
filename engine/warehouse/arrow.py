"""Rows of an Arrow table, as drivers give it."""

from __future__ import annotations

from typing import Any


def plain_rows(table: Any) -> list[tuple[object, ...]]:
    """The rows of an Arrow table; a moment becomes the time of day that the session sees."""
    columns = [column.to_pylist() for column in table.columns]
    rows = zip(*columns, strict=True)
    return [tuple(cell.replace(tzinfo=None) if getattr(cell, "tzinfo", None) else cell for cell in row) for row in rows]
