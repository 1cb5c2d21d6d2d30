"""The table of operators in docs/dialects.md is what the dialects write, and has every operator."""

from __future__ import annotations

from engine.formula.expr import Aggregated, Call, Windowed, walk
from engine.formula.functions import OPERATORS
from engine.sql.dialects import DIALECTS
from tests.engines.bench import PROVED
from tests.engines.table import PAGE, expressions, renewed


def test_the_page_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == renewed(page), "run `python -m tests.engines.table`"


def test_the_table_has_every_operator() -> None:
    nodes = [node for expr in expressions() for node in walk(expr)]
    assert set(OPERATORS) - {node.op for node in nodes if isinstance(node, Call)} == set()
    assert {"percentile", "count_distinct"} < {node.function for node in nodes if isinstance(node, Aggregated)}
    assert any(isinstance(node, Windowed) for node in nodes)


def test_proved_is_what_runs() -> None:
    assert {name for name, dialect in DIALECTS.items() if dialect.proof == "proved"} == {"duckdb", *PROVED}
