"""`accord export codeowners`: who reviews which spec file, and whether the file in the repository still says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.main import run
from tests.diff.history import git

Told = Callable[..., tuple[int, str, str]]
ORGANIZATION = """
organization: {name: shop}
people: [{name: anna, departments: [marketing]}]
departments:
  - {name: marketing, title: Marketing, lead: anna, reviewers: ["@acme/marketing", lead@acme.example]}
  - {name: sales, title: Sales, reviewers: ["@acme/sales"]}
  - {name: product}
"""
FILES = {
    "accord.yml": "version: 1\nas_of: 2026-11-16\n",
    "organization.yml": ORGANIZATION,
    "metrics/leads and deals.yml": """
levers: [{name: ads, departments: [marketing]}]
metrics:
  - {name: leads, owners: marketing, expression: COUNT(visits.visit_id)}
""",
    "metrics/deals.yml": "metrics: [{name: deals, owners: [sales, product], expression: COUNT(visits.visit_id)}]\n",
    "metrics/quality.yml": "metrics: [{name: quality, owners: product}]\n",
    "metrics/parts.yml": "metrics: [{name: spend, role: component}]\n",
    "influences/marketing.yml": """
influences:
  - {from: ads, to: leads, effect: raises}
  - {from: ads, to: spend, effect: raises}
""",
    "data.yml": """
datasets:
  - {name: visits, source: visits, primary_key: [visit_id], time: at, fields: [visit_id, {name: at, datatype: Date}]}
""",
    "objectives.yml": "objectives: [{name: sell, departments: [sales]}]\n",
}
# By hand: `data.yml` is read by leads (marketing) and deals (sales, product); `parts.yml` is moved by marketing through
# `ads`; product has no account, so `quality.yml` is left to the line of the whole folder.
EXPECTED = """\
# accord: begin, written by `accord export codeowners --update`
/org/ @acme/marketing lead@acme.example @acme/sales
# Marketing (lead: anna)
/org/influences/marketing.yml @acme/marketing lead@acme.example
/org/metrics/leads\\ and\\ deals.yml @acme/marketing lead@acme.example
/org/metrics/parts.yml @acme/marketing lead@acme.example
# Sales
/org/metrics/deals.yml @acme/sales
/org/objectives.yml @acme/sales
# accord: end
"""


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    folder = tmp_path / "org"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(tmp_path, "init", "-q")
    return folder


@pytest.fixture
def export(specs: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run(["export", "codeowners", *arguments, "-p", str(specs)])
        out, err = capsys.readouterr()
        return code, out, err

    return ask


def test_lines(export: Told) -> None:
    code, out, err = export()
    assert code == 0
    assert out == EXPECTED  # the last line that matches counts, so the folder comes first
    assert "`product` has no `reviewers`" in err


def test_a_file_is_kept_current(specs: Path, export: Told) -> None:
    file = specs.parent / ".github" / "CODEOWNERS"
    file.parent.mkdir()
    file.write_text("* @acme/everybody\n")
    assert export("--check")[0] == 1
    assert export("--update") == (0, "", export()[2] + ".github/CODEOWNERS written\n")
    written = file.read_text()
    assert written.startswith("* @acme/everybody\n")
    assert export()[1] in written
    assert export("--check")[0] == 0
    file.write_text(written + "/docs/ @acme/writers\n")
    assert export("--check")[0] == 0
    path = specs / "organization.yml"
    path.write_text(path.read_text().replace("@acme/sales", "@acme/sellers"))
    code, out, err = export("--check")
    assert code == 1
    assert "-/org/objectives.yml @acme/sales" in out
    assert "+/org/objectives.yml @acme/sellers" in out
    assert "accord export codeowners --update" in err
    assert export("--update")[0] == 0
    assert file.read_text() == (written + "/docs/ @acme/writers\n").replace("@acme/sales", "@acme/sellers")


def test_what_is_in_the_way(specs: Path, export: Told) -> None:
    code, _, err = export("--check")
    assert code == 1
    assert "no CODEOWNERS" in err
    (specs.parent / "CODEOWNERS").write_text("# accord: begin\n/org/ @x\n")
    code, _, err = export("--update")
    assert code == 2
    assert "has no end" in err
    path = specs / "organization.yml"
    path.write_text(path.read_text().replace(", reviewers: [", ", answers_for: x, reviewers: ["))
    assert export()[0] == 0
    path.write_text(
        ORGANIZATION.replace(', reviewers: ["@acme/marketing", lead@acme.example]', "").replace(
            ', reviewers: ["@acme/sales"]', ""
        )
    )
    code, _, err = export()
    assert code == 2
    assert "no department has `reviewers`" in err


def test_specs_with_errors_export_nothing(specs: Path, export: Told) -> None:
    (specs / "metrics/deals.yml").write_text("metrics: [{name: deals, owner: sales}]\n")
    code, out, err = export()
    assert (code, out) == (2, "")
    assert "S101" in err
