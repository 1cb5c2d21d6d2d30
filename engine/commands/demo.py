"""`accord demo`."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from ..errors import EnvironmentFailure, UsageError
from ..resources import resource
from .options import Common, common


@click.command("demo")
@common(("text",))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def command(common: Common, folder: Path | None) -> int:
    """Show the demo organisation: who answers for what, the influence map, and the values of this week.

    With FOLDER it is copied there first, for you to change.
    """
    from ..diagnostics import at_least
    from ..measure.run import Request
    from ..pipeline.opening import open_project
    from ..render.findings import render_concise, summary
    from ..render.graph_tree import render_tree
    from ..render.values import render_text
    from ..render.verdict import render_verdicts

    root = resource("demo") if folder is None else _copied(folder)
    journey = open_project(root, common.as_of, datetime.now(UTC))
    project = journey.project
    language = common.language or project.config.language
    title = project.organization.title if project.organization else None
    parts = [common.paint(f"{title.said_in(language) if title else 'demo'}", "bold")]
    graver = [found for found in journey.check() if at_least(found.severity, "warning")]
    names = {rule.code: rule.name for rule in journey.rules}
    checked = render_concise(graver, names).rstrip("\n")
    parts.append(checked or f"accord check: {summary(graver, f'{len(project.metrics)} metrics')}")
    parts.append(_headed(common, "Who answers for what", "Кто за что отвечает", language))
    parts.append(render_verdicts(project, journey.ownership, language, common.paint).rstrip("\n"))
    parts.append(_headed(common, "Influence map", "Карта влияния", language))
    parts.append(render_tree(journey.graph, journey.ownership, language).rstrip("\n"))
    parts.append(_headed(common, "Values", "Значения", language))
    measured = journey.run(Request(journey.as_of), None)
    parts.append(render_text(measured, project, journey.as_of, language, common.paint).rstrip("\n"))
    common.write("\n\n".join(parts) + "\n")
    if folder is not None:
        common.note(f"\ncopied to {folder}: try `accord check {folder}`")
    else:
        common.note("\nnext: `accord demo FOLDER` copies the specs to change, `accord init FOLDER` starts your own")
    return 0


def _headed(common: Common, english: str, russian: str, language: str) -> str:
    return common.paint(russian if language == "ru" else english, "bold")


def _copied(folder: Path) -> Path:
    """A copy of the demo organisation in a folder that is new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not empty", hint="name a new folder")
    try:
        shutil.copytree(resource("demo"), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise EnvironmentFailure(f"cannot write {folder}: {error.strerror or error}") from error
    return folder
