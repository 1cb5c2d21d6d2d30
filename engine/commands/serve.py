"""`accord serve`."""

from __future__ import annotations

from typing import Any

import click

from .dashboard import reports_option
from .options import Common, common
from .query import profile_option, untrusted_option


@click.command("serve")
@common(("html",))
@reports_option
@profile_option
@untrusted_option
@click.option("--port", type=click.IntRange(0, 65535), default=8377, help="Default: 8377; 0: any that is free.")
@click.option("--every", type=click.IntRange(5), metavar="SECONDS", help="Measure again, too, after so many seconds.")
def command(common: Common, reports: int, profile: str | None, untrusted: bool, port: int, every: int | None) -> int:
    """Show the dashboard in the browser of this machine, and keep it current while specs and data change.

    Nobody else can reach it: it listens on 127.0.0.1 only. Ctrl-C ends it.
    """
    from ..pipeline.serving import Making, Watched
    from .loopback import ADDRESS, server

    if common.output is not None:
        raise click.UsageError("serve writes no file: `accord dashboard -o FILE` does")

    def warehouse(journey: Any) -> Any:
        return journey.profile(profile, untrusted)

    making = Making(common.root(), common.journey, warehouse, reports, common.language, common.note)
    watched = Watched(making, every=every)
    with server(port, lambda: watched.page().text, lambda: watched.page().version) as listening:
        watched.start()
        click.echo(f"http://{ADDRESS}:{listening.server_address[1]}/ (Ctrl-C ends)")
        try:
            listening.serve_forever()
        finally:
            watched.stop()
    return 0
