"""`accord compile`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ..errors import EnvironmentFailure, UsageError
from ..redaction import redacted
from .options import Common, common, told_as_of
from .query import Asked, profile_option, query_options

if TYPE_CHECKING:
    from ..model import Project
    from ..sql.compile import Compiled


_SHAPES = "Queries, or a view, table or dbt model a metric; dbt writes files into the folder of --output."


@click.command("compile")
@common(("sql", "json"))
@query_options
@click.option("--dialect", help="The engine that the SQL is for; default: as in accord.yml.")
@profile_option
@click.option("--each", is_flag=True, help="A statement a metric instead of as few as possible.")
@click.option("--as", "shape", type=click.Choice(["select", "view", "table", "dbt"]), default="select", help=_SHAPES)
@click.option("--plan", "show_plan", is_flag=True, help="The plan before and after the optimiser instead of SQL.")
def command(
    common: Common,
    format: str,
    asked: Asked,
    dialect: str | None,
    profile: str | None,
    each: bool,
    shape: str,
    show_plan: bool,
) -> int:
    """Print the SQL of metrics; nothing is executed.

    Metrics go into one statement; all metrics of a project into as few as their tables allow.
    """
    from ..render.findings import render_findings
    from ..render.plan import render_plan
    from .options import sources_of

    journey = common.journey()
    request = asked.request(journey.as_of, journey.project.calendars)
    if profile is not None and (dialect is not None or shape == "dbt"):
        raise UsageError("--profile says the dialect and the names of tables: leave out --dialect and --as dbt")
    chosen, names = dialect or journey.project.config.dialect, None
    if profile is not None:
        warehouse = journey.profile(profile)
        chosen, names = journey.dialect(warehouse), journey.tables(warehouse)
    if shape != "select" and (asked.values or asked.totals or asked.order or show_plan or format == "json"):
        raise UsageError(f"--as {shape} goes with metrics, --by, --grain, --where, --start and --end only")
    if asked.values:
        statements, refused = [journey.values_of(asked.values, request, chosen, names)], []
    else:
        from ..formats.relations import check_names, placeholders

        tables = placeholders(journey.project) if shape == "dbt" else names
        whole = shape == "select"
        statements, refused = journey.statements(request, chosen, each or not whole, not whole, tables)
        if not whole:
            check_names(journey.project, statements)
        for name in journey.drafts(request):
            common.note(f"{name} is a draft: it has no SQL")
    if shape == "dbt":
        _models(common, journey.project, statements)
    elif format == "json":
        body = {"version": 1, "as_of": told_as_of(journey.as_of), "statements": list(map(_told, statements))}
        common.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    elif show_plan:
        common.write("\n".join(map(render_plan, statements)))
    else:
        texts = [_text(statement, shape).rstrip() for statement in statements]
        common.write("".join(f"{text};\n\n" for text in texts).removesuffix("\n"))
    for name, refusal in refused:
        if refusal.finding is None:
            click.echo(f"{name} has no SQL: {refusal.message}; {refusal.hint or ''}".rstrip("; "), err=True)
    findings = [refusal.finding for _, refusal in refused if refusal.finding is not None]
    if findings:
        click.echo(render_findings(findings, sources_of(journey)), nl=False, err=True)
    return 1 if refused else 0


def _text(statement: Compiled, shape: str) -> str:
    from ..formats.relations import as_relation

    if shape == "view":
        return as_relation("view", statement)
    return as_relation("table", statement) if shape == "table" else statement.sql


def _models(common: Common, project: Project, statements: list[Compiled]) -> None:
    """One file a model; without a folder to write to, one after the other."""
    from ..formats.relations import as_models

    files = as_models(project, statements)
    if common.output is None:
        common.write("\n".join(f"-- models/{name}\n{text}" for name, text in files.items()))
        return
    try:
        common.output.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (common.output / name).write_text(redacted(text), encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentFailure(f"cannot write to {common.output}: {error.strerror}") from error
    common.note(f"{len(files)} files written to {common.output}")


def _told(statement: Compiled) -> dict[str, Any]:
    return {
        "metrics": list(statement.metrics),
        "dialect": statement.dialect,
        "columns": [
            {"name": output.alias, "metric": output.metric, "part": output.part, "step": output.step}
            for output in statement.outputs
        ],
        "sql": statement.sql,
    }
