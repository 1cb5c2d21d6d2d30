"""`accord check`."""

from __future__ import annotations

from pathlib import Path

import click

from ..diagnostics import Severity
from .findings import findings_options, report
from .options import Common


@click.command("check")
@findings_options
def command(
    common: Common,
    format: str,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity,
) -> int:
    """Validate, lint and compile the project; for CI."""
    return report(common, lambda journey: journey.check(), format, paths, select, ignore, fail_on)
