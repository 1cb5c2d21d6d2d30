"""Every format is read back by a reader of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.findings.projects import SPECS, accord, write

# The official schema of SARIF 2.1.0 (OASIS), as the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT) brings it.
SARIF = json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text("utf-8"))
ODD = SPECS + (
    "influences:\n  - {from: 'a%0A::error::b', to: calls_made, effect: raises}\n"
    "  - {from: nobody, to: calls_made, effect: raises}  \n"
    "objectives:\n  - {name: win, title: '😀😀 | <b>@all</b> [x](y)', suports: us}\n"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "our specs").mkdir()
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "our specs", ODD)


def shown(capsys: pytest.CaptureFixture[str], format: str, *options: str) -> str:
    code, out, err = accord(capsys, "check", "-p", "our specs", "--format", format, *options)
    assert code == 1, err
    return out


def test_sarif(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = json.loads(shown(capsys, "sarif"))
    jsonschema.validate(body, SARIF)
    (run,) = body["runs"]
    found = json.loads(shown(capsys, "json"))["findings"]
    assert [result["ruleId"] for result in run["results"]] == [it["code"] for it in found]
    for result, told in zip(run["results"], found, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == told["code"]
        place = result["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == told["location"]["file"] == "our specs/m.yml"
        assert place["region"]["startColumn"] == told["location"]["column"]
    marks = [result["partialFingerprints"]["accordFinding/v1"] for result in run["results"]]
    assert len(set(marks)) == len(marks)


def test_sarif_of_a_clean_project_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "departments:\n  - name: sales\n")
    code, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--format", "sarif")
    assert code == 0
    jsonschema.validate(json.loads(out), SARIF)
    assert json.loads(out)["runs"][0]["results"] == []


def test_columns_count_characters(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = json.loads(shown(capsys, "sarif", "--select", "S101"))["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    line = ODD.splitlines()[region["startLine"] - 1]
    assert run["columnKind"] == "unicodeCodePoints"
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "suports"


def test_junit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ElementTree.fromstring(shown(capsys, "junit", "--fail-on", "error"))
    cases = root.findall("testsuite/testcase")
    failed = [case.get("name", "")[:4] for case in cases if case.find("failure") is not None]
    assert root.get("tests") == str(len(cases))
    assert root.get("failures") == str(len(failed))
    assert set(failed) == {"R101", "S101", "S105"} & set(failed)
    assert "Z101" in {case.get("name", "")[:4] for case in cases if case.find("system-out") is not None}


def test_junit_of_a_clean_project_has_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "departments:\n  - name: sales\n")
    _, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--format", "junit")
    root = ElementTree.fromstring(out)
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_github(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "github").splitlines()
    command = re.compile(r"::(error|warning|notice) file=([^,:]+),line=(\d+)(?:,\w+=[^,:]*)*::[^\n]*")
    assert len(lines) == len(json.loads(shown(capsys, "json"))["findings"])
    assert all(command.fullmatch(line) for line in lines)  # nothing in a spec starts a command of its own
    assert any(line.startswith("::warning file=our specs/m.yml,line=5,") for line in lines)


def test_gitlab(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = json.loads(shown(capsys, "gitlab"))
    assert len({item["fingerprint"] for item in items}) == len(items)
    first = next(item for item in items if item["check_name"].startswith("Z101"))
    assert first["location"] == {"path": "our specs/m.yml", "lines": {"begin": 5}}
    assert first["severity"] == "minor"
    write(project, "# a line above\n" + ODD)
    moved = json.loads(shown(capsys, "gitlab"))
    assert [item["fingerprint"] for item in moved] == [item["fingerprint"] for item in items]


def test_markdown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, "markdown")
    rows = [line for line in out.splitlines() if line.startswith("| our specs/m.yml")]
    assert len(rows) == len(json.loads(shown(capsys, "json"))["findings"])
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert "`" not in out.replace("\\`", "")


def test_statistics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    code, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--statistics")
    assert code == 1
    assert [line.split() for line in out.splitlines() if line] == [
        ["rule", "findings"],
        ["Z101", "of-the-count", "2"],
        ["department", "findings"],
        ["product", "1"],
        ["sales", "1"],
    ]
    _, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--statistics", "--format", "json")
    assert json.loads(out)["statistics"] == {
        "rules": [{"code": "Z101", "count": 2}],
        "departments": [{"name": "product", "count": 1}, {"name": "sales", "count": 1}],
    }
    assert accord(capsys, "check", "-p", str(tmp_path), "--statistics", "--format", "sarif")[0] == 2
