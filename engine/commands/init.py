"""`accord init`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from ..errors import EnvironmentFailure, UsageError
from ..resources import resource

_SCHEMAS = ".accord/schemas"


@click.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def command(folder: Path, quiet: bool) -> int:
    """Start a project in FOLDER [.]: one goal, two departments, one metric, and data to run it on.

    Editors that know JSON Schema complete and explain its files.
    """
    starter = resource("starters") / "small"
    files = sorted(path for path in starter.rglob("*") if path.is_file())
    for path in files:
        if (folder / path.relative_to(starter)).exists():
            raise UsageError(f"{folder / path.relative_to(starter)} exists", hint="name a new folder")
    new = not folder.exists()
    try:
        _write(starter, files, folder)
    except OSError as error:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise EnvironmentFailure(f"cannot write {folder}: {error.strerror or error}") from error
    if not quiet:
        click.echo(f"project in {folder}; next: `accord check {folder}` and `accord run -p {folder}`", err=True)
    return 0


def _write(starter: Path, files: list[Path], target: Path) -> None:
    """Schemas first, so that every spec file can name the one it follows."""
    schemas = target / _SCHEMAS
    schemas.mkdir(parents=True, exist_ok=True)
    for schema in resource("schemas").glob("*.schema.json"):
        (schemas / schema.name).write_bytes(schema.read_bytes())
    for path in files:
        written = target / path.relative_to(starter)
        written.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".yml":
            kind = "project" if path.name == "accord.yml" else "spec"
            text = f"# yaml-language-server: $schema={_SCHEMAS}/{kind}.schema.json\n{text}"
        written.write_text(text, encoding="utf-8", newline="\n")
