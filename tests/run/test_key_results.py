"""Key results by hand: the deadline, a baseline whose time is not over, and guardrails that just hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.main import run

SPECS = """
organization: {name: shop, report: {grain: week, compare_to: previous week}}
departments: [{name: marketing}, {name: product}]
datasets:
  - name: visits
    source: {file: visits.csv, format: csv}
    primary_key: [visit_id]
    time: day
    actor: customer
    fields:
      - {name: visit_id, datatype: Integer}
      - {name: day, datatype: Date}
      - {name: stayed, datatype: Boolean}
metrics:
  - {name: stayed, type: ratio, numerator: {expression: COUNT(visits.visit_id), where: visits.stayed},
     denominator: COUNT(visits.visit_id), owners: all, direction: up, unit: percent}
  - {name: dropoff, type: derived, expression: 1 - stayed, owners: all, direction: down, unit: percent}
  - {name: visit_count, expression: COUNT(visits.visit_id), owners: all, direction: up, unit: count}
objectives:
  - name: more
    departments: all
    start: 2026-02-01
    deadline: 2026-06-30
    key_results:
      - {metric: visit_count, RESULT}
"""
# Ten visits on Tuesday, 17 February, and ten on the next one; seven of each ten stayed.
ROWS = "".join(
    f"{number},2026-02-{17 if number <= 10 else 24},{'true' if number % 10 in range(1, 8) else 'false'}\n"
    for number in range(1, 21)
)


def progress(
    folder: Path, capsys: pytest.CaptureFixture[str], result: str, as_of: str = "2026-03-02"
) -> dict[str, Any]:
    (folder / "accord.yml").write_text("version: 1\n", encoding="utf-8")
    (folder / "visits.csv").write_text("visit_id,day,stayed\n" + ROWS, encoding="utf-8")
    (folder / "specs.yml").write_text(SPECS.replace("RESULT", result), encoding="utf-8")
    assert run(["run", "visit_count", "-p", str(folder), "--as-of", as_of, "--format", "json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return dict(told["rows"][0]["progress"][0])


@pytest.mark.parametrize(
    ("deadline", "measured", "current", "share"),
    [
        ("2026-02-28", "whole", 20, 1.0),
        ("2026-02-24", "whole", 20, 1.0),
        ("2026-02-23", "whole", 10, 1 / 3),
        ("2026-02-20", "whole", 10, 1 / 3),
        ("2026-03-01", "week", 10, 1 / 3),  # the week from 23 February to 1 March
        ("2026-02-28", "week", 10, 1 / 3),  # the week before it: this one ends later
        ("2026-02-21", "week", 0, -1 / 3),  # the first week of the two ends on the 22nd; in the one before nobody came
    ],
)
def test_nothing_after_the_deadline_counts(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    deadline: str,
    measured: str,
    current: int,
    share: float,
) -> None:
    found = progress(tmp_path, capsys, f"baseline: 5, target: 20, measured: {measured}, deadline: {deadline}")
    assert (found["current"], found["progress"]) == (current, pytest.approx(share))


@pytest.mark.parametrize(
    ("as_of", "baseline", "target"),
    [("2026-02-25", None, None), ("2026-02-28", None, None), ("2026-03-01", 20, 25.0), ("2026-03-02", 20, 25.0)],
)
def test_a_baseline_is_known_once_its_period_is_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_of: str, baseline: int | None, target: float | None
) -> None:
    found = progress(tmp_path, capsys, "baseline: {period: 2026-02}, change: +25 %", as_of)
    assert (found["baseline"], found["target"]) == (baseline, target)


@pytest.mark.parametrize(
    ("bound", "held"), [("at_most: 30 %", True), ("at_most: 29.99 %", False), ("at_least: 30 %", True)]
)
def test_a_guardrail_holds_at_its_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bound: str, held: bool
) -> None:
    """1 - 0.7 is 0.30000000000000004 for a computer; three of ten left."""
    found = progress(
        tmp_path, capsys, f"baseline: 5, target: 20, measured: week, guardrails: [{{metric: dropoff, {bound}}}]"
    )
    assert [it["held"] for it in found["guardrails"]] == [held]
