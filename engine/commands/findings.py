"""What `check`, `validate` and `lint` have in common: filter findings, show them, decide the exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..catalogue import CODES
from ..diagnostics import SEVERITIES, Diagnostic, Severity, at_least, did_you_mean
from ..errors import UsageError
from .options import Common, common, listed, sources_of, told_as_of

# Formats for other programs, each with its writer.
_WRITERS = {
    "sarif": ("sarif", "render_sarif"),
    "junit": ("junit", "render_junit"),
    "github": ("github", "render_github"),
    "gitlab": ("gitlab", "render_gitlab"),
    "markdown": ("findings_markdown", "render_markdown"),
}
FORMATS = ("text", "concise", "json", *_WRITERS)
Find = Callable[..., tuple[Diagnostic, ...]]


def findings_command(
    name: str, purpose: str, find: Find, own: tuple[click.Option, ...] = (), rules: bool = True
) -> click.Command:
    """A command that shows the findings of `find` on a project and exits with 1 where one is grave enough.

    `find` takes the journey, and the values of the command's `own` options. Baselines are about findings of rules, so
    a command without `rules` has no option for them.
    """
    file = click.Path(path_type=Path, dir_okay=False)

    @click.command(name, help=purpose)
    @common(FORMATS)
    @click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
    @click.option("--select", multiple=True, callback=listed, help="Only these codes (A101) or groups (A).")
    @click.option("--ignore", multiple=True, callback=listed, help="All but these codes or groups.")
    @click.option("--fail-on", type=click.Choice(SEVERITIES), default="warning", help="Default: warning.")
    @click.option("--since", metavar="REV", help="Only what came since the branch left this git revision.")
    @click.option("--baseline", type=file, help="Leave out what this file knows already.")
    @click.option("--write-baseline", type=file, help="Write what is found to this file, to be left out from now on.")
    @click.option("--statistics", is_flag=True, help="How many findings by rule and department.")
    @click.option("--fix", is_flag=True, help="Mend what has one right mend, in the files.")
    @click.option("--diff", is_flag=True, help="Show what --fix would change; change nothing.")
    def command(common: Common, **options: Any) -> int:
        asked = {str(option.name): options.pop(str(option.name)) for option in own}
        if asked.get("live") and options["since"]:
            raise UsageError("--since does not go with --live: the warehouse of then is not there to be asked")
        return _report(common, partial(find, **asked), **{"baseline": None, "write_baseline": None, **options})

    if not rules:
        command.params = [it for it in command.params if it.name not in ("baseline", "write_baseline")]
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
    since: str | None,
    baseline: Path | None,
    write_baseline: Path | None,
    statistics: bool,
    fix: bool,
    diff: bool,
) -> int:
    """Shows the findings of `find` on the project; 1 where one is as grave as `fail_on`, else 0."""
    if statistics and format in _WRITERS:
        raise UsageError(f"--statistics goes with text, concise and json, not with {format}")
    journey = common.journey(paths)
    names = {rule.code: rule.name for rule in journey.rules}
    _known_codes((*select, *ignore), names)
    everything = find(journey)

    def shown(findings: tuple[Diagnostic, ...]) -> list[Diagnostic]:
        return [
            found
            for found in _below(findings, journey, common, paths)
            if (not select or found.code.startswith(select)) and not (ignore and found.code.startswith(ignore))
        ]

    if fix or diff:
        done = _mend(common, journey, shown(everything), diff)
        if diff:
            return done
        journey = common.journey(paths)
        everything = find(journey)
    if write_baseline:
        root = Path(journey.project.root).resolve()
        if since or select or ignore or not all(root.is_relative_to(path.resolve()) for path in paths):
            raise UsageError("--write-baseline takes the whole project, without --select, --ignore or --since")
        written = _write_baseline(common, journey, everything, write_baseline, baseline)
        if baseline is None:
            return written
        baseline = write_baseline
    if since is not None:
        everything = _since(common, journey, everything, find, since)
    if baseline is not None:
        everything = _beyond(journey, everything, baseline, whole=since is None)
    wanted = shown(everything)
    _show(common, journey, wanted, names, format, statistics, fail_on)
    ours = [path for path in journey.loaded.skipped if not path.rsplit("/", 1)[-1].startswith((".", "dbt_"))]
    if ours:
        common.note(f"not read, because they look like another tool's: {', '.join(ours)}")
    return 1 if any(at_least(found.severity, fail_on) for found in wanted) else 0


def _show(
    common: Common,
    journey: Any,
    wanted: list[Diagnostic],
    names: dict[str, str],
    format: str,
    statistics: bool,
    fail_on: Severity,
) -> None:
    from ..render.findings import render_concise, render_findings, render_json, summary

    if format in _WRITERS:
        from importlib import import_module

        module, writer = _WRITERS[format]
        render = getattr(import_module(f"..render.{module}", __package__), writer)
        common.write(render(_reported(journey, wanted, fail_on)))
        return
    if format == "json":
        numbers = None
        if statistics:
            from ..render.statistics import counted

            told = counted(_reported(journey, wanted, fail_on))
            numbers = {
                "rules": [{"code": name.partition(" ")[0], "count": number} for name, number in told.rules],
                "departments": [{"name": name, "count": number} for name, number in told.departments],
            }
        common.write(render_json(wanted, names, told_as_of(journey.as_of), numbers))
    elif statistics:
        from ..render.statistics import render_statistics

        common.write(render_statistics(_reported(journey, wanted, fail_on)))
        common.note(("\n" if wanted else "") + summary(wanted, _scope(journey)))
    elif format == "concise":
        common.write(render_concise(wanted, names, common.paint))
    else:
        common.write(render_findings(wanted, sources_of(journey), names, common.paint))
        common.note(("\n" if wanted else "") + summary(wanted, _scope(journey)))


def _reported(journey: Any, wanted: list[Diagnostic], fail_on: Severity) -> Any:
    from ..render.reported import Reported, Told
    from ..rules.rule import said_in

    language = journey.language or journey.project.config.language
    rules = {rule.code: Told(rule.name, said_in(rule.why, language), rule.severity) for rule in journey.rules}
    config = journey.project.config.origin.source.path
    return Reported(
        tuple(wanted),
        rules,
        sources_of(journey),
        told_as_of(journey.as_of),
        _scope(journey),
        fail_on,
        config,
        __version__,
        journey.departments_of(),
    )


def _folder(journey: Any) -> str:
    path: str = journey.project.config.origin.source.path
    return path.removesuffix("accord.yml")


def _since(
    common: Common, journey: Any, everything: tuple[Diagnostic, ...], find: Find, revision: str
) -> tuple[Diagnostic, ...]:
    from ..pipeline import revisions
    from ..rules.known import brought

    before = revisions.before(journey, revision)
    if before is None:
        common.note(f"at {revision} there was no project here that could be read, so everything is new")
        return everything
    return brought(everything, find(before), _folder(journey), _folder(before))


def _write_baseline(
    common: Common, journey: Any, everything: tuple[Diagnostic, ...], path: Path, old: Path | None
) -> int:
    """Writes the baseline, with an old one only what of it is still found; 1 where the engine itself found something,
    which a baseline does not take."""
    from ..rules.known import read_baseline, write_baseline

    number = write_baseline(path, everything, _folder(journey), read_baseline(old).known if old else None)
    common.note(f"{path}: {number} finding{'' if number == 1 else 's'}")
    left = [found for found in everything if found.code in CODES]
    if left:
        common.note(f"{len(left)} of the engine's own cannot be in a baseline; `accord check` tells them")
    return 1 if any(at_least(found.severity, "warning") for found in left) else 0


def _beyond(journey: Any, everything: tuple[Diagnostic, ...], path: Path, whole: bool) -> tuple[Diagnostic, ...]:
    """What the baseline does not know; and, on a whole project, what it knows that is not found any more."""
    from ..rules.known import beyond, read_baseline
    from ..spans import Span

    known = read_baseline(path)
    left = beyond(everything, known.known, _folder(journey))
    if not whole or not journey.loaded.complete:
        return left
    gone = known.gone(everything, _folder(journey))
    stale = tuple(
        Diagnostic(
            "X007",
            "warning",
            f"the baseline knows {known.known[code, about]} of {code} at {about}, and {number} is found",
            Span(path.as_posix()),
            None,
            "write it anew with `--write-baseline`",
        )
        for (code, about), number in gone.items()
    )
    return (*left, *stale)


def _mend(common: Common, journey: Any, wanted: list[Diagnostic], only_show: bool) -> int:
    """Mends the files, or shows how; for `--diff` 1 where there is something to mend."""
    from ..load.mend import mends, patch, write

    changes = mends(wanted, journey.project.sources)
    if only_show:
        common.write("".join(patch(source.path, source.text, text) for source, text, _ in changes))
        return 1 if changes else 0
    for source, text, number in changes:
        write(source, text)
        common.note(f"{source.path}: {number} mended")
    return 0


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
