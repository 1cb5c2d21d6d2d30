"""From the influence graph to JSON for other programs; a change that breaks readers raises its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from .graph_view import View, view

VERSION = 1


def render_json(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    centre: str | None = None,
    depth: int | None = None,
) -> str:
    """All nodes with who answers for them, and everything that leads from one to another.

    Every node and every influence has all keys of its kind; what is not stated is null.
    """
    drawn = view(graph, ownership, language, centre, depth, with_building_blocks=True)
    document = {
        "version": VERSION,
        "nodes": [_node(drawn, name) for name in drawn.names],
        "influences": [_influence(drawn, relation) for relation in drawn.relations()],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _node(drawn: View, name: str) -> dict[str, Any]:
    kind = drawn.graph.kinds[name]
    node = {"name": name, "kind": kind, "title": drawn.title(name)}
    return node | _answering(drawn, name) if kind == "metric" else node


def _answering(drawn: View, name: str) -> dict[str, Any]:
    found = drawn.ownership[name]
    return {
        "role": drawn.graph.project.metrics[name].role,
        "verdict": found.verdict if drawn.has_owner(name) else None,
        "movers": found.movers,
        "contributors": found.contributors,
        "declared": found.declared,
    }


def _influence(drawn: View, relation: Relation) -> dict[str, Any]:
    because = relation.stated.because if relation.stated else None
    return {
        "from": relation.source,
        "to": relation.target,
        "kind": relation.kind,
        "effect": relation.effect,
        "strength": relation.strength,
        "lag": str(relation.lag) if relation.lag else None,
        "confidence": relation.confidence,
        "because": because.said_in(drawn.language) if because else None,
    }
