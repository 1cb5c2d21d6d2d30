"""Words that an engine reads as syntax can be names of tables, columns and outputs all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar

from engine.sql.dialects import DIALECTS
from tests.engines.bench import PROVED, Bench
from tests.engines.duck import Duck
from tests.engines.tables import Rows

WORDS = sorted(
    {"date", "key", "language", "name", "time", "timestamp", "type", "zone"}
    | {word for dialect in DIALECTS.values() for word in dialect.reserved}
    | {word.strip() for name in DIALECTS for word in Grammar.get_or_raise(name).generator_class.RESERVED_KEYWORDS}
)
# SQLite gives a column of a query that bears such a name another one.
NO_NAMES = {"sqlite": {"false", "true"}}


def words(dialect: str) -> list[str]:
    return [word for word in WORDS if word not in NO_NAMES.get(dialect, ())]


def columns_and_outputs(dialect: str) -> str:
    """Each word is an output, then a column without and with its table's name."""
    name = DIALECTS[dialect].identifier
    inner = exp.Select(expressions=[exp.alias_(exp.Literal.number(1), name(word)) for word in words(dialect)])
    outer = [exp.Column(this=name(word)) for word in words(dialect)]
    outer += [exp.Column(this=name(word), table=exp.to_identifier("t")) for word in words(dialect)]
    return exp.Select(expressions=outer).with_("t", as_=inner).from_("t").sql(dialect)


def tables(dialect: str) -> Iterator[str]:
    """Each word is a query that another reads from; MariaDB takes no more than 64 at once."""
    return (_tables(dialect, words(dialect)[start : start + 50]) for start in range(0, len(words(dialect)), 50))


def _tables(dialect: str, some: list[str]) -> str:
    name = DIALECTS[dialect].identifier
    one = exp.Select(expressions=[exp.alias_(exp.Literal.number(1), "n")])
    ctes = [exp.CTE(this=one.copy(), alias=exp.TableAlias(this=name(word))) for word in some]
    parts: list[exp.Query] = [
        exp.Select(expressions=[exp.column("n", table=name(word))]).from_(exp.Table(this=name(word))) for word in some
    ]
    union = parts[0]
    for part in parts[1:]:
        union = exp.Union(this=union, expression=part, distinct=False)
    total = exp.Select(expressions=[exp.func("SUM", exp.column("n"))]).from_(union.subquery("u"))
    total.set("with_", exp.With(expressions=ctes))
    return total.sql(dialect)


def test_on_duckdb() -> None:
    assert_all(lambda sql: Duck().run(sql), "duckdb")


@pytest.mark.heavy
@pytest.mark.parametrize("dialect", PROVED)
def test_on_engines(bench: Callable[[str], Bench], dialect: str) -> None:
    assert_all(lambda sql: bench(dialect).ask(sql).result(), dialect)


def assert_all(run: Callable[[str], Rows], dialect: str) -> None:
    assert run(columns_and_outputs(dialect)) == [(1,) * 2 * len(words(dialect))]
    assert sum(run(sql)[0][0] for sql in tables(dialect)) == len(words(dialect))
