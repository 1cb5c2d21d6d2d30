"""Packs of a project: they work, and none of the ways to fail open is open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.errors import RuleFailure, UsageError
from engine.load.project import load
from engine.pipeline.opening import context_of
from engine.rules.pack import PackError, Rule, load_packs
from engine.rules.runner import lint
from engine.rules.settings import apply_settings
from engine.rules.testing import run_tests

GOOD = """\
rules:
  - code: X101
    name: kpi
    severity: hint
    subject: metric
    match: {field: role, op: is, value: kpi}
    message: "`{name}` is a KPI"
    why: w
    suggest: s
    tests:
      bad: [{name: b, spec: "metrics: [{name: leads, role: kpi}]"}]
      good: [{name: g, spec: "metrics: [{name: leads}]"}]
"""
FAULTS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("faults.yml").read_text("utf-8"))


def packed(folder: Path, text: str) -> tuple[Rule, ...]:
    (folder / "ours.yml").write_text(text, encoding="utf-8")
    return load_packs(["recommended", "ours.yml"], folder)


def changed(text: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


def settings(folder: Path, written: str) -> UsageError:
    """What is said of rule settings in `accord.yml`."""
    (folder / "accord.yml").write_text(f"version: 1\nrules: {written}\n", encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        apply_settings(load_packs(["recommended"], folder), load(folder).project.config)
    return raised.value


def test_a_pack_of_the_project(tmp_path: Path) -> None:
    rule = packed(tmp_path, GOOD)[-1]
    found = lint(context_of("metrics: [{name: leads, role: kpi}]"), [rule])
    assert [(it.code, it.severity, it.message, it.subject) for it in found] == [
        ("X101", "hint", "`leads` is a KPI", "metric:leads")
    ]


def test_a_folder_is_a_pack(tmp_path: Path) -> None:
    (tmp_path / "packs" / "deep").mkdir(parents=True)
    (tmp_path / "packs" / "a.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "packs" / "deep" / "b.yaml").write_text(GOOD.replace("X101", "X102"), encoding="utf-8")
    assert [rule.code for rule in load_packs(["packs"], tmp_path)] == ["X101", "X102"]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["name"] for fault in FAULTS])
def test_fault(fault: dict[str, Any], tmp_path: Path) -> None:
    text = changed(GOOD, *fault["replace"])
    with pytest.raises(PackError) as raised:
        packed(tmp_path, text)
    told = [found for found in raised.value.findings if fault["told"] in found.message]
    assert told, [found.message for found in raised.value.findings]
    span = told[0].span
    assert span is not None
    assert Path(span.file).name == "ours.yml"
    assert raised.value.exit_code == 2
    if "at" in fault:
        line = text.splitlines()[span.line - 1]
        assert line[span.column - 1 : span.end_column - 1] == fault["at"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = changed(GOOD, "op: is", "op: equals", "{name}", "{nmae}", "severity: hint", "severity: hint\n    at: owner")
    with pytest.raises(PackError) as raised:
        packed(tmp_path, text)
    assert len(raised.value.findings) == 3
    assert "3 faults" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("recomended", "there is no rule pack `recomended`"),
        ("lexicons", "there is no rule pack `lexicons`"),
        ("missing.yml", "there is no rule pack"),
        ("", "there is no rule pack"),
        (".", "there is no rule pack"),
        ("../outside.yml", "outside the project"),
        ("empty", "has no file"),
    ],
)
def test_a_pack_that_is_not_there(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "project" / "empty").mkdir(parents=True)
    with pytest.raises(UsageError, match=told):
        load_packs([name], tmp_path / "project")


def test_a_pack_that_is_not_there_is_shown_in_accord_yml(tmp_path: Path) -> None:
    (tmp_path / "accord.yml").write_text("version: 1\nextends: [recommended, ours]\n", encoding="utf-8")
    config = load(tmp_path).project.config
    with pytest.raises(UsageError) as raised:
        load_packs(config.packs, tmp_path, config.origin)
    span = raised.value.span
    assert span is not None
    assert (Path(span.file).name, span.line, span.column) == ("accord.yml", 2, 24)


def test_a_pack_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_bytes(b"rules: \xff")
    with pytest.raises(PackError, match="UTF-8"):
        load_packs(["ours.yml"], tmp_path)


def test_a_setting_for_a_rule_that_is_not_there(tmp_path: Path) -> None:
    error = settings(tmp_path, "{A101: 'off', A999: 'off'}")
    assert "no pack in `extends` has a rule `A999`" in str(error)
    assert error.span is not None
    assert (Path(error.span.file).name, error.span.line, error.span.column) == ("accord.yml", 2, 22)


def test_a_setting_for_a_finding_of_the_engine(tmp_path: Path) -> None:
    assert "found by the engine itself" in str(settings(tmp_path, "{S101: 'off'}"))


def test_settings_switch_off_and_change_the_severity(tmp_path: Path) -> None:
    written = "version: 1\nrules: {A101: 'off', A102: {severity: error}}\n"
    (tmp_path / "accord.yml").write_text(written, encoding="utf-8")
    rules = apply_settings(load_packs(["recommended"], tmp_path), load(tmp_path).project.config)
    spec = "metrics: [{name: calls_made}, {name: clicks}, {name: likes, role: kpi}]"
    found = [it for it in lint(context_of(spec), rules) if it.code[0] == "A"]
    assert [(it.code, it.severity, it.subject) for it in found] == [
        ("A102", "error", "metric:clicks"),
        ("A102", "hint", "metric:likes"),
    ]


def test_a_rule_that_raises_says_its_name(tmp_path: Path) -> None:
    def fail(subject: object) -> bool:
        raise ZeroDivisionError("division by zero")

    rule = replace(packed(tmp_path, GOOD)[-1], matches=fail)
    with pytest.raises(RuleFailure, match="rule X101 failed on metric:leads: ZeroDivisionError") as raised:
        lint(context_of("metrics: [{name: leads}]"), [rule])
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("role: kpi}]", "role: outcome}]"), "finds nothing in a spec that is bad"),
        (
            (
                'good: [{name: g, spec: "metrics: [{name: leads}]"}]',
                'good: [{name: g, spec: "metrics: [{name: leads, role: kpi}]"}]',
            ),
            "finds fault with a spec that is good",
        ),
        (("metrics: [{name: leads}]", "metrics: [{name: leads, colour: blue}]"), "not well formed"),
        (("metrics: [{name: leads}]", "metrics: ["), "not well formed"),
    ],
)
def test_a_test_that_fails(pair: tuple[str, str], told: str, tmp_path: Path) -> None:
    rule = packed(tmp_path, changed(GOOD, *pair))[-1]
    failed = [result for result in run_tests([rule], context_of) if not result.passed]
    assert [told in str(result.message) for result in failed] == [True]
