"""The history in an SQLite file: records go in whole or not at all, and each once, however often they are written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

from ..errors import EnvironmentFailure, UsageError
from .covered import Covered, emptied
from .record import Record
from .rows import COLUMNS, KEY, REST, from_row, to_row

VERSION = 2
WAIT = 60  # seconds for another run that is writing
# Columns without a type keep integers, floats and the text of decimals as they are.
_CREATE = f"""CREATE TABLE IF NOT EXISTS record ({", ".join(f'"{name}"' for name in COLUMNS)},
    PRIMARY KEY ({", ".join(f'"{name}"' for name in KEY)})) WITHOUT ROWID"""
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_SELECT = f"SELECT {_NAMES} FROM record"
# The later run knows more: rows may have come late. The same run twice changes nothing.
# A line of text is no later run: of one moment, what is there stays.
_PUT, _TAKE = (
    f"""INSERT INTO record VALUES ({", ".join("?" for _ in COLUMNS)})
    ON CONFLICT DO UPDATE SET {", ".join(f'"{name}" = excluded."{name}"' for name in REST)}
    WHERE excluded.as_of {later} record.as_of AND
    ({", ".join(f'excluded."{name}"' for name in REST)}) IS NOT ({", ".join(f'record."{name}"' for name in REST)})"""
    for later in (">=", ">")
)


class Store:
    """A file of records. Several processes may read while one writes; who writes waits for the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def place(self) -> str:
        return str(self.path)

    def put(self, records: Sequence[Record], covered: Sequence[Covered] = (), again: bool = True) -> int:
        """Writes all of `records` or, where it is interrupted, none; gives how many lines of the file changed.

        What the run `covered` and did not find loses its numbers. Not `again`: only what is new or strictly later.
        """
        rows = [to_row(record) for record in records]
        with self._failing(), closing(self._open()) as database:
            database.execute("BEGIN IMMEDIATE")
            before = database.total_changes
            for metric in dict.fromkeys(it.metric for it in covered):
                there = map(from_row, database.execute(f"{_SELECT} WHERE metric = ?", (metric,)).fetchall())
                rows += [to_row(record) for record in emptied(there, records, covered)]
            database.executemany(_PUT if again else _TAKE, rows)
            changed = database.total_changes - before
            database.execute("COMMIT")
            return changed

    def records(self, metric: str | None = None) -> tuple[Record, ...]:
        """All records, or those of one metric: by metric, grain, group, definition and period."""
        if not self.path.is_file():
            return ()
        where, values = ("", ()) if metric is None else (" WHERE metric = ?", (metric,))
        order = 'metric, grain, condition, dimensions, fingerprint, warehouse, "start"'
        with self._failing(), closing(self._open()) as database:
            return tuple(map(from_row, database.execute(f"{_SELECT}{where} ORDER BY {order}", values)))

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
                (version,) = database.execute("PRAGMA user_version").fetchone()
                if version == 1:  # it did not tell the warehouse
                    before = ", ".join(f'"{name}"' if name != "warehouse" else "''" for name in COLUMNS)
                    database.execute("ALTER TABLE record RENAME TO record_1")
                    database.execute(_CREATE)
                    database.execute(f"INSERT INTO record SELECT {before} FROM record_1")
                    database.execute("DROP TABLE record_1")
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
