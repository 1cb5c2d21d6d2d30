"""From the influence graph to a Mermaid flowchart, which code hosts draw inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from .graph_view import FILLS, SHARED_STROKE, Look, View, view

_SHAPES: dict[Look, tuple[str, str]] = {
    "department": ("([", "])"),
    "lever": ("(", ")"),
    "metric": ("[", "]"),
    "northStar": ("{{", "}}"),
}


def render_mermaid(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    centre: str | None = None,
    depth: int | None = None,
) -> str:
    """Departments, levers, metrics and the north star from left to right.

    Shared metrics bear the class `shared`; strong influences are thick, parts of a formula dotted.
    Code hosts draw at most 500 arrows: of a larger map, ask for a neighbourhood.
    """
    drawn = view(graph, ownership, language, centre, depth)
    nodes = (_node(drawn, name) for name in drawn.names)
    arrows = (_arrow(drawn, relation) for relation in drawn.relations())
    return "\n".join(["flowchart LR", *nodes, *arrows, *_classes(drawn)]) + "\n"


def _node(drawn: View, name: str) -> str:
    lines = [drawn.title(name), drawn.answering(name)]
    label = "<br/>".join(_escaped(line) for line in lines if line)
    opening, closing = _SHAPES[drawn.look(name)]
    return f'  {_identifier(name)}{opening}"{label}"{closing}'


def _arrow(drawn: View, relation: Relation) -> str:
    arrow = "-->"
    if relation.kind == "formula":
        arrow = "-.->"
    elif relation.strength == "strong":
        arrow = "==>"
    how = drawn.how(relation)
    label = f'|"{_escaped(how)}"|' if how else ""
    return f"  {_identifier(relation.source)} {arrow}{label} {_identifier(relation.target)}"


def _classes(drawn: View) -> Iterator[str]:
    for look, fill in FILLS.items():
        yield from _class(look, f"fill:{fill},stroke:#5f6368,color:#1a1a1a", _looking(drawn, look))
    shared = [name for name in drawn.names if drawn.is_shared(name)]
    yield from _class("shared", f"stroke:{SHARED_STROKE},stroke-width:3px", shared)


def _looking(drawn: View, look: Look) -> list[str]:
    return [name for name in drawn.names if drawn.look(name) == look]


def _class(name: str, style: str, members: list[str]) -> Iterator[str]:
    if members:
        yield f"  classDef {name} {style}"
        yield f"  class {','.join(map(_identifier, members))} {name}"


def _identifier(name: str) -> str:
    """An identifier that is no word of Mermaid's (`end`, `graph`, `default` ...)."""
    return "n_" + re.sub(r"\W", lambda found: f"_{ord(found[0]):x}", name, flags=re.ASCII)


def _escaped(text: str) -> str:
    """Text as Mermaid's entities wherever it might be read as syntax, HTML or a Markdown list.

    >>> _escaped('1. "Security" & trust')
    '1#46; #34;Security#34; #38; trust'
    """
    return re.sub(r"[^\w\s,:/()\x80-\U0010ffff]", lambda found: f"#{ord(found[0])};", text)
