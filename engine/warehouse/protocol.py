"""What every warehouse can do: run a query, describe a table, tell what a query would cost, stop."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from ..errors import EnvironmentFailure
from ..model import Datatype, Table


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its type in the engine's words, and the one in ours (None: none of them)."""

    name: str
    type: str
    family: Datatype | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """How an engine would run a query: its plan, and rows and bytes read as far as it tells (None: it does not)."""

    plan: str
    rows: int | None = None
    bytes: int | None = None


class Transient(EnvironmentFailure):
    """A failure that may be gone the next time: a conflict of transactions, a server that is busy."""


class ConnectionLost(Transient):
    """The connection has gone; `another` session may find the server again."""


class Cancelled(EnvironmentFailure):
    """The statement was stopped from our side."""


class Warehouse(Protocol):
    """One session. All but `cancel` and `another` are called from one thread at a time.

    Whatever the engine or the network does comes out as an `EnvironmentFailure` with the engine's own words.
    """

    dialect: str
    """The SQL that it speaks, by its name in `sql.dialects`."""

    concurrency: int
    """How many sessions beside one another are of use, where no profile says."""

    def __enter__(self) -> Warehouse: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def execute(self, sql: str, timeout: float | None = None) -> Table:
        """All rows of a query. Past `timeout` seconds it is cancelled where the engine has a limit of its own."""
        ...

    def tables(self, catalog: str | None, schema: str | None) -> tuple[str, ...]:
        """The names of the tables and views of a schema, sorted; without one, of the session's own."""
        ...

    def describe(self, table: str, timeout: float | None = None) -> tuple[Column, ...]:
        """The columns of a table, named as in SQL; raises where it does not exist or may not be read."""
        ...

    def explain(self, sql: str, timeout: float | None = None) -> Estimate | None:
        """The plan of a query that is not run; raises what running it would, as far as planning finds it. None: the
        engine plans only what it runs, or needs a session of its own for it."""
        ...

    def cancel(self) -> None:
        """Stops what `execute` is at, on the server; from any thread, and without effect where nothing runs."""
        ...

    def another(self) -> Warehouse:
        """One more session on the same engine, which its taker closes."""
        ...
