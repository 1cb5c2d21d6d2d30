"""One run tells of every fault in every metric, each at its own place."""

from __future__ import annotations

from engine.load.project import load_texts
from engine.sql.compile import Compiler
from engine.sql.frame import Frame
from tests.sql.shop import AS_OF, BASE

SPECS = """
metrics:
  - {name: order_count, expression: COUNT(orders.order_id)}
  - {name: one, type: ratio, numerator: {metric: order_count, where: "stauts = 'paid'"}, denominator: order_count}
  - {name: two, type: ratio, numerator: {metric: order_count, where: "stauts = 'paid'"}, denominator: order_count}
  - {name: three, type: ratio, numerator: order_count, denominator: order_count, where: "stauts = 'paid'"}
  - {name: fine, expression: COUNT(orders.order_id), where: status = 'paid'}
  - {name: four, expression: SUM(orders.amuont)}
  - {name: on_four, type: derived, expression: four + 1}
  - {name: five, expression: SUM(orders.amount) + lost}
  - {name: six, type: cohort, entity: customer, cohort: customers, value: SUM(orders.amuont)}
  - {name: seven, type: retention, entity: customer, cohort: surveys, return: orders, at: 1 day}
  - {name: left, expression: right_one + 1}
  - {name: right_one, expression: left_one + 1}
  - {name: left_one, expression: right_one * 2}
  - {name: draft, title: Later}
datasets:
  - name: odd
    source: odd
    fields: [{name: a, expression: b +}, {name: c, expression: SUM(d)}, {name: e, expression: LENGTH(f), datatype: String}]
  - {name: asked, source: {query: SELECT customer FROM orders}, fields: [customer]}
"""


def test_every_fault_is_told_where_it_is_written() -> None:
    specs = SPECS.replace("name: left,", "name: to_the_circle,")
    loaded = load_texts({"base.yml": BASE, "case.yml": specs})
    assert not loaded.findings
    findings = Compiler(loaded.project).check(Frame(AS_OF), "duckdb")
    found = {
        (found.code, found.subject, specs.split("\n")[found.span.line - 1][found.span.column - 1 :][:6])
        for found in findings
        if found.span
    }
    assert len(found) == len(findings)
    assert found == {
        ("R103", "metric:one", "stauts"),
        ("R103", "metric:two", "stauts"),
        ("R103", "metric:three", "stauts"),
        ("R103", "metric:four", "orders"),
        ("R101", "metric:five", "lost}"),
        ("R103", "metric:six", "orders"),
        ("C304", "metric:seven", "seven,"),
        ("C201", "metric:right_one", "right_"),
        ("C201", "metric:left_one", "left_o"),
        ("C101", "dataset:odd", "+}, {n"),
        ("C105", "dataset:odd", "SUM(d)"),
        ("C107", "dataset:odd", "LENGTH"),
        ("R103", "dataset:asked", "custom"),
    }
