"""What was there before is left out, by baseline or by revision; whatever makes the comparison unsure is said."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.findings.projects import SPECS, accord, write

MORE = SPECS + "  - name: letters_sent\n    unit: count\n    owners: sales\n"


def subjects(out: str) -> list[str]:
    return [f"{found['code']} {found['subject']}" for found in json.loads(out)["findings"]]


def test_a_baseline_survives_edits_and_shows_the_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    file = str(tmp_path / "baseline.json")
    check = ("check", "-p", str(tmp_path), "--format", "json")
    assert accord(capsys, *check, "--write-baseline", file)[0] == 0
    assert accord(capsys, *check, "--baseline", file)[0] == 0
    write(tmp_path, "# moved\n\n" + MORE.replace("owners: sales", "title: Other words\n    owners: sales", 1))
    code, out, _ = accord(capsys, *check, "--baseline", file)
    assert (code, subjects(out)) == (1, ["Z101 metric:letters_sent"])


def test_a_baseline_shrinks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    file = str(tmp_path / "baseline.json")
    accord(capsys, "check", "-p", str(tmp_path), "--write-baseline", file)
    write(tmp_path, SPECS.replace("unit: count\n    owners: sales", "unit: percent\n    owners: sales"))
    code, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--baseline", file)
    assert code == 1
    assert "X007" in out
    assert "metric:calls_made" in out
    accord(capsys, "check", "-p", str(tmp_path), "--write-baseline", file)
    assert accord(capsys, "check", "-p", str(tmp_path), "--baseline", file)[0] == 0
    assert "calls_made" not in Path(file).read_text("utf-8")


def test_shrinking_takes_nothing_new_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    file = str(tmp_path / "baseline.json")
    accord(capsys, "check", "-p", str(tmp_path), "--write-baseline", file)
    write(tmp_path, MORE.replace("unit: count", "unit: percent", 1))
    check = ("check", "-p", str(tmp_path), "--format", "json", "--baseline", file)
    code, out, _ = accord(capsys, *check, "--write-baseline", file)
    assert (code, subjects(out)) == (1, ["Z101 metric:letters_sent"])
    known = json.loads(Path(file).read_text("utf-8"))["findings"]
    assert known == [{"code": "Z101", "subject": "metric:slides_made", "count": 1}]


def test_a_baseline_is_written_for_the_whole_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    file = tmp_path / "baseline.json"
    assert accord(capsys, "check", str(tmp_path / "m.yml"), "--write-baseline", str(file))[0] == 2
    assert not file.exists()


def test_the_engine_s_own_findings_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, SPECS + "influences:\n  - {from: nobody, to: calls_made, effect: raises}\n")
    file = str(tmp_path / "baseline.json")
    assert accord(capsys, "check", "-p", str(tmp_path), "--write-baseline", file)[0] == 1
    code, out, _ = accord(capsys, "check", "-p", str(tmp_path), "--baseline", file, "--format", "concise")
    assert code == 1
    assert "R101" in out


UNUSABLE = {
    "absent": None,
    "not JSON": "version: 1",
    "not a mapping": "[]",
    "without a version": '{"findings": []}',
    "of another version": '{"version": 2, "findings": []}',
    "a key too many": '{"version": 1, "findings": [], "more": 1}',
    "an entry that lacks its count": '{"version": 1, "findings": [{"code": "Z101", "subject": "metric:x"}]}',
    "a count of zero": '{"version": 1, "findings": [{"code": "Z101", "subject": "metric:x", "count": 0}]}',
    "a code of the engine": '{"version": 1, "findings": [{"code": "R101", "subject": "metric:x", "count": 1}]}',
}


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
def test_a_baseline_that_cannot_be_used(text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    file = tmp_path / "baseline.json"
    if text is not None:
        file.write_text(text)
    code, out, err = accord(capsys, "check", "-p", str(tmp_path), "--baseline", str(file))
    assert (code, out) == (2, "")
    assert "baseline" in err


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, env=environment)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_since_shows_what_the_change_brought(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check = ("check", "-p", str(repository), "--format", "json", "--since", "main")
    assert accord(capsys, *check)[0] == 0
    write(repository, "# moved\n\n" + MORE)
    code, out, _ = accord(capsys, *check)
    assert (code, subjects(out)) == (1, ["Z101 metric:letters_sent"])


def test_since_the_branch_left(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repository, "checkout", "-q", "-b", "work")
    git(repository, "checkout", "-q", "main")
    write(repository, MORE)
    git(repository, "commit", "-q", "-am", "main goes on")
    git(repository, "checkout", "-q", "work")
    write(repository, MORE)
    _, out, _ = accord(capsys, "check", "-p", str(repository), "--format", "json", "--since", "main")
    assert subjects(out) == ["Z101 metric:letters_sent"]


def test_another_wrong_name_is_a_new_fault(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    influence = "influences:\n  - {{from: {}, to: calls_made, effect: raises}}\n"
    write(repository, SPECS + influence.format("nobody"))
    git(repository, "commit", "-q", "-am", "wrong")
    check = ("check", "-p", str(repository), "--since", "HEAD", "--format", "concise")
    assert accord(capsys, *check)[0] == 0
    write(repository, SPECS + influence.format("no_one"))
    code, out, _ = accord(capsys, *check)
    assert code == 1
    assert "no_one" in out


def test_a_suppression_that_goes_brings_its_finding_back(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = "  - name: calls_made"
    write(repository, SPECS.replace(first, f'{first}  # accord: ignore[Z101] reason="x"'))
    git(repository, "commit", "-q", "-am", "silenced")
    write(repository)
    _, out, _ = accord(capsys, "check", "-p", str(repository), "--format", "json", "--since", "HEAD")
    assert subjects(out) == ["Z101 metric:calls_made"]


def test_where_there_was_no_project_everything_is_new(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repository, "rm", "-q", "--cached", "accord.yml")
    git(repository, "commit", "-q", "-m", "no project")
    code, _, err = accord(capsys, "check", "-p", str(repository), "--since", "HEAD")
    assert code == 1
    assert "everything is new" in err


def test_an_unknown_revision(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = accord(capsys, "check", "-p", str(repository), "--since", "nowhere")
    assert (code, out) == (2, "")
    assert "`nowhere` is not a revision" in err


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    code, _, err = accord(capsys, "check", "-p", str(tmp_path), "--since", "HEAD")
    assert code == 2
    assert "not in a git repository" in err


def test_the_warehouse_of_then_is_not_asked(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = accord(capsys, "validate", "-p", str(repository), "--live", "--since", "HEAD")
    assert code == 2
    assert "--live" in err
