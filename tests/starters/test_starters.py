"""Every starter is complete: what `accord init` writes has no findings, and gives the values worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from engine.main import run
from engine.measure.run import Request
from engine.measure.values import told
from engine.pipeline.live import live
from engine.pipeline.opening import open_project
from engine.resources import resource

EXPECTED = yaml.safe_load((Path(__file__).parent / "expected.yml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 16, tzinfo=UTC)


def test_all_are_here() -> None:
    assert sorted(path.name for path in resource("starters").iterdir()) == sorted(EXPECTED)


@pytest.mark.parametrize("starter", EXPECTED)
def test_a_starter(starter: str, tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "it"), "--starter", starter, "-q"]) == 0
    journey = open_project(tmp_path / "it", None, NOW)
    assert [f"{found.code} {found.message}" for found in journey.check()] == []
    assert [found.message for found in live(journey, None).findings] == []
    assert journey.project.tests
    assert all(outcome.passed for outcome in journey.test(journey.project.tests.values()))
    measured = journey.run(Request(journey.as_of), None)
    assert {it.metric: told(it.value, it.unit) for it in measured.values} == {
        name: str(value) for name, value in EXPECTED[starter].items()
    }
    assert (tmp_path / "it" / "START.md").is_file()


def test_one_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "it"), "--starter", "sass"]) == 2
    assert "did you mean `saas`?" in capsys.readouterr().err
    assert not (tmp_path / "it").exists()


def test_a_starter_and_a_warehouse_exclude_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path), "--starter", "saas", "--from", "sqlite:///a.db"]) == 2
    assert "exclude each other" in capsys.readouterr().err
