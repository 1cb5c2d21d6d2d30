"""The embedded default: a DuckDB database in memory or a file, with the project's files as views."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import EnvironmentFailure
from ..model import Dataset, Datatype, FileSource, Project, Table
from .json_files import json_rows
from .limits import bounded, limited
from .objects import is_object, opened, register, store_of
from .protocol import Cancelled, Column, Estimate

_FAMILIES: Mapping[str, Datatype] = {
    "DATE": "Date",
    "TIMESTAMP": "DateTime",
    "TINYINT": "Integer",
    "SMALLINT": "Integer",
    "INTEGER": "Integer",
    "BIGINT": "Integer",
    "HUGEINT": "Integer",
    "UTINYINT": "Integer",
    "USMALLINT": "Integer",
    "UINTEGER": "Integer",
    "UBIGINT": "Integer",
    "DECIMAL": "Decimal",
    "DOUBLE": "Float",
    "FLOAT": "Float",
    "VARCHAR": "String",
    "ENUM": "String",
    "UUID": "String",
    "BOOLEAN": "Boolean",
}
# What an address may set, as in `duckdb:///shop.duckdb?memory_limit=2GB`.
OPTIONS = ("memory_limit", "threads", "temp_directory", "max_temp_directory_size")


class DuckDB:
    """A session that reads the project's files and, where they are named, database files; it writes nothing.

    `attached` are further files, each a catalogue under its own name; `settings` are among `OPTIONS`; `objects` are
    the addresses at which datasets lie in object stores. Nothing else can be opened.
    """

    dialect = "duckdb"
    concurrency = 1  # a statement uses every core

    def __init__(
        self,
        project: Project,
        database: Path | None = None,
        attached: tuple[Path, ...] = (),
        settings: Mapping[str, str] | None = None,
        max_rows: int = 1_000_000,
        objects: Mapping[str, str] | None = None,
    ) -> None:
        import duckdb

        self._error: type[Exception] = duckdb.Error
        self._interrupted: type[Exception] = duckdb.InterruptException
        self._project, self._max_rows, self._objects = project, max_rows, objects or {}
        root = Path(project.root).resolve()
        place = f"the database {database}" if database else "DuckDB"
        try:
            self._connection: Any = duckdb.connect(str(database) if database else ":memory:", read_only=bool(database))
            self._set("enable_progress_bar", "false")
            self._set("TimeZone", _quoted(project.config.timezone))
            for name, value in (settings or {}).items():
                self._set(name, _quoted(value))
            for file in attached:
                place = f"the database {file}"
                if not file.is_file():
                    raise EnvironmentFailure(f"cannot open {place}: it does not exist")
                self._connection.execute(f'ATTACH {_quoted(str(file))} AS "{file.stem}" (READ_ONLY)')
            self._set("autoinstall_known_extensions", "false")
            self._set("autoload_known_extensions", "false")
            self._closed = register(self._connection, self._objects.values())
            folders, single = opened(self._objects.values())
            self._set("allowed_directories", f"[{', '.join(map(_quoted, (str(root), *folders)))}]")
            self._set("allowed_paths", f"[{', '.join(map(_quoted, single))}]")
            self._set("enable_external_access", "false")
            self._set("lock_configuration", "true")
        except duckdb.Error as error:
            raise EnvironmentFailure(f"cannot open {place}: {_first_line(error)}") from None
        self._views = self._read_files()

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def execute(self, sql: str, timeout: float | None = None) -> Table:
        """All rows of a query; raises `EnvironmentFailure` with the engine's first line."""
        with limited(timeout, self.cancel):
            try:
                cursor = self._connection.execute(sql)
                return bounded(tuple(item[0] for item in cursor.description), cursor.fetchmany, self._max_rows)
            except self._interrupted:
                raise Cancelled("interrupted") from None
            except self._error as error:
                raise EnvironmentFailure(_first_line(error)) from None

    def tables(self, catalog: str | None, schema: str | None) -> tuple[str, ...]:
        within = f"table_catalog = {_quoted(catalog) if catalog else 'current_database()'}"
        within += f" AND table_schema = {_quoted(schema) if schema else 'current_schema()'}"
        found = self.execute(f"SELECT table_name FROM information_schema.tables WHERE {within} ORDER BY table_name")
        return tuple(str(name) for (name,) in found.rows)

    def describe(self, table: str, timeout: float | None = None) -> tuple[Column, ...]:
        if table in self._views:
            raise EnvironmentFailure(self._views[table])
        described = self.execute(f"DESCRIBE SELECT * FROM {_name(table)}", timeout)
        return tuple(Column(str(row[0]), str(row[1]), _family(str(row[1]))) for row in described.rows)

    def explain(self, sql: str, timeout: float | None = None) -> Estimate:
        """The plan, with the rows that DuckDB expects to read."""
        ((_, text),) = self.execute(f"EXPLAIN (FORMAT json) {sql}", timeout).rows
        counts = [int(count) for count in map(_cardinality, _leaves(json.loads(str(text)))) if count.isdecimal()]
        return Estimate(str(text), sum(counts) if counts else None)

    def cancel(self) -> None:
        self._connection.interrupt()

    def another(self) -> DuckDB:
        """A cursor on the same database; views are each session's own."""
        other = object.__new__(DuckDB)
        other.__dict__.update(self.__dict__)
        other._connection = self._connection.cursor()
        other._views = other._read_files()
        return other

    def _set(self, name: str, value: str) -> None:
        self._connection.execute(f"SET {name} = {value}")

    def _read_files(self) -> dict[str, str]:
        """Makes a view of each file; gives, by dataset, why a file cannot be read."""
        failed: dict[str, str] = {}
        root = Path(self._project.root).resolve()
        for dataset in self._project.datasets.values():
            place = self._objects.get(dataset.name)
            if place is not None and store_of(place) in self._closed:
                failed[dataset.name] = self._closed[store_of(place)]
            elif place is None and isinstance(dataset.source, FileSource) and is_object(dataset.source.file):
                failed[dataset.name] = (
                    f"`{dataset.source.file}` is no file of the project: name it in a profile (`tables`)"
                )
            elif place is not None or isinstance(dataset.source, FileSource):
                try:
                    self._connection.execute(_view(dataset, root, place))
                except self._error as error:
                    failed[dataset.name] = f"{place}: {_first_line(error)}" if place else _first_line(error)
                except Exception as error:  # of an object store, whose packages have failures of their own
                    failed[dataset.name] = f"{place}: {_first_line(error)}"
        return failed


def _view(dataset: Dataset, root: Path, place: str | None) -> str:
    """Reads the dataset's file, or what lies at `place`: CSV where it is called so, else Parquet."""
    source = dataset.source
    if place is not None:
        csv = place.lower().endswith((".csv", ".csv.gz"))
        source = FileSource(place, "csv" if csv else "parquet", getattr(source, "skip_lines", 0))
    assert isinstance(source, FileSource)
    path = _quoted(place or str(root / source.file))
    if source.format == "parquet":
        rows = f"SELECT * FROM read_parquet({path})"
    elif source.format == "csv":
        rows = f"SELECT * FROM read_csv({path}, header = true, all_varchar = true, skip = {source.skip_lines})"
    elif source.format == "json":
        rows = json_rows(path, source)
    else:
        rows = _fixed(path, source)
    if source.format != "parquet":
        rows = _zoned(rows, dataset)
    return f'CREATE TEMP VIEW "{dataset.name}" AS {rows}'


def _zoned(rows: str, dataset: Dataset) -> str:
    """Times that name their zone, as text in the project's zone: a cast to TIMESTAMP or DATE would drop whatever stands
    behind the time, be it `Z`, `+03:00`, `Europe/Berlin` or `PM`. By way of TIMESTAMPTZ what is no zone is an error."""
    times = [
        field.expression or field.name
        for field in dataset.fields.values()
        if field.datatype in ("Date", "DateTime") and (field.expression or field.name).isidentifier()
    ]
    if not times:
        return rows
    zone = "':.*[A-Za-z/+-]'"
    replaced = ", ".join(
        f'CASE WHEN regexp_matches("{name}", {zone}) '
        f'THEN CAST(CAST(CAST("{name}" AS TIMESTAMPTZ) AS TIMESTAMP) AS VARCHAR) ELSE "{name}" END AS "{name}"'
        for name in times
    )
    return f"SELECT * REPLACE ({replaced}) FROM ({rows})"


def _fixed(path: str, source: FileSource) -> str:
    """Fixed-width text: each line is one value of a one-column CSV that has no delimiter, cut by positions."""
    columns = ", ".join(
        f"NULLIF(TRIM(SUBSTRING(line, {first}, {last - first + 1})), '') AS \"{name}\""
        for name, first, last in source.columns
    )
    options = "delim = '\\x01', quote = '', escape = '', header = false, auto_detect = false, null_padding = true"
    read = f"read_csv({path}, columns = {{'line': 'VARCHAR'}}, {options}, skip = {source.skip_lines})"
    return f"SELECT {columns} FROM (SELECT RTRIM(line, chr(13)) AS line FROM {read}) WHERE TRIM(line) <> ''"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    """The engine's own words, with the line of a file where it names one."""
    lines = [line.strip() for line in str(error).strip().split("\n") if line.strip()]
    beside = [line for line in lines[1:4] if line.startswith(("CSV Error on Line", "Original Line", "Error"))]
    return "; ".join(dict.fromkeys([lines[0], *beside])) if lines else type(error).__name__


def _family(type_: str) -> Datatype | None:
    """Of `DECIMAL(9,2)` and `TIMESTAMP WITH TIME ZONE` as of the type without more."""
    if type_.endswith("]") or type_.startswith(("STRUCT", "MAP", "UNION")):
        return None
    return _FAMILIES.get(type_.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0].split("_", maxsplit=1)[0])


def _name(table: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in table.split("."))


def _leaves(plan: Any) -> Iterator[Any]:
    pending = list(plan) if isinstance(plan, list) else [plan]
    while pending:
        node = pending.pop()
        if node.get("children"):
            pending.extend(node["children"])
        else:
            yield node


def _cardinality(node: Any) -> str:
    return str((node.get("extra_info") or {}).get("Estimated Cardinality", ""))
