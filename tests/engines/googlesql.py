"""GoogleSQL's reference engine, of which BigQuery is a product: its WebAssembly build runs without a network.

PRODUCT_EXTERNAL switches what only Google sees off (the type names DOUBLE and INT32, for example), so that the names
of types and functions are those of BigQuery.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.formula.expr import Type
from tests.engines.tables import Rows, Table

_KINDS: dict[Type, str] = {
    "integer": "TYPE_INT64",
    "decimal": "TYPE_NUMERIC",
    "float": "TYPE_DOUBLE",
    "text": "TYPE_STRING",
    "date": "TYPE_DATE",
    "datetime": "TYPE_DATETIME",
    "boolean": "TYPE_BOOL",
}
_EPOCH = date(1970, 1, 1)


class GoogleSQL:
    name = "bigquery"

    def __init__(self) -> None:
        from importlib.metadata import version

        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2
        from zetasql.wasi._pb2.zetasql.proto import options_pb2
        from zetasql.wasi._pb2.zetasql.public import type_pb2, value_pb2

        self.version = f"zetasql {version('zetasql')}"
        self._messages, self._types, self._values = local_service_pb2, type_pb2, value_pb2
        self._module = _compiled_module()
        wanted = local_service_pb2.LanguageOptionsRequest(maximum_features=True)
        language = self._call("GetLanguageOptions", wanted, options_pb2.LanguageOptionsProto)
        language.product_mode = (
            options_pb2.LanguageOptionsProto.DESCRIPTOR.fields_by_name["product_mode"]
            .enum_type.values_by_name["PRODUCT_EXTERNAL"]
            .number
        )
        self._options = options_pb2.AnalyzerOptionsProto(language_options=language, default_timezone="UTC")
        self._request = local_service_pb2.RegisterCatalogRequest()
        self._request.simple_catalog.name = "tables"
        self._request.simple_catalog.builtin_function_options.language_options.CopyFrom(language)
        self._catalog: int | None = None

    def load(self, table: Table) -> None:
        """Tables go over together, when the first statement runs."""
        assert self._catalog is None
        declared = self._request.simple_catalog.table.add(name=table.name)
        data = self._request.table_content[table.name].table_data
        data.SetInParent()  # a table without rows has content too
        kinds = [self._types.TypeKind.Value(_KINDS[type_]) for _, type_ in table.columns]
        for (name, _), kind in zip(table.columns, kinds, strict=True):
            declared.column.add(name=name, type=self._types.TypeProto(type_kind=kind))
        encoders = [_ENCODERS[type_] for _, type_ in table.columns]
        null = self._values.ValueProto()
        for row in table.rows:
            cells = zip(row, encoders, strict=True)
            data.row.add(cell=[null if v is None else self._values.ValueProto(**encode(v)) for v, encode in cells])

    def run(self, sql: str) -> Rows:
        if self._catalog is None:
            self._catalog = self._call("RegisterCatalog", self._request, self._messages.RegisterResponse).registered_id
        request = self._messages.EvaluateQueryRequest(
            sql=sql, options=self._options, registered_catalog_id=self._catalog
        )
        answer = self._call("EvaluateQuery", request, self._messages.EvaluateQueryResponse)
        return [tuple(_decoded(cell) for cell in row.cell) for row in answer.content.table_data.row]

    def close(self) -> None:
        self._module = None

    def _call(self, method: str, request: Any, answer: Any) -> Any:
        """The package's own way to hand bytes over goes byte by byte, which takes minutes for tables."""
        module, exports = self._module, self._module.exports
        data = request.SerializeToString()
        place = exports["wasm_malloc"](module.store, len(data))
        size = exports["wasm_malloc"](module.store, 4)
        ctypes.memmove(self._address(place), data, len(data))
        found = exports[f"ZetaSqlLocalService_{method}"](module.store, place, len(data), size)
        try:
            if not found:
                raise RuntimeError(module.get_last_error())
            (length,) = struct.unpack("<I", ctypes.string_at(self._address(size), 4))
            return answer.FromString(ctypes.string_at(self._address(found), length))
        finally:
            for used in (place, size, found):
                exports["wasm_free"](module.store, used)

    def _address(self, place: int) -> int:
        return ctypes.addressof(self._module.memory.data_ptr().contents) + place


def _compiled_module() -> Any:
    """The package's client on a module that wasmtime keeps compiled: half a minute at first, then half a second."""
    import wasmtime
    from zetasql.core import wasm_client
    from zetasql.wasi import get_wasm_path

    class Config(wasmtime.Config):
        def __init__(self) -> None:
            super().__init__()
            self.cache = True

    original = wasm_client.Config
    wasm_client.Config = Config
    try:
        return wasm_client.WasmClient(str(get_wasm_path()))
    finally:
        wasm_client.Config = original


def _packed(moment: datetime) -> dict[str, Any]:
    """Year, month, day, hour, minute and second, each in its bits."""
    bits = moment.year
    for part, width in ((moment.month, 4), (moment.day, 5), (moment.hour, 5), (moment.minute, 6), (moment.second, 6)):
        bits = bits << width | part
    return {"datetime_value": {"bit_field_datetime_seconds": bits, "nanos": moment.microsecond * 1000}}


def _unpacked(value: Any) -> datetime:
    bits, parts = value.bit_field_datetime_seconds, []
    for width in (6, 6, 5, 5, 4):
        bits, part = divmod(bits, 1 << width)
        parts.append(part)
    second, minute, hour, day, month = parts
    return datetime(bits, month, day, hour, minute, second, value.nanos // 1000)


def _numeric(value: Decimal) -> dict[str, Any]:
    """Billionths, as bytes of two's complement, the lowest first."""
    number = int(value.scaleb(9))
    return {"numeric_value": number.to_bytes((number.bit_length() + 8) // 8, "little", signed=True)}


_ENCODERS: dict[Type, Callable[[Any], dict[str, Any]]] = {
    "integer": lambda value: {"int64_value": value},
    "decimal": _numeric,
    "float": lambda value: {"double_value": value},
    "text": lambda value: {"string_value": value},
    "date": lambda value: {"date_value": (value - _EPOCH).days},
    "datetime": _packed,
    "boolean": lambda value: {"bool_value": value},
}
_DECODERS: dict[str, Callable[[Any], Any]] = {
    "date_value": lambda value: _EPOCH + timedelta(days=value),
    "datetime_value": _unpacked,
    "numeric_value": lambda value: Decimal(int.from_bytes(value, "little", signed=True)).scaleb(-9),
}


def _decoded(cell: Any) -> Any:
    kind = cell.WhichOneof("value")
    if kind is None:
        return None
    value = getattr(cell, kind)
    return _DECODERS[kind](value) if kind in _DECODERS else value
