"""`accord init`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from ..errors import EnvironmentFailure, UsageError
from ..redaction import redacted
from ..resources import resource
from ..warehouse.profiles import URL
from .progress import progress
from .query import UNTRUSTED

_SCHEMAS = ".accord/schemas"
_PROPOSED = "datasets.yml"
_SETTINGS = "accord.yml"
_SOURCE = "Add what reads a system's export: amplitude, ga4, hotjar, hubspot, typeform. May be repeated."
_FROM = "Propose specs of a warehouse's tables: a profile, an address, or alone for what the environment names."


@click.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
@click.option("--starter", metavar="NAME", help="What to start with: small [default], saas, shop.")
@click.option("--from", "origin", is_flag=False, flag_value="", metavar="NAME|URL", help=_FROM)
@click.option("--source", "sources", multiple=True, metavar="NAME", help=_SOURCE)
@click.option("--max-scan", type=click.IntRange(1), metavar="ROWS", help="With --from: larger tables are not measured.")
@click.option("--untrusted", is_flag=True, help=UNTRUSTED)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing.")
def command(
    folder: Path,
    starter: str | None,
    origin: str | None,
    sources: tuple[str, ...],
    max_scan: int | None,
    untrusted: bool,
    quiet: bool,
) -> int:
    """Start a project in FOLDER [.]: goals, departments, metrics, and data to run them on.

    With --from: datasets, keys and relationships of tables that exist. With --source: datasets and metrics on the
    export of a system, with a sample of it; into a project that exists, too.

    Editors that know JSON Schema complete and explain its files.
    """
    if origin is None and (max_scan is not None or untrusted):
        raise UsageError("--max-scan and --untrusted go with --from: without it no warehouse is asked")
    if (origin is not None) + (starter is not None) + bool(sources) > 1:
        raise UsageError("--starter, --from and --source exclude each other: each brings its own data")
    if origin is not None:
        return _propose(folder, origin or None, max_scan, untrusted, quiet)
    if sources:
        return _add_sources(folder, sources, quiet)
    _write(folder, _files_of("starters", starter or "small"))
    if not quiet:
        click.echo(f"project in {folder}; next: `accord check {folder}` and `accord run -p {folder}`", err=True)
    return 0


def _files_of(area: str, name: str) -> dict[str, bytes]:
    """The files of a starter or source, by their path in the project."""
    from ..diagnostics import choices, did_you_mean

    known = {path.name: path for path in sorted(resource(area).iterdir()) if path.is_dir() and any(path.glob("*.yml"))}
    if name not in known:
        hint = did_you_mean(name, known) or f"{area}: {choices(known)}"
        raise UsageError(f"`{name}` is not a {area.removesuffix('s')}", hint=hint)
    root = known[name]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _add_sources(folder: Path, names: tuple[str, ...], quiet: bool) -> int:
    """Into a new project or one that exists; a file that is there already with the same words is left alone."""
    files: dict[str, bytes] = {} if (folder / _SETTINGS).exists() else {_SETTINGS: b"version: 1\n"}
    for name in names:
        files |= _files_of("sources", name)
    there = {name for name, content in files.items() if _same(folder / name, _headed(name, content))}
    _write(folder, {name: content for name, content in files.items() if name not in there})
    if not quiet:
        pages = ", ".join(str(folder / f"{name}.md") for name in dict.fromkeys(names))
        click.echo(f"with a sample: `accord run -p {folder}`; how to read your own data: {pages}", err=True)
    return 0


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _propose(folder: Path, origin: str | None, most: int | None, untrusted: bool, quiet: bool) -> int:
    from ..pipeline.proposing import propose_specs

    _refuse_existing(folder, [_PROPOSED])
    with progress(quiet) as bar:
        proposal, settings = propose_specs(folder, origin, untrusted, most, bar.answered)
    files = {_PROPOSED: redacted(proposal.text).encode()}
    if settings is not None:
        files[_SETTINGS] = settings.encode()
    _write(folder, files)
    if quiet:
        return 0
    tables, ways = len(proposal.tables), proposal.relationships
    found = f"{tables} table{'s' * (tables != 1)}, {proposal.keys} with a key, {ways} relationship{'s' * (ways != 1)}"
    click.echo(f"{found}: written to {folder / _PROPOSED}", err=True)
    if settings is not None and URL in settings:
        click.echo(f"the address is not written down: keep it in {URL}", err=True)
    click.echo(f"next: read it, then `accord validate --live -p {folder}`", err=True)
    return 0


def _refuse_existing(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if (folder / name).exists():
            raise UsageError(f"{folder / name} exists", hint="name a new folder")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Schemas first, so that every spec file can name the one it follows; a folder that is new goes with a failure."""
    _refuse_existing(folder, files)
    new = not folder.exists()
    schemas = folder / _SCHEMAS
    try:
        schemas.mkdir(parents=True, exist_ok=True)
        for schema in resource("schemas").glob("*.schema.json"):
            (schemas / schema.name).write_bytes(schema.read_bytes())
        for name, content in files.items():
            written = folder / name
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(_headed(name, content))
    except OSError as error:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise EnvironmentFailure(f"cannot write {folder}: {error.strerror or error}") from error


def _headed(name: str, content: bytes) -> bytes:
    """A spec with the line by which editors find its schema."""
    if not name.endswith(".yml"):
        return content
    kind = "project" if name == _SETTINGS else "spec"
    above = "../" * name.count("/")
    head = f"# yaml-language-server: $schema={above}{_SCHEMAS}/{kind}.schema.json\n"
    return head.encode() + content.replace(b"\r\n", b"\n")
