"""Spark on two threads of this machine, in ANSI mode as it comes; times are TIMESTAMP in a session of zone UTC."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.engines.clickhouse import plain_rows
from tests.engines.tables import Rows, Table

_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.adaptive.enabled": "false",  # small tables: replanning costs more than it saves
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class Spark:
    name = "spark"

    def __init__(self) -> None:
        from pyspark.sql import SparkSession

        self._folder = tempfile.TemporaryDirectory(prefix="spark-")
        builder = SparkSession.builder.master("local[2]")
        for name, value in {**_SETTINGS, "spark.sql.warehouse.dir": self._folder.name}.items():
            builder = builder.config(name, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setLogLevel("OFF")
        self.version = self._session.version

    def load(self, table: Table) -> None:
        frame = self._session.read.parquet(str(table.write_parquet(Path(self._folder.name))))
        times = {name for name, type_ in table.columns if type_ == "datetime"}
        columns = [frame[name].cast("timestamp") if name in times else frame[name] for name in frame.columns]
        frame.select(*(c.alias(n) for c, n in zip(columns, frame.columns, strict=True))).coalesce(
            1
        ).cache().createOrReplaceTempView(table.name)

    def run(self, sql: str) -> Rows:
        return plain_rows(self._session.sql(sql).toArrow())

    def close(self) -> None:
        self._session.stop()
        self._folder.cleanup()
