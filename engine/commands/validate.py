"""`accord validate`."""

from __future__ import annotations

from pathlib import Path

import click

from ..diagnostics import Severity
from .findings import findings_options, report
from .options import Common


@click.command("validate")
@findings_options
def command(
    common: Common,
    format: str,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity,
) -> int:
    """Check structure and references: is every spec well formed, does everything it names exist?"""
    return report(common, lambda journey: journey.structure(), format, paths, select, ignore, fail_on)
