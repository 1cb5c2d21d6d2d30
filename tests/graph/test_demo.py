"""The demo organisation against a table worked out by hand: movers, contributors, verdicts, routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.graph.ownership import prove
from engine.pipeline.journey import Journey
from engine.pipeline.opening import load_project
from tests.graph.command import accord

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("demo.yml").read_text("utf-8"))
LETTERS = {"m": "marketing", "s": "sales", "p": "product", "u": "support"}


@pytest.fixture(scope="module")
def demo() -> Journey:
    return load_project("specs/demo")


def test_every_metric_is_in_the_table(demo: Journey) -> None:
    assert {*TABLE["metrics"]} == {*demo.project.metrics}


@pytest.mark.parametrize("metric", TABLE["metrics"])
def test_movers_contributors_and_verdict(demo: Journey, metric: str) -> None:
    verdict, movers, contributors = TABLE["metrics"][metric]
    found = demo.ownership[metric]
    assert found.verdict == verdict
    assert found.movers == tuple(LETTERS[it] for it in movers)
    assert found.contributors == tuple(LETTERS[it] for it in contributors)


@pytest.mark.parametrize("metric", TABLE["routes"])
def test_routes(demo: Journey, metric: str) -> None:
    routes = prove(demo.graph, demo.ownership[metric]).routes
    found = [[" ".join(it.nodes[:-1]), it.strength, it.effect, it.lag_text] for it in routes]
    assert found == TABLE["routes"][metric]


@pytest.mark.parametrize(
    ("metric", "verdict", "first"),
    [
        ("retention_30d", "shared: Product, Support answer together", "product -> onboarding -raises-> retention_30d"),
        ("lead_conversion", "shared: Marketing, Sales answer together", "sales -> consultation -raises->"),
        ("cac", "shared: Marketing, Sales, Product, Support answer together", "marketing -> targeting -lowers-> cac"),
        ("ltv", "shared: Marketing, Sales, Product, Support answer together", "-> requested_releases -raises-> ltv"),
        ("registration_dropoff", "shared: Marketing, Product answer together", "product -> registration_form -raises"),
        ("response_time", "single: Support answers alone", "support -lowers-> response_time"),
    ],
)
def test_explain_says_who_answers_and_by_which_route(metric: str, verdict: str, first: str) -> None:
    told = accord("explain", "-p", "specs/demo", metric)
    assert verdict in told
    assert first in told
