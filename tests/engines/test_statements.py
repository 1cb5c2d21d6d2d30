"""Every statement gives on every engine what it gives on DuckDB, cell by cell and in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from engine.warehouse.duckdb import DuckDB
from tests.engines import statements
from tests.engines.bench import PROVED, Bench
from tests.engines.compare import first_difference
from tests.engines.statements import PROJECTS, VARIANTS, Variant
from tests.engines.tables import Rows

MARIADB_PARTS = 64
pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def expected() -> Iterator[Callable[[Variant], dict[str, Rows]]]:
    """What DuckDB says; that it says what the specs mean is held against SQL written by hand elsewhere."""
    with ExitStack() as opened:
        warehouses = {name: opened.enter_context(DuckDB(statements.project(name))) for name in PROJECTS}
        answers: dict[str, dict[str, Rows]] = {}

        def ask(variant: Variant) -> dict[str, Rows]:
            if str(variant) not in answers:
                execute = warehouses[variant.project].execute
                found = {names: list(execute(sql).rows) for names, sql in statements.statements(variant, "duckdb")}
                assert any(found.values()), "nothing to compare"
                answers[str(variant)] = found
            return answers[str(variant)]

        yield ask


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
@pytest.mark.parametrize("dialect", PROVED)
def test_statements_agree(
    bench: Callable[[str], Bench],
    expected: Callable[[Variant], dict[str, Rows]],
    dialect: str,
    variant: Variant,
) -> None:
    problems = []
    for names, sql in statements.statements(variant, dialect):
        try:
            problem = first_difference(expected(variant)[names], bench(dialect).ask(sql).result())
        except Exception as error:
            problem = str(error).strip()[:400]
            if dialect == "mysql" and "Too many WITH elements" in problem and sql.count(" AS (") > MARIADB_PARTS:
                problem = ""  # its limit, which the docs tell; each metric by itself is another variant
        if problem:
            problems.append(f"{names}: {problem}\n{sql}")
    assert not problems, "\n\n".join(problems)
