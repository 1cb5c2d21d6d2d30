"""ClickHouse in this very process (chdb); every column is Nullable, as a table with missing values must be."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from tests.engines.tables import Rows, Table

_TYPES = {
    "integer": "Int64",
    "decimal": "Decimal(18, 4)",
    "float": "Float64",
    "text": "String",
    "date": "Date32",
    "datetime": "DateTime64(6)",
    "boolean": "Bool",
}


class ClickHouse:
    name = "clickhouse"
    engine = "Memory"

    def __init__(self) -> None:
        from chdb.session import Session

        self._folder = tempfile.TemporaryDirectory(prefix="clickhouse-")
        self._session = Session()
        self.version = self.run("SELECT version()")[0][0]

    def load(self, table: Table) -> None:
        path = table.write_parquet(Path(self._folder.name))
        columns = ", ".join(f'"{name}" Nullable({_TYPES[type_]})' for name, type_ in table.columns)
        self._session.query(f"CREATE TABLE {table.name} ({columns}) ENGINE = {self.engine}")
        self._session.query(f"INSERT INTO {table.name} SELECT * FROM file('{path}', Parquet)")

    def run(self, sql: str) -> Rows:
        import pyarrow

        try:
            answer = self._session.query(sql, "ArrowStream").bytes()
        except Exception:
            self._session.query("SELECT 1")  # after a failure the next answer is empty, whatever was asked
            raise
        return plain_rows(pyarrow.ipc.open_stream(BytesIO(answer)).read_all())

    def close(self) -> None:
        self._session.close()
        self._folder.cleanup()


def plain_rows(table: object) -> Rows:
    """The rows of an Arrow table; a time in UTC loses its zone."""
    columns = [column.to_pylist() for column in table.columns]  # type: ignore[attr-defined]
    rows = zip(*columns, strict=True)
    return [tuple(v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in row) for row in rows]
