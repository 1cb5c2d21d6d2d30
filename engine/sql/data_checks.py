"""Queries that hold a warehouse's data against what a dataset declares: keys, references, how fresh it is.

Each gives one row of whole numbers or one time; what they mean is said beside the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from typing import Any, Literal

from ..formula.expr import Aggregated, At, Call, Case, Column, Const, Expr, Physical
from ..formula.faults import FormulaError
from ..model import Dataset, FileSource, Relationship
from .catalog import Catalog
from .dialects import DIALECTS
from .emit import emit
from .frame import Frame
from .lookup_keys import overlapping, repeated
from .plan import Aggregate, Item, Join, Node, Scan
from .refusal import Refusal
from .rows import RowSet

Kind = Literal["key", "empty_key", "valid", "orphans", "freshness", "absent"]
_Made = tuple[Kind, Dataset, tuple[str, ...], Node, Relationship | None]
_ONE, _NULL = Const(1, "integer"), Const(None, "integer")


@dataclass(frozen=True, slots=True)
class DataCheck:
    """One query. Its row is, by `kind`:

    `key`: how many values of `columns` stand in several rows. `empty_key`: how many rows have none.
    `valid`: how many rows are still valid when the next one of the key begins.
    `orphans`: how many rows refer to something, and how many of them find it.
    `freshness`: the latest time up to now (null: there are no rows).
    `absent`: how many records a file of JSON has, and how many have a value in each of `columns`.
    """

    kind: Kind
    dataset: Dataset
    columns: tuple[str, ...]
    sql: str
    relationship: Relationship | None = None


def data_checks(
    catalog: Catalog, dialect: str, now: datetime, tables: Mapping[str, str], only: Kind | None = None
) -> Iterator[DataCheck]:
    """Every check of the project, or those of one kind; `tables` says what tables are called where that is not their
    own name.

    What cannot be compiled has a finding of its own already.
    """
    made: list[Callable[[], Iterator[_Made]]] = []
    for dataset in catalog.project.datasets.values():
        made += [partial(_keys, catalog, dataset), partial(_valid, catalog, dataset)]
        made += [partial(_freshness, catalog, dataset, now), partial(_absent, catalog, dataset)]
    made += [partial(_orphans, catalog, relationship) for relationship in catalog.project.relationships]
    for make in made:
        try:
            for kind, dataset, columns, node, relationship in make():
                if only not in (None, kind):
                    continue
                outputs = tuple((column, column.name) for column in node.columns)
                tree = emit(node, outputs, (), DIALECTS[dialect], "monday", None, tables)
                yield DataCheck(kind, dataset, columns, DIALECTS[dialect].printed(tree, dialect), relationship)
        except (Refusal, FormulaError):
            continue


def _keys(catalog: Catalog, dataset: Dataset) -> Iterator[_Made]:
    for key in dict.fromkeys((dataset.primary_key, *dataset.unique_keys)):
        if not key:
            continue
        rows = _rows(catalog, dataset)
        columns = tuple(rows.column((name,)) for name in key)
        if key == dataset.primary_key:
            absent = Aggregate(
                rows.rows(), (), (_counted("empty", Case(((_any_null(columns), _ONE),), _NULL)),), "empty"
            )
            yield "empty_key", dataset, key, absent, None
        rows.keep(*(_present(column) for column in columns))
        yield "key", dataset, key, repeated(rows.rows(), columns), None


def _valid(catalog: Catalog, dataset: Dataset) -> Iterator[_Made]:
    """For slowly changing data: the times of one key, by which relationships find it, do not overlap."""
    ways = {way.to_columns for way in catalog.project.relationships if way.target == dataset.name}
    for key in sorted(ways) if dataset.valid else ():
        rows = _rows(catalog, dataset)
        columns = tuple(rows.column((name,)) for name in key)
        start, end = (rows.column((name,)) for name in dataset.valid or ())
        rows.keep(*(_present(column) for column in columns))
        yield "valid", dataset, key, overlapping(rows.rows(), columns, start, end), None


def _freshness(catalog: Catalog, dataset: Dataset, now: datetime) -> Iterator[_Made]:
    if dataset.freshness is None:
        return
    rows = _rows(catalog, dataset)
    time = rows.time(None)
    rows.keep(Frame(now).happened(time))
    latest = (Column("#latest", "latest", time.type), Aggregated("max", time))
    yield "freshness", dataset, (time.name,), Aggregate(rows.rows(), (), (latest,), "latest"), None


def _absent(catalog: Catalog, dataset: Dataset) -> Iterator[_Made]:
    names = [it.name for it in dataset.source.json_columns] if isinstance(dataset.source, FileSource) else []
    if not names:
        return
    items = tuple((Column(f"{dataset.name}.{name}", name, "text"), Physical("", name, "text")) for name in names)
    scan = Scan(catalog.table(dataset), dataset.name, items)
    counted = (_counted("records", _ONE), *(_counted(f"has_{column.name}", column) for column in scan.columns))
    yield "absent", dataset, tuple(names), Aggregate(scan, (), counted, "absent"), None


def _orphans(catalog: Catalog, relationship: Relationship) -> Iterator[_Made]:
    """Rows whose whole key is there, beside those of them that find one, valid at the time or not."""
    home, target = (catalog.dataset(name) for name in (relationship.source, relationship.target))
    rows, others = _rows(catalog, home), _rows(catalog, target, "known")
    mine = tuple(rows.column(tuple(name.split("."))) for name in relationship.from_columns)
    theirs = tuple(others.column((name,)) for name in relationship.to_columns)
    rows.keep(*(_present(column) for column in mine))
    others.keep(*(_present(column) for column in theirs))
    keys = tuple((Column(f"#known_{at}", f"known_{at}", key.type), key) for at, key in enumerate(theirs, 1))
    known = Aggregate(others.rows(), keys, (), "known")
    pairs = tuple(zip(mine, known.columns, strict=True))
    joined = Join(rows.rows(), known, pairs, kind="left")
    items = (_counted("referring", _ONE), _counted("found", known.columns[0]))
    yield "orphans", home, relationship.from_columns, Aggregate(joined, (), items, "orphans"), relationship


def _rows(catalog: Catalog, dataset: Dataset, role: str = "") -> RowSet:
    def no_metrics(metric: str, entity: str, at: At) -> Any:
        raise FormulaError("C301", "a key is made of fields", at)

    return RowSet(catalog, dataset, no_metrics, role)


def _counted(name: str, what: Expr) -> Item:
    return Column(f"#{name}", name, "integer"), Aggregated("count", what)


def _present(column: Expr) -> Expr:
    return Call("not", (Call("is_null", (column,)),))


def _any_null(columns: tuple[Expr, ...]) -> Expr:
    first, *rest = (Call("is_null", (column,)) for column in columns)
    return reduce(lambda found, part: Call("or", (found, part)), rest, first)
