"""Suppressions silence what they name and nothing else; what is wrong with them is shown, and fails the check."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.pipeline.opening import load_project
from engine.rules.facts import lines_of
from engine.rules.suppression import suppress
from tests.findings.projects import CONFIG, SPECS, accord, write

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("suppressions.yml").read_text("utf-8"))
FIRST = "  - name: calls_made"


def codes(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> tuple[int, list[str]]:
    code, out, _ = accord(capsys, "check", "-p", str(folder), "--format", "json", *options)
    return code, sorted(found["code"] for found in json.loads(out)["findings"])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_inline(case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = f"{FIRST}  {case['line']}" if "line" in case else f"  {case['before']}\n{FIRST}"
    write(tmp_path, SPECS.replace(FIRST, written))
    assert codes(capsys, tmp_path) == (1, case["found"])


BY_PATH = {
    "in these files": ('{paths: ["*.yml"], codes: [Z101], reason: old}', 0, []),
    "ended": ('{paths: ["*.yml"], codes: [Z101], reason: old, until: 2026-11-15}', 1, ["X003", "Z101", "Z101"]),
    "a pattern without a file": ('{paths: ["old/**"], codes: [Z101], reason: old}', 1, ["R203", "Z101", "Z101"]),
    "a code that no rule has": ('{paths: ["*.yml"], codes: [Z110], reason: old}', 1, ["X002", "Z101", "Z101"]),
    "a code of the engine": ('{paths: ["*.yml"], codes: [S101], reason: old}', 1, ["X006", "Z101", "Z101"]),
}


@pytest.mark.parametrize("case", BY_PATH.values(), ids=BY_PATH)
def test_by_path(case: tuple[str, int, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, config=f"{CONFIG}suppress:\n  - {case[0]}\n")
    assert codes(capsys, tmp_path) == case[1:]


def test_a_suppression_by_path_gives_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, config=f"{CONFIG}suppress:\n  - {{paths: [m.yml], codes: [Z101]}}\n")
    code, _, err = accord(capsys, "check", "-p", str(tmp_path))
    assert code == 2
    assert "reason" in err


def test_unused_is_not_said_of_what_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    comment = '    title: x  # accord: ignore[Z101] reason="agreed"'
    write(tmp_path, SPECS.replace(FIRST, f"{FIRST}\n{comment}") + "  - name: other\n    unit: [\n")
    assert "X004" not in codes(capsys, tmp_path)[1]


def test_a_mandatory_rule_cannot_be_silenced(tmp_path: Path) -> None:
    write(tmp_path, SPECS.replace(FIRST, f'{FIRST}  # accord: ignore[Z101] reason="agreed"'))
    journey = load_project(tmp_path)
    found = [it for it in journey.lint() if it.code == "Z101"]
    context = journey.context()
    left = suppress(found, context, {"Z101"}, {"Z101"}, date(2026, 11, 16), lines_of(context))
    assert [it.code for it in left] == ["Z101", "X006"]


def test_validate_says_nothing_about_suppressions_of_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, SPECS.replace(FIRST, f'{FIRST}  # accord: ignore[Z101] reason="agreed"'))
    assert accord(capsys, "validate", "-p", str(tmp_path))[0] == 0
