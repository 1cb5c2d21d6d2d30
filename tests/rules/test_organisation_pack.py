"""An organisation's own pack: its tests pass, and it finds in its project what it was written for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.main import run

HERE = Path(__file__).with_name("organisation_pack")


def test_the_tests_of_the_pack_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", str(HERE / "rules")]) == 0
    assert "10 of 10 tests of 5 rules passed" in capsys.readouterr().out


def test_what_it_finds(capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(HERE, capsys)
    assert [line for line in found if "[N" in line] == [
        "company.yml:10: warning[N202] crowd-of-owners: "
        "`disputed_bills` has 3 owners, more than 2: `grid`, `billing` and `sales`",
        "company.yml:16: hint[N201] belief-without-evidence: "
        "`outage_minutes` is said to move `churn` strongly, and nothing proves it",
        "company.yml:22: warning[N101] goal-too-long: `light` is to take 730 days; we plan no more than 540 days ahead",
        "old/legacy.yml:2: hint[N102] hero-goal: each key result of `dry_cellars` hangs on one department: "
        "`outage_minutes`",
    ]


def test_a_promise_that_is_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only a base revision shows it, and neither a comment nor an option silences it."""
    project = tmp_path / "nordlicht"
    shutil.copytree(HERE, project)
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "what was promised")
    spec = project / "company.yml"
    promise = "{metric: outage_minutes, baseline: 20, target: 12,"
    text = spec.read_text("utf-8")
    assert promise in text
    broken = text.replace(promise, promise.replace("12", "15"))
    line = next(line for line in broken.splitlines() if "target: 15" in line)
    spec.write_text(broken.replace(line, f'{line}  # accord: ignore[N103] reason="a hard winter"'), "utf-8")
    assert not [it for it in checked(project, capsys) if "[N103]" in it]
    found = [it for it in checked(project, capsys, "--since", "HEAD") if "error" in it]
    assert {it.partition(": ")[2] for it in found} == {
        "error[X006] cannot-be-silenced: the rule N103 is mandatory and cannot be silenced",
        "error[N103] promise-to-the-regulator: the regulator was promised 12 of `outage_minutes`, and now it is 15",
    }
    assert run(["check", "-p", str(project), "--since", "HEAD", "--ignore", "N"]) == 2


def checked(project: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """The lines of `check`, with paths from the project's folder and without columns."""
    run(["check", "-p", str(project), "--format", "concise", *options])
    lines = capsys.readouterr().out.splitlines()
    return [re.sub(r"^(\S+?:\d+):\d+", r"\1", line.split(f"{project.name}/")[-1]) for line in lines]


def git(folder: Path, *command: str) -> None:
    subprocess.run(["git", *command], cwd=folder, check=True)
