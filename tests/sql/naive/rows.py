"""Rows of the shop, what a path, an entity and a condition are of a row. Read from `base.yml`, without the compiler."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.sql.naive.describe import (
    Both,
    Coalesce,
    Compare,
    Condition,
    Field,
    Flag,
    Formula,
    IsNull,
    Metric,
    Not,
    Number,
    OfEntity,
    OneOf,
    Sum,
)
from tests.sql.naive.moments import Moment, at

BASE = Path(__file__).parents[1] / "base.yml"
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True)
class Hop:
    to: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dataset:
    name: str
    key: tuple[str, ...]
    time: str | None
    entities: Mapping[str, str]
    fields: Mapping[str, str | None]  # with their datatypes
    hops: Mapping[str, Hop]


@cache
def datasets() -> dict[str, Dataset]:
    base = yaml.safe_load(BASE.read_text(encoding="utf-8"))
    hops: dict[str, dict[str, Hop]] = {}
    for one in base["relationships"]:
        columns = tuple(zip(one["from_columns"], one["to_columns"], strict=True))
        hops.setdefault(one["from"], {})[one.get("as", one["to"])] = Hop(one["to"], columns)
    return {one["name"]: _dataset(one, hops.get(one["name"], {})) for one in base["datasets"]}


def _dataset(one: dict[str, Any], hops: dict[str, Hop]) -> Dataset:
    fields = {
        (said if isinstance(said, str) else said["name"]): (None if isinstance(said, str) else said.get("datatype"))
        for said in one["fields"]
    }
    key = tuple(one["primary_key"])
    return Dataset(one["name"], key, one.get("time"), one.get("entities", {}), fields, hops)


@cache
def dimensions() -> dict[str, dict[str, str]]:
    """By name and dataset: the path from that dataset."""
    base = yaml.safe_load(BASE.read_text(encoding="utf-8"))
    return {one["name"]: dict(path.split(".", 1) for path in one["fields"]) for one in base["dimensions"]}


def path_to(dataset: str, name: str) -> list[str] | None:
    """The steps from a dataset's row to a field: hops, then the field. None: there is no such path."""
    name = dimensions().get(name, {}).get(dataset, name)
    *steps, last = name.split(".")
    here = datasets()[dataset]
    for step in steps:
        if step not in here.hops:
            return None
        here = datasets()[here.hops[step].to]
    return [*steps, last] if last in here.fields else None


def datatype(dataset: str, name: str) -> str | None:
    path = path_to(dataset, name)
    assert path is not None
    here = datasets()[dataset]
    for step in path[:-1]:
        here = datasets()[here.hops[step].to]
    return here.fields[path[-1]]


@cache
def way_to_entity(dataset: str, entity: str) -> str | None:
    """The path of the entity's key: declared, else by the nearest many-to-one step that has one."""
    ways: list[tuple[str, str]] = [("", dataset)]
    while ways:
        found = [
            f"{prefix}{datasets()[of].entities[entity]}" for prefix, of in ways if entity in datasets()[of].entities
        ]
        if found:
            return found[0]
        ways = [
            (f"{prefix}{hop}.", to.to) for prefix, of in ways for hop, to in datasets()[of].hops.items() if to.to != of
        ]
    return None


@dataclass(frozen=True, eq=False)
class Row:
    """Two rows are the same only if they are one."""

    dataset: str
    values: Mapping[str, Any]

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(self.values.get(name) for name in datasets()[self.dataset].key)


@dataclass
class World:
    """All that is known: the tables, the metrics and now. `of_entity` gives a metric's value of each entity."""

    as_of: datetime
    tables: Mapping[str, list[Row]]
    metrics: Mapping[str, Metric]
    of_entity: Callable[[World, str, str], Mapping[Any, float | None]]
    week_start: int = 0
    found: dict[tuple[str, str], Mapping[Any, float | None]] = field(default_factory=dict)

    def rows(self, dataset: str) -> list[Row]:
        return self.tables.get(dataset, [])

    def happened(self, moment: Moment | None) -> bool:
        """A day has happened once it has begun."""
        return moment is not None and at(moment) < self.as_of

    def value(self, row: Row | None, name: str) -> Any:
        if row is None:
            return None
        path = path_to(row.dataset, name)
        assert path is not None, f"{name} of {row.dataset}"
        for step in path[:-1]:
            row = self._one(row, step)
            if row is None:
                return None
        return row.values.get(path[-1])

    def _one(self, row: Row, step: str) -> Row | None:
        hop = datasets()[row.dataset].hops[step]
        wanted = {to: row.values.get(name) for name, to in hop.columns}
        if None in wanted.values():
            return None
        hits = (other for other in self.rows(hop.to) if all(other.values.get(name) == wanted[name] for name in wanted))
        return next(hits, None)

    def entity(self, row: Row, entity: str) -> Any:
        way = way_to_entity(row.dataset, entity)
        assert way is not None, f"{entity} of {row.dataset}"
        return self.value(row, way)

    def time(self, row: Row, name: str | None = None) -> Moment | None:
        found: Moment | None = self.value(row, name or str(datasets()[row.dataset].time))
        return found

    def known(self, metric: str, entity: str) -> Mapping[Any, float | None]:
        if (metric, entity) not in self.found:
            self.found[metric, entity] = self.of_entity(self, metric, entity)
        return self.found[metric, entity]

    def holds(self, condition: Condition | None, row: Row) -> bool:
        return condition is None or self.truth(condition, row) is True

    def truth(self, condition: Condition, row: Row) -> bool | None:
        """True, False or, where a null is in the way, None: as SQL has it."""
        if isinstance(condition, Both):
            return _both(condition.word, self.truth(condition.left, row), self.truth(condition.right, row))
        if isinstance(condition, Not):
            inner = self.truth(condition.inner, row)
            return None if inner is None else not inner
        if isinstance(condition, OfEntity):
            return self._of_entity(condition, row)
        value = self.value(row, condition.path)
        if isinstance(condition, IsNull):
            return (value is None) != condition.negated
        if value is None:
            return None
        if isinstance(condition, Flag):
            return bool(value)
        if isinstance(condition, OneOf):
            return value in condition.values
        return self._compared(condition, value, row)

    def _compared(self, condition: Compare, value: Any, row: Row) -> bool | None:
        other = self.value(row, str(condition.right)) if condition.field else condition.right
        if other is None:
            return None
        if isinstance(value, Moment) and isinstance(other, Moment):
            value, other = at(value), at(other)
        return bool(SIGNS[condition.sign](value, other))

    def _of_entity(self, condition: OfEntity, row: Row) -> bool | None:
        who = self.entity(row, condition.entity)
        value = None if who is None else self.known(condition.metric, condition.entity).get(who)
        return None if value is None else bool(SIGNS[condition.sign](value, condition.right))


def _both(word: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = word == "OR"
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


def computed(formula: Formula, value_of: Callable[[Formula], float | None]) -> float | None:
    """A formula of leaves that `value_of` knows; whatever meets a null is null, and so is a division by 0."""
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Coalesce):
        inner = computed(formula.inner, value_of)
        return formula.value if inner is None else inner
    if not isinstance(formula, Sum):
        return value_of(formula)
    left, right = computed(formula.left, value_of), computed(formula.right, value_of)
    if left is None or right is None:
        return None
    if formula.sign == "/":
        return None if right == 0 else left / right
    return float(SIGNS[formula.sign](left, right))


def of_row(world: World, row: Row, formula: Formula) -> Any:
    """What is inside an aggregate, of one row."""
    if isinstance(formula, Field):
        return world.value(row, formula.path.split(".", 1)[1])
    return computed(formula, lambda leaf: of_row(world, row, leaf))


def rows_of(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[Row]]:
    return {name: [Row(name, values) for values in given] for name, given in tables.items()}
