"""Options that commands share, and how a command opens its project and writes its output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ..errors import EnvironmentFailure, UsageError
from ..load.discover import find_root
from ..load.values import Malformed, moment
from ..redaction import redacted


@dataclass(frozen=True, slots=True)
class Common:
    """What every command is told: where the project is, and how its output should look."""

    project: Path | None
    output: Path | None
    language: str | None
    as_of: datetime | None
    quiet: bool
    verbose: bool
    colour: bool

    def root(self, paths: tuple[Path, ...] = ()) -> Path:
        """The project's folder: as named, else the nearest `accord.yml` upwards from the first path."""
        start = self.project or (paths[0] if paths else Path())
        if not start.exists():
            raise UsageError(f"no such file or folder: {start}")
        return find_root(start if start.is_dir() else start.parent)

    def journey(self, paths: tuple[Path, ...] = ()) -> Any:
        """The project on its way (`pipeline.Journey`)."""
        from ..pipeline.opening import open_project

        return open_project(self.root(paths), self.as_of, datetime.now(UTC), self.language)

    def write(self, text: str) -> None:
        """Results to standard output, or to the file that `--output` names."""
        if self.output is None:
            click.echo(text, nl=False, color=self.colour)
            return
        try:
            self.output.write_text(redacted(click.unstyle(text)), encoding="utf-8", newline="\n")
        except OSError as error:
            raise EnvironmentFailure(f"cannot write {self.output}: {error.strerror}") from error

    def note(self, text: str) -> None:
        """What is not a result goes to standard error, unless `--quiet`."""
        if not self.quiet:
            click.echo(text, err=True)

    def paint(self, text: str, style: str) -> str:
        if not self.colour or not text:
            return text
        return click.style(text, bold=True) if style == "bold" else click.style(text, fg=style, bold=True)


def common(formats: tuple[str, ...]) -> Callable[[Any], Any]:
    """The options of every command; the command takes `common` and, with several formats, `format`."""

    def decorate(function: Any) -> Any:
        def command(
            project: Path | None,
            output: Path | None,
            lang: str | None,
            as_of: datetime | None,
            quiet: bool,
            verbose: bool,
            color: str,
            **options: Any,
        ) -> Any:
            colour = color == "always" or (color == "auto" and output is None and _terminal())
            shared = Common(project, output, lang, as_of, quiet, verbose, colour)
            if len(formats) < 2:
                options.pop("format", None)
            return function(common=shared, **options)

        command.__doc__ = function.__doc__
        command.__name__ = function.__name__
        wrapped: Any = command
        for add_option in reversed(_options(formats)):
            wrapped = add_option(wrapped)
        for parameter in getattr(function, "__click_params__", ()):
            wrapped.__click_params__.append(parameter)
        return wrapped

    return decorate


def _options(formats: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    kind = click.Path(path_type=Path)
    options: list[Callable[[Any], Any]] = [
        click.option("-p", "--project", type=kind, help="The project's folder [nearest accord.yml upwards].")
    ]
    if len(formats) > 1:
        choice = click.Choice(formats)
        options.append(click.option("--format", type=choice, default=formats[0], help=f"Default: {formats[0]}."))
    return [
        *options,
        click.option("-o", "--output", type=kind, help="Write the result to this file."),
        click.option("--lang", type=click.Choice(["en", "ru"]), help="Language of titles and messages."),
        click.option("--as-of", callback=parsed(moment), help='"Now": a day, or "YYYY-MM-DD HH:MM".'),
        click.option("-q", "--quiet", is_flag=True, help="Results only."),
        click.option("-v", "--verbose", is_flag=True, help="More about what is done."),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", hidden=True),
    ]


def _terminal() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def parsed(parse: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """A callback that reads an option's text."""

    def callback(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
        try:
            return None if value is None else parse(value)
        except Malformed as error:
            raise click.BadParameter(str(error), context, parameter) from None

    return callback


def listed(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Options that take several values, separated by commas or repeated."""
    return tuple(part.strip() for item in value for part in item.split(",") if part.strip())


def sources_of(journey: Any) -> Mapping[str, Any]:
    """The texts that findings point into, by path."""
    config = journey.project.config.origin.source
    return {source.path: source for source in (*journey.project.sources, config)}


def told_as_of(as_of: datetime) -> str:
    return as_of.date().isoformat() if (as_of.hour, as_of.minute) == (0, 0) else as_of.isoformat(" ", "minutes")
