"""Weak places against cases worked by hand, and by the command line on the demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.graph.ownership import find_ownership
from engine.graph.weak import find_weak
from tests.graph.command import accord
from tests.graph.organisations import organisation

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("weak.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_by_hand(case: dict[str, Any]) -> None:
    graph = organisation(**{key: value for key, value in case.items() if key not in ("name", "expected")})
    found = find_weak(graph, find_ownership(graph))
    slowest = found.slowest
    told = {
        "hanging": {name: list(metrics) for name, metrics in found.hanging.items()},
        "without_effect": list(found.without_effect),
        "contradictions": [[" ".join(it.raising), " ".join(it.lowering)] for it in found.contradictions],
        "circles": [[" ".join(it.shortest), " ".join(it.members)] for it in found.circles],
        "slowest": [" ".join(slowest.nodes), " + ".join(map(str, slowest.lag))] if slowest else [],
        "pairs": [[" ".join(it.departments), " ".join(it.metrics)] for it in found.pairs],
    }
    assert {key: value for key, value in told.items() if value} == case["expected"]


def test_the_demo() -> None:
    """Readers of articles are visitors who do not all become leads: more of both is what the map says."""
    told = accord("graph", "-p", "specs/demo", "--weak")
    assert "raises by useful_content -> time_on_site -> lead_conversion" in told
    assert "lowers by useful_content -> new_visitors -> lead_conversion" in told
    assert "ltv -> ltv_cac: 4 months + 60 days" in told
    assert "Hangs on one department" in told
    assert told.count("  none\n") == 3  # nobody without effect, no circles, every pair has a manager
    assert "Противоречивые пути" in accord("graph", "-p", "specs/demo", "--weak", "--lang", "ru")


def test_the_same_as_data() -> None:
    found = json.loads(accord("graph", "-p", "specs/antipatterns", "--weak", "--format", "json"))
    assert found["without_effect"] == ["legal"]
    assert found["circles"] == [
        {
            "shortest": ["referred_customers", "satisfied_share"],
            "members": ["referred_customers", "satisfied_share"],
        }
    ]
    counts = [len(pair["metrics"]) for pair in found["pairs_without_interface"]]
    assert counts == sorted(counts, reverse=True)
