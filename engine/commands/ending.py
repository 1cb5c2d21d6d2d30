"""How a command that measures ends: what is missing is said, and the exit code tells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from .options import Common, sources_of

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..measure.values import Failure
    from ..pipeline.journey import Journey


def ended(common: Common, journey: Journey, failures: Iterable[Failure], left_out: Iterable[Diagnostic] = ()) -> int:
    """Says which metrics have no value and why, and which specs are `left_out`; gives the exit code: 4 where the
    warehouse is the reason, 1 where anything is missing."""
    from ..render.findings import render_findings

    failures, left_out = tuple(failures), tuple(left_out)
    for failure in failures:
        click.echo(f"{failure.metric} has no value: {failure.message}", err=True)
        if failure.finding is not None:
            click.echo(render_findings([failure.finding], sources_of(journey)), nl=False, err=True)
    if left_out:
        click.echo(render_findings(left_out, sources_of(journey)), nl=False, err=True)
    if not journey.loaded.complete:
        common.note("some specs could not be read and are left out: `accord check` tells which")
    if any(failure.kind == "warehouse" for failure in failures):
        return 4
    return 1 if failures or left_out or not journey.loaded.complete else 0
