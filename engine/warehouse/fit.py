"""Whether a warehouse's tables are what the specs say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..errors import EnvironmentFailure
from ..model import Dataset, FileSource, QuerySource
from .protocol import Column

# What a column may be so that a field is read as declared, beside the type itself.
_ALSO: Mapping[str, tuple[str, ...]] = {"Decimal": ("Integer",)}
_ON: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sqlite": {
        "Date": ("String",),
        "DateTime": ("String",),
        "Decimal": ("Integer", "Float"),
        "Float": ("Decimal",),
        "Boolean": ("Integer",),
    },
    "mysql": {"Boolean": ("Integer",)},
}


def mismatches(
    describe: Callable[[str], tuple[Column, ...]], dialect: str, dataset: Dataset, table: str
) -> tuple[tuple[Column, ...], tuple[Diagnostic, ...]]:
    """The columns of `table`; and the fields that it has not, or has with another type than the spec declares."""
    if isinstance(dataset.source, QuerySource):
        return (), ()
    subject, span = f"dataset:{dataset.name}", dataset.origin.value("source")
    try:
        described = describe(table)
    except EnvironmentFailure as error:
        message, hint = f"`{dataset.name}` cannot be read: {error}", None
        if isinstance(dataset.source, FileSource) and dialect != "duckdb":
            message = f"`{dataset.name}` is the file {dataset.source.file}, which only DuckDB reads, and {error}"
            hint = (
                f"load the file into a table `{table}`, or name one in the profile: tables: {{{dataset.name}: TABLE}}"
            )
        return (), (Diagnostic("R201", "error", message, span, subject, hint),)
    columns = {column.name.lower(): column for column in described}
    text = isinstance(dataset.source, FileSource) and dataset.source.format != "parquet"
    found: list[Diagnostic] = []
    for field in dataset.fields.values():
        if field.expression is not None:
            continue
        span = field.origin.span() if "fields" not in field.origin.data else dataset.origin.key("fields")
        column = columns.get(field.name.lower())
        if column is None:
            hint = did_you_mean(field.name, columns) or f"columns: {choices(columns)}"
            message = f"`{table}` has no column `{field.name}`"
            found.append(Diagnostic("R103", "error", message, span, subject, hint))
        elif field.datatype is not None and not _fits(column, field.datatype, dialect, text):
            message = f"`{field.name}` is {column.type} in `{table}`, but the spec declares {field.datatype}"
            hint = "correct `datatype`, or give an `expression` that casts"
            found.append(Diagnostic("C107", "error", message, span, subject, hint))
    return described, tuple(found)


def is_text(columns: tuple[Column, ...], dialect: str) -> Callable[[str], bool]:
    """Whether a column, by its name, holds text; on SQLite any may, whatever its type says."""
    names = {column.name.lower() for column in columns if column.family == "String" or dialect == "sqlite"}
    return lambda name: name.lower() in names


def _fits(column: Column, datatype: str, dialect: str, text: bool) -> bool:
    """Columns of text files are text, and so may be the columns of tables that were loaded from them."""
    also = _ON.get(dialect, {}).get(datatype, _ALSO.get(datatype, ()))
    return column.family == datatype or column.family in also or (text and column.family == "String")
