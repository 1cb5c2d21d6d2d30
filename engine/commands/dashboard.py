"""`accord dashboard`."""

from __future__ import annotations

import click

from .ending import ended
from .options import Common, common
from .query import profile_option, untrusted_option

reports_option = click.option(
    "--reports", type=click.IntRange(1, 104), default=4, help="With the result reports of so many periods. Default: 4."
)


@click.command("dashboard")
@common(("html",))
@reports_option
@profile_option
@untrusted_option
def command(common: Common, reports: int, profile: str | None, untrusted: bool) -> int:
    """Write one HTML page for everybody: results, goals, metrics, the influence map and the result reports.

    The page needs no network and may be sent or published as it is; groups that are too small are left out of it.
    """
    from ..pipeline.page import page_of
    from ..sql.alarms import faults_of_alarms

    journey = common.journey()
    text, measured = page_of(journey, reports, journey.profile(profile, untrusted), common.language)
    common.write(text)
    return ended(common, journey, measured.failures, faults_of_alarms(journey.project))
