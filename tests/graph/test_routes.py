"""Routes, one a department: worked by hand, and held against all simple paths."""

from __future__ import annotations

import networkx
from hypothesis import given
from hypothesis import strategies as st

from engine.graph.build import InfluenceGraph, Relation
from engine.graph.ownership import find_ownership
from engine.graph.routes import Route, Step, routes_to
from engine.model import Period
from tests.graph.organisations import organisation


def route_of(graph: InfluenceGraph, department: str, metric: str) -> Route:
    (found,) = [route for route in routes_to(graph, metric) if route.department == department]
    return found


def test_every_step_says_how_it_acts() -> None:
    graph = organisation(
        departments=["marketing"],
        levers={"campaign": ["marketing"]},
        metrics=["visits", "conversion", "cac"],
        formulas={"conversion": ["visits lowers"]},
        influences=[
            "campaign raises visits strong after 14 days",
            "conversion lowers cac weak after 1 month",
        ],
    )
    found = route_of(graph, "marketing", "cac")
    assert found == Route(
        metric="cac",
        standing="contributor",
        steps=(
            Step("marketing", "department", "membership", None, None, None, None),
            Step("campaign", "lever", "causal", "raises", "strong", Period(14, "day"), "medium"),
            Step("visits", "metric", "formula", "lowers", "strong", None, "high"),
            Step("conversion", "metric", "causal", "lowers", "weak", Period(1, "month"), "medium"),
        ),
        strength="weak",
        effect="raises",
        lag=(Period(1, "month"), Period(14, "day")),
    )
    assert found.nodes == ("marketing", "campaign", "visits", "conversion", "cac")


def test_movers_come_first_and_both_in_project_order() -> None:
    graph = organisation(
        departments=["marketing", "sales", "product", "support"],
        metrics=["leads", "csat", "ltv"],
        influences=[
            "support raises ltv",
            "sales raises ltv",
            "product raises csat",
            "csat raises ltv",
            "marketing raises leads",
            "leads raises ltv",
        ],
    )
    assert [(it.standing, it.department) for it in routes_to(graph, "ltv")] == [
        ("mover", "sales"),
        ("mover", "support"),
        ("contributor", "marketing"),
        ("contributor", "product"),
    ]


def test_the_strongest_weakest_part_wins_over_the_shorter_way() -> None:
    graph = organisation(
        departments=["product"],
        metrics=["wow", "habit", "clicks", "ltv"],
        influences=[
            "product raises clicks strong",
            "clicks raises ltv weak",
            "product raises wow strong",
            "wow raises habit medium",
            "habit raises ltv strong",
        ],
    )
    found = route_of(graph, "product", "ltv")
    assert found.nodes == ("product", "wow", "habit", "ltv")
    assert found.strength == "medium"


def test_among_equally_strong_the_shorter_then_the_first_by_alphabet() -> None:
    graph = organisation(
        departments=["product"],
        metrics=["b", "a", "c", "d", "ltv"],
        influences=[
            "product raises a",
            "a raises d",
            "d raises ltv",
            "product raises c",
            "c raises ltv",
            "product raises b",
            "b raises ltv",
        ],
    )
    assert route_of(graph, "product", "ltv").nodes == ("product", "b", "ltv")


def test_a_strong_detour_does_not_hide_what_makes_a_mover() -> None:
    graph = organisation(
        departments=["product"],
        metrics=["wow", "ltv"],
        influences=["product raises ltv weak", "product raises wow strong", "wow raises ltv strong"],
    )
    found = route_of(graph, "product", "ltv")
    assert (found.standing, found.nodes, found.strength) == ("mover", ("product", "ltv"), "weak")


def test_the_stronger_of_two_influences_between_the_same_two() -> None:
    graph = organisation(
        departments=["sales"],
        metrics=["deals"],
        influences=["sales raises deals weak", "sales lowers deals strong after 1 day"],
    )
    found = route_of(graph, "sales", "deals")
    assert (found.strength, found.effect, found.lag_days) == ("strong", "lowers", 1)


def test_effects_multiply_and_an_unclear_part_makes_all_unclear() -> None:
    graph = organisation(
        departments=["product"],
        metrics=["bugs", "churn", "loyalty", "share"],
        formulas={"share": ["loyalty unclear"]},
        influences=["product lowers bugs", "bugs raises churn", "churn lowers loyalty"],
    )
    assert route_of(graph, "product", "bugs").effect == "lowers"
    assert route_of(graph, "product", "churn").effect == "lowers"
    assert route_of(graph, "product", "loyalty").effect == "raises"
    assert route_of(graph, "product", "share").effect == "unclear"


def test_lags_are_summed_by_unit_and_a_month_is_no_number_of_days() -> None:
    graph = organisation(
        departments=["product"],
        metrics=["a", "b", "c", "d", "e", "f"],
        influences=[
            "product raises a",
            "a raises b after 30 days",
            "b raises c after 2 weeks",
            "c raises d after 5 days",
            "d raises e after 1 month",
            "e raises f after 2 months",
        ],
    )
    seen = {metric: route_of(graph, "product", metric) for metric in "abcdef"}
    assert (seen["a"].lag, seen["a"].lag_days, seen["a"].lag_text) == ((), None, "")
    assert (seen["b"].lag_days, seen["b"].lag_text) == (30, "30 days")
    assert (seen["c"].lag_days, seen["c"].lag_text) == (44, "2 weeks + 30 days")
    assert (seen["d"].lag_days, seen["d"].lag_text) == (49, "2 weeks + 35 days")
    assert (seen["e"].lag_days, seen["e"].lag_text) == (None, "1 month + 2 weeks + 35 days")
    assert seen["f"].lag == (Period(3, "month"), Period(2, "week"), Period(35, "day"))


def test_nobody_reaches_the_metric() -> None:
    graph = organisation(departments=["sales"], metrics=["a", "b"], influences=["sales raises a"])
    assert routes_to(graph, "b") == ()


def test_circles_and_self_influence_end() -> None:
    graph = organisation(
        departments=["sales"],
        metrics=["a", "b"],
        influences=["a raises a", "a raises b", "b raises a", "b raises b", "sales raises a"],
    )
    assert [route.nodes for route in routes_to(graph, "b")] == [("sales", "a", "b")]
    assert [route.nodes for route in routes_to(graph, "a")] == [("sales", "a")]


DEPARTMENTS = ["d0", "d1", "d2"]
NODES = [*DEPARTMENTS, "l0", "l1", "m0", "m1", "m2", "m3"]
METRICS = NODES[5:]
RANK = {"weak": 1, "medium": 2, "strong": 3}


@given(
    doing=st.lists(st.sets(st.sampled_from(DEPARTMENTS)), min_size=2, max_size=2),
    caused=st.lists(
        st.tuples(st.sampled_from(NODES), st.sampled_from(METRICS), st.sampled_from(["weak", "medium", "strong"])),
        max_size=14,
    ),
    made=st.dictionaries(st.sampled_from(METRICS), st.lists(st.sampled_from(METRICS), max_size=2), max_size=2),
)
def test_the_best_of_all_simple_paths(
    doing: list[set[str]], caused: list[tuple[str, str, str]], made: dict[str, list[str]]
) -> None:
    graph = organisation(
        departments=DEPARTMENTS,
        levers={"l0": sorted(doing[0]), "l1": sorted(doing[1])},
        metrics=METRICS,
        influences=[f"{source} raises {target} {strength}" for source, target, strength in caused],
        formulas={whole: [f"{part} raises" for part in parts] for whole, parts in made.items()},
    )
    ownership = find_ownership(graph)
    for metric in METRICS:
        found = {route.department: route for route in routes_to(graph, metric)}
        movers = {name for name, route in found.items() if route.standing == "mover"}
        assert movers == {*ownership[metric].movers}
        assert {*found} - movers == {*ownership[metric].contributors}
        for department, route in found.items():
            relations = [it for it in graph.relations() if route.standing == "contributor" or moves(it)]
            assert (route.strength, route.nodes) == best_path(relations, department, metric)


def moves(relation: Relation) -> bool:
    return relation.kind != "causal" or relation.source not in METRICS


def best_path(relations: list[Relation], department: str, metric: str) -> tuple[str, tuple[str, ...]]:
    everything: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for relation in relations:
        everything.add_edge(relation.source, relation.target, key=relation.strength or "strong")
    ranked = []
    for path in networkx.all_simple_edge_paths(everything, department, metric):
        targets, strengths = [it[1] for it in path], [it[2] for it in path]
        ranked.append((-min(map(RANK.__getitem__, strengths)), len(path), [department, *targets]))
    weakest, _, nodes = min(ranked)
    return {rank: strength for strength, rank in RANK.items()}[-weakest], tuple(nodes)
