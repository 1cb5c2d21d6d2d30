"""`accord run`."""

from __future__ import annotations

import click

from ..errors import UsageError
from .ending import ended
from .options import Common, common
from .progress import progress
from .query import Asked, profile_option, query_options, untrusted_option


@click.command("run")
@common(("text", "json", "csv"))
@query_options
@profile_option
@untrusted_option
@click.option("--record", is_flag=True, help="Keep the values of complete periods in the history.")
@click.option("--history", metavar="FILE|URL", help="Keep them there [`history` in accord.yml].")
def command(
    common: Common,
    format: str,
    asked: Asked,
    profile: str | None,
    untrusted: bool,
    record: bool,
    history: str | None,
) -> int:
    """Measure metrics in the warehouse; without a profile, the project's files by DuckDB.

    Without options each metric's last complete period, compared as `organization.report` says; else all periods of
    `--grain`, or totals. A metric that fails does not hold back the others.
    """
    from ..render.values import render_csv, render_json, render_text

    journey = common.journey()
    request = asked.request(journey.as_of, journey.project.calendars)
    if record and (asked.values or asked.limit is not None):
        raise UsageError("--record goes with neither --values nor --limit: a part of the values is not recorded")
    warehouse = journey.profile(profile, untrusted)
    kept = None
    if record:  # what is wrong with its place is told before anything is measured
        from ..pipeline import recording

        kept = recording.store(journey, history, untrusted)
    if asked.values:
        from ..render.table import render_table

        common.write(render_table(journey.table_of(asked.values, request, warehouse), format))
        return 0
    with progress(common.quiet) as bar:
        measured = journey.run(request, warehouse, bar.answered, bar.expect)
    if kept is not None:
        count, fresh = recording.record(journey, measured, request, kept, warehouse)
        common.note(f"{count} values of complete periods recorded, {fresh} of them new or later")
    language = common.language or journey.project.config.language
    if format == "json":
        common.write(render_json(measured, journey.as_of))
    elif format == "csv":
        common.write(render_csv(measured))
    else:
        common.write(render_text(measured, journey.project, journey.as_of, language, common.paint))
    return ended(common, journey, measured.failures)
