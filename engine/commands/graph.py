"""`accord graph`."""

from __future__ import annotations

from typing import Any

import click

from .options import Common, common


@click.command("graph")
@common(("tree", "mermaid", "dot", "json", "svg", "html"))
@click.argument("name", required=False)
@click.option("--depth", type=click.IntRange(min=1), help="How many steps around NAME.")
@click.option("--weak", is_flag=True, help="The weakest places instead of the map (tree or json).")
@click.option(
    "--what-if", multiple=True, metavar="CHANGE", help='What "remove A -> B" or "add A -> B raises" would change.'
)
def command(
    common: Common, format: str, name: str | None, depth: int | None, weak: bool, what_if: tuple[str, ...]
) -> int:
    """Draw the influence map: all of it from the north star down, or what is around NAME."""
    from ..render.graph_drawings import DRAWINGS

    if depth is not None and name is None:
        raise click.UsageError("--depth goes with a NAME")
    if weak or what_if:
        _check_alone(format, name, weak, what_if)
    journey = common.journey()
    language = common.language or journey.project.config.language
    if weak:
        common.write(_weak(journey, format, language))
        return 0
    if what_if:
        common.write(_what_if(journey, format, language, what_if))
        return 0
    draw = DRAWINGS[format]
    more = {}
    if format == "html":
        from ..pipeline.definitions import statements

        more = {"sql": statements(journey)}
    common.write(draw(journey.graph, journey.ownership, language, centre=name, depth=depth, **more))
    return 0


def _check_alone(format: str, name: str | None, weak: bool, what_if: tuple[str, ...]) -> None:
    option = "--weak" if weak else "--what-if"
    if weak and what_if:
        raise click.UsageError("--weak and --what-if are two questions: ask one")
    if name is not None:
        raise click.UsageError(f"{option} is about the whole map: leave {name} out")
    if format not in ("tree", "json"):
        raise click.UsageError(f"{option} is told as text (tree) or json, not as {format}")


def _weak(journey: Any, format: str, language: str) -> str:
    from ..graph.weak import find_weak
    from ..render.graph_view import view
    from ..render.weak import render_weak, render_weak_json

    found = find_weak(journey.graph, journey.ownership)
    return (
        render_weak_json(found)
        if format == "json"
        else render_weak(found, view(journey.graph, journey.ownership, language))
    )


def _what_if(journey: Any, format: str, language: str, changes: tuple[str, ...]) -> str:
    from ..graph.what_if import changed, moved, rerouted
    from ..render.weak import Effects, render_effects, render_effects_json

    other = journey.with_project(changed(journey.project, journey.graph, changes))
    before, after = ({_identity(it): it for it in each.lint()} for each in (journey, other))
    effects = Effects(
        changes,
        moved(journey.ownership, other.ownership),
        rerouted(journey.graph, other.graph),
        tuple(it for key, it in after.items() if key not in before),
        tuple(it for key, it in before.items() if key not in after),
    )
    return render_effects_json(effects) if format == "json" else render_effects(effects, language)


def _identity(found: Any) -> tuple[str, str | None, str]:
    return found.code, found.subject, found.message
