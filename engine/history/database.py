"""The history in a table of a PostgreSQL database, through SQLAlchemy: a run is there whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import EnvironmentFailure
from .covered import Covered, emptied
from .record import Record
from .rows import COLUMNS, KEY, REST, from_row, to_row

TABLE = "accord_history"
WAIT = 60  # seconds for another run that is writing
_TEXTS = tuple(name for name in COLUMNS if name not in ("value", "numerator", "denominator", "n"))
# One table for all metrics; numbers stand as text, as they were measured, to the last digit.
_CREATE = f"""CREATE TABLE IF NOT EXISTS {TABLE} (
    {", ".join(f'"{name}" text{" NOT NULL" if name in KEY else ""}' for name in COLUMNS)},
    PRIMARY KEY ({", ".join(f'"{name}"' for name in KEY)}))"""
# The later run knows more: rows may have come late. The same run twice changes nothing.
# A line of text is no later run: of one moment, what is there stays.
_PUT, _TAKE = (
    f"""INSERT INTO {TABLE} ({", ".join(f'"{name}"' for name in COLUMNS)})
    VALUES ({", ".join(f":{name}" for name in COLUMNS)})
    ON CONFLICT ({", ".join(f'"{name}"' for name in KEY)})
    DO UPDATE SET {", ".join(f'"{name}" = excluded."{name}"' for name in REST)}
    WHERE excluded."as_of" {later} {TABLE}."as_of" AND
    ({", ".join(f'excluded."{name}"' for name in REST)}) IS DISTINCT FROM
    ({", ".join(f'{TABLE}."{name}"' for name in REST)})"""
    for later in (">=", ">")
)


class Database:
    """Records in a database. Readers do not wait for who writes; who writes waits for the one before."""

    def __init__(self, address: str) -> None:
        import sqlalchemy

        self._library: Any = sqlalchemy
        self._address = address
        self.place = str(sqlalchemy.make_url(address).render_as_string(hide_password=True)).partition("?")[0]

    def put(self, records: Sequence[Record], covered: Sequence[Covered] = (), again: bool = True) -> int:
        """Writes all of `records` or, where it is interrupted, none; gives how many rows of the table changed.

        What the run `covered` and did not find loses its numbers. Not `again`: only what is new or strictly later.
        """
        changed = 0
        with self._begun() as connection:
            self._make(connection)
            connection.execute(self._library.text(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE"))
            there = (it for metric in {it.metric for it in covered} for it in self._found(connection, metric))
            for record in (*records, *emptied(there, records, covered)):
                row = dict(zip(COLUMNS, map(_written, COLUMNS, to_row(record)), strict=True))
                changed += connection.execute(self._library.text(_PUT if again else _TAKE), row).rowcount
        return changed

    def records(self, metric: str | None = None) -> tuple[Record, ...]:
        """All records, or those of one metric: by metric, grain, group, definition and period."""
        with self._begun() as connection:
            if not self._library.inspect(connection).has_table(TABLE):
                return ()
            return self._found(connection, metric)

    def _found(self, connection: Any, metric: str | None) -> tuple[Record, ...]:
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        where, values = ("", {}) if metric is None else (" WHERE metric = :metric", {"metric": metric})
        found = connection.execute(self._library.text(f"SELECT {names} FROM {TABLE}{where}"), values).fetchall()
        rows = [tuple(map(_read, COLUMNS, row)) for row in found]
        order = ("metric", "grain", "condition", "dimensions", "fingerprint", "warehouse", "start")
        place = [COLUMNS.index(name) for name in order]
        return tuple(from_row(row) for row in sorted(rows, key=lambda row: [row[at] for at in place]))

    def _make(self, connection: Any) -> None:
        """The table, where it is not there yet; two first runs at once make it one after the other."""
        if not self._library.inspect(connection).has_table(TABLE):
            connection.execute(self._library.text("SELECT pg_advisory_xact_lock(hashtext(:table))"), {"table": TABLE})
            connection.execute(self._library.text(_CREATE))

    @contextmanager
    def _begun(self) -> Iterator[Any]:
        """A transaction; a lock that is not given within `WAIT` is a failure."""
        try:
            engine = self._library.create_engine(
                self._address, poolclass=self._library.pool.NullPool, hide_parameters=True
            )
            with engine.begin() as connection:
                connection.execute(self._library.text(f"SET LOCAL lock_timeout = '{WAIT}s'"))
                yield connection
        except (self._library.exc.SQLAlchemyError, OSError) as error:
            told = str(getattr(error, "orig", None) or error).strip().splitlines()
            raise EnvironmentFailure(f"the history {self.place} cannot be used: {told[0] if told else error}") from None


def _written(name: str, cell: Any) -> Any:
    return cell if name in _TEXTS or cell is None else json.dumps(cell)


def _read(name: str, cell: Any) -> Any:
    return cell if name in _TEXTS or cell is None else json.loads(cell)
