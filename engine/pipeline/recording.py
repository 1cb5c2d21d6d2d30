"""Measured values kept, and known again by what they mean."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import dropwhile
from pathlib import Path
from urllib.parse import unquote

from ..addresses import scheme, secrets_of
from ..errors import EnvironmentFailure, UsageError
from ..git.repository import revision_of
from ..history.database import Database
from ..history.record import Record
from ..history.store import Store
from ..measure.run import Request
from ..measure.values import Measured
from ..model import Profile
from ..redaction import remember
from ..sql.compile import tables_of
from ..sql.frame import Condition, Frame
from ..warehouse.profiles import resolved
from .journey import Journey


def store(journey: Journey, place: str | None = None, untrusted: bool = False) -> Store | Database:
    """The history: in `place` (a file or an address), else where `accord.yml` says.

    A file that specs name lies inside the project; of `untrusted` ones no address counts.
    """
    config, root = journey.project.config, Path(journey.project.root).resolve()
    if place is not None:
        return _at(Profile("--history", place), root) if "://" in place else Store(Path(place))
    if isinstance(config.history, Profile):
        if untrusted:
            hint = "name a file, or an address of yours: --history FILE|URL"
            raise UsageError("the history is at an address of untrusted specs and is not used", hint=hint)
        found = _at(config.history, root)
        named = config.history.url.startswith("${") or config.history.name in config.profiles
        written = config.history.url
    else:
        found, named, written = Store((root / config.history).resolve()), False, config.history
    if isinstance(found, Store) and not named and not found.path.resolve().is_relative_to(root):
        span = config.origin.value("history")
        raise UsageError(f"the history `{written}` lies outside the project", span=span)
    return found


def _at(profile: Profile, root: Path) -> Store | Database:
    """The history at an address, whose secrets are remembered."""
    if profile.origin is None:
        for secret in secrets_of(profile.url):
            remember(secret.text)
    address = resolved(profile, root, os.environ)
    kind = scheme(address) if "://" in address else ""
    if kind == "sqlite":
        return Store(Path(unquote(address.partition("://")[2].partition("?")[0].removeprefix("/"))))
    if kind != "postgresql":
        told = f"`{kind}` cannot hold the history" if kind else "the address of the history is none"
        raise UsageError(told, hint="it can be a file, sqlite:///FILE or postgresql://…")
    try:
        return Database(
            f"postgresql+psycopg://{address.partition('://')[2]}" if "+" not in address.partition("://")[0] else address
        )
    except ImportError as error:
        raise EnvironmentFailure(f"{error.name} is not installed: pip install 'accord-results[postgres]'") from None


def fingerprint(journey: Journey, name: str, grain: str, by: tuple[str, ...] = (), where: str | None = None) -> str:
    """Stands for what a metric means in a grain: its statement as of a fixed day, and what its tables are."""
    where_ = (Condition(where),) if where else ()
    compiled = journey.compiler.compile([name], Frame(datetime(2000, 1, 1), grain, by, where_), "duckdb")
    tables = tables_of(compiled)
    sources = sorted(
        repr(it.source) for it in journey.project.datasets.values() if journey.compiler.catalog.table(it) in tables
    )
    config = journey.project.config
    said = compiled.sql.splitlines()  # at its head, what the metric is called and as of when
    statement = "\n".join(dropwhile(lambda line: line.startswith("--"), said))
    parts = (statement, *sources, config.timezone, config.week_start, str(journey.project.metrics[name].unit))
    return sha256("\0".join(parts).encode()).hexdigest()[:12]


def grain_of(journey: Journey, grains: Sequence[str]) -> str | None:
    """The report's grain where it is among `grains`, else the first of them."""
    report = journey.project.organization.report if journey.project.organization else None
    return report.grain if report and (report.grain in grains or not grains) else next(iter(grains), None)


def record(journey: Journey, measured: Measured, request: Request, kept: Store | Database) -> tuple[int, int]:
    """Keeps the values of complete periods; tells how many those are and how many of them are new or differ."""
    if measured.grain is None:
        raise UsageError("totals have no period to be recorded by", hint="add --grain week")
    grain, revision = measured.grain, revision_of(Path(journey.project.root))
    names = dict.fromkeys(value.metric for value in measured.values)
    prints = {name: fingerprint(journey, name, grain, request.by, request.where) for name in names}
    records = [
        Record(
            metric=value.metric,
            grain=grain,
            start=value.period.start,
            end=value.period.end,
            label=value.label or "",
            dimensions=tuple((name, None if part is None else str(part)) for name, part in value.dimensions),
            where=request.where or "",
            fingerprint=prints[value.metric],
            value=value.value,
            numerator=value.numerator,
            denominator=value.denominator,
            n=value.n,
            unit=value.unit,
            revision=revision,
            as_of=journey.as_of,
        )
        for value in measured.values
        if value.complete and value.period is not None and not value.total
    ]
    return len(records), kept.put(records)
