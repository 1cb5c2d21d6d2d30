"""The responsibility matrix of the demo against the table worked by hand, in all its forms."""

from __future__ import annotations

import csv
import json
from io import StringIO

from tests.graph.command import accord
from tests.graph.test_demo import LETTERS, TABLE

OWNERS = {"response_time": ["support"], "retention_30d": ["product", "support"], "time_to_deal": ["sales"]}


def test_data() -> None:
    rows = json.loads(accord("export", "matrix", "-p", "specs/demo", "--format", "json"))["metrics"]
    assert {row["metric"] for row in rows} < {*TABLE["metrics"]}
    assert "new_visitors" not in {row["metric"] for row in rows}  # a component, which nobody answers for
    for row in rows:
        verdict, movers, contributors = TABLE["metrics"][row["metric"]]
        assert row["verdict"] == verdict
        for letter, department in LETTERS.items():
            reach = "moves" if letter in movers else "contributes" if letter in contributors else "nothing"
            assert [it["reach"] for it in row["departments"] if it["department"] == department] == [reach]
    answering = {row["metric"]: [it["department"] for it in row["departments"] if it["answers"]] for row in rows}
    assert {name: answering[name] for name in OWNERS} == OWNERS


def test_csv() -> None:
    lines = list(csv.DictReader(StringIO(accord("export", "matrix", "-p", "specs/demo"))))
    row = next(line for line in lines if line["metric"] == "time_to_deal")
    assert row == {
        "metric": "time_to_deal",
        "title": "Average time to deal",
        "verdict": "single",
        "marketing": "contributes",
        "sales": "answers and moves",
        "product": "nothing",
        "support": "nothing",
    }


def test_an_owner_without_influence_is_seen() -> None:
    told = accord("export", "matrix", "-p", "specs/antipatterns")
    assert "answers without influence" in told


def test_markdown() -> None:
    lines = accord("export", "matrix", "-p", "specs/demo", "--format", "markdown", "--lang", "ru").splitlines()
    assert lines[0] == "| метрика | вывод | Маркетинг | Продажи | Продукт | Поддержка |"
    deal = next(line for line in lines if "Средн" in line and "сделк" in line)
    assert deal.count("|") == 7
    assert "**отвечает, влияет прямо**" in deal
