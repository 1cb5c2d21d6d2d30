"""What the graph holds: nodes in project order with their kind, and every relation with how it acts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.build import Relation
from engine.graph.components import components
from engine.model import Period
from tests.graph.organisations import influence, organisation

ROOT = Path(__file__).parents[2]

GRAPH = organisation(
    departments=["marketing", "sales"],
    levers={"campaign": ["marketing"]},
    metrics=["leads", "visits", "conversion"],
    formulas={"conversion": ["leads raises", "visits lowers"]},
    influences=["campaign raises leads strong after 2 weeks", "sales lowers conversion weak"],
    north_star="conversion",
)


def test_nodes_stand_in_project_order_with_their_kind() -> None:
    assert {name: GRAPH.network.nodes[name]["kind"] for name in GRAPH.network} == GRAPH.kinds
    assert list(GRAPH.network) == list(GRAPH.kinds)
    assert GRAPH.named("department") == ("marketing", "sales")
    assert GRAPH.named("lever") == ("campaign",)
    assert GRAPH.named("metric") == ("leads", "visits", "conversion")
    assert GRAPH.north_stars == ("conversion",)


def test_every_relation_says_how_it_acts() -> None:
    campaign = influence("campaign raises leads strong after 2 weeks")
    sales = influence("sales lowers conversion weak")
    assert set(GRAPH.relations()) == {
        Relation("marketing", "campaign", "membership"),
        Relation("campaign", "leads", "causal", "raises", "strong", Period(2, "week"), "medium", campaign),
        Relation("sales", "conversion", "causal", "lowers", "weak", None, "medium", sales),
        Relation("leads", "conversion", "formula", "raises", "strong", None, "high"),
        Relation("visits", "conversion", "formula", "lowers", "strong", None, "high"),
    }


def test_relations_of_a_node() -> None:
    assert [it.source for it in GRAPH.into("conversion")] == ["sales", "leads", "visits"]
    assert [it.target for it in GRAPH.out_of("marketing")] == ["campaign"]
    assert GRAPH.out_of("conversion") == ()


def test_influences_between_the_same_two_are_all_kept() -> None:
    graph = organisation(
        departments=["sales"],
        metrics=["deals"],
        influences=["sales raises deals weak", "sales lowers deals strong"],
    )
    assert [(it.effect, it.strength) for it in graph.into("deals")] == [
        ("raises", "weak"),
        ("lowers", "strong"),
    ]


@pytest.mark.parametrize("module", ["build", "ownership", "routes", "analysis"])
def test_networkx_is_loaded_only_to_build(module: str) -> None:
    code = f"import sys, engine.graph.{module}; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40))
def test_components_are_networkx_ones_and_causes_come_first(arrows: list[tuple[int, int]]) -> None:
    before: list[list[int]] = [[] for _ in range(12)]
    for source, target in arrows:
        before[target].append(source)
    checked: networkx.DiGraph[int] = networkx.DiGraph(arrows)
    checked.add_nodes_from(range(12))

    found = components(before)

    assert {frozenset(it) for it in found} == {frozenset(it) for it in networkx.strongly_connected_components(checked)}
    position = {node: at for at, component in enumerate(found) for node in component}
    assert all(position[source] <= position[target] for source, target in arrows)
