"""The SQL of a few metrics, a file a dialect, for people to read: what changes there is seen in a review.

`python -m tests.sql.test_snapshots` writes the files anew.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from engine.sql.compile import Compiler
from engine.sql.dialects import DIALECTS
from engine.sql.frame import Frame
from engine.sql.refusal import Refusal
from tests.sql.shop import project_of

FOLDER = Path(__file__).parent / "snapshots"
SPECS = """
metrics:
  - {name: revenue, title: Revenue, expression: SUM(orders.amount), where: status = 'paid', unit: EUR}
  - {name: gift_share, title: Share of gifts, type: ratio, unit: percent,
     numerator: {expression: COUNT(orders.order_id), where: gift}, denominator: COUNT(orders.order_id)}
  - {name: cost_per_order, title: Cost of an order, type: ratio, unit: EUR, numerator: SUM(spend.amount),
     denominator: COUNT(orders.order_id)}
  - {name: growth, title: Growth, expression: revenue / before - 1, unit: percent,
     inputs: {before: {metric: revenue, offset: 1 month}}}
  - {name: revenue_28d, title: Revenue of 28 days, type: cumulative, input: revenue, window: 28 days,
     include_current: true}
  - {name: wait_p90, title: Wait, expression: PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY tickets.minutes)}
  - {name: helped_buyers, title: Buyers after help, type: conversion, entity: customer, base: tickets, target: orders,
     within: 7 days, count: base}
"""
MONTH = Frame(datetime(2026, 7, 1), "month")
ASKED = (
    (["revenue", "gift_share"], Frame(datetime(2026, 7, 1), "week", ("country",), (), date(2026, 1, 1))),
    (["cost_per_order"], Frame(datetime(2026, 7, 1), "month", ("channel",))),
    (["growth"], MONTH),
    (["revenue_28d"], MONTH),
    (["wait_p90"], Frame(datetime(2026, 7, 1), by=("topic",))),
    (["helped_buyers"], MONTH),
)


def snapshot(dialect: str) -> str:
    compiler = Compiler(project_of(SPECS))
    parts = []
    for names, frame in ASKED:
        try:
            parts.append(compiler.compile(names, frame, dialect).sql)
        except Refusal as refusal:
            parts.append(f"-- {', '.join(names)}: {refusal.code} {refusal.message}\n")
    return "\n".join(parts)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_snapshot(dialect: str) -> None:
    assert snapshot(dialect) == (FOLDER / f"{dialect}.sql").read_text(encoding="utf-8")


def test_every_snapshot_is_of_a_dialect() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DIALECTS)


def test_the_text_is_the_same_every_time() -> None:
    assert snapshot("duckdb") == snapshot("duckdb")


if __name__ == "__main__":
    for name in DIALECTS:
        (FOLDER / f"{name}.sql").write_text(snapshot(name), encoding="utf-8", newline="\n")
