"""The command `accord`: lazy subcommands, and what each failure exits with."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NoReturn

import click

from . import __version__
from .errors import AccordError, UsageError
from .redaction import guard

# Name -> what it is for. Each lives in the module of its name below `commands`, imported when it is called.
COMMANDS: Mapping[str, str] = {
    "init": "Start a project.",
    "demo": "Show the demo organisation: verdict, map, values.",
    "check": "Validate, lint and compile, for CI.",
    "validate": "Check structure and references.",
    "lint": "Run the rules.",
    "rules": "List, show and test rules.",
    "explain": "Tell everything about a metric, department, lever or objective.",
    "graph": "Draw the influence map.",
    "diff": "Tell what a change in git means.",
    "compile": "Print SQL; nothing is executed.",
    "run": "Measure the metrics.",
    "why": "Split a metric's change into its parts.",
    "report": "Tell the results: weekly, agenda, retro, pilot, health, story.",
    "dashboard": "Write one page for everybody.",
    "serve": "Show that page and keep it current.",
    "history": "Show recorded values, export and import them.",
    "test": "Run the metric tests in the specs.",
    "export": "Write the responsibility matrix, or CODEOWNERS.",
    "import": "Write specs from dbt's semantic layer.",
}


class _Lazy(click.Group):
    """Imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = "import_" if cmd_name == "import" else cmd_name  # `import` is a word of Python
        command: click.Command = import_module(f".commands.{module}", __package__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from .diagnostics import did_you_mean

            hint = did_you_mean(name, COMMANDS)
            raise click.UsageError(f"no command `{name}`" + (f"; {hint}" if hint else ""), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="accord")
def cli() -> None:
    """Accountability for results, as code.

    Departments, objectives, metrics and influences in YAML: checked, mapped, compiled to SQL and measured.
    """


def main() -> NoReturn:
    """Runs the command line and exits: 0 clean, 1 findings, 2 usage, 3 a bug, 4 the environment, 130 interrupted."""
    gc.set_threshold(100_000, 20, 20)  # specs are many small objects that live as long as the process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
        guard(stream)
    code = run(sys.argv[1:])
    sessions = sys.modules.get(f"{__package__}.warehouse.sessions")  # where it was not needed nothing is at work
    if sessions is not None and sessions.at_work():
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)  # an engine that neither answers nor stops: Python's own end would wait or crash in it
    sys.exit(code)


def run(args: list[str]) -> int:
    """The exit code of the command line `args`; nothing that it raises gets out."""
    try:
        result = cli.main(args, prog_name="accord", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; Python would complain about it at exit
        return 0
    except AccordError as error:
        _tell(error)
        return error.exit_code
    except Exception as error:
        click.echo(f"internal error: {type(error).__name__}: {error}", err=True)
        if "-v" in args or "--verbose" in args:
            import traceback

            traceback.print_exc()
        else:
            click.echo("this is a bug in accord; `--verbose` shows where", err=True)
        return 3


def _tell(error: AccordError) -> None:
    findings = getattr(error, "findings", ())
    if findings:
        from .diagnostics import in_reading_order
        from .render.findings import render_findings

        click.echo(render_findings(in_reading_order(list(findings)), {}), nl=False, err=True)
    place = ""
    if isinstance(error, UsageError) and error.span is not None:
        place = f"{error.span.file}:{error.span.line}:{error.span.column}: "
    click.echo(f"{place}error: {error}", err=True)
    if isinstance(error, UsageError) and error.hint:
        click.echo(f"  hint: {error.hint}", err=True)
