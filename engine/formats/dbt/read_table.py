"""The table behind a semantic model or time spine, and names of its columns."""

from __future__ import annotations

import re

from .manifest import Place
from .reader import Broken, Reader

_REF = re.compile(r"(?:ref|source)\(\s*(?:['\"][^'\"]+['\"]\s*,\s*)?['\"]([^'\"]+)['\"]\s*\)\Z")
_TABLE = re.compile(r"[^. \t\r\n;'\"`()]+(\.[^. \t\r\n;'\"`()]+){0,2}\Z")


def read_table(read: Reader) -> str:
    """The table behind a model or spine: `schema.table` of the relation, or the name within `ref('...')`."""
    relation = read.part("node_relation")
    if relation is not None:
        parts = (relation.text("database"), relation.text("schema_name"), relation.needed("alias"))
        relation.done("relation_name")
        return checked_table(read, ".".join(part for part in parts if part), relation.place)
    written = read.needed("model")
    match = _REF.search(written)
    if match is None:
        read.report("F101", f"`{written}` is not ref('...')", read.place.at("model"))
        raise Broken
    return checked_table(read, match[1], read.place.at("model"))


def checked_table(read: Reader, table: str, place: Place) -> str:
    if not _TABLE.match(table):
        read.report("F101", f"`{table}` is not a name of a table that statements could use", place)
        raise Broken
    return table


def read_column(read: Reader, key: str) -> str:
    """A column's name as SQL takes it without quotes."""
    name = read.needed(key)
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        read.report("F101", f"`{name}` is not the name of a column", read.place.at(key))
        raise Broken
    return name
