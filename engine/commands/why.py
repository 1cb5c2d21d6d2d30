"""`accord why`."""

from __future__ import annotations

from datetime import date

import click

from ..errors import UsageError
from ..load.values import Malformed, day_or_moment
from ..measure.periods import ahead_of
from ..model import Stretch, moment_of
from .options import Common, common, parsed, sources_of
from .query import profile_option, untrusted_option


@click.command("why")
@common(("text", "json", "markdown"))
@click.argument("metric")
@click.option("--start", required=True, callback=parsed(day_or_moment), help="From this day or moment on, inclusive.")
@click.option("--end", required=True, callback=parsed(day_or_moment), help="Up to this day or moment, exclusive.")
@click.option("--against", metavar="START:END", help="What to compare with [the same length just before].")
@click.option("--by", help="Also over the segments of this dimension or path.")
@profile_option
@untrusted_option
def command(
    common: Common,
    format: str,
    metric: str,
    start: date,
    end: date,
    against: str | None,
    by: str | None,
    profile: str | None,
    untrusted: bool,
) -> int:
    """Split the change of METRIC into its parts, exactly, and list what to ask about.

    Over the inputs of its formula (Shapley) and, with --by, over segments (rate and mix). Then the declared influences
    whose metrics moved in the fitting direction and time: questions, not verdicts.
    """
    from ..measure.values import Failure
    from ..render.why import render_json, render_markdown, render_text

    after = Stretch(start, end)
    _checked(after, "--start {} is not before --end {}")
    before = ahead_of(after) if against is None else _range(against)
    journey = common.journey()
    found = journey.why(metric, (before, after), by, journey.profile(profile, untrusted))
    if isinstance(found, Failure):
        from ..render.findings import render_findings

        click.echo(f"{found.metric}: {found.message}", err=True)
        if found.finding is not None:
            click.echo(render_findings([found.finding], sources_of(journey)), nl=False, err=True)
        return 4 if found.kind == "warehouse" else 1
    language = common.language or journey.project.config.language
    if format == "json":
        common.write(render_json(found, journey.as_of))
    elif format == "markdown":
        common.write(render_markdown(found, journey.project, journey.as_of, language))
    else:
        common.write(render_text(found, journey.project, journey.as_of, language, common.paint))
    return 1 if found.no_segments else 0


def _range(text: str) -> Stretch:
    """`2026-10-01:2026-11-01`, of days or moments."""
    for place, sign in enumerate(text):
        if sign == ":":
            try:
                return _checked(
                    Stretch(day_or_moment(text[:place]), day_or_moment(text[place + 1 :])),
                    "--against: {} is not before {}",
                )
            except Malformed:
                continue  # the colon of a time of day
    raise UsageError(f"`{text}` is no START:END", hint="write for example --against 2026-10-01:2026-11-01")


def _checked(stretch: Stretch, told: str) -> Stretch:
    if moment_of(stretch.start) >= moment_of(stretch.end):
        raise UsageError(told.format(stretch.start, stretch.end), hint="the end is exclusive")
    return stretch
