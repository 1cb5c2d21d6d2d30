"""`accord compile`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from .options import Common, common, told_as_of
from .query import Asked, query_options

if TYPE_CHECKING:
    from ..sql.compile import Compiled


@click.command("compile")
@common(("sql", "json"))
@query_options
@click.option("--dialect", help="The engine that the SQL is for; default: as in accord.yml.")
@click.option("--each", is_flag=True, help="A statement a metric instead of as few as possible.")
@click.option("--plan", "show_plan", is_flag=True, help="The plan before and after the optimiser instead of SQL.")
def command(common: Common, format: str, asked: Asked, dialect: str | None, each: bool, show_plan: bool) -> int:
    """Print the SQL of metrics; nothing is executed.

    Metrics go into one statement; all metrics of a project into as few as their tables allow.
    """
    from ..render.findings import render_findings
    from ..render.plan import render_plan
    from .options import sources_of

    journey = common.journey()
    request = asked.request(journey.as_of, journey.project.calendars)
    chosen = dialect or journey.project.config.dialect
    if asked.values:
        statements, refused = [journey.values_of(asked.values, request, chosen)], []
    else:
        statements, refused = journey.statements(request, chosen, each)
        for name in journey.drafts(request):
            common.note(f"{name} is a draft: it has no SQL")
    if format == "json":
        body = {"version": 1, "as_of": told_as_of(journey.as_of), "statements": list(map(_told, statements))}
        common.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    elif show_plan:
        common.write("\n".join(map(render_plan, statements)))
    else:
        common.write("".join(f"{statement.sql.rstrip()};\n\n" for statement in statements).removesuffix("\n"))
    for name, refusal in refused:
        if refusal.finding is None:
            click.echo(f"{name} has no SQL: {refusal.message}; {refusal.hint or ''}".rstrip("; "), err=True)
    findings = [refusal.finding for _, refusal in refused if refusal.finding is not None]
    if findings:
        click.echo(render_findings(findings, sources_of(journey)), nl=False, err=True)
    return 1 if refused else 0


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
