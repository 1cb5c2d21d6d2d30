"""`accord diff`."""

from __future__ import annotations

from typing import Any

import click

from ..errors import UsageError
from .options import Common, common, told_as_of
from .query import profile_option, untrusted_option


@click.command("diff")
@common(("text", "json", "markdown"))
@click.argument("rev")
@click.argument("rev2", required=False)
@click.option("--values", is_flag=True, help="Measure redefined metrics by both definitions, on today's data.")
@click.option("--fail-on", type=click.Choice(["breaking", "any"]), help="Exit with 1 if there is such a change.")
@profile_option
@untrusted_option
def command(
    common: Common,
    format: str,
    rev: str,
    rev2: str | None,
    values: bool,
    fail_on: str | None,
    profile: str | None,
    untrusted: bool,
) -> int:
    """Tell what changed in meaning from the git revision REV to REV2, or else to the files as they are.

    `REV...` and `REV...REV2` start where the two parted, as in git. Nothing is checked out.
    """
    if (profile or untrusted) and not values:
        raise click.UsageError("--profile and --untrusted go with --values: else nothing is measured")
    from ..diff.compare import compare
    from ..pipeline.revisions import side

    journey = common.journey()
    first, second, heading = _asked(journey, rev, rev2)
    before = _at(common, journey, first)
    after = journey if second is None else _at(common, journey, second)
    for each, revision in ((before, first), (after, second)):
        each.loaded.require(f"the specs at {revision}" if revision else "the specs", "they cannot be compared")
    language = common.language or journey.project.config.language
    difference = compare(side(before), side(after))
    measured = _measured(before, after, difference, journey.profile(profile, untrusted)) if values else ()
    as_of = told_as_of(after.as_of)
    if format == "json":
        from ..render.diff_json import render_json

        common.write(render_json(difference, *heading, as_of, measured))
    else:
        from ..render.diff_teller import Teller
        from ..render.diff_words import say

        teller = Teller(difference, before.project, after.project, language, measured)
        title = f"{heading[0]} → {heading[1] or say('working', language)}"
        if format == "markdown":
            from ..render.diff_markdown import render_markdown

            common.write(render_markdown(teller, title, as_of))
        else:
            from ..render.diff_text import render_text

            common.write(render_text(teller, title, as_of, common.paint))
    if fail_on == "any":
        return 1 if difference.changes else 0
    return 1 if fail_on == "breaking" and difference.breaking else 0


def _asked(journey: Any, rev: str, rev2: str | None) -> tuple[str, str | None, tuple[str, str | None]]:
    """The two revisions, nothing for the working tree, and how the heading calls them."""
    for dots in ("...", ".."):
        first, found, last = rev.partition(dots)
        if not found:
            continue
        if rev2 is not None:
            raise UsageError(f"`{rev}` names two revisions already, so `{rev2}` is one too many")
        if not first:
            raise UsageError(f"`{rev}` does not say where to start", hint=f"write `HEAD{rev}` or name a branch")
        base = journey.repository.merge_base(first, last or "HEAD") if dots == "..." else first
        return base, last or None, (_short(first) + (dots if dots == "..." else ""), _short(last) or None)
    return rev, rev2, (_short(rev), _short(rev2) or None)


def _short(revision: str | None) -> str:
    """A full id is longer than anybody reads."""
    whole = revision or ""
    return whole[:10] if len(whole) == 40 and all(sign in "0123456789abcdef" for sign in whole) else whole


def _at(common: Common, journey: Any, revision: str) -> Any:
    """The project at a revision; one that says nothing where there was none."""
    from ..load.project import ConfigError
    from ..pipeline import revisions

    try:
        found = revisions.at(journey, revision)
    except ConfigError as error:
        error.args = (f"accord.yml at {revision} cannot be used",)
        raise
    if found is None:
        common.note(f"at {revision} there was no accord.yml in this folder, so there is nothing to compare with")
        return revisions.empty(journey)
    return found


def _measured(before: Any, after: Any, difference: Any, profile: Any) -> tuple[Any, ...]:
    """Values of every metric that is computed in another way and has a definition on both sides."""
    from ..diff.changes import MetricChange
    from ..pipeline.revisions import compared

    formerly = {now: former for former, now in difference.renamed.items()}
    names = {
        change.metric: formerly.get(change.metric, change.metric)
        for change in difference.changes
        if isinstance(change, MetricChange) and change.kind in ("redefined", "follows")
    }
    found: tuple[Any, ...] = compared(after, before, names, profile) if names else ()
    return found
