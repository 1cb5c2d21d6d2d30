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


@pytest.mark.parametrize(("language", "points"), [("en", "+25.0 pp on 0.0 %"), ("ru", "+25.0 п.п. к 0.0 %")])
def test_a_change_from_zero_is_told_in_the_unit(shop: Path, language: str, points: str) -> None:
    told = accord("report", "weekly", "-p", str(shop), "--lang", language)
    assert f"25.0 % (2026-W09, {'1 of 4' if language == 'en' else '1 из 4'}), {points} (2026-W08)" in told
    assert "-4.00 EUR (2026-W09), -4.00 EUR " in told  # 3 - 9 + 1 + 1, from 0
    assert points.split(" on ")[0].split(" к ")[0] in accord("run", "-p", str(shop), "--lang", language)


def test_a_relative_change_of_a_percentage_has_its_points_beside_it() -> None:
    """102 of 1,200 against 7.0 % in October: 22 % more, which is 1.5 points."""
    told = accord("report", "weekly", "-p", str(DEMO))
    assert "8.5 % (2026-W46, 102 of 1,200), +22 % (+1.5 pp) on 7.0 % (2026-10)" in told
