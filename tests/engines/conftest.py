"""One session on each engine for all tests that want it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from engine.sql.dialects import DIALECTS
from engine.sql.refusal import Refusal
from tests.engines import cases, operators, statements
from tests.engines.bench import Bench
from tests.engines.tables import tables_of


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Bench]]:
    """Starts the engines that the collected tests name, and hands each everything it will be asked for."""
    tables = [operators.edges()]
    for project in statements.PROJECTS:
        tables.extend(tables_of(statements.project(project)))
    if any("query" in getattr(getattr(item, "callspec", None), "params", {}) for item in request.session.items):
        tables.extend(cases.tables())
    benches: dict[str, Bench] = {}
    try:
        for item in request.session.items:
            params = item.callspec.params if "bench" in getattr(item, "fixturenames", ()) else {}
            if params:
                dialect = params["dialect"]
                if dialect not in benches:
                    benches[dialect] = Bench(dialect, tables)
                for sql in _asked(**params):
                    benches[dialect].ask(sql)
        yield benches.__getitem__
    finally:  # servers that were started end, even where a statement could not be written
        for one in benches.values():
            one.close()


def _asked(dialect: str, **params: Any) -> Iterator[str]:
    if "case" in params and dialect not in params["case"].refused:
        yield params["case"].sql(dialect)
    if "query" in params:
        with suppress(Refusal):
            yield params["query"].sql(dialect)
    if "span" in params:
        yield params["span"].sql(DIALECTS[dialect])
    if "variant" in params:
        yield from (sql for _, sql in statements.statements(params["variant"], dialect))
