"""Movers, contributors and verdicts: cases worked by hand, and random organisations against networkx."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import networkx
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from engine.graph.build import InfluenceGraph
from engine.graph.ownership import find_ownership, prove
from tests.graph.organisations import organisation

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("ownership.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_by_hand(case: dict[str, Any]) -> None:
    written = {key: value for key, value in case.items() if key not in ("name", "expected")}
    found = find_ownership(organisation(**written))
    assert list(found) == list(written["metrics"])
    for metric, expected in case["expected"].items():
        values = {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(found[metric]).items()
        }
        assert values == {"metric": metric, "routes": [], **expected}


def test_nothing_at_all() -> None:
    assert dict(find_ownership(organisation())) == {}
    assert find_ownership(organisation(metrics=["leads"]))["leads"].movers == ()


def test_a_name_given_twice_is_the_metric() -> None:
    graph = organisation(
        departments=["sales", "support"],
        levers={"deals": ["sales"]},
        metrics={"support": ["sales"], "deals": ["sales"]},
        influences=["sales raises support", "deals raises support"],
    )
    found = find_ownership(graph)
    assert graph.kinds == {"sales": "department", "support": "metric", "deals": "metric"}
    assert found["support"].movers == ("sales",)


def test_a_verdict_carries_its_routes_when_asked() -> None:
    graph = organisation(
        departments=["sales", "support"],
        metrics={"csat": ["support"], "deals": ["sales"]},
        influences=["sales raises deals", "support raises csat", "csat raises deals"],
    )
    found = find_ownership(graph)["deals"]
    assert found.routes == ()
    assert [route.nodes for route in prove(graph, found).routes] == [
        ("sales", "deals"),
        ("support", "csat", "deals"),
    ]


def test_more_departments_than_a_machine_word_has_bits() -> None:
    departments = [f"d{at}" for at in range(150)]
    graph = organisation(
        departments=departments,
        metrics={"a": [], "b": ["d149"]},
        influences=[*(f"{name} raises a" for name in departments[::7]), "a raises b", "d149 raises b"],
    )
    found = find_ownership(graph)
    assert found["a"].movers == tuple(departments[::7])
    assert found["b"].movers == ("d149",)
    assert found["b"].contributors == tuple(departments[::7])


def test_a_long_chain_needs_no_recursion() -> None:
    metrics = [f"m{at}" for at in range(5000)]
    graph = organisation(
        departments=["sales"],
        metrics=metrics,
        influences=["sales raises m0", *(f"m{at} raises m{at + 1}" for at in range(4999)), "m4999 raises m0"],
    )
    found = find_ownership(graph)
    assert found["m0"].movers == ("sales",)
    assert found["m0"].contributors == ()
    assert found["m4999"].contributors == ("sales",)


DEPARTMENTS = [f"d{at}" for at in range(4)]
LEVERS = [f"l{at}" for at in range(3)]
METRICS = [f"m{at}" for at in range(8)]
causes = st.tuples(st.sampled_from(DEPARTMENTS + LEVERS + METRICS), st.sampled_from(METRICS))
parts = st.tuples(st.sampled_from(METRICS), st.sampled_from(METRICS))


@given(
    doing=st.lists(st.sets(st.sampled_from(DEPARTMENTS)), min_size=len(LEVERS), max_size=len(LEVERS)),
    caused=st.lists(causes, max_size=25),
    made=st.lists(parts, max_size=8),
)
@example(doing=[set()] * 3, caused=[("d0", "m0"), ("m1", "m0")], made=[("m0", "m1")])
def test_as_networkx_finds_node_by_node(
    doing: list[set[str]], caused: list[tuple[str, str]], made: list[tuple[str, str]]
) -> None:
    levers = {lever: sorted(its) for lever, its in zip(LEVERS, doing, strict=True)}
    memberships = [(department, lever) for lever, its in levers.items() for department in its]
    moving: networkx.DiGraph[str] = networkx.DiGraph(
        [*memberships, *made, *(it for it in caused if it[0] not in METRICS)]
    )
    everything: networkx.DiGraph[str] = networkx.DiGraph([*memberships, *made, *caused])
    for checked in (moving, everything):
        checked.add_nodes_from(METRICS)

    found = find_ownership(_organised(levers, caused, made))

    for metric in METRICS:
        movers = networkx.ancestors(moving, metric) & {*DEPARTMENTS}
        reaching = networkx.ancestors(everything, metric) & {*DEPARTMENTS}
        assert found[metric].movers == tuple(sorted(movers))
        assert found[metric].contributors == tuple(sorted(reaching - movers))
        assert found[metric].verdict == "shared"


def _organised(
    levers: dict[str, list[str]], caused: list[tuple[str, str]], made: list[tuple[str, str]]
) -> InfluenceGraph:
    formulas: dict[str, list[str]] = {}
    for part, whole in made:
        formulas.setdefault(whole, []).append(f"{part} raises")
    return organisation(
        departments=DEPARTMENTS,
        levers=levers,
        metrics=METRICS,
        influences=[f"{source} raises {target}" for source, target in caused],
        formulas=formulas,
    )
