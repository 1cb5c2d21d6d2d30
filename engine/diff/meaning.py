"""What entities and plans say, apart from how it is written: values that are equal where the meaning is."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from ..formula.expr import Column, Physical
from ..formula.faults import Fault
from ..formula.parse import parse
from ..model import Metric, Text
from ..spans import Origin
from ..sql.plan import Aggregate, Align, Node, Scan, Series
from ..sql.plan import Project as Projection

_SQL = ("expression", "where", "when")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_METRIC_OF = re.compile(r"\bmetric\s*\(\s*([a-z][a-z0-9_]*)", re.IGNORECASE)
_NAMED = (Projection, Aggregate, Align, Series)


def meaning(value: Any, renamed: Mapping[str, str] | None = None) -> Hashable:
    """An entity without its place and its words for people, SQL as it is read, former names of metrics as today's."""
    names = renamed or {}
    if is_dataclass(value) and not isinstance(value, type):
        parts = []
        for it in fields(value):
            inner = getattr(value, it.name)
            if isinstance(inner, (Origin, Text)):
                continue
            parts.append((it.name, _sql(inner, names) if it.name in _SQL else meaning(inner, names)))
        return (type(value).__name__, *parts)
    if isinstance(value, Mapping):
        return tuple(sorted((names.get(key, key), meaning(inner, names)) for key, inner in value.items()))
    if isinstance(value, tuple):
        return tuple(meaning(inner, names) for inner in value)
    return names.get(value, value) if isinstance(value, str) else value


def _sql(text: Any, names: Mapping[str, str]) -> Hashable:
    if not isinstance(text, str):
        return meaning(text, names)
    read = parse(text)
    return text.strip() if isinstance(read, Fault) else _expr(read, names)


def _expr(value: Any, names: Mapping[str, str]) -> Hashable:
    """A parsed formula; positions, which do not count in comparisons, are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = tuple(_expr(getattr(value, it.name), names) for it in fields(value) if it.compare)
        return (type(value).__name__, *kept)
    if isinstance(value, tuple):
        return tuple(_expr(inner, names) for inner in value)
    return names.get(value, value) if isinstance(value, str) else (type(value).__name__, str(value))


def definition(metric: Metric, renamed: Mapping[str, str] | None = None) -> Hashable:
    """What decides about the metric's values, as far as it stands in its own spec."""
    own = (metric.definition, metric.time, metric.fill, metric.spine)
    return (meaning(own, renamed), _sql(metric.where, renamed or {}))


def mentioned(metric: Metric) -> frozenset[str]:
    """Every word in the metric's definition: all that it names, and more."""
    return frozenset(_NAME.findall(f"{metric.definition!r} {metric.where} {metric.time}"))


def filtered_by(metric: Metric) -> frozenset[str]:
    """The metrics whose value for each entity decides which rows count."""
    return frozenset(_METRIC_OF.findall(f"{metric.definition!r} {metric.where}"))


def canonical(plan: Node, sources: Mapping[str, Hashable]) -> str:
    """A digest of a plan in which columns and instances of tables are numbered as they come, and nothing has a name.

    `sources` are what is read under the name of a table, where that is not the table itself.
    """
    return _Numbered(sources).of(plan)


class _Numbered:
    """Numbers names at their first visit, so that equal parts have equal digests wherever they are shared."""

    def __init__(self, sources: Mapping[str, Hashable]) -> None:
        self._sources = sources
        self._numbers: dict[tuple[str, str], int] = {}
        self._known: dict[int, tuple[Any, str]] = {}  # with the node, so that its identity stays its own

    def of(self, value: Any) -> str:
        if isinstance(value, Column):
            return f"column {self._number('column', value.id)}"
        if isinstance(value, Physical):
            return f"{self._number('instance', value.instance)}.{value.column!r}"
        if is_dataclass(value) and not isinstance(value, type):
            if id(value) not in self._known:
                self._known[id(value)] = (value, self._digest(value))
            return self._known[id(value)][1]
        if isinstance(value, tuple):
            return f"({', '.join(self.of(inner) for inner in value)})"
        if isinstance(value, frozenset):
            columns = [it for it in value if isinstance(it, Column)]
            assert all(("column", it.id) in self._numbers for it in columns), "a set has no order to number by"
            return f"{{{', '.join(sorted(self.of(inner) for inner in value))}}}"
        return f"{type(value).__name__} {value!r}"

    def _digest(self, node: Any) -> str:
        if isinstance(node, Align):  # the sets in its items name any of its columns, and a set has no order
            for part in node.inputs:
                self.of(part.node)
            for column in node.columns:
                self.of(column)
        parts = [type(node).__name__]
        for it in fields(node):
            if not it.compare or (it.name == "name" and isinstance(node, _NAMED)):
                continue
            inner = getattr(node, it.name)
            if it.name == "table" and isinstance(node, Scan):
                inner = self._sources.get(inner, inner)
            instance = it.name == "instance" and isinstance(node, Scan)
            parts.append(str(self._number("instance", inner)) if instance else self.of(inner))
        return sha256("; ".join(parts).encode()).hexdigest()

    def _number(self, kind: str, name: str) -> int:
        return self._numbers.setdefault((kind, name), len(self._numbers))
