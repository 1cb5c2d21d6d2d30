"""The embedded default: a DuckDB database in memory or a file, with the project's files as views."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..errors import EnvironmentFailure
from ..model import Dataset, FileSource, Project, QuerySource, Table, TableSource

_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "Date": ("DATE",),
    "DateTime": ("TIMESTAMP",),
    "Integer": (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
    ),
    "Decimal": ("DECIMAL", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "HUGEINT"),
    "Float": ("DOUBLE", "FLOAT"),
    "String": ("VARCHAR", "ENUM", "UUID"),
    "Boolean": ("BOOLEAN",),
}


class DuckDB:
    """A session that reads the project's files and, where one is named, a database file; it writes nothing."""

    def __init__(self, project: Project, database: Path | None = None) -> None:
        import duckdb

        self._error: type[Exception] = duckdb.Error
        self._project = project
        self._views: dict[str, str] = {}
        root = Path(project.root).resolve()
        try:
            self._connection: Any = duckdb.connect(str(database) if database else ":memory:", read_only=bool(database))
            self._set("enable_progress_bar", "false")
            self._set("TimeZone", _quoted(project.config.timezone))
            self._set("allowed_directories", f"[{_quoted(str(root))}]")
            self._set("enable_external_access", "false")
            self._set("lock_configuration", "true")
        except duckdb.Error as error:
            place = f"the database {database}" if database else "DuckDB"
            raise EnvironmentFailure(f"cannot open {place}: {_first_line(error)}") from None
        for dataset in project.datasets.values():
            if isinstance(dataset.source, FileSource):
                self._view(dataset, dataset.source, root)

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def execute(self, sql: str) -> Table:
        """All rows of a query; raises `EnvironmentFailure` with the engine's first line."""
        try:
            cursor = self._connection.execute(sql)
            columns = tuple(item[0] for item in cursor.description)
            return Table(columns, tuple(cursor.fetchall()))
        except self._error as error:
            raise EnvironmentFailure(_first_line(error)) from None

    def mismatches(self, dataset: Dataset) -> tuple[Diagnostic, ...]:
        """Fields that the table has not, or has with another type than the spec declares."""
        if isinstance(dataset.source, QuerySource):
            return ()
        table = dataset.source.table if isinstance(dataset.source, TableSource) else dataset.name
        subject = f"dataset:{dataset.name}"
        failed = self._views.get(dataset.name)
        try:
            described = self.execute(f"DESCRIBE SELECT * FROM {table}") if failed is None else None
        except EnvironmentFailure as error:
            failed = str(error)
        if failed is not None or described is None:
            span = dataset.origin.value("source")
            return (Diagnostic("R201", "error", f"`{dataset.name}` cannot be read: {failed}", span, subject),)
        types = {str(row[0]).lower(): str(row[1]) for row in described.rows}
        text = isinstance(dataset.source, FileSource) and dataset.source.format != "parquet"
        found: list[Diagnostic] = []
        for field in dataset.fields.values():
            if field.expression is not None:
                continue
            span = field.origin.span() if "fields" not in field.origin.data else dataset.origin.key("fields")
            if field.name not in types:
                hint = did_you_mean(field.name, types) or f"columns: {choices(types)}"
                message = f"`{table}` has no column `{field.name}`"
                found.append(Diagnostic("R103", "error", message, span, subject, hint))
            elif (
                field.datatype is not None and not text and not types[field.name].startswith(_FAMILIES[field.datatype])
            ):
                message = f"`{field.name}` is {types[field.name]} in `{table}`, but the spec declares {field.datatype}"
                hint = "correct `datatype`, or give an `expression` that casts"
                found.append(Diagnostic("C107", "error", message, span, subject, hint))
        return tuple(found)

    def _set(self, name: str, value: str) -> None:
        self._connection.execute(f"SET {name} = {value}")

    def _view(self, dataset: Dataset, source: FileSource, root: Path) -> None:
        name = dataset.name
        path = _quoted(str(root / source.file))
        if source.format == "parquet":
            rows = f"SELECT * FROM read_parquet({path})"
        elif source.format == "csv":
            rows = f"SELECT * FROM read_csv({path}, header = true, all_varchar = true, skip = {source.skip_lines})"
        else:
            rows = _fixed(path, source)
        if source.format != "parquet":
            rows = _zoned(rows, dataset)
        try:
            self._connection.execute(f'CREATE TEMP VIEW "{name}" AS {rows}')
        except self._error as error:
            self._views[name] = _first_line(error)


def _zoned(rows: str, dataset: Dataset) -> str:
    """Times that name their zone, as text in the project's zone: a cast to TIMESTAMP would drop the zone."""
    times = [
        field.expression or field.name
        for field in dataset.fields.values()
        if field.datatype == "DateTime" and (field.expression or field.name).isidentifier()
    ]
    if not times:
        return rows
    zone = "'[0-9] ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'"
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
