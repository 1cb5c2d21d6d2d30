"""The drawings of an influence map: trees word for word, Mermaid and DOT by structure, JSON by value."""

from __future__ import annotations

import html
import json
import re
from textwrap import dedent
from typing import Any

import pytest
from rich.text import Text

from engine.errors import UsageError
from engine.graph.build import InfluenceGraph
from engine.graph.ownership import find_ownership
from engine.render.graph_dot import render_dot
from engine.render.graph_json import render_json
from engine.render.graph_mermaid import render_mermaid
from engine.render.graph_tree import render_tree
from tests.graph.organisations import organisation

SHOP = organisation(
    departments=["marketing", "product", "support", "finance"],
    levers={"onboarding": ["product"], "care": ["support", "product"], "party": []},
    metrics={
        "ltv": ["marketing", "product", "support"],
        "retention": ["product", "support"],
        "wow": ["product"],
        "cac": ["marketing"],
        "spend": [],
        "signups": [],
        "posts": [],
    },
    formulas={"cac": ["spend raises", "signups lowers"]},
    influences=[
        "onboarding lowers wow strong",
        "wow lowers retention strong after 30 days",
        "care raises retention after 2 months",
        "onboarding raises retention weak",
        "retention raises ltv strong",
        "cac lowers ltv",
        "marketing raises signups",
        "marketing raises posts",
        "posts raises posts",
    ],
    components=["spend", "signups"],
    north_star="ltv",
    titles={
        "marketing": {"en": "Marketing", "ru": "Маркетинг"},
        "product": {"en": "Product", "ru": "Продукт"},
        "ltv": {"en": "Lifetime value", "ru": "LTV"},
        "wow": {"en": 'Time to the first "wow"', "ru": "Время до первого «вау»"},
    },
)


def draw(render: Any, graph: InfluenceGraph, *args: Any, **options: Any) -> str:
    text: str = render(graph, find_ownership(graph), *args, **options)
    return text


def test_tree_of_everything() -> None:
    assert draw(render_tree, SHOP) == dedent("""\
        Lifetime value (ltv): north star; shared by Marketing, Product, support
        ├── retention: raises, strong; shared by Product, support
        │   ├── Time to the first "wow" (wow): lowers, strong, after 30 days; Product alone
        │   │   └── onboarding: lever of Product; lowers, strong
        │   ├── care: lever of Product, support; raises, medium, after 2 months
        │   └── onboarding: lever of Product; raises, weak
        └── cac: lowers, medium; Marketing alone
            └── signups: by formula, lowers
                └── Marketing: raises, medium

        Without a path to the north star:
        party: lever
        finance
        posts: no owner declared, moved by Marketing
        ├── posts: raises, medium; see above
        └── Marketing: raises, medium
        """)


def test_tree_around_a_metric() -> None:
    assert draw(render_tree, SHOP, centre="retention", depth=1) == dedent("""\
        retention: shared by Product, support
        ├── Time to the first "wow" (wow): lowers, strong, after 30 days; Product alone
        │   └── onboarding: lever of Product; lowers, strong
        ├── care: lever of Product, support; raises, medium, after 2 months
        └── onboarding: lever of Product; raises, weak

        Acts on:
        └── Lifetime value (ltv): north star; raises, strong; shared by Marketing, Product, support
        """)


def test_tree_around_a_department_in_russian() -> None:
    assert draw(render_tree, SHOP, "ru", centre="product") == dedent("""\
        Продукт (product)

        На что влияет:
        ├── onboarding: действие: Продукт
        │   ├── Время до первого «вау» (wow): снижает, сильно; отвечает Продукт
        │   │   └── retention: снижает, сильно, через 30 дней; общая: Продукт, support
        │   │       └── LTV: ключевой бизнес-результат; повышает, сильно; общая: Маркетинг, Продукт, support
        │   └── retention: повышает, слабо; см. выше
        └── care: действие: Продукт, support
            └── retention: повышает, умеренно, через 2 месяца; см. выше
        """)


def test_tree_refers_to_what_stands_above() -> None:
    graph = organisation(
        departments=["sales"],
        metrics=["ltv", "a", "b", "c"],
        influences=[
            "a raises ltv",
            "b raises ltv",
            "c raises a",
            "c raises b",
            "b raises c",
            "sales raises c",
        ],
        north_star="ltv",
    )
    assert draw(render_tree, graph) == dedent("""\
        ltv: north star; nobody answers for it
        ├── a: raises, medium; nobody answers for it
        │   └── c: raises, medium; no owner declared, moved by sales
        │       ├── b: raises, medium; nobody answers for it
        │       │   └── c: raises, medium; see above
        │       └── sales: raises, medium
        └── b: raises, medium; see above
        """)


def test_tree_without_a_north_star() -> None:
    graph = organisation(
        departments=["sales", "support"],
        metrics={
            "deals": ["sales"],
            "calls": ["support"],
            "csat": ["sales"],
            "a": ["sales", "support"],
            "b": "all",
        },
        influences=["sales raises calls", "calls raises deals", "a raises b", "b raises a"],
    )
    assert draw(render_tree, graph) == dedent("""\
        There is no north star.
        deals: owner sales, moved by nobody
        └── calls: raises, medium; owner support, moved by sales
            └── sales: raises, medium
        csat: owner sales, moved by nobody
        support
        a: shared by sales, support
        └── b: raises, medium; shared by sales, support
            └── a: raises, medium; see above
        """)


def test_tree_of_a_long_chain_needs_no_recursion() -> None:
    metrics = [f"m{at}" for at in range(3000)]
    influences = [f"m{at + 1} raises m{at}" for at in range(2999)]
    tree = draw(render_tree, organisation(metrics=metrics, influences=influences, north_star="m0"))
    assert tree.count("\n") == 3000


def test_tree_in_the_departments_colours() -> None:
    graph = organisation(
        departments=["sales", "support"],
        metrics={"csat": ["support"]},
        influences=["support raises csat", "sales raises csat"],
        titles={"support": {"en": "Support [EU]"}, "csat": {"en": "Score [bold]"}},
    )
    plain = draw(render_tree, graph)
    coloured = draw(render_tree, graph, colours={"support": "green"})
    assert "[green]Support" in coloured
    assert Text.from_markup(coloured).plain == plain


def test_the_components_that_nothing_acts_on_are_not_drawn() -> None:
    for render in (render_tree, render_mermaid, render_dot):
        text = draw(render, SHOP)
        assert "signups" in text
        assert "spend" not in text
        assert "spend" in draw(render, SHOP, centre="spend")
    assert "spend" in draw(render_json, SHOP)


def test_unknown_centre() -> None:
    with pytest.raises(UsageError, match="`retenton` is neither a department nor a lever nor a metric") as caught:
        draw(render_tree, SHOP, centre="retenton")
    assert caught.value.hint == "did you mean `retention`?"


NODE = re.compile(r'  (\w+)(\(\[|\(|\[|\{\{)"([^"]*)"(?:\]\)|\)|\]|\}\})')
ARROW = re.compile(r'  (\w+) (-->|==>|-\.->)(?:\|"([^"]*)"\|)? (\w+)')
CLASS = re.compile(r"  class ([\w,]+) (\w+)")


def read_mermaid(text: str) -> tuple[dict[str, str], list[tuple[str, str, str, str]], dict[str, list[str]]]:
    """Labels by identifier, arrows, and members of each class; every line must be one of them."""
    first, *lines = text.splitlines()
    assert first == "flowchart LR"
    labels, arrows, classes = {}, [], {}
    for line in lines:
        if found := NODE.fullmatch(line):
            labels[found[1]] = unescape(found[3])
        elif found := ARROW.fullmatch(line):
            arrows.append((found[1], found[2], unescape(found[3] or ""), found[4]))
        elif found := CLASS.fullmatch(line):
            classes[found[2]] = found[1].split(",")
        else:
            assert line.startswith("  classDef "), line
    assert all(source in labels and target in labels for source, _, _, target in arrows)
    return labels, arrows, classes


def unescape(text: str) -> str:
    return html.unescape(re.sub(r"#(\d+);", r"&#\1;", text))


def test_mermaid() -> None:
    labels, arrows, classes = read_mermaid(draw(render_mermaid, SHOP))
    assert labels["n_ltv"] == "Lifetime value<br/>shared by Marketing, Product, support"
    assert labels["n_wow"] == 'Time to the first "wow"<br/>Product alone'
    assert ("n_product", "-->", "", "n_onboarding") in arrows
    assert ("n_wow", "==>", "lowers, strong, after 30 days", "n_retention") in arrows
    assert ("n_care", "-->", "raises, medium, after 2 months", "n_retention") in arrows
    assert ("n_signups", "-.->", "by formula, lowers", "n_cac") in arrows
    assert len(arrows) == 13
    assert classes == {
        "department": ["n_marketing", "n_product", "n_support", "n_finance"],
        "lever": ["n_onboarding", "n_care", "n_party"],
        "metric": ["n_retention", "n_wow", "n_cac", "n_signups", "n_posts"],
        "northStar": ["n_ltv"],
        "shared": ["n_ltv", "n_retention", "n_posts"],
    }


def test_mermaid_around_a_node() -> None:
    labels, arrows, _ = read_mermaid(draw(render_mermaid, SHOP, "ru", centre="wow", depth=1))
    assert [*labels] == ["n_onboarding", "n_retention", "n_wow"]
    assert labels["n_wow"] == "Время до первого «вау»<br/>отвечает Продукт"
    assert {(source, target) for source, _, _, target in arrows} == {
        ("n_onboarding", "n_wow"),
        ("n_onboarding", "n_retention"),
        ("n_wow", "n_retention"),
    }


AWKWARD = [
    'say "yes"',
    "a]b|c}d",
    "1. first",
    "- dash",
    "# 50 % & <b>more</b>",
    "`code`; end",
    "back\\slash\\",
    "двойная «кавычка»",
    "two\n  lines",
    "%% no comment",
]


@pytest.mark.parametrize("title", AWKWARD)
def test_any_title_can_be_drawn(title: str) -> None:
    graph = organisation(
        departments=["end"],
        metrics={"graph": ["end"]},
        influences=["end raises graph"],
        titles={"graph": {"en": title}, "end": {"en": title}},
    )
    one_line = " ".join(title.split())

    labels, arrows, _ = read_mermaid(draw(render_mermaid, graph))
    assert labels == {"n_end": one_line, "n_graph": f"{one_line}<br/>{one_line} alone"}
    assert arrows == [("n_end", "-->", "raises, medium", "n_graph")]

    dot = draw(render_dot, graph)
    quoted = [json.loads(text) for text in re.findall(r'label=("(?:[^"\\]|\\.)*")', dot)]
    assert quoted == [one_line, f"{one_line}\n{one_line} alone", "raises, medium"]

    assert f"{one_line} (graph): {one_line} alone" in draw(render_tree, graph)
    assert json.loads(draw(render_json, graph))["nodes"][0]["title"] == one_line


def test_names_that_the_grammar_would_refuse_stay_identifiers() -> None:
    graph = organisation(departments=['от"дел'], metrics=["a b"])
    labels, _, _ = read_mermaid(draw(render_mermaid, graph))
    assert [*labels.values()] == ['от"дел', "a b<br/>nobody answers for it"]


def test_dot() -> None:
    lines = draw(render_dot, SHOP, "ru").splitlines()
    assert lines[0] == "digraph influences {"
    assert lines[-1] == "}"
    assert '  { rank=same; "marketing"; "product"; "support"; "finance"; }' in lines
    assert '  "wow" -> "retention" [label="снижает, сильно, через 30 дней", style=bold];' in lines
    assert '  "signups" -> "cac" [label="по формуле, снижает", style=dashed];' in lines
    assert '  "product" -> "onboarding" [label="", style=solid];' in lines
    (shared,) = [line for line in lines if line.startswith('  "retention" [')]
    assert 'color="#b3261e", penwidth=3' in shared
    (single,) = [line for line in lines if line.startswith('  "cac" [')]
    assert "penwidth" not in single


def test_json() -> None:
    document = json.loads(draw(render_json, SHOP, "ru", centre="retention", depth=1))
    assert document["version"] == 1
    assert [node["name"] for node in document["nodes"]] == ["onboarding", "care", "ltv", "retention", "wow"]
    assert document["nodes"][0] == {"name": "onboarding", "kind": "lever", "title": "onboarding"}
    assert document["nodes"][3] == {
        "name": "retention",
        "kind": "metric",
        "title": "retention",
        "role": None,
        "verdict": "shared",
        "movers": ["product", "support"],
        "contributors": [],
        "declared": ["product", "support"],
    }
    assert {
        "from": "wow",
        "to": "retention",
        "kind": "causal",
        "effect": "lowers",
        "strength": "strong",
        "lag": "30 days",
        "confidence": "medium",
        "because": None,
    } in document["influences"]


def test_json_of_everything_has_memberships_formulas_and_components() -> None:
    document = json.loads(draw(render_json, SHOP))
    by_name = {node["name"]: node for node in document["nodes"]}
    assert (by_name["spend"]["role"], by_name["spend"]["verdict"]) == ("component", None)
    kinds = {(it["from"], it["to"]): (it["kind"], it["effect"], it["strength"]) for it in document["influences"]}
    assert kinds["product", "care"] == ("membership", None, None)
    assert kinds["spend", "cac"] == ("formula", "raises", "strong")
    assert len(document["influences"]) == 14


def test_no_drawing_says_edge_or_link() -> None:
    for render in (render_tree, render_mermaid, render_dot, render_json):
        assert not re.search(r"\b(edge|link)", draw(render, SHOP), re.IGNORECASE)
