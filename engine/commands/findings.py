"""What `check`, `validate` and `lint` have in common: filter findings, show them, decide the exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..catalogue import CODES
from ..diagnostics import SEVERITIES, Diagnostic, Severity, at_least, did_you_mean
from ..errors import UsageError
from .options import Common, common, listed, sources_of, told_as_of

FORMATS = ("text", "concise", "json")
Find = Callable[..., tuple[Diagnostic, ...]]


def findings_command(name: str, purpose: str, find: Find, own: tuple[click.Option, ...] = ()) -> click.Command:
    """A command that shows the findings of `find` on a project and exits with 1 where one is grave enough.

    `find` takes the journey, and the values of the command's `own` options.
    """

    @click.command(name, help=purpose)
    @common(FORMATS)
    @click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
    @click.option("--select", multiple=True, callback=listed, help="Only these codes (A101) or groups (A).")
    @click.option("--ignore", multiple=True, callback=listed, help="All but these codes or groups.")
    @click.option("--fail-on", type=click.Choice(SEVERITIES), default="warning", help="Default: warning.")
    def command(common: Common, **options: Any) -> int:
        asked = {str(option.name): options.pop(str(option.name)) for option in own}
        return _report(common, partial(find, **asked), **options)

    command.params += own
    return command


def _report(
    common: Common,
    find: Find,
    format: str,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity,
) -> int:
    """Shows the findings of `find` on the project; 1 where one is as grave as `fail_on`, else 0."""
    from ..render.findings import render_concise, render_findings, render_json, summary

    journey = common.journey(paths)
    names = {rule.code: rule.name for rule in journey.rules}
    _known_codes((*select, *ignore), names)
    everything = find(journey)
    wanted = [
        found
        for found in _below(everything, journey, common, paths)
        if (not select or found.code.startswith(select)) and not (ignore and found.code.startswith(ignore))
    ]
    if format == "json":
        common.write(render_json(wanted, names, told_as_of(journey.as_of)))
    elif format == "concise":
        common.write(render_concise(wanted, names, common.paint))
    else:
        common.write(render_findings(wanted, sources_of(journey), names, common.paint))
        common.note(("\n" if wanted else "") + summary(wanted, _scope(journey)))
    ours = [path for path in journey.loaded.skipped if not path.rsplit("/", 1)[-1].startswith((".", "dbt_"))]
    if ours:
        common.note(f"not read, because they look like another tool's: {', '.join(ours)}")
    return 1 if any(at_least(found.severity, fail_on) for found in wanted) else 0


def _scope(journey: Any) -> str:
    """What was looked at, and as of when."""
    project = journey.project
    counts = (
        (len(project.metrics), "metric"),
        (len(project.departments), "department"),
        (len(project.sources), "file"),
    )
    told = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    return f"{told} (as of {told_as_of(journey.as_of)})"


def _below(findings: tuple[Diagnostic, ...], journey: Any, common: Common, paths: tuple[Path, ...]) -> list[Diagnostic]:
    """Findings in the files that `paths` name; the whole project was looked at in any case."""
    root = Path(journey.project.root).resolve()
    wanted = [path.resolve() for path in paths]
    for path, resolved in zip(paths, wanted, strict=True):
        if not resolved.exists():
            raise UsageError(f"no such file or folder: {path}")
        if not resolved.is_relative_to(root) and not root.is_relative_to(resolved):
            raise UsageError(f"{path} does not belong to the project in {root}")
    if not wanted or any(root.is_relative_to(path) for path in wanted):
        return list(findings)
    files = {source.path: Path(source.path).resolve() for source in journey.project.sources}
    for path, resolved in zip(paths, wanted, strict=True):
        if not any(file.is_relative_to(resolved) for file in files.values()):
            raise UsageError(f"{path} holds no spec file of the project", hint="see `files:` in accord.yml")
    return [
        found
        for found in findings
        if found.span is not None and any(Path(found.span.file).resolve().is_relative_to(path) for path in wanted)
    ]


def _known_codes(codes: tuple[str, ...], names: dict[str, str]) -> None:
    known = [*CODES, *names]
    for code in codes:
        if not any(other.startswith(code) for other in known):
            raise UsageError(f"`{code}` is not a code or group of codes", hint=did_you_mean(code, known))
