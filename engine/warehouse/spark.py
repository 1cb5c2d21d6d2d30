"""Spark: over Spark Connect (`sc://…`, so Spark itself, Databricks Connect and Sail), or in this very process."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from itertools import count
from socket import create_connection
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from ..errors import EnvironmentFailure
from ..model import Datatype, Table
from .arrow import plain_rows
from .limits import bounded, first_line, limited
from .protocol import Cancelled, Column, ConnectionLost, Estimate
from .settings import spark_settings

_FAMILIES: Mapping[str, Datatype] = {
    "date": "Date",
    "timestamp": "DateTime",
    "timestamp_ntz": "DateTime",
    "tinyint": "Integer",
    "smallint": "Integer",
    "int": "Integer",
    "bigint": "Integer",
    "decimal": "Decimal",
    "float": "Float",
    "double": "Float",
    "string": "String",
    "boolean": "Boolean",
}
_TAGS = count(1)
_REACHED, _ATTEMPTS = 10.0, 5  # seconds to reach a server; what is asked again after pauses that get longer


class Spark:
    """One session; sessions of one process share Spark's own, each with a tag by which its work is stopped."""

    dialect = "spark"
    concurrency = 4

    def __init__(self, address: str, timezone: str, max_rows: int, shared: Any = None) -> None:
        from pyspark.errors import PySparkException

        self._error: type[Exception] = PySparkException
        self._address, self._timezone, self._max_rows = address, timezone, max_rows
        self._tag = f"accord-{next(_TAGS)}"
        self._owner = shared is None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # of its libraries about each other
                self._session: Any = shared or _session(address, timezone)
        except Exception as error:  # grpc, Java and Spark each raise their own
            place = urlsplit(address).netloc.rpartition("@")[2]
            raise EnvironmentFailure(f"cannot connect to Spark at {place}: {first_line(error)}") from None

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._owner:
            try:
                self._session.stop()
            except Exception:  # a server that is gone cannot be told
                return

    def execute(self, sql: str, timeout: float | None = None) -> Table:
        with limited(timeout, self.cancel):
            return self._run(sql)

    def tables(self, catalog: str | None, schema: str | None) -> tuple[str, ...]:
        within = ".".join(f"`{part}`" for part in (catalog, schema) if part)
        rows = self._run(f"SHOW TABLES{f' IN {within}' if within else ''}").rows
        return tuple(sorted(str(row[1]) for row in rows))

    def describe(self, table: str, timeout: float | None = None) -> tuple[Column, ...]:
        named = ".".join(f"`{part.replace('`', '``')}`" for part in table.split("."))
        rows = self.execute(f"DESCRIBE TABLE {named}", timeout).rows
        columns = [(str(row[0]), str(row[1])) for row in rows if row[0] and not str(row[0]).startswith("#")]
        return tuple(Column(name, type_, _FAMILIES.get(type_.split("(")[0])) for name, type_ in dict(columns).items())

    def explain(self, sql: str, timeout: float | None = None) -> Estimate:
        return Estimate(str(self.execute(f"EXPLAIN COST {sql}", timeout).rows[0][0]))

    def cancel(self) -> None:
        try:
            self._session.interruptTag(self._tag)
        except Exception:  # nothing to stop, or no server
            return

    def another(self) -> Spark:
        return Spark(self._address, self._timezone, self._max_rows, self._session)

    def _run(self, sql: str) -> Table:
        try:
            self._session.addTag(self._tag)  # tags are the thread's
            rows = self._session.sql(sql).limit(self._max_rows + 1).toArrow()
        except self._error as error:
            told = first_line(error)
            if "OPERATION_CANCELED" in str(error) or "cancelled" in str(error):
                raise Cancelled("cancelled") from None
            raise EnvironmentFailure(told) from None
        except Exception as error:  # grpc and Java, whose classes are not of one kind
            lost = "UNAVAILABLE" in str(error) or "refused" in str(error).lower()
            raise (ConnectionLost if lost else EnvironmentFailure)(first_line(error)) from None
        found = plain_rows(rows)
        return bounded(tuple(rows.column_names), lambda most: found[:most], self._max_rows)


def _session(address: str, timezone: str) -> Any:
    from pyspark.sql import SparkSession

    if address.startswith("sc://"):
        from pyspark.sql.connect.client.retries import DefaultPolicy

        place = urlsplit(address)
        with create_connection((place.hostname or "", place.port or 15002), _REACHED):
            pass  # Spark's client would try for ten minutes
        session = SparkSession.builder.remote(address).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=_ATTEMPTS)])
    else:
        builder = SparkSession.builder.master(address.removeprefix("spark://")).appName("accord")
        quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.host": "127.0.0.1"}
        for name, value in quiet.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
    for name, value in spark_settings(timezone).items():
        session.conf.set(name, value)
    return session
