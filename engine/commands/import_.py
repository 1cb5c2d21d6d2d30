"""`accord import`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ..diagnostics import SEVERITIES, Severity, at_least
from ..errors import EnvironmentFailure, UsageError


@click.group("import")
def command() -> None:
    """Write specs from the files of another tool."""


@command.command("dbt")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=".", help="The project's folder [.].")
@click.option("--format", type=click.Choice(("text", "concise")), default="text", help="Default: text.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), default="warning", help="Default: warning.")
@click.option("-q", "--quiet", is_flag=True, help="Findings only.")
def dbt(path: Path, output: Path, format: str, fail_on: Severity, quiet: bool) -> int:
    """Write specs from dbt's semantic layer: PATH is a folder of its YAML files, or a semantic_manifest.json.

    What cannot be written is a finding at its place in dbt's files; the rest is written.
    """
    from ..formats.dbt.convert import import_dbt
    from ..render.findings import render_concise, render_findings, summary

    existing = [output / name for name in ("accord.yml", "datasets.yml", "metrics.yml") if (output / name).exists()]
    if existing:
        raise UsageError(f"{existing[0]} exists", hint="name a new folder with `--output`")
    imported = import_dbt(path)
    _write(output, imported.files)
    if format == "concise":
        click.echo(render_concise(imported.findings), nl=False)
    else:
        click.echo(render_findings(imported.findings, imported.sources), nl=False)
    if not quiet:
        told = f"{len(imported.translation.specs)} of {len(imported.translation.metrics.all)} metrics"
        between = "\n" if imported.findings else ""
        click.echo(between + summary(imported.findings, f"{told} written to {output}"), err=True)
    return 1 if any(at_least(found.severity, fail_on) for found in imported.findings) else 0


def _write(folder: Path, files: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentFailure(f"cannot write {folder}: {error.strerror or error}") from error
