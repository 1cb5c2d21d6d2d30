"""The map as SVG and HTML: what is drawn, where it stands, and that nothing gets out or in."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from engine.graph.ownership import find_ownership
from engine.pipeline.opening import load_project
from engine.render.graph_view import view
from engine.render.map_layout import arrange, crossings, place
from engine.render.map_page import MOST, opening, render_html
from engine.render.map_svg import draw_map, marks, render_svg
from engine.render.page import page
from tests.graph.organisations import organisation
from tests.map.big import HOSTILE, big

SVG = "{http://www.w3.org/2000/svg}"


def test_columns_by_the_longest_path() -> None:
    """wow stands left of retention, which it lowers; a circle stands in one column; the star stands last."""
    graph = organisation(
        departments=["sales", "product"],
        levers={"onboarding": ["product"]},
        metrics=["ltv", "retention", "wow", "a", "b", "after"],
        influences=[
            "onboarding lowers wow",
            "onboarding raises retention",
            "wow lowers retention",
            "retention raises ltv",
            "a raises b",
            "b raises a",
            "wow raises a",
            "sales raises wow",
            "ltv raises after",
        ],
        north_star="ltv",
    )
    columns = [set(column) for column in arrange(view(graph, find_ownership(graph), "en"))]
    assert columns == [
        {"sales", "product"},
        {"onboarding"},
        {"wow", "after"},
        {"retention", "a", "b"},
        {"ltv"},
    ]


@pytest.mark.parametrize("nodes", [40, 200])
def test_the_order_has_fewer_crossings_and_is_the_same_every_time(nodes: int) -> None:
    graph = big(nodes)
    drawn = view(graph, find_ownership(graph), "en")
    ties = [(it.source, it.target) for it in drawn.relations()]
    columns = arrange(drawn)
    as_written = [[name for name in drawn.names if name in column] for column in columns]
    assert crossings(columns, ties) < 0.5 * crossings(as_written, ties)
    assert arrange(drawn) == columns


def test_boxes_do_not_overlap() -> None:
    layout = place([["a", "b", "c"], ["d"]], {"a": 40, "b": 60, "c": 40, "d": 60})
    boxes = sorted((box.x, box.y, box.height) for box in layout.boxes.values())
    for (x, y, height), (next_x, next_y, _) in pairwise(boxes):
        assert next_x > x or next_y >= y + height


def test_svg_of_the_demo() -> None:
    journey = load_project("specs/demo")
    root = ET.fromstring(render_svg(journey.graph, journey.ownership))
    texts = {"".join(text.itertext()) for text in root.iter(f"{SVG}title")}
    assert "Conversion to lead: metric, shared by Marketing, Sales" in texts
    assert "LTV to CAC: north star, shared by Marketing, Sales, Product, Support" in texts
    ties = [path.get("class", "") for path in root.iter(f"{SVG}path") if path.get("data-from")]
    assert len(ties) == 136
    assert sum("causal lowers strong" in classes for classes in ties) > 3
    shared = [group for group in root.iter(f"{SVG}g") if "shared" in group.get("class", "").split()]
    owned = {name for name, it in journey.ownership.items() if it.verdict == "shared"}
    owned -= {name for name, it in journey.project.metrics.items() if it.role == "component"}
    assert {group.get("data-name") for group in shared if group.get("data-name")} == owned
    style = "".join(root.find(f"{SVG}style").itertext())  # type: ignore[union-attr]
    assert "var(" not in style  # other readers than browsers know no variables
    assert "prefers-color-scheme: dark" in style


def test_departments_have_marks_of_their_own() -> None:
    graph = organisation(departments=[f"sales{at}" for at in range(30)])
    letters = [mark.letters for mark in marks(view(graph, {}, "en")).values()]
    assert len({*letters}) == 30


def test_a_page_takes_the_map_in_coloured_by_what_moved() -> None:
    graph = organisation(departments=["sales"], metrics={"deals": ["sales"]}, influences=["sales raises deals"])
    drawn = view(graph, find_ownership(graph), "en")
    svg = draw_map(drawn, tones={"deals": "good"}, notes={"deals": "+22 %"})
    assert 'class="node metric tone-good"' in svg
    assert "+22 %</text>" in svg
    ET.fromstring(svg)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_a_spec_says_is_text_in_the_page() -> None:
    graph = big(40)
    html = render_html(graph, find_ownership(graph), sql={"m2": HOSTILE})
    tags = _Tags()
    tags.feed(html)
    names = [tag for tag, _ in tags.found]
    assert names.count("script") == 1
    assert "img" not in names
    assert "b" not in names
    assert HOSTILE in tags.text
    for tag, attributes in tags.found:
        assert not [key for key in attributes if key.startswith("on") or key == "style"], tag
        assert not (attributes.get("href") or "#").lstrip("#").startswith(("http", "javascript"))
        assert "src" not in attributes


def test_the_policy_admits_what_the_page_has_and_nothing_else() -> None:
    html = page("t", "en", "<p>x</p>", ["p { color: red; }"], ["void 0;"])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]  # type: ignore[index]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for text in (*re.findall(r"<style>(.*?)</style>", html, re.S), *re.findall(r"<script>(.*?)</script>", html, re.S)):
        assert b64encode(sha256(text.encode()).digest()).decode() in policy


def test_a_large_map_opens_on_what_is_around_the_north_star() -> None:
    graph = big(500)
    drawn = view(graph, find_ownership(graph), "en")
    first = opening(drawn)
    assert "m0" in first
    assert 10 < len(first) <= MOST
    html = render_html(graph, find_ownership(graph))
    assert len(re.findall(r'<g class="node[^>]*transform=', html)) == len(first)
    small = view(big(40), find_ownership(big(40)), "en")
    assert opening(small) == small.shown


def test_the_opening_holds_no_more_than_it_can_where_one_step_is_too_much() -> None:
    metrics = ["star", *(f"m{at}" for at in range(200))]
    graph = organisation(metrics=metrics, influences=[f"{name} raises star" for name in metrics[1:]], north_star="star")
    first = opening(view(graph, find_ownership(graph), "en"))
    assert len(first) == MOST
    assert "star" in first


def test_no_nodes_at_all() -> None:
    graph = organisation()
    assert "</html>" in render_html(graph, {})
    ET.fromstring(render_svg(graph, {}))
