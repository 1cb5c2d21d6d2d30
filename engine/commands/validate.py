"""`accord validate`."""

from __future__ import annotations

from typing import Any

import click

from ..diagnostics import Diagnostic
from ..errors import UsageError
from .findings import findings_command
from .query import PROFILE, UNTRUSTED

_OWN = (
    click.Option(["--live"], is_flag=True, help="In the warehouse too: tables, columns, keys, references, freshness."),
    click.Option(["--profile"], metavar="NAME|URL", help=PROFILE),
    click.Option(["--untrusted"], is_flag=True, help=UNTRUSTED),
    click.Option(["--max-scan"], type=click.IntRange(1), metavar="ROWS", help="With --live: more is a finding."),
)


def _find(
    journey: Any, live: bool, profile: str | None, untrusted: bool, max_scan: int | None
) -> tuple[Diagnostic, ...]:
    if not live:
        if profile is not None or max_scan is not None:
            raise UsageError("--profile and --max-scan go with --live: without it no warehouse is asked")
        found: tuple[Diagnostic, ...] = journey.structure()
        return found
    from ..pipeline.live import live as live_findings

    seen = live_findings(journey, journey.profile(profile, untrusted), max_scan)
    told = seen.planned
    if told.statements:
        number = f"{told.statements} statement{'' if told.statements == 1 else 's'} planned"
        rows = f"; to read about {told.rows:,} rows" if told.rows is not None else "; how much to read is not told"
        size = f", {told.bytes:,} bytes" if told.bytes is not None else ""
        click.echo(f"{number}{rows}{size}", err=True)
    findings: tuple[Diagnostic, ...] = seen.findings
    return findings


command = findings_command(
    "validate",
    "Check structure and references: is every spec well formed, does everything it names exist?",
    _find,
    _OWN,
    rules=False,
)
