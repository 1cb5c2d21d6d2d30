"""Measures tables with few statements each: from a session on a warehouse to `MeasuredTable`s and `Reference`s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations as choose

from ...errors import EnvironmentFailure
from ...formula.expr import Cast
from ...model import Datatype, Table
from ...sql import evidence
from ...sql.catalog import TYPES
from ...warehouse.protocol import Column
from ..names import unlike
from . import names
from .facts import MeasuredColumn, MeasuredTable, Reference
from .keys import key_of, unique_columns

MOST_COLUMNS = 60  # of which the values that differ are counted
MOST_PAIRS = 15  # that are tried where no column is unique by itself
MOST_REFERENCES = 300
_COUNTED = ("Integer", "String", "Date")


@dataclass(frozen=True, slots=True)
class Asking:
    """How the warehouse is asked: its dialect, a query's rows, and a query's plan (rows it would read, None: not told);
    a table whose count would read more than `most` rows is not measured."""

    dialect: str
    execute: Callable[[str], Table]
    expected: Callable[[str], int | None]
    most: int | None = None

    def numbers(self, sql: str) -> list[int]:
        return [int(str(cell or 0)) for cell in self.execute(sql).rows[0]]


def measured_table(asking: Asking, name: str, table: str, dataset: str, described: Sequence[Column]) -> MeasuredTable:
    """Everything that is counted in one table alone."""
    found = MeasuredTable(name, table, dataset, _columns(described))
    try:
        found = _counted(asking, found)
        if found.rows:
            found = _texts_read(asking, found)
            found = replace(found, after=_order(asking, found))
            found = replace(found, pairs=_pairs(asking, found))
            found = replace(found, validity=_validity(asking, found))
    except EnvironmentFailure as error:
        return replace(found, rows=None, problem=str(error))
    return found


def _columns(described: Sequence[Column]) -> tuple[MeasuredColumn, ...]:
    taken: list[str] = []
    for column in described:
        taken.append(unlike(names.spec_name(column.name), taken))
    return tuple(MeasuredColumn(column, field) for column, field in zip(described, taken, strict=True))


def _counted(asking: Asking, found: MeasuredTable) -> MeasuredTable:
    readable = [it for it in found.columns if it.column.family is not None]
    wanted = sorted(readable, key=lambda it: not names.key_like(it.name))
    distinct = {it.name for it in wanted if it.column.family in _COUNTED}
    distinct = set([it.name for it in wanted if it.name in distinct][:MOST_COLUMNS])
    measures = [
        evidence.Measure(
            it.name, it.type, it.name in distinct, it.column.family == "String" and names.time_like(it.name)
        )
        for it in readable
    ]
    sql = evidence.counts(found.table, measures, asking.dialect)
    expected = asking.expected(sql) if asking.most is not None else None
    if asking.most is not None and expected is not None and expected > asking.most:
        told = f"not measured: counting would read about {expected:,} rows, more than the {asking.most:,} of --max-scan"
        return replace(found, problem=told)
    numbers = iter(asking.numbers(sql))
    rows = next(numbers)
    by_name = {it.name: it for it in found.columns}
    for it in measures:
        column = replace(by_name[it.column], present=next(numbers))
        if it.distinct:
            column = replace(column, distinct=next(numbers))
        if it.text_of_time:
            column = replace(column, written=_written(column.present or 0, next(numbers), next(numbers)))
        by_name[it.column] = column
    return replace(found, rows=rows, columns=tuple(by_name[it.name] for it in found.columns))


def _written(present: int, days: int, moments: int) -> Datatype | None:
    if not present or days + moments != present:
        return None
    return "DateTime" if moments else "Date"


def _texts_read(asking: Asking, found: MeasuredTable) -> MeasuredTable:
    """Texts that look like times are kept as times only if the engine can read each of them."""

    def read(it: MeasuredColumn) -> MeasuredColumn:
        if isinstance(it.expr, Cast):
            try:
                asking.execute(evidence.readable(found.table, [it.expr], asking.dialect))
            except EnvironmentFailure:
                return replace(it, written=None)
        return it

    return replace(found, columns=tuple(map(read, found.columns)))


def _order(asking: Asking, found: MeasuredTable) -> dict[tuple[str, str], bool]:
    full = [it for it in found.times if found.full(it)][:6]
    pairs = [(a, b) for a in full for b in full if a is not b]
    if not pairs:
        return {}
    numbers = asking.numbers(evidence.later(found.table, [(a.expr, b.expr) for a, b in pairs], asking.dialect))
    return {(a.name, b.name): number > 0 for (a, b), number in zip(pairs, numbers, strict=True)}


def _pairs(asking: Asking, found: MeasuredTable) -> tuple[tuple[str, str], ...]:
    """Pairs of columns that are unique together; only where no column is by itself."""
    if unique_columns(found):
        return ()
    columns = [it for it in found.columns if found.full(it) and (it.distinct or it.written)]
    assert found.rows is not None
    tried = [
        (a, b) for a, b in choose(columns, 2) if (a.distinct or found.rows) * (b.distinct or found.rows) >= found.rows
    ]
    unique = []
    for a, b in tried[:MOST_PAIRS]:
        sql = evidence.combinations(found.table, [(a.name, a.type), (b.name, b.type)], asking.dialect)
        if asking.numbers(sql)[0] == found.rows:
            unique.append((a.name, b.name))
    return tuple(unique)


def _validity(asking: Asking, found: MeasuredTable) -> tuple[str, str, str] | None:
    """A column and the times from which and until which a row of its value is valid: no two of them at once."""
    span = names.span_of([it.name for it in found.times])
    if span is None or not found.full(found.column(span[0])):
        return None
    start, end = (found.column(name) for name in span)
    for a, b in found.pairs:
        if start.name in (a, b):
            key = found.column(b if a == start.name else a)
            sql = evidence.overlaps(found.table, (key.name, key.type), start.expr, end.expr, asking.dialect)
            if key.name != end.name and asking.numbers(sql)[0] == 0:
                return key.name, start.name, end.name
    return None


def candidates(tables: Sequence[MeasuredTable]) -> list[Reference]:
    """Columns whose name and type fit the key of a table; nothing is counted yet."""
    found = []
    for target in tables:
        key = target.validity[0] if target.validity else _single(target)
        if key is None:
            continue
        type_ = target.column(key).column.family
        for source in tables:
            for it in source.columns:
                if it.column.family != type_ or not it.present or (source is target and it.name == key):
                    continue
                role = names.refers_to(it.name, target.name, key)
                own = _single(source) == it.name and names.own_key(source.name, it.name, whole=True)
                if role is not None and not own and not (source is target and not role):
                    found.append(Reference(source.dataset, it.name, target.dataset, key, True, role))
                elif source is not target and names.same_name(it.name, key) and _single(source) != it.name:
                    found.append(Reference(source.dataset, it.name, target.dataset, key, False, ""))
    return found


def _single(table: MeasuredTable) -> str | None:
    key = key_of(table).primary
    return key[0] if len(key) == 1 else None


def counted_references(
    asking: Asking, tables: Sequence[MeasuredTable], each: Callable[..., list[Reference]]
) -> list[Reference]:
    """The candidates with what was counted; `each` maps a function over them, side by side where that is of use."""
    by_name = {table.dataset: table for table in tables}

    def counted(it: Reference) -> Reference:
        source, target = by_name[it.source], by_name[it.target]
        type_ = TYPES[source.column(it.column).column.family]
        sql = evidence.orphans((source.table, it.column), (target.table, it.key), type_, asking.dialect)
        try:
            values, known = asking.numbers(sql)
        except EnvironmentFailure as error:
            return replace(it, problem=str(error))
        return replace(it, values=values, found=known)

    every = sorted(candidates(tables), key=lambda it: not it.named)
    told = [replace(it, problem="too many such columns: not counted") for it in every[MOST_REFERENCES:]]
    return [*each(counted, every[:MOST_REFERENCES]), *told]
