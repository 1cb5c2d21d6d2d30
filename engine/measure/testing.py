"""Runs metric tests: the rows that a test gives, the values that come of them, and where these differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..errors import EnvironmentFailure
from ..model import Dataset, FileSource, Project, QuerySource, Scalar, Table, Test
from ..sql.compile import Compiler
from ..sql.frame import Condition, Frame
from ..sql.refusal import Refusal
from .periods import named

Create = Callable[[str, Mapping[str, str | None], Sequence[Mapping[str, Scalar]]], None]
_SQL_TYPES = {
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "integer": "BIGINT",
    "decimal": "DECIMAL(38, 9)",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not as expected; a row that is missing or too many has no value on one side."""

    row: str
    column: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a test; `problem` tells why it could not be run."""

    test: Test
    differences: tuple[Difference, ...] = ()
    problem: str | None = None

    @property
    def passed(self) -> bool:
        return not self.differences and self.problem is None


def run_test(
    project: Project, compiler: Compiler, test: Test, as_of: datetime, create: Create, execute: Callable[[str], Table]
) -> Outcome:
    """Fills tables with the test's rows, asks for its metrics, and compares."""
    where = (Condition(test.where),) if test.where else ()
    frame = Frame(test.as_of or as_of, test.grain, test.by, where)
    try:
        for dataset in project.datasets.values():
            unknown = _unknown(compiler, dataset, test)
            if unknown is not None:
                return Outcome(test, problem=unknown)
            if not isinstance(dataset.source, QuerySource):
                create(compiler.catalog.table(dataset), _columns(compiler, dataset), test.given.get(dataset.name, ()))
        compiled = compiler.compile(list(test.metrics), frame, "duckdb")
        rows = execute(compiled.sql).rows
    except Refusal as refusal:
        return Outcome(test, problem=refusal.message)
    except EnvironmentFailure as error:
        return Outcome(test, problem=str(error))
    keys = [*(("period",) if test.grain else ()), *test.by]
    places = [*range(len(keys))]
    places += [index for index, out in enumerate(compiled.outputs) if out.part == "value"]
    names = [*keys, *test.metrics]
    found = [_named(project, test, names, [row[index] for index in places]) for row in rows]
    return Outcome(test, tuple(_differences(project, test, keys, found)))


def _unknown(compiler: Compiler, dataset: Dataset, test: Test) -> str | None:
    """A column that the test gives and the dataset does not read, or rows for a dataset that is a query."""
    rows = test.given.get(dataset.name, ())
    if isinstance(dataset.source, QuerySource):
        return f"`{dataset.name}` is a query: give rows to the datasets that it reads" if rows else None
    known = compiler.catalog.columns(dataset) if rows else {}
    column = next((column for row in rows for column in row if column not in known), None)
    return None if column is None else f"`{column}` is not a column of the dataset `{dataset.name}`"


def _columns(compiler: Compiler, dataset: Dataset) -> dict[str, str | None]:
    """The columns of the dataset's table; those of text files are text."""
    text = isinstance(dataset.source, FileSource) and dataset.source.format != "parquet"
    types = compiler.catalog.columns(dataset)
    return {name: "VARCHAR" if text else _SQL_TYPES.get(type_) for name, type_ in types.items()}


def _named(project: Project, test: Test, names: list[str], cells: list[object]) -> dict[str, object]:
    row = dict(zip(names, cells, strict=True))
    if test.grain is not None:
        _, row["period"] = named(row["period"], test.grain, project.config.week_start)  # type: ignore[arg-type]
    return row


def _differences(project: Project, test: Test, keys: list[str], found: list[dict[str, object]]) -> list[Difference]:
    """Rows are paired by their keys; what is left on either side is missing or too many."""
    left = list(found)
    out: list[Difference] = []
    for expected in test.expect:
        match = next((row for row in left if all(_same(expected[key], row[key]) for key in keys)), None)
        told = ", ".join(str(expected[key]) for key in keys)
        if match is None:
            out.extend(Difference(told, name, _told(expected[name]), "no row") for name in test.metrics)
            continue
        left.remove(match)
        out.extend(
            Difference(told, name, _told(expected[name]), _told(match[name]))
            for name in test.metrics
            if not _same(_amount(expected[name]), match[name])
        )
    for row in left:
        told = ", ".join(_told(row[key]) for key in keys)
        out.extend(Difference(told, name, "no row", _told(row[name])) for name in test.metrics)
    return out


def _amount(written: Scalar) -> Scalar:
    """`8.5 %` is 0.085."""
    if isinstance(written, str) and written.rstrip().endswith("%"):
        return float(Decimal(written.rstrip().removesuffix("%").strip()) / 100)
    return written


def _same(expected: Scalar, found: object) -> bool:
    """Numbers to nine digits; everything else exactly."""
    if isinstance(expected, (int, float)) and isinstance(found, (int, float, Decimal)):
        return math.isclose(float(expected), float(found), rel_tol=1e-9, abs_tol=1e-12)
    if expected is None or found is None:
        return expected is None and found is None
    return str(expected) == str(found)


def _told(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
