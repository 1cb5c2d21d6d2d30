"""`accord rules`."""

from __future__ import annotations

import click

from ..errors import UsageError
from .options import Common, common


@click.group("rules")
def command() -> None:
    """List, show and test rules."""
