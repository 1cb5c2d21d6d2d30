"""`accord history`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import EnvironmentFailure, UsageError
from .options import Common, common, listed
from .query import untrusted_option


@click.command("history")
@common(("text", "json", "csv"))
@click.option("--by", multiple=True, callback=listed, help="The recorded groups by these dimensions.")
@click.option("--grain", help="Which periods [the report's, else the only one recorded].")
@click.option("--last", type=click.IntRange(1), default=52, help="At most so many periods in text. Default: 52.")
@click.option("--history", "place", metavar="FILE|URL", help="Where [`history` in accord.yml].")
@untrusted_option
@click.argument("asked", nargs=-1, metavar="METRIC | export | import FILE", required=True)
def command(
    common: Common,
    format: str,
    by: tuple[str, ...],
    grain: str | None,
    last: int,
    place: str | None,
    untrusted: bool,
    asked: tuple[str, ...],
) -> int:
    """Show what `accord run --record` has recorded, or move it as text.

    `export` writes every record as a line of JSON, `import FILE` takes such lines in; both may be repeated. Values of
    two definitions of a metric are two lines, which are never joined.
    """
    from ..history.record import from_line, to_line
    from ..pipeline import recording

    journey = common.journey()
    store = recording.store(journey, place, untrusted)
    if asked == ("export",):
        common.write("".join(to_line(record) + "\n" for record in store.records()))
        return 0
    if asked[0] == "import" and len(asked) == 2:
        try:
            text = Path(asked[1]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentFailure(f"cannot read {asked[1]}: {error}") from error
        records = []
        lines = text.removesuffix("\n").split("\n") if text else []  # values may hold what other functions split at
        for number, line in enumerate(lines, 1):
            try:
                records.append(from_line(line))
            except UsageError as error:
                raise UsageError(f"{asked[1]}:{number}: {error}", hint=error.hint) from None
        common.note(f"{store.put(records, again=False)} of {len(records)} records are new or later")
        return 0
    if len(asked) > 1:
        raise UsageError("one metric at a time; or `export`, or `import FILE`")
    return _show(common, journey, store, asked[0], by, grain, last, format)


def _show(
    common: Common, journey: Any, store: Any, name: str, by: tuple[str, ...], grain: str | None, last: int, format: str
) -> int:
    from ..history.lines import lines_of
    from ..pipeline import recording
    from ..render.history import render_csv, render_json, render_text

    found = recording.recorded(journey, store, name)
    metric = journey.project.metrics.get(name) if found else journey.metric(name)
    records = [it for it in found if tuple(key for key, _ in it.dimensions) == by]
    grains = list(dict.fromkeys(record.grain for record in records))
    grain = grain or recording.grain_of(journey, grains)
    kept = [record for record in records if record.grain == grain]
    if grain is None or not kept:
        asked = "".join(f" --by {part}" for part in by)
        hint = f"`accord run {name} --record --grain {grain or 'week'}{asked}` records it"
        raise UsageError(f"nothing is recorded of `{name}`{asked} by {grain or 'period'} in {store.place}", hint=hint)
    lines = lines_of(kept, lambda record: recording.current(journey, record))
    title = (
        metric.title.said_in(common.language or journey.project.config.language) if metric and metric.title else name
    )
    if format == "json":
        common.write(render_json(name, grain, lines))
    elif format == "csv":
        common.write(render_csv(lines))
    else:
        common.write(render_text(name, title, grain, lines, last))
    return 0
