"""Twelve commits, each with one kind of change: what the diff of each says, written by hand beside this file."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.diff.compare import compare
from engine.diff.side import Side
from engine.main import run
from engine.pipeline import revisions
from engine.pipeline.opening import load_project
from engine.render.diff_json import render_json
from engine.render.diff_markdown import render_markdown
from engine.render.diff_teller import Teller
from engine.render.diff_text import render_text
from engine.render.findings import unpainted
from tests.diff.history import STEPS, git, make

EXPECTED = Path(__file__).parent / "expected"
REPO = Path(__file__).resolve().parents[2]
NAMES = ["00-start", *STEPS]
BREAKING = {"04-redefined", "12-removed"}
Told = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("history"))


@pytest.fixture
def diff(specs: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run(["diff", *arguments, "-p", str(specs)])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


@pytest.fixture(scope="module")
def sides(specs: Path) -> dict[str, Side]:
    """The project of each commit, as its objects in git hold it."""
    journey = load_project(specs)
    return {name: revisions.side(revisions.at(journey, name)) for name in NAMES}


@pytest.mark.parametrize("name", STEPS)
def test_every_commit(sides: dict[str, Side], name: str) -> None:
    """Markdown as written by hand; text in both languages and JSON tell of the same."""
    earlier = NAMES[NAMES.index(name) - 1]
    before, after = sides[earlier], sides[name]
    difference = compare(before, after)
    expected = (EXPECTED / f"{name}.md").read_text(encoding="utf-8")
    tellers = [Teller(difference, before.project, after.project, language) for language in ("en", "ru")]
    assert render_markdown(tellers[0], f"{earlier} → {name}", "2026-11-16 09:00") == expected
    for teller in tellers:
        text = render_text(teller, "", "", unpainted)
        assert names_in(expected) <= names_in(text)
    body = json.loads(render_json(difference, earlier, name, "", ()))
    assert body["breaking"] == (1 if name in BREAKING else 0)
    assert bool(body["changes"]) == (name != "01-formatting")


def names_in(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_0-9]+)`", text))


def test_markdown_from_the_command(diff: Told) -> None:
    code, out, err = diff("06-owner-moved", "07-became-shared", "--format", "markdown")
    assert (code, err) == (0, "")
    assert out == (EXPECTED / "07-became-shared.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "breaking", "some"),
    [
        ("00-start", "01-formatting", 0, 0),
        ("04-redefined", "05-redefined-with-a-note", 0, 1),
        ("11-task", "12-removed", 1, 1),
    ],
)
def test_exit_code(diff: Told, before: str, after: str, breaking: int, some: int) -> None:
    assert diff(before, after, "--fail-on", "breaking")[0] == breaking
    assert diff(before, after, "--fail-on", "any")[0] == some


def test_the_start_against_the_end(diff: Told) -> None:
    body = json.loads(diff("00-start", "12-removed", "--format", "json")[1])
    kinds = {(change["area"], change["kind"]) for change in body["changes"]}
    assert {
        ("metric", "added"),
        ("metric", "renamed"),
        ("metric", "redefined"),
        ("metric", "removed"),
        ("ownership", "changed"),
        ("influence", "added"),
        ("influence", "cut"),
        ("influence", "changed"),
        ("objective", "hardened"),
        ("objective", "softened"),
        ("objective", "added"),
        ("finding", "new"),
    } <= kinds
    back = json.loads(diff("12-removed", "00-start", "--format", "json")[1])
    assert ("finding", "gone") in {(change["area"], change["kind"]) for change in back["changes"]}


def test_the_working_tree_is_the_default(specs: Path, diff: Told) -> None:
    path = specs / "objectives.yml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("baseline: 44 %\n        target: 60 %", "baseline: 44 %\n        target: 65 %"))
    try:
        code, out, _ = diff("main")
    finally:
        path.write_text(written)
    assert code == 0
    assert "main → working tree" in out
    assert "`customers_stay`, `retention_30d`: hardened, target 60 % → 65 %" in out


def test_values_before_and_after_on_the_same_data(diff: Told) -> None:
    """Counted in SQL by hand in week 46 (9 to 15 November) of data/visits.parquet and data/orders.parquet:

    SELECT COUNT(*) FILTER (WHERE pages = 1), COUNT(*) FILTER (WHERE pages = 1 AND duration_seconds < 30), COUNT(*)
    FROM visits WHERE visited_at >= '2026-11-09' AND visited_at < '2026-11-16'     -- 638, 446, 1476

    SELECT SUM(amount) FROM orders WHERE status IN ('paid' [, 'refunded'])
    AND ordered_at >= '2026-10-19' AND ordered_at < '2026-11-16'                   -- 26336.91, 26960.17
    """
    body = json.loads(diff("04-redefined", "05-redefined-with-a-note", "--values", "--format", "json")[1])
    (change,) = (it for it in body["changes"] if it["area"] == "metric")
    (value,) = change["values"]
    assert value["before"] == pytest.approx(638 / 1476)
    assert value["after"] == pytest.approx(446 / 1476)
    assert value["period"]["label"] == "2026-W46"
    body = json.loads(diff("03-renamed", "04-redefined", "--values", "--format", "json")[1])
    values = {change["metric"]: change["values"] for change in body["changes"] if change["area"] == "metric"}
    (value,) = values["revenue_28d"]
    assert (float(value["before"]), float(value["after"])) == (26336.91, 26960.17)
    text = diff("04-redefined", "05-redefined-with-a-note", "--values")[1]
    assert "2026-W46: 43.2 % before, 30.2 % after" in text
    markdown = diff("04-redefined", "05-redefined-with-a-note", "--values", "--format", "markdown")[1]
    assert "| `bounce_rate` | 2026-W46 | 43.2 % | 30.2 % |" in markdown


def test_ranges_are_written_as_git_does(specs: Path, diff: Told) -> None:
    git(specs, "branch", "-f", "side", "02-added")

    ahead = json.loads(diff("12-removed...03-renamed", "--format", "json")[1])
    assert ahead["changes"] == []  # 03 lies behind 12: the branch brings nothing
    apart = json.loads(diff("02-added..03-renamed", "--format", "json")[1])
    assert [change["kind"] for change in apart["changes"]] == ["renamed"]
    assert json.loads(diff("side...03-renamed", "--format", "json")[1])["changes"] == apart["changes"]


def test_a_dataset_that_nobody_reads_redefines_nothing(tmp_path: Path) -> None:
    """Sets in a plan have another order in each process, and columns other ids where there is one dataset more."""
    shutil.copytree(REPO / "specs" / "demo", tmp_path / "demo")
    extra = "datasets: [{name: aaa, source: aaa, primary_key: [k], fields: [{name: k, datatype: Integer}]}]\n"
    (tmp_path / "demo" / "extra.yml").write_text(extra, encoding="utf-8")
    (tmp_path / "check.py").write_text(
        "import sys\n"
        "from engine.pipeline.opening import load_project\n"
        "from engine.pipeline.revisions import side\n"
        "before, after = (side(load_project(it)) for it in sys.argv[1:])\n"
        "print([name for name in before.project.metrics if before.plan(name) != after.plan(name)])\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(tmp_path / "check.py"), str(REPO / "specs" / "demo"), str(tmp_path / "demo")]
    for seed in "12":
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPO)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert done.stdout == "[]\n"
