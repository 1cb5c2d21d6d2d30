"""`accord import dbt` on small manifests: the specs, and a finding with its place for all that has no counterpart."""

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from engine.errors import UsageError
from engine.formats.dbt.convert import import_dbt
from engine.load.project import load
from engine.main import cli

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case, tmp_path):
    (tmp_path / "m.yml").write_text(case["given"] + case.get("and", ""), encoding="utf-8")
    imported = import_dbt(tmp_path)
    specs = {}
    for name, text in imported.files.items():
        specs |= yaml.safe_load(text) if name != "accord.yml" else {}
    assert {key: specs.get(key) for key in case["specs"]} == case["specs"]
    told = [f"{it.span.line}:{it.span.column} {it.code} {it.message}" for it in imported.findings]
    wanted = case.get("findings", [])
    for line in told:
        listed = [want for want in wanted if line.startswith(want)]
        assert listed or (" F103 " in line and not any(" F103 " in want for want in wanted)), line
    assert [want for want in wanted if not any(line.startswith(want) for line in told)] == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_specs_are_free_of_errors(case, tmp_path):
    (tmp_path / "m.yml").write_text(case["given"] + case.get("and", ""), encoding="utf-8")
    project = tmp_path / "project"
    result = CliRunner().invoke(cli, ["import", "dbt", str(tmp_path / "m.yml"), "-o", str(project)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert [it.message for it in load(project).findings] == []
    check = CliRunner().invoke(cli, ["check", str(project)], standalone_mode=False)
    assert check.return_value == 0, check.output


def test_manifest_of_dbt_says_the_same(tmp_path):
    """A semantic_manifest.json, as dbt writes it, gives the specs of the YAML that it was made from."""
    made = import_dbt(HERE / "semantic_manifest.json")
    written = import_dbt(HERE / "semantic_models.yml")
    assert made.files == written.files
    assert [it.code for it in made.findings] == [it.code for it in written.findings]


def test_files_read_well():
    """An entry on one line where it fits, keys in one order, no needless quotes."""
    files = import_dbt(HERE / "semantic_models.yml").files
    assert files["datasets.yml"] == (HERE / "datasets.yml").read_text(encoding="utf-8")
    assert files["metrics.yml"] == (HERE / "metrics.yml").read_text(encoding="utf-8")


def test_exit_codes(tmp_path):
    def run(*args):
        return CliRunner().invoke(cli, ["import", "dbt", *map(str, args)], standalone_mode=False)

    target = tmp_path / "project"
    assert run(HERE / "semantic_models.yml", "-o", target).return_value == 0
    assert isinstance(run(HERE / "semantic_models.yml", "-o", target).exception, UsageError)
    odd = tmp_path / "odd.yml"
    odd.write_text("semantic_model: {name: a, model: ref('a'), colour: red}\n", encoding="utf-8")
    assert run(odd, "-o", tmp_path / "odd").return_value == 1
    assert run(odd, "-o", tmp_path / "even", "--fail-on", "error").return_value == 0
    assert isinstance(run(tmp_path / "nowhere", "-o", tmp_path / "x").exception, UsageError)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "schema.yml").write_text("version: 2\nmodels: [{name: a}]\n", encoding="utf-8")
    assert isinstance(run(empty, "-o", tmp_path / "y").exception, UsageError)


def test_what_is_no_yaml_is_told_and_the_rest_is_written(tmp_path):
    (tmp_path / "bad.yml").write_text("metrics:\n  - {name: a\n", encoding="utf-8")
    (tmp_path / "other.yml").write_text("anything: [\n", encoding="utf-8")
    shutil.copy(HERE / "semantic_models.yml", tmp_path / "good.yml")
    imported = import_dbt(tmp_path)
    errors = [it for it in imported.findings if it.severity == "error"]
    assert [(Path(it.span.file).name, it.code) for it in errors] == [("bad.yml", "S004")]
    assert "metrics.yml" in imported.files


def test_lines_count_through_all_documents_of_a_file(tmp_path):
    text = "metric: {name: a, type: x}\n---\n# two\nmetric: {name: b, type: x}\n--- \nmetric: {name: c, type: x}\n"
    (tmp_path / "m.yml").write_text(text, encoding="utf-8")
    lines = {it.span.line for it in import_dbt(tmp_path).findings}
    assert lines == {1, 4, 6}


def test_json_positions(tmp_path):
    manifest = json.loads((HERE / "semantic_manifest.json").read_text(encoding="utf-8"))
    manifest["metrics"][0]["type"] = "odd"
    text = json.dumps(manifest, indent=2)
    (tmp_path / "semantic_manifest.json").write_text(text, encoding="utf-8")
    (found,) = [it for it in import_dbt(tmp_path / "semantic_manifest.json").findings if it.code == "F101"]
    assert re.search(r'"type": "odd"', text.split("\n")[found.span.line - 1])
