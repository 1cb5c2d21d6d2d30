"""`accord lint`."""

from __future__ import annotations

from pathlib import Path

import click

from ..diagnostics import Severity
from .findings import findings_options, report
from .options import Common


@click.command("lint")
@findings_options
def command(
    common: Common,
    format: str,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity,
) -> int:
    """Run the rules of the project's packs."""
    return report(common, lambda journey: journey.lint(), format, paths, select, ignore, fail_on)
