"""A dataset's query is read whole or refused at its place: `queries.yml`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.model import Project
from engine.sql.frame import Frame
from engine.sql.refusal import Refusal
from tests.sql.shop import AS_OF, comparable, compiled, project_of, rows_of, tables

QUERIES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("queries.yml").read_text(encoding="utf-8"))
REFUSED = [pytest.param(code, text, id=text) for code, texts in QUERIES["refused"].items() for text in texts]
ORDERS = """
order_id customer_id ordered_at       amount status gift
o1       a           2026-01-01T10:00 10     paid   false
o2       A           2026-01-02T10:00 20     paid   true
o3       a           2026-01-03T10:00 -      open   -
o4       b           2026-01-04T10:00 20     paid   false
o5       -           -                40     -      false
"""
CUSTOMERS = """
customer_id plan region_id
a           pro  r1
b           free r2
"""
REGIONS = """
region_id country
r1        fr
r2        de
"""


@cache
def asked(text: str) -> Project:
    return project_of(
        f"""
datasets:
  - name: asked
    source: {{query: {json.dumps(text, ensure_ascii=False)}}}
    fields: [id, {{name: amount, datatype: Decimal}}]
metrics: [{{name: rows_of, expression: COUNT(asked.amount)}}, {{name: sum_of, expression: SUM(asked.amount)}}]
"""
    )


@pytest.mark.parametrize("text", QUERIES["accepted"])
def test_accepted(text: str) -> None:
    project = asked(text)
    connection = tables(project, {"orders": ORDERS, "customers": CUSTOMERS, "regions": REGIONS})
    found = rows_of(connection, compiled(project, ["rows_of", "sum_of"], Frame(AS_OF, by=("id",))).sql)
    plain = text.replace("orders.customer_id = customers.customer_id", "")
    if "customers." in text:  # paths are joins
        plain = plain.replace("regions.", "").replace("customers.plan", "plan").replace("customers.country", "country")
        plain = plain.replace(
            "FROM orders", "FROM orders LEFT JOIN customers USING (customer_id) LEFT JOIN regions USING (region_id)"
        )
    wanted = f"SELECT id, COUNT(amount) AS rows_of, SUM(amount) AS sum_of FROM ({plain}) GROUP BY id"
    assert comparable(found, ["id", "rows_of", "sum_of"]) == comparable(rows_of(connection, wanted))


@pytest.mark.parametrize(("code", "text"), REFUSED)
def test_refused(code: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        compiled(asked(text), ["rows_of"], Frame(AS_OF, by=("id",)))
    found = refused.value.finding
    assert found is not None
    assert found.code == code, found.message
    assert found.subject == "dataset:asked"
    assert found.span is not None
    assert found.span.line in (3, 4, 5)
