"""The page as a file: what is on it, that markup of specs and data stays text, and what the command exits with."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from engine.main import run
from engine.pipeline.dashboard import dashboard
from engine.pipeline.definitions import statements
from engine.pipeline.journey import Journey
from engine.pipeline.opening import load_project
from engine.pipeline.page import page_of
from engine.render.dashboard_page import render_dashboard
from engine.report.dashboard import Dashboard
from tests.dashboard.hostile import DEMO, HOSTILE, hostile

REPO = Path(__file__).resolve().parents[2]


class Read(HTMLParser):
    """What a page is made of, as a browser's parser sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.events: list[str] = []
        self.words: list[str] = []
        self._raw = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self._raw = tag in ("script", "style", "pre")
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action", "data"):
                self.links.append(value or "")
            if name.startswith("on") or name == "style":
                self.events.append(name)

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        if not self._raw:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\xa0", " ").split())


def accord(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPO / "cli.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


@cache
def measured() -> tuple[Journey, Dashboard]:
    journey = load_project(DEMO)
    return journey, dashboard(journey, reports=2)[0]


@cache
def demo(language: str) -> str:
    journey, told = measured()
    return render_dashboard(told, journey.graph, journey.ownership, language, sql=statements(journey, "week"))


def page(folder: Path) -> str:
    return page_of(load_project(folder), 1, None)[0]


def card(text: str, metric: str) -> str:
    text = text[text.index(f'id="metric-{metric}"') :]
    return text[: text.index("</article>")]


def test_what_a_reader_in_a_hurry_finds() -> None:
    text = Read(demo("en")).text
    order = ["No alarm rings", "North star", "How many came?", "How many became paying?", "How long do they stay?"]
    order += ["What made them leave?", "grade 0.3 of 1", "All of us", "Influence map", "Result report 2026-W45"]
    places = [text.find(words, text.find("No alarm rings")) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    for figure in ("1,200", "47.1 % 2026-W41, 8 of 17", "+30 % on 923 ( 2026-W45 )", "29.0 % 9 of 31"):
        assert figure in text
    assert "No group has fewer than 5 cases." in text
    assert "not defined yet" in card(demo("en"), "department_conflicts")


def test_in_russian() -> None:
    text = Read(demo("ru")).text
    for words in ("Ключевой бизнес-результат", "Сколько пришло?", "1 200", "47,1 %", "4,3 дн.", "Карта влияния"):
        assert words in text
    assert not re.search(r"\d (?:days|hours|minutes|pp)\b", text)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_link_leads_somewhere_on_the_page(language: str) -> None:
    read = Read(demo(language))
    assert len(read.ids) == len(set(read.ids))
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    assert all(link.startswith("#") for link in read.links)
    assert read.events == []


def test_every_metric_has_its_definition_and_sql() -> None:
    for name in ("lead_conversion", "retention_30d", "csat", "ltv_cac"):
        found = card(demo("en"), name)
        assert "SELECT" in found
        assert 'class="spark"' in found
        assert "<td>2026-W33</td>" in found


def test_markup_in_specs_and_data_stays_text(tmp_path: Path) -> None:
    read, clean = Read(page(hostile(tmp_path / "demo"))), Read(demo("en"))
    assert read.tags.keys() <= clean.tags.keys()
    assert [read.tags[tag] for tag in ("script", "style")] == [clean.tags[tag] for tag in ("script", "style")]
    assert read.events == []
    plain = " ".join(HOSTILE.split())
    assert read.text.count(plain) > 200
    assert "billing" + plain in read.text


def test_an_alarm_that_rings_stands_on_top(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "demo")
    specs = tmp_path / "demo" / "changes.yml"
    text = specs.read_text(encoding="utf-8").replace("when: ltv < cac", "when: ltv < cac * 10")
    specs.write_text(text, encoding="utf-8")
    read = Read(page(tmp_path / "demo"))
    assert read.text.index("ALARM: A customer costs more than they bring") < read.text.index("How many times over")


def test_late_data_stands_on_top(tmp_path: Path) -> None:
    """Its rows end three weeks before: no alarm can be quiet about that."""
    shutil.copytree(DEMO, tmp_path / "demo")
    assert "No alarm rings" in Read(page(tmp_path / "demo")).text
    file = tmp_path / "demo" / "data" / "leads.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE kept AS FROM '{file.as_posix()}' WHERE created_at < TIMESTAMP '2026-10-26'")
        database.execute(f"COPY kept TO '{file.as_posix()}' (FORMAT parquet)")
    text = Read(page(tmp_path / "demo")).text
    assert text.index("ALARM: Data late. Leads") < text.index("How many times over")
    assert "No alarm rings" not in text


def test_an_alarm_that_cannot_be_read_is_told_at_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(DEMO, tmp_path / "demo")
    specs = tmp_path / "demo" / "changes.yml"
    specs.write_text(specs.read_text(encoding="utf-8").replace("when: ltv < cac", "when: ltvv < cac"), encoding="utf-8")
    target = tmp_path / "page.html"
    assert run(["dashboard", "-p", str(tmp_path / "demo"), "--reports", "1", "-o", str(target)]) == 1
    told = capsys.readouterr().err
    assert "changes.yml:105:" in told
    assert "`ltvv` is not a metric" in told


def test_what_has_no_value_says_why_and_the_exit_code_tells(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "demo")
    (tmp_path / "demo" / "data" / "surveys.parquet").write_bytes(b"")
    done = accord("dashboard", "-p", str(tmp_path / "demo"), "--reports", "1", "-o", str(tmp_path / "page.html"))
    assert done.returncode == 4
    assert "csat has no value" in done.stderr
    found = Read(card((tmp_path / "page.html").read_text(encoding="utf-8"), "csat").partition("<details")[0]).text
    assert "surveys" in found
    assert not re.search(r"\b0(?:\.0)? %", found)


def test_segments_of_goals_that_are_too_small_are_hidden(tmp_path: Path) -> None:
    """Content's repeat purchases rest on fewer than a thousand orders; everybody's own figures stay."""
    shutil.copytree(DEMO, tmp_path / "demo")
    config = tmp_path / "demo" / "accord.yml"
    config.write_text(config.read_text(encoding="utf-8") + "smallest_group: 1000\n", encoding="utf-8")
    text = Read(page(tmp_path / "demo")).text
    assert "76.8 %" not in text
    assert "too few cases to be shown to everybody" in text
    assert "55.7 %" in text


def test_without_a_report_there_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "accord.yml").write_text("version: 1\n", encoding="utf-8")
    done = accord("dashboard", "-p", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "report: {grain: week" in done.stderr
