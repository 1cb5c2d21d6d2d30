"""Paths to the north star, circles of influences, and what lies around a node."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.analysis import cycles, neighbourhood, reaches_north_star
from tests.graph.organisations import organisation


def test_what_reaches_the_north_star() -> None:
    graph = organisation(
        departments=["product", "support", "finance"],
        levers={"onboarding": ["product"], "party": ["finance"]},
        metrics=["visits", "retention", "ltv", "posts", "share"],
        formulas={"ltv": ["retention raises"], "share": ["ltv raises"]},
        influences=[
            "onboarding raises retention",
            "support raises ltv",
            "party raises posts",
            "ltv raises posts",
        ],
        north_star="ltv",
    )
    assert reaches_north_star(graph) == {"product", "onboarding", "retention", "support", "ltv"}


def test_several_north_stars_count_and_none_is_reached_by_nothing() -> None:
    starred, starless = (
        organisation(
            departments=["a", "b"],
            metrics=["x", "y"],
            influences=["a raises x", "b raises y"],
            north_star=stars,
        )
        for stars in (["x", "y"], [])
    )
    assert reaches_north_star(starred) == {"a", "b", "x", "y"}
    assert reaches_north_star(starless) == frozenset()


@pytest.mark.parametrize(
    ("influences", "formulas", "expected"),
    [
        pytest.param(["a raises b", "b raises c"], {}, (), id="no circle"),
        pytest.param(["b raises a", "a raises b"], {}, (("a", "b"),), id="two metrics"),
        pytest.param(["c raises a", "b raises c", "a raises b"], {}, (("a", "b", "c"),), id="in the order of causes"),
        pytest.param(["a raises c", "c raises b", "b raises a"], {}, (("a", "c", "b"),), id="against project order"),
        pytest.param(["a raises a"], {}, (("a",),), id="a metric that influences itself"),
        pytest.param(["a raises b"], {"a": ["b raises"]}, (("a", "b"),), id="closed by a formula"),
        pytest.param([], {"a": ["b raises"], "b": ["a raises"]}, (), id="formulas alone are not influences"),
        pytest.param(
            ["c raises d", "d raises c", "b raises a", "a raises b"],
            {},
            (("a", "b"), ("c", "d")),
            id="two groups",
        ),
        pytest.param(
            ["a raises b", "b raises c", "c raises d", "d raises a", "b raises a"],
            {},
            (("a", "b"),),
            id="the shortest of a group",
        ),
        pytest.param(["sales raises a", "a raises b"], {}, (), id="departments are in no circle"),
    ],
)
def test_circles(influences: list[str], formulas: dict[str, list[str]], expected: tuple[tuple[str, ...], ...]) -> None:
    graph = organisation(departments=["sales"], metrics=["a", "b", "c", "d"], influences=influences, formulas=formulas)
    assert cycles(graph) == expected


METRICS = [f"m{at}" for at in range(8)]


@given(st.lists(st.tuples(st.sampled_from(METRICS), st.sampled_from(METRICS)), max_size=20))
def test_every_group_has_its_circle_and_every_circle_is_walked(arrows: list[tuple[str, str]]) -> None:
    graph = organisation(metrics=METRICS, influences=[f"{source} raises {target}" for source, target in arrows])
    checked: networkx.DiGraph[str] = networkx.DiGraph(arrows)
    groups = [
        group
        for group in networkx.strongly_connected_components(checked)
        if len(group) > 1 or any((name, name) in arrows for name in group)
    ]

    found = cycles(graph)

    assert len(found) == len(groups)
    assert sorted(next(at for at, group in enumerate(groups) if {*circle} <= group) for circle in found) == list(
        range(len(groups))
    )
    for circle in found:
        assert len({*circle}) == len(circle)
        assert circle[0] == min(circle)
        assert all(step in arrows for step in zip(circle, (*circle[1:], circle[0]), strict=True))


def test_a_neighbourhood_is_causes_and_effects_and_not_what_else_acts_on_them() -> None:
    graph = organisation(
        departments=["product", "sales"],
        levers={"onboarding": ["product"]},
        metrics=["wow", "retention", "ltv", "deals"],
        influences=[
            "onboarding lowers wow",
            "wow lowers retention",
            "retention raises ltv",
            "deals raises ltv",
        ],
    )
    assert neighbourhood(graph, "wow", 0) == {"wow"}
    assert neighbourhood(graph, "wow", 1) == {"wow", "onboarding", "retention"}
    assert neighbourhood(graph, "wow", 2) == {"wow", "onboarding", "product", "retention", "ltv"}
    assert neighbourhood(graph, "wow") == neighbourhood(graph, "wow", 2)
    assert neighbourhood(graph, "sales") == {"sales"}
