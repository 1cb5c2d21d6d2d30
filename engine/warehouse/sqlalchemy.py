"""Every warehouse that has a dialect of SQLAlchemy 2: the SQL is ours, connecting and describing is its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from ..addresses import ESCAPED, scheme
from ..errors import EnvironmentFailure, UsageError
from ..model import Datatype, Table
from .limits import bounded, first_line, limited
from .protocol import Cancelled, Column, ConnectionLost, Estimate, Transient, Warehouse
from .settings import session_settings

# SQLSTATE of what is gone when it is tried again: conflicts of transactions, a server that starts, stops or is full.
_TRANSIENT_STATES = ("40001", "40P01", "53300", "57P03")
_TRANSIENT_NUMBERS = (1040, 1205, 1213)  # MySQL: too many connections, lock wait, deadlock
_CANCELLED_STATES, _CANCELLED_NUMBERS = ("57014",), (1317, 1969)
_LOST_NUMBERS = (2006, 2013, 2055, 1927)


class SQLAlchemy:
    """One connection, read only where the engine knows that; statements are sent as they are, each its own
    transaction."""

    concurrency = 4

    def __init__(self, url: str, dialect: str, timezone: str, max_rows: int, engine: Any = None) -> None:
        import sqlalchemy
        from sqlalchemy.pool import NullPool

        self.dialect = dialect
        self._timezone, self._max_rows = timezone, max_rows
        self._url = url
        self._errors: Any = sqlalchemy.exc
        self._library: Any = sqlalchemy
        if dialect == "sqlite":
            self.concurrency = 1
        try:
            self._engine: Any = engine or sqlalchemy.create_engine(url, poolclass=NullPool, hide_parameters=True)
            self._open()
        except sqlalchemy.exc.DBAPIError as error:
            raise EnvironmentFailure(f"cannot connect to {_place(sqlalchemy, url)}: {_said(error)}") from None
        except TypeError as error:  # PyMySQL's way to refuse an option
            raise UsageError(f"the driver does not know an option of the address: {first_line(error)}") from None
        except sqlalchemy.exc.NoSuchModuleError:
            raise ImportError(name=f"the dialect of {scheme(url)}") from None
        except (sqlalchemy.exc.ArgumentError, ValueError):  # which may quote a part of the password
            raise UsageError("the address of the warehouse cannot be read", hint=ESCAPED) from None
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise EnvironmentFailure(f"cannot connect to {_place(sqlalchemy, url)}: {first_line(error)}") from None

    def _open(self) -> None:
        connection = self._engine.connect()
        if self.dialect in ("postgres", "redshift", "mysql", "tsql"):
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Any = connection
        for statement in session_settings(self.dialect, self._timezone):
            self._connection.exec_driver_sql(statement)
        self._driver: Any = self._connection.connection.dbapi_connection
        self._thread = self._driver.thread_id() if self.dialect == "mysql" and hasattr(self._driver, "thread_id") else 0

    def __enter__(self) -> SQLAlchemy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.close()
        except Exception:  # a connection that is lost cannot be closed either
            return

    def execute(self, sql: str, timeout: float | None = None) -> Table:
        with limited(timeout, self.cancel):
            table: Table = self._guarded(lambda: self._rows(sql))
            return table

    def tables(self, catalog: str | None, schema: str | None) -> tuple[str, ...]:
        within = ".".join(part for part in (catalog, schema) if part) or None

        def named() -> set[str]:
            inspector = self._library.inspect(self._connection)
            return {*inspector.get_table_names(schema=within), *inspector.get_view_names(schema=within)}

        return tuple(sorted(self._guarded(named)))

    def describe(self, table: str, timeout: float | None = None) -> tuple[Column, ...]:
        with limited(timeout, self.cancel):
            return self._columns(table)

    def _columns(self, table: str) -> tuple[Column, ...]:
        *schema, name = table.split(".")
        if self.dialect == "mysql":
            return self._described(schema[-1] if schema else None, name)
        found = self._guarded(
            lambda: self._library.inspect(self._connection).get_columns(name, schema=".".join(schema) or None), table
        )
        if not found:
            raise EnvironmentFailure(f"the table `{table}` does not exist")
        return tuple(
            Column(item["name"], _written(item["type"]), _family(self._library, item["type"])) for item in found
        )

    def _described(self, schema: str | None, table: str) -> tuple[Column, ...]:
        """MySQL's inspector asks for the text of views, which a user who may only read them is refused."""
        sql = self._library.text(
            "SELECT column_name, column_type FROM information_schema.columns"
            " WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name ORDER BY ordinal_position"
        )
        rows = self._guarded(lambda: self._connection.execute(sql, {"schema": schema, "name": table}).fetchall())
        if not rows:
            raise EnvironmentFailure(f"the table `{table}` does not exist, or may not be read")
        return tuple(Column(name, type_, _of_mysql(type_)) for name, type_ in rows)

    def explain(self, sql: str, timeout: float | None = None) -> Estimate | None:
        prefix = {"sqlite": "EXPLAIN QUERY PLAN", "tsql": None}.get(self.dialect, "EXPLAIN")
        if prefix is None:
            return None
        rows = self.execute(f"{prefix} {sql}", timeout).rows
        plan = "\n".join(" ".join(map(str, row)) for row in rows)
        return Estimate(plan, _expected(self.dialect, plan))

    def cancel(self) -> None:
        """On the server where its driver or its SQL can; else by closing the connection, which servers notice late."""
        try:
            if self.dialect == "mysql" and self._thread:
                with self._engine.connect() as second:
                    second.exec_driver_sql(f"KILL QUERY {self._thread}")
                return
            stop: Callable[[], Any] = (
                getattr(self._driver, "cancel_safe", None)
                or getattr(self._driver, "cancel", None)
                or getattr(self._driver, "interrupt", None)
                or self._driver.close
            )
            stop()
        except Exception:  # nothing runs any more, or the server is not there
            return

    def another(self) -> Warehouse:
        return SQLAlchemy(self._url, self.dialect, self._timezone, self._max_rows, self._engine)

    def _rows(self, sql: str) -> Table:
        result = self._connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
        columns = tuple(result.keys())
        table = bounded(columns, lambda count: [tuple(row) for row in result.fetchmany(count)], self._max_rows)
        result.close()
        return table

    def _guarded(self, ask: Callable[[], Any], table: str | None = None) -> Any:
        """What `ask` gives, with every failure of the driver as one of ours."""
        try:
            return ask()
        except self._errors.NoSuchTableError:
            raise EnvironmentFailure(f"the table `{table}` does not exist") from None
        except self._errors.DBAPIError as error:
            raise _kind(error)(_said(error)) from None
        except (self._errors.PendingRollbackError, self._errors.ResourceClosedError) as error:
            raise ConnectionLost(f"the connection is closed: {first_line(error)}") from None
        except (self._errors.SQLAlchemyError, OSError) as error:
            raise EnvironmentFailure(first_line(error)) from None
        finally:
            if self._connection.in_transaction() and self._connection.get_transaction() is not None:
                self._roll_back()

    def _roll_back(self) -> None:
        try:
            self._connection.rollback()
        except Exception:  # the next statement tells that the connection is lost
            return


def _kind(error: Any) -> type[EnvironmentFailure]:
    original = error.orig
    state = getattr(original, "sqlstate", None) or ""
    arguments: Any = getattr(original, "args", None) or ("",)
    number = arguments[0] if isinstance(arguments[0], int) else -1
    if state in _CANCELLED_STATES or number in _CANCELLED_NUMBERS or str(original) == "interrupted":
        return Cancelled
    if error.connection_invalidated or number in _LOST_NUMBERS or state[:2] == "08" or state in ("57P01", "57P02"):
        return ConnectionLost
    return Transient if state in _TRANSIENT_STATES or number in _TRANSIENT_NUMBERS else EnvironmentFailure


def _said(error: Any) -> str:
    """The driver's words; MySQL's come as a number and a text."""
    arguments: Any = getattr(error.orig, "args", ())
    if len(arguments) == 2 and isinstance(arguments[1], str):
        return f"{arguments[1].splitlines()[0] if arguments[1] else type(error.orig).__name__} ({arguments[0]})"
    return first_line(error.orig or error)


def _place(library: Any, url: str) -> str:
    return str(library.make_url(url).render_as_string(hide_password=True)).partition("?")[0]


def _written(type_: Any) -> str:
    try:
        return str(type_)
    except Exception:  # types of some dialects cannot be printed without their engine
        return type(type_).__name__


def _family(library: Any, type_: Any) -> Datatype | None:
    types = library.types
    if getattr(type_, "display_width", None) == 1 and isinstance(type_, types.Integer):
        return "Boolean"  # MySQL's BOOLEAN is TINYINT(1)
    families: Mapping[Any, Datatype] = {
        types.Boolean: "Boolean",
        types.DateTime: "DateTime",
        types.Date: "Date",
        types.Integer: "Integer",
        types.Float: "Float",
        types.Numeric: "Decimal",
        types.String: "String",
        types.Uuid: "String",
    }
    return next((family for kind, family in families.items() if isinstance(type_, kind)), None)


def _of_mysql(type_: str) -> Datatype | None:
    """
    >>> _of_mysql("tinyint(1)"), _of_mysql("bigint(20) unsigned"), _of_mysql("varchar(500)")
    ('Boolean', 'Integer', 'String')
    """
    name = type_.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    if type_ == "tinyint(1)":
        return "Boolean"
    if name.endswith("int"):
        return "Integer"
    if name.endswith("text") or name in ("char", "varchar", "enum", "uuid"):
        return "String"
    families: Mapping[str, Datatype] = {
        "date": "Date",
        "datetime": "DateTime",
        "timestamp": "DateTime",
        "decimal": "Decimal",
        "float": "Float",
        "double": "Float",
    }
    return families.get(name)


def _expected(dialect: str, plan: str) -> int | None:
    """The rows that PostgreSQL expects to read: those of its scans."""
    import re

    if dialect != "postgres":
        return None
    scans = re.findall(r"Scan.*?rows=(\d+)", plan)
    return sum(map(int, scans)) if scans else None
