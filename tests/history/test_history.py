"""What is recorded is there once and whole, whoever dies or writes at the same time, and definitions are not mixed."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[2]
STARTER = REPO / "specs" / "starters" / "small"
DEMO = REPO / "specs" / "demo"


def accord(*arguments: str, exit: int = 0) -> tuple[str, str]:
    command = [sys.executable, str(REPO / "cli.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == exit, done.stderr
    return done.stdout, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def exported(project: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in accord("history", "export", "-p", str(project))[0].splitlines()]


WEEKS = ("lead_conversion", "cac", "--grain", "week", "--start", "2026-10-12")


def record(project: Path, *arguments: str) -> str:
    return accord("run", "-p", str(project), "--record", *arguments)[1]


def test_a_rerun_changes_nothing(project: Path) -> None:
    assert "10 values of complete periods recorded, 10 of them new" in record(project, *WEEKS)
    first = exported(project)
    assert "10 values of complete periods recorded, 0 of them new" in record(project, *WEEKS)
    assert exported(project) == first
    week = [it for it in first if it["metric"] == "lead_conversion" and it["label"] == "2026-W46"]
    assert [(it["numerator"], it["denominator"], it["value"]) for it in week] == [(102, 1200, 0.085)]


def test_another_definition_is_another_line(project: Path) -> None:
    record(project, *WEEKS)
    specs = project / "metrics" / "marketing.yml"
    text = specs.read_text(encoding="utf-8")
    assert "numerator: new_leads\n" in text
    changed = text.replace("numerator: new_leads", "numerator: {metric: new_leads, where: qualified}", 1)
    specs.write_text(changed, encoding="utf-8")
    record(project, *WEEKS)
    shown, _ = accord("history", "lead_conversion", "-p", str(project), "--format", "json")
    lines = json.loads(shown)["lines"]
    assert [(line["current"], len(line["values"])) for line in lines] == [(False, 5), (True, 5)]
    assert [line["values"][-1]["numerator"] for line in lines] == [102, 66]
    assert "the definition changed" in accord("history", "lead_conversion", "-p", str(project))[0]


def test_words_are_no_definition(project: Path) -> None:
    record(project, *WEEKS)
    specs = project / "metrics" / "marketing.yml"
    text = specs.read_text(encoding="utf-8")
    specs.write_text(text.replace("Conversion to lead", "From visitor to lead"), encoding="utf-8")
    assert "0 of them new" in record(project, *WEEKS)


def test_groups_are_lines_of_their_own(project: Path) -> None:
    record(project, "new_leads", "--grain", "month", "--by", "channel", "--start", "2026-09-01")
    shown, _ = accord("history", "new_leads", "-p", str(project), "--by", "channel", "--format", "json")
    groups = [line["dimensions"]["channel"] for line in json.loads(shown)["lines"]]
    assert sorted(groups, key=str) == ["None", "ads", "content", "partners", "referral"] or None in groups
    assert "nothing is recorded" in accord("history", "new_leads", "-p", str(project), exit=2)[1]


def test_text_carries_everything(project: Path, tmp_path: Path) -> None:
    record(project, *WEEKS)
    lines, _ = accord("history", "export", "-p", str(project))
    file = tmp_path / "history.jsonl"
    file.write_text(lines, encoding="utf-8")
    shutil.rmtree(project / ".accord")
    accord("history", "import", str(file), "-p", str(project))
    accord("history", "import", str(file), "-p", str(project))
    assert accord("history", "export", "-p", str(project))[0] == lines
    file.write_text(lines + '{"metric": 3}\n', encoding="utf-8")
    assert "history.jsonl:11: not a line" in accord("history", "import", str(file), "-p", str(project), exit=2)[1]


def test_totals_and_parts_are_not_recorded(project: Path) -> None:
    assert "totals have no period" in accord("run", "cac", "-p", str(project), "--record", "--grain", "all", exit=2)[1]
    # The running week is not over, and a range that cuts a week shows a part of it.
    told = record(project, "new_leads", "--grain", "week", "--start", "2026-11-04")
    assert "1 values of complete periods" in told


def test_a_history_outside_the_project(project: Path) -> None:
    config = project / "accord.yml"
    config.write_text(config.read_text(encoding="utf-8") + "history: ../elsewhere.sqlite\n", encoding="utf-8")
    assert "outside the project" in accord("run", "cac", "-p", str(project), "--record", exit=2)[1]


def started(project: Path, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(REPO / "cli.py"), "run", "-p", str(project), "--record", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_two_runs_at_once(project: Path) -> None:
    runs = [started(project, WEEKS), started(project, WEEKS)]
    assert [run.wait() for run in runs] == [0, 0]
    assert len(exported(project)) == 10


@pytest.mark.heavy
def test_killed_at_fifty_points(project: Path, tmp_path: Path) -> None:
    """Whatever was killed when: each run is there whole or not at all, and the next one completes the rest."""
    whole = tmp_path / "whole"
    shutil.copytree(project, whole)
    record(whole, "--grain", "week")
    wanted = exported(whole)
    begun = time.monotonic()
    record(project, "--grain", "week")
    length = time.monotonic() - begun
    shutil.rmtree(project / ".accord")
    chance = random.Random(7)
    sizes = set()
    for _ in range(50):
        shutil.rmtree(project / ".accord", ignore_errors=True)
        runs = [started(project, ("--grain", "week"))]
        # Most of the points lie where it writes.
        time.sleep(length * (chance.uniform(0.7, 1.05) if chance.random() < 0.8 else chance.random()))
        runs[0].send_signal(signal.SIGKILL)
        runs[0].wait()
        sizes.add(len(exported(project)))
    assert sizes <= {0, len(wanted)}
    record(project, "--grain", "week")
    assert exported(project) == wanted
