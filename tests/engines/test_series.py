"""A series of periods has on every engine the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from engine.sql.dialects import DIALECTS
from engine.sql.dialects.dialect import Tree, text
from engine.sql.dialects.series import counted, digits, doubled, ten_rows
from tests.engines.bench import PROVED, Bench
from tests.engines.compare import same
from tests.engines.duck import Duck
from tests.engines.operators import edges
from tests.engines.spans import SPANS, Span
from tests.engines.tables import Rows


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    engine = Duck()
    engine.load(edges())
    yield engine
    engine.close()


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_on_duckdb(duck: Duck, span: Span) -> None:
    assert_gives(span, duck.run(span.sql(DIALECTS["duckdb"])))


@pytest.mark.parametrize("numbers", [digits(ten_rows), doubled])
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_numbers_that_others_count_by(duck: Duck, span: Span, numbers: Callable[[Tree, int, str], Tree]) -> None:
    """What is not run on engines of its own is counted right at least."""
    dialect = replace(DIALECTS["duckdb"], series=counted(numbers, _shift))
    assert_gives(span, duck.run(span.sql(dialect)))


@pytest.mark.heavy
@pytest.mark.parametrize("span", SPANS, ids=str)
@pytest.mark.parametrize("dialect", PROVED)
def test_on_engines(bench: Callable[[str], Bench], dialect: str, span: Span) -> None:
    assert_gives(span, bench(dialect).ask(span.sql(DIALECTS[dialect])).result())


@pytest.mark.parametrize("span", SPANS, ids=str)
@pytest.mark.parametrize("dialect", [name for name, dialect in DIALECTS.items() if dialect.proof != "proved"])
def test_others_are_of_their_dialect(dialect: str, span: Span) -> None:
    tree = sqlglot.parse_one(span.sql(DIALECTS[dialect]), read=dialect, error_level=ErrorLevel.RAISE)
    assert isinstance(tree, exp.Select)


@pytest.mark.heavy
def test_trino_reads_its_own() -> None:
    import trino_sql_validator

    for span in SPANS:
        result = trino_sql_validator.validate(span.sql(DIALECTS["trino"]), dialect="trino")
        assert result.valid, result.error
        assert not result.warnings, result.warnings


def assert_gives(span: Span, rows: Rows) -> None:
    got = [row[0] for row in rows]
    assert len(got) == len(span.gives), got[:5]
    assert [(want, have) for want, have in zip(span.gives, got, strict=True) if not same(want, have)] == []


def _shift(tree: Tree, many: Tree, unit: str) -> Tree:
    one = exp.Interval(this=text("1"), unit=exp.var(unit.upper()))
    return exp.Add(this=tree, expression=exp.Mul(this=exp.Paren(this=many), expression=one))
