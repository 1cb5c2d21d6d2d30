"""JSON records as rows of DuckDB: each column the text at a place in the record."""

from __future__ import annotations

import re

from ..model import FileSource, JsonColumn

_STEP = re.compile(r"([^.\[\]]+)(?:\[([^=\]]+)=([^\]]+)\])?(?:\.|$)")
_MICROSECONDS = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}


def json_rows(path: str, source: FileSource) -> str:
    """A SELECT over the file at `path`, which is quoted already."""
    record = "json"
    read = f"SELECT json FROM read_json_objects({path}, format = 'auto', maximum_object_size = 268435456)"
    if source.records is not None:
        record = "record"
        held = _inside("json", source.records)
        missing = f"error('a document has no list `{source.records}`: see `records` of the source')"
        listed = f"CASE WHEN json_type({held}) = 'ARRAY' THEN {_list(held)} ELSE {missing} END"
        read = f"SELECT unnest({listed}) AS record FROM ({read})"
    columns = ", ".join(f'{_column(record, column)} AS "{column.name}"' for column in source.json_columns)
    return f"SELECT {columns} FROM ({read})"


def _column(record: str, column: JsonColumn) -> str:
    text = f"json_extract_string({_inside(record, column.path)}, '$')"
    if column.epoch is None:
        return text
    number = f"CAST({text} AS BIGINT) * {_MICROSECONDS[column.epoch]}"
    return f"(CAST(make_timestamp({number}) AS VARCHAR) || 'Z')"


def _inside(expr: str, path: str) -> str:
    """The JSON value at a path; of a list the first entry whose key has the value."""
    for name, key, value in _STEP.findall(path):
        expr = f"json_extract({expr}, {_keys(name)})"
        if key:
            wanted = "'" + value.replace("'", "''") + "'"
            entries = f"list_filter({_list(expr)}, lambda entry: json_extract_string(entry, {_keys(key)}) = {wanted})"
            expr = f"list_extract({entries}, 1)"
    return expr


def _list(expr: str) -> str:
    return f"CAST({expr} AS JSON[])"


def _keys(path: str) -> str:
    return "'$" + "".join(f'."{key}"' for key in path.split(".")) + "'"
