"""`accord run`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from .compile import in_order, query_options
from .options import Common, common, sources_of


@click.command("run")
@common(("text", "json", "csv"))
@query_options
@click.option("--database", type=click.Path(path_type=Path), help="A DuckDB file that holds the tables; read only.")
def command(
    common: Common,
    format: str,
    names: tuple[str, ...],
    by: tuple[str, ...],
    grain: str | None,
    where: str | None,
    start: date | None,
    end: date | None,
    database: Path | None,
) -> int:
    """Measure metrics on DuckDB.

    Without options each metric's last complete period, compared as `organization.report` says; else all periods of
    `--grain`, or totals. A metric that fails does not hold back the others.
    """
    from ..measure.run import Request
    from ..render.values import render_csv, render_json, render_text

    journey = common.journey()
    in_order(start, end)
    measured = journey.run(Request(journey.as_of, names, grain, by, where, start, end), database)
    language = common.language or journey.project.config.language
    if format == "json":
        common.write(render_json(measured, journey.as_of))
    elif format == "csv":
        common.write(render_csv(measured))
    else:
        common.write(render_text(measured, journey.project, journey.as_of, language, common.paint))
    from ..render.findings import render_findings

    for failure in measured.failures:
        click.echo(f"{failure.metric} has no value: {failure.message}", err=True)
        if failure.finding is not None:
            click.echo(render_findings([failure.finding], sources_of(journey)), nl=False, err=True)
    if not journey.loaded.complete:
        common.note("some specs could not be read and are left out: `accord check` tells which")
    if any(failure.kind == "warehouse" for failure in measured.failures):
        return 4
    return 1 if measured.failures or not journey.loaded.complete else 0
