"""Every operator gives on every engine what `operators.yml` says by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.formula.expr import Aggregated, Call, Case, Cast, Windowed, walk
from engine.formula.functions import OPERATORS, type_of
from engine.sql.refusal import Refusal
from tests.engines.bench import PROVED, Bench
from tests.engines.compare import same
from tests.engines.duck import Duck
from tests.engines.operators import Example, edges, examples
from tests.engines.tables import Rows


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    engine = Duck()
    engine.load(edges())
    yield engine
    engine.close()


@pytest.mark.parametrize("case", examples(), ids=str)
def test_duckdb_gives_what_is_written(duck: Duck, case: Example) -> None:
    assert_gives(case, duck.run(case.sql("duckdb")))


@pytest.mark.heavy
@pytest.mark.parametrize("case", examples(), ids=str)
@pytest.mark.parametrize("dialect", PROVED)
def test_engines_give_what_is_written(bench: Callable[[str], Bench], dialect: str, case: Example) -> None:
    if dialect in case.refused:
        with pytest.raises(Refusal) as refused:
            case.sql(dialect)
        assert refused.value.code == "C305"
        return
    assert_gives(case, bench(dialect).ask(case.sql(dialect)).result())


def test_every_operator_has_examples() -> None:
    used = {node.op for case in examples() for node in walk(case.expr) if isinstance(node, Call)}
    assert set(OPERATORS) - used == set()


def test_every_aggregate_and_window_has_examples() -> None:
    nodes = [node for case in examples() for node in walk(case.expr)]
    assert {node.function for node in nodes if isinstance(node, Aggregated)} == {
        *("count", "count_distinct", "sum", "avg", "min", "max", "percentile")
    }
    assert {node.function for node in nodes if isinstance(node, Windowed)} == {
        *("row_number", "rank", "lag", "lead", "count", "sum", "avg", "min", "max")
    }
    assert any(isinstance(node, Case) for node in nodes)


def test_every_cast_has_examples() -> None:
    nodes = [node for case in examples() for node in walk(case.expr)]
    pairs = {(type_of(node.arg), node.type) for node in nodes if isinstance(node, Cast)}
    numbers = ("integer", "decimal", "float")
    assert {(first, second) for first in numbers for second in numbers if first != second} - pairs == set()
    assert {("text", type_) for type_ in (*numbers, "date", "datetime", "boolean", "text")} - pairs == set()
    assert {("boolean", type_) for type_ in (*numbers, "text")} - pairs == set()
    assert {(type_, "boolean") for type_ in numbers} - pairs == set()
    assert {("date", "datetime"), ("datetime", "date"), ("date", "text"), ("datetime", "text")} - pairs == set()


def assert_gives(case: Example, rows: Rows) -> None:
    got = [row[0] for row in rows]
    assert len(got) == len(case.gives)
    wrong = [(want, have) for want, have in zip(case.gives, got, strict=True) if not same(want, have)]
    assert not wrong, f"{wrong} of {case.gives}, as (written, given)"
