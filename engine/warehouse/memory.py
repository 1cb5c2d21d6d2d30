"""A DuckDB database in memory that holds rows given in specs, for metric tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from ..errors import EnvironmentFailure
from ..model import Scalar, Table

_OF_VALUES: Mapping[type, str] = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}
Row = Mapping[str, Scalar]


class Memory:
    """A session on tables that exist only in it; it reads no file."""

    def __init__(self, timezone: str) -> None:
        import duckdb

        self._error: type[Exception] = duckdb.Error
        self._connection: Any = duckdb.connect(":memory:", config={"enable_external_access": "false"})
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET TimeZone = ?", [timezone])

    def __enter__(self) -> Memory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def create(self, table: str, columns: Mapping[str, str | None], rows: Sequence[Row]) -> None:
        """A table `table` (with its schema and catalogue, where it names them) of these rows.

        `columns` gives SQL types; where one is None it follows from the values. Raises `EnvironmentFailure` for a
        value that is not of its column's type.
        """
        parts = table.split(".")
        self._hold(parts)
        typed = [f'"{name}" {type_ or _told(rows, name)}' for name, type_ in columns.items()]
        name = ".".join(f'"{part}"' for part in parts)
        self._run(f"CREATE TABLE {name} ({', '.join(typed)})")
        places = ", ".join("?" for _ in columns)
        for row in rows:
            self._run(f"INSERT INTO {name} VALUES ({places})", [row.get(column) for column in columns])

    def execute(self, sql: str) -> Table:
        """All rows of a query; raises `EnvironmentFailure` with the engine's first line."""
        cursor = self._run(sql)
        return Table(tuple(item[0] for item in cursor.description), tuple(cursor.fetchall()))

    def _hold(self, parts: list[str]) -> None:
        """The catalogue and schema that a table's name begins with."""
        if len(parts) == 3:
            self._run(f"ATTACH IF NOT EXISTS ':memory:' AS \"{parts[0]}\"")
        if len(parts) > 1:
            schema = ".".join(f'"{part}"' for part in parts[:-1])
            self._run(f"CREATE SCHEMA IF NOT EXISTS {schema}")

    def _run(self, sql: str, values: list[Scalar] | None = None) -> Any:
        try:
            return self._connection.execute(sql, values or [])
        except self._error as error:
            raise EnvironmentFailure(str(error).strip().split("\n")[0]) from None


def _told(rows: Sequence[Row], column: str) -> str:
    """The type that the values of an undeclared column have; text where they differ or are all null."""
    types = {_OF_VALUES.get(type(row[column]), "VARCHAR") for row in rows if row.get(column) is not None}
    return types.pop() if len(types) == 1 else "VARCHAR"
