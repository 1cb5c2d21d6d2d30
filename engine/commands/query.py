"""The options by which commands ask for metrics, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from ..load.values import day_or_moment
from .options import listed, parsed

if TYPE_CHECKING:
    from ..measure.run import Request


PROFILE = "A warehouse of accord.yml, or an address like duckdb:///shop.duckdb."
UNTRUSTED = "The specs are a stranger's: no profile of accord.yml counts."
profile_option = click.option("--profile", metavar="NAME|URL", help=PROFILE)
untrusted_option = click.option("--untrusted", is_flag=True, help=UNTRUSTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; `grain` is none, `all`, a usual period or one of a calendar."""

    names: tuple[str, ...]
    by: tuple[str, ...]
    grain: str | None
    where: str | None
    start: date | None
    end: date | None
    order: tuple[str, ...]
    limit: int | None
    totals: bool
    values: tuple[str, ...]

    def request(self, as_of: datetime, calendars: Any) -> Request:
        """The request; raises `UsageError` for what contradicts itself or names no grain."""
        from ..diagnostics import choices, did_you_mean
        from ..measure.run import Request
        from ..model import GRAINS

        start, end = self.start, self.end
        if start is not None and end is not None and _later(start, end):
            raise UsageError(f"--start {start} is not before --end {end}", hint="the end is exclusive")
        known = (*GRAINS, *(grain for calendar in calendars.values() for grain in calendar.grains), "all")
        if self.grain is not None and self.grain not in known:
            hint = did_you_mean(self.grain, known) or f"one of {choices(known, 30)}"
            raise UsageError(f"`{self.grain}` is not a grain", hint=hint)
        if self.values and (self.names or self.by or self.grain or self.totals):
            raise UsageError("--values asks for no metric: it goes with --where, --start, --end, --order, --limit")
        if self.totals and not self.by:
            raise UsageError("--totals goes with --by: without dimensions every value is a total")
        return Request(
            as_of, self.names, self.grain, self.by, self.where, start, end, self.order, self.limit, self.totals
        )


def _later(start: date, end: date) -> bool:
    def at(moment: date) -> datetime:
        return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)

    return at(start) >= at(end)


def query_options(function: Any) -> Any:
    """The options of commands that ask for metrics; the command takes them together, as `asked`."""

    def command(**options: Any) -> Any:
        taken = {name: options.pop(name) for name in Asked.__dataclass_fields__}
        return function(asked=Asked(**taken), **options)

    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    wrapped: Any = command
    for parameter in getattr(function, "__click_params__", ()):
        wrapped.__click_params__ = [*getattr(wrapped, "__click_params__", []), parameter]
    for option in (
        click.option("--values", callback=listed, multiple=True, help="Values of `dataset.field` instead of metrics."),
        click.option("--totals", is_flag=True, help="With --by: the values of all dimensions together, too."),
        click.option("--limit", type=click.IntRange(1), help="At most so many rows."),
        click.option("--order", callback=listed, multiple=True, help="Columns to sort by; -NAME: largest first."),
        click.option("--end", callback=parsed(day_or_moment), help="Up to this day or moment, exclusive."),
        click.option("--start", callback=parsed(day_or_moment), help="From this day or moment on, inclusive."),
        click.option("--where", help="SQL condition on the rows that a metric counts."),
        click.option("--grain", help="One value a period: second to year, a calendar's grain; `all` for totals."),
        click.option("--by", multiple=True, callback=listed, help="Dimensions or paths; `field:month` cuts a time."),
        click.argument("names", nargs=-1),
    ):
        wrapped = option(wrapped)
    return wrapped
