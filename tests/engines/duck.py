"""DuckDB in memory, for small tables."""

from __future__ import annotations

import duckdb

from tests.engines.tables import Rows, Table

_TYPES = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
}


class Duck:
    name = "duckdb"

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET enable_progress_bar = false")
        self.version = duckdb.__version__

    def load(self, table: Table) -> None:
        columns = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in table.columns)
        self._connection.execute(f"CREATE TABLE {table.name} ({columns})")
        marks = ", ".join("?" * len(table.columns))
        if table.rows:
            self._connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", table.rows)

    def run(self, sql: str) -> Rows:
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        self._connection.close()
