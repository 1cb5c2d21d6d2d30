"""Types and units are held together: what no analyst would add up is refused at its very characters."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from engine.load.project import load_texts
from engine.sql.compile import Compiler
from engine.sql.frame import Frame
from engine.sql.refusal import Refusal

SPECS = """
entities: [{{name: customer, customer: true}}]
datasets:
  - name: o
    source: o
    primary_key: [id]
    time: day
    entities: {{customer: customer_id}}
    fields:
      - id
      - customer_id
      - {{name: day, datatype: Date}}
      - {{name: later, datatype: Date}}
      - {{name: at, datatype: DateTime}}
      - {{name: ended, datatype: DateTime}}
      - {{name: amount, datatype: Decimal, unit: EUR}}
      - {{name: tax, datatype: Decimal, unit: EUR}}
      - {{name: dollars, datatype: Decimal, unit: USD}}
      - {{name: untyped_amount, unit: EUR}}
      - {{name: minutes, datatype: Integer, unit: minutes}}
      - {{name: hours, datatype: Float, unit: hours}}
      - {{name: days, datatype: Integer, unit: days}}
      - {{name: share, datatype: Float, unit: percent}}
      - {{name: points, datatype: Integer, unit: points}}
      - {{name: pieces, datatype: Integer, unit: count}}
      - {{name: number, datatype: Integer}}
      - {{name: text, datatype: String}}
      - {{name: flag, datatype: Boolean}}
      - unknown
metrics:
  - {{name: revenue, expression: SUM(o.amount), unit: EUR}}
  - {{name: order_count, expression: COUNT(o.id), unit: count}}
  - {{name: lead_time, type: duration, from: o.at, to: o.ended, unit: days}}
  - {{name: reply_time, type: duration, from: o.at, to: o.ended, unit: hours}}
  - {{name: rate, type: ratio, numerator: COUNT(o.amount), denominator: order_count, unit: percent}}
  - {{name: score, type: score, method: nps, rating: o.points, unit: points}}
  - {{name: asked, expression: {expression}{where}}}
"""

ACCEPTED = [
    "SUM(o.amount) - SUM(o.tax)",
    "SUM(o.amount * o.pieces)",
    "SUM(o.amount) / COUNT(o.id)",
    "SUM(o.amount) / SUM(o.tax) + SUM(o.share)",
    "SUM(o.amount) + 10",
    "SUM(o.amount) * 1.2 - SUM(o.tax)",
    "SUM(o.hours) + 1",
    "SUM(o.pieces) + SUM(o.number)",
    "COUNT(o.id) + SUM(o.pieces)",
    "SUM(o.unknown) + SUM(o.amount)",
    "revenue / order_count",
    "revenue / order_count + SUM(o.tax)",
    "rate + 0.1",
    "1 - rate",
    "rate * revenue",
    "lead_time * 24",
    "lead_time / reply_time",
    "COUNT(CASE WHEN o.day + INTERVAL 30 DAY < o.later THEN o.id END)",
    "COUNT(CASE WHEN o.at >= o.day THEN 1 END)",
    "SUM(DATE_DIFF('day', o.day, o.later))",
    "SUM(CASE WHEN o.flag THEN o.amount ELSE 0 END)",
    "SUM(COALESCE(o.amount, 0))",
    "SUM(LENGTH(o.text))",
    "SUM(EXTRACT(year FROM o.at))",
    "MAX(o.number)",
    "GREATEST(SUM(o.amount), SUM(o.tax))",
    "NULLIF(SUM(o.amount), 0)",
]
ACCEPTED_WHERE = [
    "amount > tax",
    "amount > 10",
    "flag",
    "NOT flag AND text = 'x'",
    "text LIKE 'x%'",
    "day >= DATE '2026-01-01'",
    "at < TIMESTAMP '2026-01-01 10:00'",
    "at < day + INTERVAL 2 HOURS",
    "ended BETWEEN at AND at + INTERVAL 1 DAY",
    "unknown = 3 OR unknown = 'x'",
    "number IN (1, 2)",
    "flag IS NOT TRUE",
    "metric(revenue, customer) > 10",
]
# The faulty characters stand between ‹ and ›; sqlglot keeps no place of keywords and signs, so they may be left out.
REFUSED = [
    ("C107", "‹lead_time + revenue›"),
    ("C107", "‹revenue - lead_time›"),
    ("C107", "‹lead_time + reply_time›"),
    ("C107", "1 + (‹reply_time - lead_time›)"),
    ("C107", "‹revenue + rate›"),
    ("C107", "‹rate - revenue›"),
    ("C107", "‹revenue + order_count›"),
    ("C107", "‹score + order_count›"),
    ("C107", "‹SUM(o.amount) + SUM(o.dollars)›"),
    ("C107", "SUM(‹o.amount - o.hours›)"),
    ("C107", "SUM(‹o.hours + o.minutes›)"),
    ("C107", "SUM(‹COALESCE(o.amount, o.dollars)›)"),
    ("C107", "‹GREATEST(SUM(o.amount), SUM(o.hours))›"),
    ("C107", "‹SUM(o.amount) / COUNT(o.id) + SUM(o.dollars)›"),
    ("C107", "‹-SUM(o.amount) + SUM(o.hours)›"),
    ("C107", "‹ROUND(SUM(o.amount), 1) + SUM(o.hours)›"),
    ("C107", "SUM(‹o.amount + INTERVAL 30 DAY›)"),
    ("C107", "SUM(‹o.untyped_amount + INTERVAL 30 DAY›)"),
    ("C107", "SUM(‹o.number - INTERVAL 1 MONTH›)"),
    ("C107", "SUM(‹o.day - o.later›)"),
    ("C107", "SUM(‹o.day + 1›)"),
    ("C107", "‹SUM(o.text)›"),
    ("C107", "‹SUM(o.day)›"),
    ("C107", "‹AVG(o.flag)›"),
    ("C107", "‹MEDIAN(o.text)›"),
    ("C107", "SUM(‹o.text + 1›)"),
    ("C107", "SUM(‹-o.text›)"),
    ("C107", "SUM(‹ABS(o.text)›)"),
    ("C107", "SUM(‹LENGTH(o.number)›)"),
    ("C107", "SUM(‹EXTRACT(year FROM o.number)›)"),
    ("C107", "SUM(‹DATE_DIFF('day', o.number, o.day)›)"),
    ("C107", "SUM(‹CASE WHEN o.flag THEN o.amount ELSE 'x' END›)"),
    ("C107", "SUM(‹CASE WHEN o.amount THEN 1 END›)"),
    ("C107", "COUNT(CASE WHEN ‹o.text = 3› THEN 1 END)"),
    ("C107", "‹SUM(o.amount) FILTER (WHERE number)›"),
    ("C104", "SUM(‹SUBSTRING(o.text, 0, 2)›)"),
    ("C104", "‹ROUND(SUM(o.amount), COUNT(o.id))›"),
    ("C105", "SUM(‹SUM(o.amount)›)"),
    ("R101", "revenue / ‹order_cuont›"),
    ("R103", "SUM(‹o.amonut›)"),
    ("R101", "SUM(‹p.amount›)"),
    ("R103", "SUM(‹amount›)"),
    ("C105", "revenue / ‹o.amount›"),
]
REFUSED_WHERE = [
    ("C107", "‹text > 3›"),
    ("C107", "‹day = '2026-01-01'›"),
    ("C107", "‹flag = 1›"),
    ("C107", "‹amount > hours›"),
    ("C107", "‹amount BETWEEN hours AND 3›"),
    ("C107", "flag AND ‹number IN (1, 'x')›"),
    ("C107", "‹amount IN (hours, 3)›"),
    ("C107", "‹NOT number›"),
    ("C107", "‹number AND flag›"),
    ("C107", "‹text LIKE 3›"),
    ("C107", "‹number LIKE 'x'›"),
    ("C107", "‹amount›"),
    ("C107", "‹text›"),
    ("C107", "‹day›"),
    ("C107", "‹1›"),
    ("C105", "‹SUM(amount)› > 3"),
    ("R103", "‹amonut› > 3"),
    ("R101", "‹metric(nothing, customer)› > 3"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str) -> None:
    compile_metric(text)


@pytest.mark.parametrize("text", ACCEPTED_WHERE)
def test_accepted_condition(text: str) -> None:
    compile_metric("COUNT(o.id)", text)


@pytest.mark.parametrize(("code", "marked"), REFUSED, ids=[text for _, text in REFUSED])
def test_refused(code: str, marked: str) -> None:
    assert_refused(code, marked, None)


@pytest.mark.parametrize(("code", "marked"), REFUSED_WHERE, ids=[text for _, text in REFUSED_WHERE])
def test_refused_condition(code: str, marked: str) -> None:
    assert_refused(code, "COUNT(o.id)", marked)


def assert_refused(code: str, expression: str, where: str | None) -> None:
    marked = where if where is not None else expression
    start, end = marked.index("‹"), marked.index("›") - 1
    text = marked.replace("‹", "").replace("›", "")
    with pytest.raises(Refusal) as refused:
        compile_metric(expression, text) if where is not None else compile_metric(text)
    found = refused.value.finding
    assert found is not None
    assert found.code == code, found.message
    assert found.subject == "metric:asked"
    assert found.span is not None
    line = specs(*((expression, text) if where is not None else (text,))).split("\n")[found.span.line - 1]
    shown = line[found.span.column - 1 : found.span.end_column - 1]
    assert shown in text[start:end], found.message
    assert len(shown) >= (end - start) / 4


def specs(expression: str, where: str | None = None) -> str:
    condition = f", where: {json.dumps(where, ensure_ascii=False)}" if where is not None else ""
    return SPECS.format(expression=json.dumps(expression, ensure_ascii=False), where=condition)


def compile_metric(expression: str, where: str | None = None) -> None:
    loaded = load_texts({"o.yml": specs(expression, where)})
    assert not loaded.findings
    Compiler(loaded.project).compile(["asked"], Frame(datetime(2026, 7, 1)), "duckdb")
