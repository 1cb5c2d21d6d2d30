"""`accord graph`."""

from __future__ import annotations

import click

from .options import Common, common


@click.command("graph")
@common(("tree", "mermaid", "dot", "json", "svg"))
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
    common.write(draw(journey.graph, journey.ownership, language, centre=name, depth=depth))
    return 0
