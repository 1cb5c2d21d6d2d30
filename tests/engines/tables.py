"""Tables as values, so that every engine is given the same rows under the types that the specs declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.formula.expr import Type
from engine.model import FileSource, Project
from engine.warehouse.duckdb import DuckDB

Rows = list[tuple[Any, ...]]

_TYPES: dict[str, Type] = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "float",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the types of the language; a `decimal` has 4 digits after the point at most."""

    name: str
    columns: tuple[tuple[str, Type], ...]
    rows: Rows

    def write_parquet(self, folder: Path) -> Path:
        """The table as a file, for the engines that read files fastest."""
        import pyarrow
        import pyarrow.parquet

        types = {
            "integer": pyarrow.int64(),
            "decimal": pyarrow.decimal128(18, 4),
            "float": pyarrow.float64(),
            "text": pyarrow.string(),
            "date": pyarrow.date32(),
            "datetime": pyarrow.timestamp("us"),
            "boolean": pyarrow.bool_(),
        }
        schema = pyarrow.schema([(name, types[type_]) for name, type_ in self.columns])
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.columns)
        arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        path = folder / f"{self.name}.parquet"
        pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), path)
        return path


class Engine(Protocol):
    """A session on a real engine; `run` gives dates as dates, times as datetimes without a zone."""

    name: str
    version: str

    def load(self, table: Table) -> None: ...

    def run(self, sql: str) -> Rows: ...

    def close(self) -> None: ...


def tables_of(project: Project) -> Iterator[Table]:
    """The tables that the project's files hold; columns of a file of text are text."""
    with DuckDB(project) as warehouse:
        for dataset in project.datasets.values():
            if isinstance(dataset.source, FileSource):
                described = warehouse.execute(f"DESCRIBE SELECT * FROM {dataset.name}").rows
                columns = tuple((str(row[0]), _TYPES.get(str(row[1]), "decimal")) for row in described)
                yield Table(dataset.name, columns, list(warehouse.execute(f"SELECT * FROM {dataset.name}").rows))
