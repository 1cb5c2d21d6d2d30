"""`accord compile`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from ..errors import UsageError
from ..load.values import day
from .options import Common, common, listed, parsed, told_as_of

GRAINS = ("day", "week", "month", "quarter", "year", "all")


def query_options(function: Any) -> Any:
    """The options of commands that ask for metrics."""
    for option in (
        click.option("--end", callback=parsed(day), help="Up to this day, exclusive."),
        click.option("--start", callback=parsed(day), help="From this day on, inclusive."),
        click.option("--where", help="SQL condition on the rows that a metric counts."),
        click.option("--grain", type=click.Choice(GRAINS), help="One value a period; `all` for totals."),
        click.option("--by", multiple=True, callback=listed, help="Dimensions or many-to-one paths."),
        click.argument("names", nargs=-1),
    ):
        function = option(function)
    return function


@click.command("compile")
@common(("sql", "json"))
@query_options
@click.option("--dialect", help="duckdb, postgres, snowflake, bigquery, clickhouse, spark, sqlite …")
@click.option("--plan", "show_plan", is_flag=True, help="The plan before and after the optimiser instead of SQL.")
def command(
    common: Common,
    format: str,
    names: tuple[str, ...],
    by: tuple[str, ...],
    grain: str | None,
    where: str | None,
    start: date | None,
    end: date | None,
    dialect: str | None,
    show_plan: bool,
) -> int:
    """Print the SQL of metrics, one statement each; nothing is executed."""
    from ..measure.run import Request, shown
    from ..render.findings import render_findings
    from ..render.plan import render_plan
    from ..sql.refusal import Refusal
    from .options import sources_of

    journey = common.journey()
    request = Request(journey.as_of, names, grain, by, where, start, end)
    in_order(start, end)
    frame = request.frame(None if grain in (None, "all") else grain)  # type: ignore[arg-type]  # a choice of grains
    chosen = dialect or journey.project.config.dialect
    pieces: list[str] = []
    items: list[dict[str, str]] = []
    refused = []
    failed = False
    for name in names or shown(journey.project):
        if journey.metric(name).definition is None:
            common.note(f"{name} is a draft: it has no SQL")
            continue
        try:
            compiled = journey.compile([name], frame, chosen)
        except Refusal as refusal:
            failed = True
            if refusal.finding is not None:
                refused.append(refusal.finding)
            else:
                click.echo(f"{name} has no SQL: {refusal.message}; {refusal.hint or ''}".rstrip("; "), err=True)
            continue
        pieces.append(render_plan(compiled) if show_plan else compiled.sql)
        items.append({"metric": name, "dialect": compiled.dialect, "sql": compiled.sql})
    if format == "json":
        body = {"version": 1, "as_of": told_as_of(journey.as_of), "statements": items}
        common.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    else:
        separator = "\n" if show_plan else ";\n\n"
        common.write(
            separator.join(piece.rstrip("\n") for piece in pieces) + ("\n" if show_plan else ";\n") if pieces else ""
        )
    if refused:
        click.echo(render_findings(refused, sources_of(journey)), nl=False, err=True)
    return 1 if failed else 0


def in_order(start: date | None, end: date | None) -> None:
    if start is not None and end is not None and start >= end:
        raise UsageError(f"--start {start} is not before --end {end}", hint="the end is exclusive")
