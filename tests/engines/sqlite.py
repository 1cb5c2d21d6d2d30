"""SQLite in memory; days and times are texts, as the dialect says, and come back as such."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.engines.tables import Rows, Table

_TYPES = {
    "integer": "INTEGER",
    "decimal": "NUMERIC",
    "float": "REAL",
    "text": "TEXT",
    "date": "TEXT",
    "datetime": "TEXT",
    "boolean": "INTEGER",
}


class SQLite:
    name = "sqlite"

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.version = sqlite3.sqlite_version

    def load(self, table: Table) -> None:
        columns = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in table.columns)
        self._connection.execute(f"CREATE TABLE {table.name} ({columns})")
        marks = ", ".join("?" * len(table.columns))
        rows = (tuple(map(_stored, row)) for row in table.rows)
        self._connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)

    def run(self, sql: str) -> Rows:
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        self._connection.close()


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
