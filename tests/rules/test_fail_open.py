"""No way in which a check could pass by mistake: each is tried on the command line, with its exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.main import run
from engine.rules.fact import Fact
from engine.rules.facts import FACTS

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("fail_open.yml").read_text("utf-8"))
PACK = """\
rules:
  - code: X101
    name: kpi
    severity: warning
    subject: metric
    parameters: {most: {default: 0, description: how many owners a KPI has at most}}
    match: {all: [{field: role, op: is, value: kpi}, {field: owners.count, op: at_least, parameter: most}]}
    message: "`{name}` is a KPI"
    why: w
    suggest: s
    tests:
      bad: [{name: b, spec: "metrics: [{name: leads, role: kpi}]"}]
      good: [{name: g, spec: "metrics: [{name: leads}]"}]
"""
CLEAN = "metrics: [{name: leads, role: outcome}]\n"
BAD = "metrics: [{name: leads, role: kpi}]\n"


def project(folder: Path, row: dict[str, Any]) -> Path:
    """A project that is clean, with what the row changes in it."""
    files = {
        "accord.yml": "version: 1\nextends: [ours.yml]\n" + row.get("accord", ""),
        "specs/a.yml": BAD if row.get("bad") else CLEAN,
        "ours.yml": PACK,
    }
    for old, new in row.get("pack", {}).items():
        assert old in files["ours.yml"]
        files["ours.yml"] = files["ours.yml"].replace(old, new)
    files["accord.yml"] = files["accord.yml"].replace("[ours.yml]", str(row.get("extends", "[ours.yml]")))
    for name, text in {**files, **row.get("files", {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode())
    for name in row.get("absent", []):
        (folder / name).unlink()
    return folder


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_row(row: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path / "project", row)
    command, *rest = row.get("run", "check").split()
    options = [str(root / it[1:]) if it.startswith("@") else it for it in rest]
    code = run(
        [*([command]), "-p", str(root), "--color", "never", *options]
        if command != "rules"
        else [command, options[0], "-p", str(root), *options[1:]]
    )
    shown = capsys.readouterr()
    assert (code, row["told"] in shown.out + shown.err) == (row["exit"], True), shown.out + shown.err


def test_a_rule_that_raises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for one that finds nothing: exit 3, and its name is said."""

    def fail(subject: object) -> bool:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(FACTS["metric"], "role", Fact("word", "Raises.", fail))
    assert run(["check", "-p", str(project(tmp_path, {}))]) == 3
    assert "rule X101 failed on metric:leads: ZeroDivisionError" in capsys.readouterr().err


def test_the_project_of_the_rows_is_clean_and_its_rule_works(tmp_path: Path) -> None:
    assert run(["check", "-p", str(project(tmp_path / "a", {}))]) == 0
    assert run(["check", "-p", str(project(tmp_path / "b", {"bad": True}))]) == 1
