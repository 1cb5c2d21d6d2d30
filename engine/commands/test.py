"""`accord test`."""

from __future__ import annotations

import click

from ..errors import UsageError
from .options import Common, common


@click.command("test")
@common(("text", "json"))
@click.argument("names", nargs=-1)
def command(common: Common, format: str, names: tuple[str, ...]) -> int:
    """Run the metric tests of the specs on DuckDB in memory: all, or those of the tests and metrics NAMES."""
    from ..diagnostics import did_you_mean
    from ..render.tests import render_json, render_text

    journey = common.journey()
    tests = journey.project.tests
    for name in names:
        if name not in tests and name not in journey.project.metrics:
            known = [*tests, *journey.project.metrics]
            raise UsageError(f"`{name}` is neither a test nor a metric", hint=did_you_mean(name, known))
    wanted = [test for test in tests.values() if not names or test.name in names or set(test.metrics) & set(names)]
    if names and not wanted:
        raise UsageError(f"no test asks for {', '.join(names)}")
    outcomes = journey.test(wanted)
    render = render_json if format == "json" else render_text
    common.write(render(outcomes, common.paint))
    if not journey.loaded.complete:
        common.note("some specs could not be read and are left out: `accord check` tells which")
    return 0 if journey.loaded.complete and all(outcome.passed for outcome in outcomes) else 1
