"""`accord export`: what other programs read."""

from __future__ import annotations

import click

from .options import Common, common


@click.group("export")
def command() -> None:
    """Write what other programs and people read."""


@command.command("matrix")
@common(("csv", "markdown", "json"))
def matrix(common: Common, format: str) -> int:
    """Write the responsibility matrix: what each department is to each metric."""
    from ..graph.matrix import responsibilities
    from ..render.matrix import FORMS

    journey = common.journey()
    language = common.language or journey.project.config.language
    common.write(FORMS[format](responsibilities(journey.graph, journey.ownership), journey.project, language))
    return 0
