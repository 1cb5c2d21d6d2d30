"""Views, tables and dbt models of metrics hold what the metrics' own statements give."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from engine.errors import UsageError
from engine.formats.relations import as_models, as_relation, check_names, placeholders
from engine.main import cli
from engine.sql.compile import Compiled, Compiler
from engine.sql.dialects import DIALECTS
from engine.sql.frame import Frame
from tests.sql.shop import compiled, project_of, rows_of, tables

SPECS = """
metrics:
  - {name: revenue, title: What came in, expression: SUM(orders.amount), unit: EUR}
  - {name: order_count, expression: COUNT(orders.order_id)}
  - {name: aov, type: ratio, numerator: revenue, denominator: order_count}
  - {name: odd, expression: COUNT(orders.order_id), where: "status = '{{ x }}'"}
  - {name: visits, expression: COUNT(visits.visit_id)}
"""
ORDERS = """
order_id ordered_at       amount status
o1       2026-01-05T10:00 10     paid
o2       2026-01-06T10:00 30     open
o3       2026-02-06T10:00 5      paid
"""
FRAME = Frame(datetime(2026, 7, 1), "month")


def statement(name: str, dialect: str = "duckdb", dbt: bool = False) -> Compiled:
    project = project_of(SPECS)
    known = placeholders(project) if dbt else None
    return Compiler(project).compile([name], FRAME, dialect, (), None, known)


def shop() -> duckdb.DuckDBPyConnection:
    return tables(project_of(SPECS), {"orders": ORDERS})


@pytest.mark.parametrize("kind", ["view", "table"])
def test_a_relation_holds_the_rows(kind: str) -> None:
    connection = shop()
    for _ in range(2):  # in place of the one that is there
        connection.execute(as_relation(kind, statement("aov")))  # type: ignore[arg-type]  # one of two words
    found = rows_of(connection, "SELECT * FROM aov ORDER BY period")
    assert found == rows_of(connection, compiled(project_of(SPECS), ["aov"], FRAME).sql)
    assert [row["aov"] for row in found] == [20, 5]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_views(dialect: str) -> None:
    text = as_relation("view", statement("revenue", dialect))
    assert re.search(r"^CREATE (OR (REPLACE|ALTER) )?VIEW revenue AS\n", text, re.MULTILINE)
    assert "ORDER BY" not in text


def test_a_table_that_is_read_is_not_replaced() -> None:
    with pytest.raises(UsageError, match="`visits` is called like a table"):
        check_names(project_of(SPECS), [statement("visits")])
    check_names(project_of(SPECS), [statement("revenue")])


def test_models_of_dbt() -> None:
    files = as_models(project_of(SPECS), [statement(name, dbt=True) for name in ("aov", "odd")])
    assert set(files) == {"aov.sql", "odd.sql", "_accord_sources.yml", "_accord_models.yml"}
    assert "{{ source('accord', 'orders') }} AS orders" in files["aov.sql"]
    assert "accord_table" not in files["aov.sql"]
    assert "'{{ '{' }}{ x }}'" in files["odd.sql"], "braces of a text are not dbt's"
    assert "      - name: orders\n" in files["_accord_sources.yml"]
    assert '  - name: aov\n    description: "aov"\n' in files["_accord_models.yml"]
    rendered = re.sub(r"\{\{ source\('accord', '(\w+)'\) \}\}", r"\1", files["aov.sql"])
    assert rows_of(shop(), f"SELECT aov FROM ({rendered}) ORDER BY period") == [{"aov": 20.0}, {"aov": 5.0}]


def test_the_folder_of_models(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    asked = ["compile", "-p", "specs/demo", "new_leads", "--grain", "week", "--as", "dbt", "-o", str(folder)]
    assert CliRunner().invoke(cli, asked).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "_accord_models.yml",
        "_accord_sources.yml",
        "new_leads.sql",
    ]
    assert "FROM {{ ref('leads') }} AS leads" in (folder / "new_leads.sql").read_text(encoding="utf-8")
