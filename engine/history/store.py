"""The history in an SQLite file: records go in whole or not at all, and each once, however often they are written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

from ..errors import EnvironmentFailure, UsageError
from .record import Record
from .rows import COLUMNS, KEY, REST, from_row, to_row

VERSION = 1
WAIT = 60  # seconds for another run that is writing
# Columns without a type keep integers, floats and the text of decimals as they are.
_CREATE = f"""CREATE TABLE IF NOT EXISTS record ({", ".join(f'"{name}"' for name in COLUMNS)},
    PRIMARY KEY ({", ".join(f'"{name}"' for name in KEY)})) WITHOUT ROWID"""
# The later run knows more: rows may have come late. The same run twice changes nothing.
_PUT = f"""INSERT INTO record VALUES ({", ".join("?" for _ in COLUMNS)})
    ON CONFLICT DO UPDATE SET {", ".join(f'"{name}" = excluded."{name}"' for name in REST)}
    WHERE excluded.as_of >= record.as_of AND
    ({", ".join(f'excluded."{name}"' for name in REST)}) IS NOT ({", ".join(f'record."{name}"' for name in REST)})"""


class Store:
    """A file of records. Several processes may read while one writes; who writes waits for the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def place(self) -> str:
        return str(self.path)

    def put(self, records: Iterable[Record]) -> int:
        """Writes all of `records` or, where it is interrupted, none; gives how many lines of the file changed."""
        rows = [to_row(record) for record in records]
        with self._failing(), closing(self._open()) as database:
            database.execute("BEGIN IMMEDIATE")
            before = database.total_changes
            database.executemany(_PUT, rows)
            changed = database.total_changes - before
            database.execute("COMMIT")
            return changed

    def records(self, metric: str | None = None) -> tuple[Record, ...]:
        """All records, or those of one metric: by metric, grain, group, definition and period."""
        if not self.path.is_file():
            return ()
        where, values = ("", ()) if metric is None else (" WHERE metric = ?", (metric,))
        order = 'metric, grain, condition, dimensions, fingerprint, "start"'
        with self._failing(), closing(self._open()) as database:
            names = ", ".join(f'"{name}"' for name in COLUMNS)
            return tuple(
                from_row(row) for row in database.execute(f"SELECT {names} FROM record{where} ORDER BY {order}", values)
            )

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        try:
            for _ in range(WAIT * 20):  # two first runs at once: SQLite does not wait here by itself
                try:
                    database.execute("PRAGMA journal_mode = WAL")
                    break
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error):
                        raise
                    sleep(0.05)
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise UsageError(f"{self.path} was written by a later version of accord")
            if version < VERSION:
                database.execute("BEGIN IMMEDIATE")
                database.execute(_CREATE)
                database.execute(f"PRAGMA user_version = {VERSION}")
                database.execute("COMMIT")
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise EnvironmentFailure(f"the history {self.path} cannot be used: {error}") from error
