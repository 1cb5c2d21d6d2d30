"""The dashboard and the report's page in headless Chromium: sizes, themes, languages, keyboard, print, no requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.pipeline.dashboard import dashboard
from engine.pipeline.definitions import statements
from engine.pipeline.opening import load_project
from engine.pipeline.page import page_of
from engine.render.dashboard_page import render_dashboard
from engine.render.report_html import render_html
from engine.render.report_weekly import render_weekly
from engine.render.report_words import Teller
from tests.browser import Visits, browser  # noqa: F401  # a fixture
from tests.dashboard.hostile import DEMO, HOSTILE, hostile

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.heavy

SIZES = ((1280, 900), (390, 844))
FOLDER = Path(__file__).parent
OVERLAPS = (FOLDER / "overlaps.js").read_text("utf-8")
ON_THE_MAP = (FOLDER.parent / "map" / "overlaps.js").read_text("utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    journey = load_project(DEMO)
    told, sql = dashboard(journey, reports=3)[0], statements(journey, "week")
    texts = {"hostile": page_of(load_project(hostile(folder / "demo")), 1, None)[0]}
    for language in ("en", "ru"):
        texts[language] = render_dashboard(told, journey.graph, journey.ownership, language, sql=sql)
        texts[f"report-{language}"] = render_html(render_weekly(told.now, Teller(journey.project, language)), language)
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Iterator[Visits]:  # noqa: F811
    """Opens a page; at the end it must have asked for nothing but itself and complained of nothing."""
    visits = Visits(browser, pages)
    yield visits
    visits.close()
    assert {url.partition("#")[0] for url in visits.asked} <= {path.as_uri() for path in pages.values()}


def faults_of(shown: Any) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(shown).response["violations"]
    return [(it["id"], node["html"][:200]) for it in violations for node in it["nodes"][:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["1280", "390"])
@pytest.mark.parametrize("kind", ["en", "ru", "report-en", "report-ru"])
def test_readable_and_accessible(visit: Any, kind: str, size: tuple[int, int], scheme: str) -> None:
    shown = visit(kind, size, scheme)
    assert shown.evaluate(OVERLAPS) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults_of(shown) == []
    if kind.startswith("report"):
        return
    if size[0] < 760:
        shown.click("#picture")
    assert shown.evaluate(ON_THE_MAP)["faults"] == []
    # With some of everything open that can be opened the page is still sound.
    few = "#question-came, #metric-lead_conversion, #metric-department_conflicts, .dept, #list, #report-2026-W45"
    opened = (
        f"document.querySelectorAll('{few}').forEach((it) => (it.open = true, it.querySelector('details').open = true))"
    )
    shown.evaluate(opened.replace("it.querySelector('details')", "(it.querySelector('details') || it)"))
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert shown.evaluate(OVERLAPS) == []
    assert faults_of(shown) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_my_role(visit: Any, script: bool) -> None:
    """The filter works by the style sheet alone; with script the map and the count follow."""
    shown = visit("en", script=script)
    shown.locator("#role-support").check()
    assert shown.locator("#metric-csat").is_visible()
    assert shown.locator("#metric-retention_30d").is_visible()
    assert not shown.locator("#metric-new_leads").is_visible()
    assert shown.locator(".dept:visible").count() == 1
    assert shown.locator(".question:visible").count() == 5
    if script:
        assert shown.input_value("#filter") == "support"
        assert "of 36 metrics shown" in shown.inner_text("#role-status")
        assert shown.url.endswith("#role=support")
    shown.locator("#role--all").check()
    assert shown.locator("#metric-new_leads").is_visible()


def test_a_role_in_the_address_is_kept(visit: Any, pages: dict[str, Path]) -> None:
    shown = visit("en")
    shown.evaluate("location.hash = '#role=sales'")
    shown.wait_for_function("document.getElementById('role-sales').checked")
    assert not shown.locator("#metric-csat").is_visible()


def test_with_the_keyboard_alone(visit: Any) -> None:
    shown = visit("en")
    shown.locator("#role--all").focus()
    shown.keyboard.press("ArrowRight")
    assert shown.locator("#role-marketing").is_checked()
    assert not shown.locator("#metric-csat").is_visible()
    summary = shown.locator("#metric-lead_conversion summary")
    summary.focus()
    shown.keyboard.press("Enter")
    assert "SELECT" in shown.inner_text("#metric-lead_conversion pre >> nth=1")
    assert "2026-W46" in shown.inner_text("#metric-lead_conversion table")


def test_the_map_shows_how_metrics_moved(visit: Any) -> None:
    shown = visit("en")
    assert "tone-good" in shown.locator('.node[data-name="lead_conversion"]').get_attribute("class")
    assert "tone-bad" in shown.locator('.node[data-name="loyal_share"]').get_attribute("class")
    assert "✓ +22 %" in shown.locator('.node[data-name="lead_conversion"]').text_content()
    shown.locator('.node[data-name="lead_conversion"]').click()
    assert shown.inner_text("#panel-title") == "Conversion to lead"
    shown.keyboard.press("Escape")
    assert not shown.locator("#panel").is_visible()


def test_reports_of_the_weeks_before_open(visit: Any) -> None:
    shown = visit("en")
    assert shown.locator("#report-2026-W46 .report").is_visible()
    earlier = shown.locator("#report-2026-W45")
    assert not earlier.locator(".report").is_visible()
    earlier.locator("summary").click()
    assert "Conversion to lead: 7.4 %" in earlier.inner_text()


def test_markup_stays_text(visit: Any) -> None:
    shown = visit("hostile")
    shown.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    plain = " ".join(HOSTILE.split())
    assert plain in " ".join(shown.inner_text("#question-came").split()) + shown.inner_text("h1")
    assert shown.locator("img").count() == 0
    assert shown.evaluate("document.documentElement.scrollWidth") <= SIZES[0][0]


@pytest.mark.parametrize("kind", ["en", "report-en"])
def test_print(visit: Any, kind: str, tmp_path: Path) -> None:
    shown = visit(kind)
    shown.emulate_media(media="print")
    if kind == "en":
        assert not shown.locator(".roles").is_visible()
        assert not shown.locator("#search").is_visible()
        assert shown.locator("#stage").is_visible()
        assert shown.locator("#metric-csat").is_visible()
    paper = shown.pdf(format="A4")
    assert paper.startswith(b"%PDF")
