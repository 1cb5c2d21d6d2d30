"""`accord graph`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from .options import Common, common


@click.command("graph")
@common(("tree", "mermaid", "dot", "json", "svg", "html"))
@click.argument("name", required=False)
@click.option("--depth", type=click.IntRange(min=1), help="How many steps around NAME.")
def command(common: Common, format: str, name: str | None, depth: int | None) -> int:
    """Draw the influence map: all of it from the north star down, or what is around NAME."""
    from ..render.graph_drawings import DRAWINGS

    journey = common.journey()
    if depth is not None and name is None:
        raise click.UsageError("--depth goes with a NAME")
    language = common.language or journey.project.config.language
    draw = DRAWINGS[format]
    more = {"sql": _statements(journey)} if format == "html" else {}
    common.write(draw(journey.graph, journey.ownership, language, centre=name, depth=depth, **more))
    return 0


def _statements(journey: Any) -> dict[str, str]:
    """The SQL of every metric that has an answer; what has none is told by `accord check`."""
    from ..sql.frame import Frame
    from ..sql.refusal import Refusal

    found = {}
    for metric in journey.project.metrics.values():
        if metric.definition is not None and metric.name not in journey.project.broken:
            with suppress(Refusal):
                found[metric.name] = journey.compile(
                    [metric.name], Frame(journey.as_of), journey.project.config.dialect
                ).sql
    return found
