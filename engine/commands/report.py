"""`accord report`."""

from __future__ import annotations

from typing import Any

import click

from ..errors import UsageError
from ..load.values import stretch
from .ending import ended
from .options import Common, common, parsed
from .query import profile_option, untrusted_option

KINDS = ("weekly", "agenda", "retro", "pilot", "health", "story")


@click.command("report")
@common(("markdown", "html", "json"))
@click.option("--week", callback=parsed(stretch), help="Of this period, such as 2026-W46 [the last one that is over].")
@profile_option
@untrusted_option
@click.option("--customer", metavar="KEY", help="With `story`: the key of the customer.")
@click.argument("kind", type=click.Choice(KINDS))
def command(
    common: Common, format: str, week: Any, profile: str | None, untrusted: bool, customer: str | None, kind: str
) -> int:
    """Tell the results, from the specs and the measured values.

    `weekly`: what was changed, what it did and why, by department. `agenda`: what to talk about. `retro`: joint
    results and what hindered. `pilot`: each pilot compared. `health`: whether this way of working works. `story`: one
    customer from the first visit on, where the specs allow it.
    """
    if (kind == "story") != (customer is not None):
        raise UsageError("`report story` and `--customer KEY` go together")
    if kind in ("story", "pilot") and week is not None:
        raise UsageError(f"`report {kind}` is of no week", hint="`--as-of` says up to when")
    from ..pipeline import reporting
    from ..render import report_json as plain
    from ..render.report_html import render_html
    from ..render.report_state import render_health, render_pilots
    from ..render.report_weekly import render_agenda, render_retro, render_weekly
    from ..render.report_words import Teller

    journey = common.journey()
    project = journey.project
    warehouse = journey.profile(profile, untrusted)
    teller = Teller(project, common.language or project.config.language)
    as_json = format == "json"
    if kind == "story":
        return _story(common, format, journey, customer or "", warehouse, teller)
    if kind == "pilot":
        pilots, failures = reporting.piloted(journey, warehouse)
        text = plain.pilots_json(pilots) if as_json else render_pilots(pilots, teller)
        common.write(render_html(text, teller.language) if format == "html" else text)
        return _ended(common, journey, failures)
    report, measured = reporting.weekly(journey, week, warehouse)
    if kind == "weekly":
        text = plain.weekly_json(report) if as_json else render_weekly(report, teller)
    elif kind == "agenda":
        text = plain.agenda_json(report) if as_json else render_agenda(report, teller)
    elif kind == "retro":
        joint = journey.ownership
        text = plain.retro_json(report, joint) if as_json else render_retro(report, joint, teller)
    else:
        answers = reporting.diagnosis(journey, report)
        health = project.organization.health
        text = plain.health_json(report, answers, health) if as_json else render_health(report, answers, teller)
    common.write(render_html(text, teller.language) if format == "html" else text)
    return _ended(common, journey, measured.failures)


def _ended(common: Common, journey: Any, failures: Any) -> int:
    from ..sql.alarms import faults_of_alarms

    return ended(common, journey, failures, faults_of_alarms(journey.project))


def _story(common: Common, format: str, journey: Any, key: str, warehouse: Any, teller: Any) -> int:
    from ..pipeline.stories import story
    from ..render.report_html import render_html
    from ..render.report_story import render_story, story_json

    found = story(journey, key, warehouse)
    text = story_json(found) if format == "json" else render_story(found, teller)
    common.write(render_html(text, teller.language) if format == "html" else text)
    return 0
