"""What somebody in a hurry would take for something else: small projects whose figures are worked out by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.report.test_report import DEMO
from tests.report.told import accord, heard

SPECS = """
organization: {name: shop, report: {grain: week, compare_to: previous week}}
departments: [{name: sales}, {name: support}]
datasets:
  - name: visits
    source: {file: visits.csv, format: csv}
    primary_key: [id]
    time: at
    actor: customer
    fields:
      - {name: id, datatype: Integer}
      - {name: at, datatype: Date}
      - {name: bought, datatype: Boolean}
      - {name: paid, datatype: Float, unit: EUR}
metrics:
  - name: conversion
    type: ratio
    numerator: {expression: COUNT(visits.id), where: bought}
    denominator: COUNT(visits.id)
    owners: all
    direction: up
    unit: percent
  - {name: buyers, expression: COUNT(visits.id), where: bought, unit: count, owners: sales, direction: up}
  - {name: visitors, expression: COUNT(visits.id), unit: count, owners: support, direction: up}
  - {name: money, expression: SUM(visits.paid), unit: EUR, owners: sales, direction: up}
influences:
  - {from: sales, to: conversion, effect: raises}
  - {from: support, to: conversion, effect: raises}
  - {from: support, to: visitors, effect: raises}
"""
# Of two visitors nobody bought, then one of four: 25 points more, and nothing to divide by.
ROWS = """id,at,bought,paid
1,2026-02-16,false,0
2,2026-02-17,false,0
3,2026-02-23,true,3
4,2026-02-24,false,-9
5,2026-02-25,false,1
6,2026-02-26,false,1
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, specs: str = SPECS, rows: str = ROWS) -> Path:
    (folder / "accord.yml").write_text("version: 1\nas_of: 2026-03-02\n", encoding="utf-8")
    (folder / "specs.yml").write_text(specs, encoding="utf-8")
    (folder / "visits.csv").write_text(rows, encoding="utf-8")
    return folder


def report(kind: str, folder: Path, *arguments: str, exit: int = 0) -> Any:
    return json.loads(accord("report", kind, "-p", str(folder), "--format", "json", *arguments, exit=exit))


@pytest.mark.parametrize(
    ("language", "points"),
    [
        ("en", "25.0 % (2026-W09, 1 of 4), +25.0 pp on 0.0 % (2026-W08)"),
        ("ru", "25,0 % (2026-W09, 1 из 4), +25,0 п. п. к 0,0 % (2026-W08)"),
    ],
)
def test_a_change_from_zero_is_told_in_the_unit(shop: Path, language: str, points: str) -> None:
    told = accord("report", "weekly", "-p", str(shop), "--lang", language)
    assert points in told
    money = "-4.00 EUR (2026-W09), -4.00 EUR "  # 3 - 9 + 1 + 1, from 0
    assert (money if language == "en" else money.replace(".", ",")) in told
    assert "+25.0 pp" in accord("run", "-p", str(shop))


def test_a_relative_change_of_a_percentage_has_its_points_beside_it() -> None:
    """102 of 1,200 against 7.0 % in October: 22 % more, which is 1.5 points."""
    told = accord("report", "weekly", "-p", str(DEMO))
    assert "8.5 % (2026-W46, 102 of 1,200), +22 % (+1.5 pp) on 7.0 % (2026-10)" in told


def changed_in(project: Path, file: str, before: str, after: str) -> None:
    text = (project / file).read_text(encoding="utf-8")
    assert before in text
    (project / file).write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def answers(folder: Path, *arguments: str, exit: int = 0) -> dict[str, Any]:
    return {it["question"]: it for it in report("health", folder, *arguments, exit=exit)["questions"]}


def test_the_health_of_a_week_knows_nothing_of_later_changes() -> None:
    """The demo's first change is of autumn: in July nobody had reported any."""
    then = answers(DEMO, "--week", "2026-W30")["transparent"]
    assert (then["answer"], then["facts"]["silent"]) == (False, ["marketing", "sales", "product", "support"])
    assert answers(DEMO)["transparent"]["facts"]["silent"] == []


def test_whether_metrics_are_right_is_not_known_of_broken_specs(shop: Path) -> None:
    changed_in(shop, "accord.yml", "version: 1\n", "version: 1\nrules: {A102: off}\n")  # it warns of `visitors`
    changed_in(shop, "specs.yml", "{name: buyers,", "{name: buyers, colour: red,")
    assert answers(shop, exit=1)["right"]["answer"] is None


def test_a_pilot_tells_what_could_not_be_measured(demo: Path) -> None:
    (demo / "data" / "leads.parquet").write_bytes(b"")
    told, beside = heard("report", "pilot", "-p", str(demo), exit=4)
    assert "lead_conversion has no value" in beside
    assert told


def test_a_pilot_that_goes_on_says_so_and_waits_for_its_windows(demo: Path) -> None:
    """Six weeks of a pilot: of customers of the last thirty days nobody knows yet whether they stay."""
    pilot = """pilots:
  - {name: p, department: product, metrics: [retention_30d, new_leads], compare_to: before,
     start: 2026-10-05, end: 2026-12-31}
"""
    (demo / "p.yml").write_text(pilot, encoding="utf-8")
    told = accord("report", "pilot", "-p", str(demo))
    (part,) = [it for it in told.split("\n## ") if it.startswith("p\n")]
    assert "2026-10-05 – 2026-11-15 (goes on until 2026-12-31)" in part
    assert "cannot be told yet: windows that start in a value with * are still open" in part
    (one,) = [it for it in report("pilot", demo)["pilots"] if it["pilot"] == "p"]
    found = {it["metric"]: it for it in one["metrics"]}
    assert (found["retention_30d"]["difference"], found["retention_30d"]["during"]["complete"]) == (None, False)
    assert found["new_leads"]["difference"] is not None


def test_a_faulty_alarm_holds_back_nothing_else(shop: Path) -> None:
    alarms = """alarms:
  - {name: wrong, title: Wrong, when: monney < 1}
  - {name: poor, title: Poor, when: money < 1}
"""
    changed_in(shop, "specs.yml", "influences:", alarms + "influences:")
    for kind in ("weekly", "agenda", "retro", "health"):
        told, beside = heard("report", kind, "-p", str(shop), exit=1)
        assert told
        assert "`monney` is not a metric" in beside
        assert "specs.yml:" in beside
    assert [(it["alarm"], it["rings"]) for it in report("weekly", shop, exit=1)["alarms"]] == [("poor", True)]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity"])
def test_what_is_no_number_is_told_as_no_value(tmp_path: Path, wrong: str) -> None:
    alarms = "alarms: [{name: poor, title: Poor, when: money < 1}]\n"
    shop = written(tmp_path, SPECS + alarms, ROWS.replace("6,2026-02-26,false,1", f"6,2026-02-26,false,{wrong}"))
    told, beside = heard("run", "-p", str(shop), "--grain", "week", "--record", exit=4)
    assert "money has no value: its data hold NaN or infinity (2026-W09)" in beside
    assert "25.0 %" in told
    plain = accord("run", "-p", str(shop), "--format", "json", exit=4)
    assert [it["metric"] for it in json.loads(plain, parse_constant=pytest.fail)["errors"]] == ["money"]
    assert "cannot be told" in accord("report", "weekly", "-p", str(shop), exit=4)
    recorded = accord("history", "export", "-p", str(shop))
    assert '"visitors"' in recorded
    assert '"money"' not in recorded


def test_each_key_result_is_told_apart_and_why_it_has_no_grade(shop: Path) -> None:
    objectives = """objectives:
  - name: more
    title: More buyers
    departments: all
    start: 2026-02-01
    deadline: 2026-06-30
    key_results:
      - {metric: visitors, baseline: 5, target: 5, measured: week, deadline: 2026-06-30}
      - {metric: visitors, baseline: 0, change: +10 %, measured: week, deadline: 2026-06-30}
      - {metric: visitors, baseline: 2, target: 6, measured: week, deadline: 2026-06-30}
      - {metric: visitors, baseline: 2, target: 6, measured: quarter, deadline: 2026-06-30}
"""
    changed_in(shop, "specs.yml", "influences:", objectives + "influences:")
    told = accord("report", "weekly", "-p", str(shop))
    lines = [line.partition(";")[0] for line in told.splitlines() if line.startswith("- More buyers: ")]
    assert lines == [
        "- More buyers: **visitors**: no grade: the target is the baseline, so there is no way to measure",
        "- More buyers: **visitors**: no grade: the target is the baseline, so there is no way to measure",
        "- More buyers: **visitors**: grade 0.5",  # 4 of the way from 2 to 6
        "- More buyers: **visitors**: no grade: no complete period yet",
    ]


@pytest.mark.parametrize("span", ["2026-10", "2026-Q3", "2026"])
def test_another_span_than_a_period_of_the_report_is_refused(span: str) -> None:
    assert "is not one week of the report" in heard("report", "weekly", "-p", str(DEMO), "--week", span, exit=2)[1]


def test_a_score_is_no_count_of_answers() -> None:
    """Promoters less detractors are not so many of all: 6 of 11 would read as six who recommend."""
    told = accord("report", "weekly", "-p", str(DEMO))
    (line,) = [line for line in told.splitlines() if line.startswith("- **NPS after first use**")]
    assert " of " not in line
    assert ", n " in line


def test_what_is_asked_about_grows_with_the_stretch_too() -> None:
    """May has 31 days, April 30; revenue of 28 days does not grow with them, new customers do."""
    told = accord("why", "revenue_28d", "-p", str(DEMO), "--start", "2026-05-01", "--end", "2026-06-01")
    assert "the stretches have 30 and 31 days" in told
