"""Passes over plans, in order; each keeps the rows and the ids of the outputs as they are."""

from __future__ import annotations

from collections.abc import Callable

from ..plan import Node
from .flatten_aligns import flatten_aligns
from .lift_shared import lift_shared
from .merge_scans import merge_scans
from .prune_columns import prune_columns

PASSES: tuple[Callable[[Node, frozenset[str]], Node], ...] = (
    flatten_aligns,
    merge_scans,
    prune_columns,  # what differs only in what nobody reads is the same
    lift_shared,
    prune_columns,
)


def optimise(node: Node, outputs: frozenset[str]) -> Node:
    """The plan after all passes; `outputs` are the ids of the columns that are wanted."""
    for step in PASSES:
        node = step(node, outputs)
    return node
