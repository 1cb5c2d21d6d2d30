"""ClickHouse in this very process (chdb), on a folder of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from threading import Lock
from types import TracebackType
from typing import Any

from ..errors import EnvironmentFailure
from ..model import Datatype, Table
from .arrow import plain_rows
from .limits import bounded, first_line, limited
from .protocol import Column, Estimate

_FAMILIES: Mapping[str, Datatype] = {
    "Date": "Date",
    "Date32": "Date",
    "DateTime": "DateTime",
    "DateTime64": "DateTime",
    "Decimal": "Decimal",
    "Float32": "Float",
    "Float64": "Float",
    "String": "String",
    "FixedString": "String",
    "Enum8": "String",
    "Enum16": "String",
    "UUID": "String",
    "Bool": "Boolean",
    **{f"{sign}Int{bits}": "Integer" for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256)},
}


class ChDB:
    """One engine a process; a statement that runs cannot be stopped from outside."""

    dialect = "clickhouse"
    concurrency = 1

    def __init__(self, folder: str, timezone: str, max_rows: int) -> None:
        from chdb.session import Session

        self._max_rows, self._lock = max_rows, Lock()
        try:
            opened: Any = Session
            self._session: Any = opened(folder)
            self._session.query(f"SET session_timezone = '{timezone}'")
            self._session.query("SET readonly = 2")
        except Exception as error:  # the library has no class of its own for its failures
            raise EnvironmentFailure(f"cannot open the ClickHouse folder {folder}: {first_line(error)}") from None

    def __enter__(self) -> ChDB:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def execute(self, sql: str, timeout: float | None = None) -> Table:
        with limited(timeout, self.cancel), self._lock:
            try:
                answer = self._session.query(sql, "ArrowStream").bytes()
            except Exception as error:
                self._session.query("SELECT 1")  # after a failure the next answer is empty, whatever was asked
                raise EnvironmentFailure(first_line(error)) from None
        table: Any = import_module("pyarrow.ipc").open_stream(BytesIO(answer)).read_all()
        found = plain_rows(table)
        return bounded(tuple(table.column_names), lambda most: found[:most], self._max_rows)

    def tables(self, catalog: str | None, schema: str | None) -> tuple[str, ...]:
        within = f" FROM `{schema}`" if schema else ""
        return tuple(sorted(str(row[0]) for row in self.execute(f"SHOW TABLES{within}").rows))

    def describe(self, table: str, timeout: float | None = None) -> tuple[Column, ...]:
        named = ".".join(f"`{part}`" for part in table.split("."))
        return tuple(
            Column(str(row[0]), str(row[1]), _family(str(row[1])))
            for row in self.execute(f"DESCRIBE TABLE {named}", timeout).rows
        )

    def explain(self, sql: str, timeout: float | None = None) -> Estimate:
        rows = self.execute(f"EXPLAIN {sql}", timeout).rows
        return Estimate("\n".join(str(row[0]) for row in rows))

    def cancel(self) -> None:
        """chdb has no way to stop a statement."""

    def another(self) -> ChDB:
        raise EnvironmentFailure("chdb has one session a process")


def _family(type_: str) -> Datatype | None:
    for wrapper in ("LowCardinality(", "Nullable("):
        type_ = type_.removeprefix(wrapper)
    return _FAMILIES.get(type_.split("(")[0].rstrip(")"))
