"""Each source pack runs on its sample from end to end, and gives the values that were worked out by hand."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.main import run
from engine.measure.run import Request
from engine.pipeline.journey import Journey
from engine.pipeline.live import live
from engine.pipeline.opening import open_project
from engine.resources import resource

HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((HERE / "expected.yml").read_text(encoding="utf-8"))
AS_OF, NOW = datetime(2026, 2, 10), datetime(2026, 2, 10, tzinfo=UTC)
SOURCES = sorted(EXPECTED)


def worked_out(text: Any) -> float:
    """`(4+2)/8*100` of the expectations."""
    digits = re.sub(r"\d+(\.\d+)?", lambda found: f"Fraction('{found[0]}')", str(text))
    assert re.fullmatch(r"[\d.+*/()' -]*", digits.replace("Fraction", "")), text
    return float(eval(digits, {"Fraction": Fraction}))


def added(folder: Path, *names: str) -> Journey:
    assert run(["init", str(folder), "-q", *(part for name in names for part in ("--source", name))]) == 0
    return open_project(folder, AS_OF, NOW)


def test_all_are_here() -> None:
    assert sorted(path.name for path in resource("sources").iterdir()) == SOURCES


@pytest.mark.parametrize("source", SOURCES)
def test_a_source(source: str, tmp_path: Path) -> None:
    journey = added(tmp_path, source)
    assert [found.message for found in live(journey, None).findings] == []
    expected = EXPECTED[source]
    totals = {value.metric: value.value for value in journey.run(Request(AS_OF), None).values}
    assert totals == {name: pytest.approx(worked_out(value)) for name, value in expected["totals"].items()}
    if "by" in expected:
        asked = expected["by"]
        request = Request(AS_OF, (asked["metric"],), "all", (asked["path"],))
        found = {value.dimensions[0][1]: value.value for value in journey.run(request, None).values}
        assert found == {key: pytest.approx(worked_out(value)) for key, value in asked["values"].items()}
    if "weeks" in expected:
        values = journey.run(Request(AS_OF, (expected["weeks"]["metric"],), "week"), None).values
        assert [value.value for value in values][:2] == [
            pytest.approx(worked_out(value)) for value in expected["weeks"]["values"]
        ]


def test_all_of_them_together(tmp_path: Path) -> None:
    """Into one project, one after the other; what two of them share is written once."""
    added(tmp_path, "ga4", "hubspot")
    journey = added(tmp_path, "typeform", "amplitude", "ga4")
    assert [found.message for found in journey.structure()] == []
    expected = {
        name: value for source, it in EXPECTED.items() if source != "hotjar" for name, value in it["totals"].items()
    }
    totals = {value.metric: value.value for value in journey.run(Request(AS_OF), None).values}
    assert totals == {name: pytest.approx(worked_out(value)) for name, value in expected.items()}


def test_two_sources_of_one_dataset_are_told(tmp_path: Path) -> None:
    """Surveys of Typeform and of Hotjar: nothing says that they may be added up."""
    journey = added(tmp_path, "typeform", "hotjar")
    told = [found.message for found in journey.structure() if found.code == "S201"]
    assert "the name `surveys` is given twice" in told


def test_what_was_changed_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    added(tmp_path, "typeform")
    (tmp_path / "typeform.yml").write_text("datasets: []\n")
    assert run(["init", str(tmp_path), "--source", "typeform"]) == 2
    assert "typeform.yml exists" in capsys.readouterr().err
    assert (tmp_path / "typeform.yml").read_text() == "datasets: []\n"


def test_the_samples_are_what_the_script_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(resource("sources").parent)
    import generate_sources

    generate_sources.write(tmp_path)
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.json")}
    assert written == {path.relative_to(resource("sources")) for path in resource("sources").rglob("*.json")}
    for name in written:
        assert (tmp_path / name).read_bytes() == (resource("sources") / name).read_bytes(), name
    sys.modules.pop("generate_sources")


@pytest.mark.parametrize("source", SOURCES)
def test_every_column_cites_its_makers_documentation(source: str) -> None:
    text = (resource("sources") / source / f"{source}.yml").read_text(encoding="utf-8")
    known = set(re.findall(r"^#   (\[\d\]) https://\S+$", text, re.MULTILINE))
    assert known
    blocks = re.findall(r"^      columns:\n((?: {8}.*\n)+)", text, re.MULTILINE)
    columns = [line for block in blocks for line in block.splitlines() if not line.lstrip().startswith("#")]
    assert columns
    assert [line for line in columns if not set(re.findall(r"# .*?(\[\d\])", line)) & known] == []


def test_a_source_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "it"), "--source", "hubsport"]) == 2
    assert "did you mean `hubspot`?" in capsys.readouterr().err
