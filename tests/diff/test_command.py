"""`accord diff` where something is in the way: revisions, clones, broken specs; and data by several definitions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.main import run
from tests.diff.history import git
from tests.diff.test_compare import BASE

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one commit, `start`: the project in `org`."""
    specs = tmp_path / "repo" / "org"
    specs.mkdir(parents=True)
    (specs / "accord.yml").write_text("version: 1\nas_of: 2026-11-16\n")
    (specs / "specs.yml").write_text(BASE)
    git(specs, "init", "-q", "-b", "main", "..")
    commit(specs, "start")
    return specs


def commit(specs: Path, name: str) -> None:
    git(specs, "add", "-A", "..")
    git(specs, "commit", "-q", "-m", name)
    git(specs, "tag", name)


@pytest.fixture
def diff(folder: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def ask(*arguments: str, at: Path = folder) -> tuple[int, str, str]:
        code = run(["diff", *arguments, "-p", str(at)])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def test_an_unknown_revision(diff: Told) -> None:
    code, out, err = diff("no-such-branch")
    assert (code, out) == (2, "")
    assert "`no-such-branch` is not a revision" in err


def test_a_shallow_clone_that_lacks_the_base(folder: Path, diff: Told, tmp_path: Path) -> None:
    base = git(folder, "rev-parse", "HEAD")
    (folder / "note.txt").write_text("more")
    commit(folder, "more")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{folder.parent}", str(clone))
    for asked in (base, "HEAD~1", f"{base}...HEAD"):
        code, out, err = diff(asked, at=clone / "org")
        assert (code, out) == (2, ""), asked
        assert "fetch-depth: 0" in err, asked


def test_a_linked_spec_file_counts(folder: Path, diff: Told) -> None:
    (folder / "specs.yml").rename(folder.parent / "shared.yml")
    (folder / "specs.yml").symlink_to("../shared.yml")
    commit(folder, "linked")
    assert "no change in meaning" in diff("start")[1]
    shared = folder.parent / "shared.yml"
    shared.write_text(shared.read_text().replace("SUM(orders.amount)", "MAX(orders.amount)"))
    commit(folder, "other")
    for asked in (("linked",), ("linked", "other")):
        assert "`revenue` is computed in another way" in diff(*asked)[1], asked


def test_specs_in_a_submodule_have_no_past_here(folder: Path, diff: Told, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "more.yml").write_text("departments: [{name: legal}]\n")
    git(inner, "init", "-q")
    git(inner, "add", "-A")
    git(inner, "commit", "-q", "-m", "x")
    git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inner")
    commit(folder, "submodule")
    code, out, err = diff("submodule")
    assert (code, out) == (2, "")
    assert "the submodule `inner`" in err
    assert "files.exclude" in err
    (folder / "accord.yml").write_text("version: 1\nas_of: 2026-11-16\nfiles: {exclude: [inner/]}\n")
    commit(folder, "without")
    assert diff("without")[0] == 0


def test_a_folder_outside_git(folder: Path, diff: Told, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "accord.yml").write_text("version: 1\n")
    code, _, err = diff("HEAD", at=alone)
    assert code == 2
    assert "is not in a git repository" in err


@pytest.mark.parametrize("side", ["before", "after", "tree"])
def test_specs_that_cannot_be_read_are_not_compared(folder: Path, diff: Told, side: str) -> None:
    """What could not be read would be told as gone, or as new."""
    written = (folder / "specs.yml").read_text()
    (folder / "specs.yml").write_text(written.replace("direction: hold", "direction: sideways"))
    if side == "tree":
        asked, place = ("start",), "the specs have 1 error"
    else:
        commit(folder, "broken")
        (folder / "specs.yml").write_text(written)
        asked = ("broken",) if side == "before" else ("start", "broken")
        place = "the specs at broken have 1 error"
    code, out, err = diff(*asked)
    assert (code, out) == (2, "")
    assert place in err
    assert "S104" in err


def test_a_config_that_cannot_be_used(folder: Path, diff: Told) -> None:
    (folder / "accord.yml").write_text("version: 7\n")
    commit(folder, "broken")
    (folder / "accord.yml").write_text("version: 1\n")
    code, out, err = diff("broken")
    assert (code, out) == (2, "")
    assert "accord.yml at broken cannot be used" in err


def test_no_project_before(folder: Path, diff: Told) -> None:
    git(folder, "checkout", "-q", "--orphan", "other")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    git(folder, "rm", "-q", "-r", "--cached", ".")
    git(folder, "commit", "-q", "-m", "nothing")
    git(folder, "tag", "nothing")
    code, out, err = diff("nothing", "main", "--format", "json")
    assert code == 0
    assert "at nothing there was no accord.yml" in err
    kinds = {(it["area"], it["kind"]) for it in json.loads(out)["changes"]}
    assert {("metric", "added"), ("entry", "added"), ("objective", "added")} <= kinds
    assert not any(kind in ("removed", "gone", "cut") for _, kind in kinds)


def test_revisions_that_cannot_be_meant(diff: Told) -> None:
    for arguments in (("start..main", "main"), ("...main",), ("",), ("--", "-x")):
        assert diff(*arguments)[0] == 2, arguments
    assert diff("start", "--untrusted")[0] == 2
    assert diff("start", "--profile", "x")[0] == 2


def test_definitions_with_other_windows_are_measured_in_one_period(folder: Path, diff: Told) -> None:
    """Orders on the 20th of August, September and October: 60 days after, August is complete, 7 days after, October.

    By hand: the customers of August come back after 31 days: 0 of 2 within 7 days, 2 of 2 within 60.
    """
    (folder / "o.csv").write_text(
        "id,who,at\n"
        + "".join(
            f"{n},{w},{d} 10:00:00\n"
            for n, w, d in (
                (1, 1, "2026-08-20"),
                (2, 2, "2026-08-20"),
                (3, 1, "2026-09-20"),
                (4, 2, "2026-09-20"),
                (5, 3, "2026-10-20"),
            )
        )
    )
    text = """
organization: {name: shop, report: {grain: month, compare_to: previous period}}
entities: [{name: customer, customer: true}]
datasets:
  - name: orders
    source: {file: o.csv, format: csv}
    primary_key: [id]
    time: at
    entities: {customer: who}
    fields: [{name: id, datatype: Integer}, {name: who, datatype: Integer}, {name: at, datatype: DateTime}]
metrics:
  - {name: back, type: conversion, entity: customer, base: orders, target: orders, within: 7 days, count: base,
     role: component, unit: percent}
"""
    (folder / "specs.yml").write_text(text)
    commit(folder, "seven")
    (folder / "specs.yml").write_text(text.replace("7 days", "60 days"))
    code, out, err = diff("seven", "--values", "--format", "json")
    assert (code, err) == (0, "")
    body = json.loads(out)
    (change,) = (it for it in body["changes"] if it["area"] == "metric")
    (value,) = change["values"]
    assert (value["period"]["label"], value["before"], value["after"]) == ("2026-08", 0, 1)


def test_a_side_without_values_says_why(folder: Path, diff: Told) -> None:
    (folder / "specs.yml").write_text(BASE.replace("SUM(orders.amount)", "MAX(orders.amount)"))
    code, out, _ = diff("start", "--values")
    assert code == 0
    assert "no value before" in out
    assert "no value after" in out


def test_nothing_of_a_spec_is_active_in_markdown(folder: Path, diff: Told) -> None:
    evil = '"<img src=x> ![a](http://b) @everyone [x](javascript:1) | `code` # h"'
    (folder / "specs.yml").write_text(
        BASE.replace("target: 150", f"target: 150, where: {evil}").replace(
            "{name: trust,", f"{{name: trust2, title: {evil},"
        )
    )
    out = diff("start", "--format", "markdown")[1]
    assert "trust2" in out
    for active in (r"(?<!\\)<img", r"(?<!\\)\[[ax]", "@everyone"):
        assert not re.search(active, out)
