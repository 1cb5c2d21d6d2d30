"""The page in headless Chromium: sizes, themes, keyboard, accessibility, and that nothing leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.graph.ownership import find_ownership
from engine.pipeline.opening import load_project
from engine.render.map_page import MOST, render_html
from tests.browser import Visits, browser  # noqa: F401  # a fixture
from tests.map.big import HOSTILE, big

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.heavy

SIZES = ((1280, 900), (390, 844))
KINDS = ("demo", "ru", "40", "500")

OVERLAPS = Path(__file__).with_name("overlaps.js").read_text("utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("maps")
    demo = load_project("specs/demo")
    graphs = {"demo": demo.graph, "ru": demo.graph, "40": big(40), "500": big(500)}
    found = {}
    for kind, graph in graphs.items():
        found[kind] = folder / f"{kind}.html"
        sql = {"ltv": "SELECT 1 AS ltv"} if kind == "demo" else {}
        language = "ru" if kind == "ru" else "en"
        found[kind].write_text(render_html(graph, find_ownership(graph), language, sql=sql), encoding="utf-8")
    return found


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Iterator[Visits]:  # noqa: F811
    """Opens a page; at the end it must have asked for nothing but itself and complained of nothing."""
    visits = Visits(browser, pages)
    yield visits
    visits.close()
    assert visits.asked == [pages[Path(url).stem].as_uri() for url in visits.asked]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["1280", "390"])
@pytest.mark.parametrize("kind", KINDS)
def test_readable_and_accessible(visit: Any, kind: str, size: tuple[int, int], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    shown = visit(kind, size, scheme)
    if size[0] < 760:
        assert not shown.locator("#stage").is_visible()
        shown.click("#picture")
    found = shown.evaluate(OVERLAPS)
    assert found["faults"] == []
    assert 20 < found["count"] <= MOST
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    for opened in (False, True):
        if opened:
            shown.locator("#stage .node:visible").last.click()
            assert shown.locator("#panel").is_visible()
            assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
        violations = Axe().run(shown).response["violations"]
        assert [(it["id"], it["nodes"][0]["html"]) for it in violations] == []


def test_search_click_and_filter(visit: Any) -> None:
    shown = visit("demo")
    shown.fill("#search", "retention")
    assert shown.locator(".node.hit").evaluate_all("all => all.map(it => it.dataset.name)") == ["retention_30d"]
    assert "1 found" in shown.inner_text("#status")
    shown.press("#search", "Enter")
    assert shown.inner_text("#panel-title") == "Customer retention at 30 days"
    assert "Guided first steps" in shown.inner_text("#panel-body")
    shown.click('#panel [data-go="ltv"]')
    assert "SELECT 1 AS ltv" in shown.inner_text("#panel-body")
    assert "type: cohort" in shown.inner_text("#panel-body")
    shown.keyboard.press("Escape")
    assert not shown.locator("#panel").is_visible()
    shown.fill("#search", "")
    shown.select_option("#filter", "support")
    lit = set(shown.locator(".node.on").evaluate_all("all => all.map(it => it.dataset.name)"))
    assert {"support", "csat", "response_time", "retention_30d", "clear_answers"} <= lit
    assert "new_leads" not in lit


def test_with_the_keyboard_alone(visit: Any) -> None:
    shown = visit("demo")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to the list"
    shown.locator('.node[data-name="marketing"]').focus()
    shown.keyboard.press("ArrowDown")
    assert shown.evaluate("document.activeElement.dataset.name") == "sales"
    shown.keyboard.press("ArrowRight")
    assert "lever" in shown.evaluate("document.activeElement.getAttribute('class')")
    shown.keyboard.press("Enter")
    assert shown.locator("#panel").is_visible()
    assert shown.evaluate("document.activeElement.id") == "panel-title"
    shown.keyboard.press("Escape")
    assert "lever" in shown.evaluate("document.activeElement.getAttribute('class')")


def test_a_large_map_shows_a_part_and_moves_on(visit: Any) -> None:
    shown = visit("500")
    before = shown.evaluate(OVERLAPS)["count"]
    assert before <= MOST
    assert f"{before} of 500 shown" in shown.inner_text("#status")
    shown.fill("#search", "m300")
    shown.press("#search", "Enter")
    assert shown.locator('.node[data-name="m300"]').is_visible()
    after = shown.evaluate(OVERLAPS)
    assert after["faults"] == []
    assert after["count"] <= MOST
    shown.select_option("#filter", "d3")
    filtered = shown.evaluate(OVERLAPS)
    assert filtered["faults"] == []
    assert 1 < filtered["count"] <= MOST
    shown.click("#back")
    assert shown.evaluate(OVERLAPS)["count"] == before


def test_what_a_spec_says_stays_text(visit: Any) -> None:
    shown = visit("40")
    shown.click('.node[data-name="m1"]')
    assert shown.inner_text("#panel-title") == HOSTILE
    assert shown.locator("img").count() == 0


def test_print_shows_the_picture_and_the_list(visit: Any) -> None:
    shown = visit("demo", SIZES[1])
    shown.emulate_media(media="print")
    assert shown.locator("#stage").is_visible()
    assert not shown.locator("#search").is_visible()
    assert shown.locator("#about-ltv").is_visible()
