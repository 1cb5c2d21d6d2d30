"""Which YAML files are specs: what belongs to other tools or other projects stays unread, what is ours never does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.load.project import Loaded, load

CONFIG = "version: 1\n"
SPEC = "metrics: [{name: trust, title: Trust of customers}]\n"
FOREIGN: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("foreign.yml").read_text(encoding="utf-8"))

# Files of ours in which nothing at the top is right; each is told, whatever it is called.
OURS = {
    "a typo in the only key": ("metrcs: [{name: a}]\n", "did you mean `metrics`?"),
    "a plural missing": ("department: [{name: a}]\n", "did you mean `departments`?"),
    "two typos": ("metrcs: []\nleavers: []\n", "did you mean `metrics`?"),
    "a key of nobody": ("zzz: [{name: a}]\n", "leave it out"),
    "a list": ("- {name: a}\n", None),
    "a text": ("metrics\n", None),
    "two documents": ("metrics: []\n---\nlevers: []\n", None),
    "half a file": ("metrics:\n  - {name: a\n", None),
}


def project(folder: Path, files: dict[str, str], config: str = CONFIG) -> Loaded:
    for path, text in {"accord.yml": config, "spec.yml": SPEC, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize("entry", [entry for entry in FOREIGN if "told" not in entry], ids=lambda entry: entry["path"])
def test_files_of_other_tools_are_left_alone(entry: dict[str, Any], tmp_path: Path) -> None:
    files = {entry["path"]: entry["text"]}
    if entry["path"].startswith("nested/"):
        files["nested/accord.yml"] = CONFIG
    loaded = project(tmp_path, files)
    assert not loaded.findings
    assert loaded.complete
    assert list(loaded.project.metrics) == ["trust"]


@pytest.mark.parametrize("entry", [entry for entry in FOREIGN if "told" in entry], ids=lambda entry: entry["path"])
def test_a_file_of_nobody_knows_whom_is_told(entry: dict[str, Any], tmp_path: Path) -> None:
    findings = project(tmp_path, {entry["path"]: entry["text"]}).findings
    errors = [found for found in findings if found.severity == "error"]
    assert errors
    assert {found.code for found in errors} <= {"S101", "S009"}
    excluded = project(tmp_path, {}, f'{CONFIG}files: {{exclude: ["{entry["path"]}"]}}\n')
    assert not excluded.findings


@pytest.mark.parametrize("path", ["a.yml", "deep/er/a.yaml"])
@pytest.mark.parametrize("name", OURS)
def test_a_file_of_ours_is_never_left_out(name: str, path: str, tmp_path: Path) -> None:
    text, hint = OURS[name]
    loaded = project(tmp_path, {path: text})
    errors = [found for found in loaded.findings if found.severity == "error"]
    assert errors
    assert all(found.span is not None and found.span.file.endswith(path) for found in errors)
    if hint is not None:
        assert hint in str(errors[0].hint)


@pytest.mark.parametrize("name", OURS)
def test_every_named_file_is_read(name: str, tmp_path: Path) -> None:
    """Whoever writes the patterns says what is a spec: no guess then."""
    text = OURS[name][0]
    config = f'{CONFIG}files: {{include: ["spec.yml", ".hidden.yml"]}}\n'
    assert project(tmp_path, {".hidden.yml": text, "other.yml": text}, config).findings


def test_a_workflow_named_by_a_pattern_is_a_finding(tmp_path: Path) -> None:
    config = f'{CONFIG}files: {{include: ["*.yml"]}}\n'
    loaded = project(tmp_path, {"ci.yml": FOREIGN[1]["text"]}, config)
    assert {found.code for found in loaded.findings} == {"S101"}


@pytest.mark.parametrize("key", ["services", "models", "packages", "stages", "repos", "jobs"])
def test_our_words_win_over_those_of_other_tools(key: str, tmp_path: Path) -> None:
    """A wrong key beside right ones never makes the whole file somebody else's."""
    for ours in ("metrics: [{name: b, title: B}]", "departments: [{name: b}]", "metrics: [{naem: b}]"):
        findings = project(tmp_path, {"a.yml": f"{key}: []\n{ours}\n"}).findings
        assert "S101" in {found.code for found in findings}, ours


def test_a_hidden_file_with_specs_is_read(tmp_path: Path) -> None:
    assert "b" in project(tmp_path, {".b.yml": "metrics: [{name: b, title: B}]\n"}).project.metrics


def test_nested_projects_may_nest_again(tmp_path: Path) -> None:
    broken = "metrcs: []\n"
    files = {
        "a/b/accord.yml": CONFIG,
        "a/b/c/x.yml": broken,
        "a/b/c/accord.yml": "what: ever\n",
        "a/fine.yml": "levers: []\n",
    }
    loaded = project(tmp_path, files)
    assert not loaded.findings
    assert [Path(source.path).name for source in loaded.project.sources] == ["spec.yml", "fine.yml"]


def test_an_excluded_folder_and_its_pattern(tmp_path: Path) -> None:
    files = {"drafts/a.yml": "metrcs: []\n", "drafts/deep/b.yml": "metrcs: []\n"}
    for pattern in ("drafts/", "drafts/**", "drafts/**/*.yml", "**/[ab].yml"):
        config = f'{CONFIG}files: {{exclude: ["{pattern}"]}}\n'
        findings = project(tmp_path, files, config).findings
        codes = {found.code for found in findings}
        assert codes == ({"R203", "S101"} if "[" in pattern else set()), pattern


def test_reading_order_does_not_depend_on_the_disk(tmp_path: Path) -> None:
    files = {f"{path}.yml": f"metrics: [{{name: {path[-1]}, title: T}}]\n" for path in ("z", "b", "a/e", "a/c")}
    assert list(project(tmp_path, files).project.metrics) == ["b", "trust", "z", "c", "e"]
