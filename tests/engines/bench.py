"""Engines at work beside one another: each in a thread of its own, with everything it will be asked for queued."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from tests.engines.tables import Engine, Rows, Table

PROVED = ("postgres", "clickhouse", "bigquery", "spark", "sqlite", "mysql")


class Bench:
    """One engine; statements run in the order in which they were handed in, each once."""

    def __init__(self, dialect: str, tables: Iterable[Table]) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=dialect)
        self._engine = self._pool.submit(_started, dialect, tables)
        self._answers: dict[str, Future[Rows]] = {}

    def ask(self, sql: str) -> Future[Rows]:
        if sql not in self._answers:
            self._answers[sql] = self._pool.submit(lambda: self._engine.result().run(sql))
        return self._answers[sql]

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        if self._engine.exception() is None:
            self._engine.result().close()


def _started(dialect: str, tables: Iterable[Table]) -> Engine:
    engine = _engine(dialect)
    try:
        for table in tables:
            engine.load(table)
    except BaseException:
        engine.close()
        raise
    return engine


def _engine(dialect: str) -> Engine:
    """Libraries of engines are imported only where the engine is wanted."""
    if dialect == "postgres":
        from tests.engines.postgres import Postgres

        return Postgres()
    if dialect == "clickhouse":
        from tests.engines.clickhouse import ClickHouse

        return ClickHouse()
    if dialect == "bigquery":
        from tests.engines.googlesql import GoogleSQL

        return GoogleSQL()
    if dialect == "spark":
        from tests.engines.spark import Spark

        return Spark()
    if dialect == "sqlite":
        from tests.engines.sqlite import SQLite

        return SQLite()
    if dialect == "mysql":
        from tests.engines.mariadb import MariaDB

        return MariaDB()
    raise ValueError(dialect)
