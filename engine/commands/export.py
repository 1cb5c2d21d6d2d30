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


@command.command("codeowners")
@common(("codeowners",))
@click.option("--check", is_flag=True, help="Exit with 1 where the repository's CODEOWNERS says something else.")
@click.option("--update", is_flag=True, help="Write the lines into the repository's CODEOWNERS.")
def codeowners(common: Common, check: bool, update: bool) -> int:
    """Write who reviews which spec file: the `reviewers` of the departments that it is about, for CODEOWNERS."""
    from ..formats.codeowners import block, find_file, lines_of, patch, replaced, write

    if (check and update) or (common.output and (check or update)):
        raise click.UsageError("--check, --update and --output are three things to do: ask for one")
    journey = common.journey()
    journey.loaded.require("the specs", "who reviews them cannot be told")
    lines, silent = lines_of(journey.project, journey.ownership, journey.lineage, journey.repository.prefix)
    for name in silent:
        common.note(f"`{name}` has no `reviewers`, so no line names it")
    if not check and not update:
        common.write(block(lines))
        return 0
    file = find_file(journey.repository.top)
    if update:
        write(file, replaced(file, lines))
        common.note(f"{file.relative_to(journey.repository.top).as_posix()} written")
        return 0
    if not file.is_file():
        common.note("the repository has no CODEOWNERS: `accord export codeowners --update` writes it")
        return 1
    changes = patch(file, replaced(file, lines))
    common.write(changes)
    if changes:
        common.note(f"{file.name} is not current: `accord export codeowners --update` mends it")
    return 1 if changes else 0
