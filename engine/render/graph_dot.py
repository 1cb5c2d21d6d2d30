"""From the influence graph to Graphviz's DOT language."""

from __future__ import annotations

from collections.abc import Mapping

from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from .graph_view import FILLS, SHARED_STROKE, Look, View, view

_SHAPES: dict[Look, str] = {"department": "ellipse", "lever": "box", "metric": "box", "northStar": "hexagon"}


def render_dot(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    centre: str | None = None,
    depth: int | None = None,
) -> str:
    """Departments, levers, metrics and the north star from left to right.

    Shared metrics have a border of their own; strong influences are bold, parts of a formula dashed.
    """
    drawn = view(graph, ownership, language, centre, depth)
    departments = [f"{_quoted(name)};" for name in drawn.names if drawn.look(name) == "department"]
    lines = [
        "digraph influences {",
        "  rankdir=LR;",
        '  node [style="rounded,filled", fontname="Helvetica", fontcolor="#1a1a1a", color="#5f6368"];',
        *(_node(drawn, name) for name in drawn.names),
        *([f"  {{ rank=same; {' '.join(departments)} }}"] if departments else []),
        *(_arrow(drawn, relation) for relation in drawn.relations()),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _node(drawn: View, name: str) -> str:
    look = drawn.look(name)
    label = "\n".join(line for line in (drawn.title(name), drawn.answering(name)) if line)
    told = f"label={_quoted(label)}, shape={_SHAPES[look]}, fillcolor={_quoted(FILLS[look])}"
    border = f", color={_quoted(SHARED_STROKE)}, penwidth=3" if drawn.is_shared(name) else ""
    return f"  {_quoted(name)} [{told}{border}];"


def _arrow(drawn: View, relation: Relation) -> str:
    style = "solid"
    if relation.kind == "formula":
        style = "dashed"
    elif relation.strength == "strong":
        style = "bold"
    told = f"label={_quoted(drawn.how(relation))}, style={style}"
    return f"  {_quoted(relation.source)} -> {_quoted(relation.target)} [{told}];"


def _quoted(text: str) -> str:
    r"""Text as a string of DOT, where a backslash starts an escape of its own.

    >>> print(_quoted('say "yes"\nor C:\\N'))
    "say \"yes\"\nor C:\\N"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
