"""From an address to a session; drivers are imported here, and a missing one names what to install."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from ..addresses import Unset, expand, scheme
from ..diagnostics import choices, did_you_mean
from ..errors import EnvironmentFailure, UsageError
from ..model import Profile, Project
from .duckdb import OPTIONS, DuckDB
from .objects import is_object
from .profiles import resolved
from .protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Engine:
    """What an address begins with: its dialect, the extra with its driver, and SQLAlchemy's name of the driver where
    the address leaves it out."""

    dialect: str
    extra: str | None
    driver: str | None = None


ENGINES: Mapping[str, Engine] = {
    "duckdb": Engine("duckdb", None),
    "sqlite": Engine("sqlite", "sqlite"),
    "postgresql": Engine("postgres", "postgres", "postgresql+psycopg"),
    "mysql": Engine("mysql", "mysql", "mysql+pymysql"),
    "mariadb": Engine("mysql", "mysql", "mariadb+pymysql"),
    "chdb": Engine("clickhouse", "chdb"),
    "clickhousedb": Engine("clickhouse", "clickhouse"),
    "sc": Engine("spark", "spark"),
    "spark": Engine("spark", "spark"),
    "redshift": Engine("redshift", "redshift", "redshift+redshift_connector"),
    "trino": Engine("trino", "trino"),
    "snowflake": Engine("snowflake", "snowflake"),
    "bigquery": Engine("bigquery", "bigquery"),
    "databricks": Engine("databricks", "databricks"),
    "mssql": Engine("tsql", "mssql", "mssql+pyodbc"),
}


def dialect_of(address: str) -> str:
    """The dialect of the engine that an address leads to; raises `UsageError` where it leads to none."""
    return _engine(address).dialect


def profile_dialect(profile: Profile, environment: Mapping[str, str]) -> str:
    """The dialect of a profile's warehouse, without its secrets; an address that is a variable is looked up."""
    with _at(profile):
        return _dialect(profile, environment)


def _dialect(profile: Profile, environment: Mapping[str, str]) -> str:
    try:
        return dialect_of(expand(profile.url, environment) if profile.url.startswith("${") else profile.url)
    except Unset as unset:
        raise UsageError(f"`{unset.name}` is not set in the environment") from None


@contextmanager
def _at(profile: Profile) -> Iterator[None]:
    """What is wrong with an address stands where the address does."""
    try:
        yield
    except UsageError as error:
        if error.span is None and profile.origin is not None:
            error.span = profile.origin.value("url")
        raise


def connect(project: Project, profile: Profile | None, environment: Mapping[str, str]) -> Warehouse:
    """A session on the profile's warehouse; without one DuckDB in memory over the project's files."""
    if profile is None:
        return DuckDB(project)
    with _at(profile):
        return _connected(project, profile, environment)


def _connected(project: Project, profile: Profile, environment: Mapping[str, str]) -> Warehouse:
    address = resolved(profile, Path(project.root), environment)
    engine, timezone = _engine(address), project.config.timezone
    objects = {name: table for name, table in profile.tables.items() if is_object(table)}
    if objects and engine.dialect != "duckdb":
        name = next(iter(objects))
        span = profile.origin.value("tables", name) if profile.origin else None
        hint = "load it there and name the table, or use a profile of DuckDB"
        raise UsageError(f"`{name}` lies in an object store, which only DuckDB reads", hint=hint, span=span)
    try:
        if scheme(address) == "duckdb":
            return _duckdb(project, address, profile.max_rows, objects)
        if scheme(address) == "chdb":
            from .chdb import ChDB

            return ChDB(_path(address) or ":memory:", timezone, profile.max_rows)
        if engine.dialect == "spark":
            from .spark import Spark

            return Spark(address, timezone, profile.max_rows)
        from .sqlalchemy import SQLAlchemy

        if engine.driver and "+" not in address.partition("://")[0]:
            address = f"{engine.driver}://{address.partition('://')[2]}"
        if engine.dialect == "sqlite":
            address = _sqlite(address)
        return SQLAlchemy(address, engine.dialect, timezone, profile.max_rows)
    except ImportError as error:
        raise _missing(address, engine, error.name or str(error)) from None


def _engine(address: str) -> Engine:
    if "://" not in address:
        hint = f"kinds: {choices(ENGINES, 30)}"
        raise UsageError("the address of a warehouse begins with its kind, as in sqlite:///shop.db", hint=hint)
    kind = scheme(address)
    if kind not in ENGINES:
        hint = did_you_mean(kind, ENGINES) or f"addresses begin with one of {choices(ENGINES, 30)}"
        raise UsageError(f"`{kind}` is not a warehouse that accord knows", hint=hint)
    return ENGINES[kind]


def _missing(address: str, engine: Engine, module: str) -> EnvironmentFailure:
    kind, _, driver = address.partition("://")[0].partition("+")
    install = f"pip install 'accord-results[{engine.extra}]'"
    if driver and address.partition("://")[0] != engine.driver:
        return EnvironmentFailure(f"{module} is not installed: leave the driver out: {kind}://…, and {install}")
    return EnvironmentFailure(f"{module} is not installed: {install}")


def _path(address: str) -> str:
    return unquote(address.partition("://")[2].partition("?")[0].removeprefix("/"))


def _duckdb(project: Project, address: str, max_rows: int, objects: Mapping[str, str]) -> DuckDB:
    attached, settings = [], {}
    for name, value in parse_qsl(address.partition("?")[2]):
        if name == "attach":
            attached.append(Path(value) if Path(value).is_absolute() else Path(project.root) / value)
        elif name in OPTIONS:
            settings[name] = value
        else:
            hint = did_you_mean(name, OPTIONS) or f"options: attach, {choices(OPTIONS)}"
            raise UsageError(f"`{name}` is not an option of a DuckDB address", hint=hint)
    path = _path(address)
    database = None if path in ("", ":memory:") else Path(path)
    return DuckDB(project, database, tuple(attached), settings, max_rows, objects)


def _sqlite(address: str) -> str:
    """Opened to read: a file that is missing is not made."""
    path = _path(address)
    if path in ("", ":memory:"):
        raise UsageError("a SQLite database in memory holds no tables: name a file, as in sqlite:///shop.db")
    if not Path(path).is_file():
        raise EnvironmentFailure(f"cannot open the database {path}: it does not exist")
    with Path(path).open("rb") as file:
        if file.read(16) not in (b"", b"SQLite format 3\0"):
            raise EnvironmentFailure(f"cannot open the database {path}: it is not a SQLite database")
    return f"sqlite:///file:{path}?mode=ro&uri=true"
