"""Every case worked out by hand gives on every engine what it gives on DuckDB, or is refused for that dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.sql.refusal import Refusal
from tests.engines import cases
from tests.engines.bench import PROVED, Bench
from tests.engines.cases import Query
from tests.engines.compare import first_difference
from tests.engines.duck import Duck
from tests.engines.tables import Rows

pytestmark = pytest.mark.heavy
# Dialects that have a form for everything that a case can ask for.
WHOLE = ("postgres", "clickhouse", "bigquery", "spark")


@pytest.fixture(scope="module")
def expected() -> Iterator[Callable[[Query], Rows]]:
    duck = Duck()
    for table in cases.tables():
        duck.load(table)
    yield lambda query: duck.run(query.sql("duckdb"))
    duck.close()


@pytest.mark.parametrize("query", cases.queries(), ids=str)
@pytest.mark.parametrize("dialect", PROVED)
def test_cases_agree(
    bench: Callable[[str], Bench], expected: Callable[[Query], Rows], dialect: str, query: Query
) -> None:
    sql = _written(query, dialect)
    if sql is None:
        assert dialect not in WHOLE
        return
    problem = first_difference(expected(query), bench(dialect).ask(sql).result())
    assert not problem, f"{problem}\n{sql}"


def _written(query: Query, dialect: str) -> str | None:
    """The statement; `None` where the dialect has no form for a part of it."""
    try:
        return query.sql(dialect)
    except Refusal as refusal:
        if refusal.code != "C305":
            raise
        return None
