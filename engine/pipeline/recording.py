"""Measured values kept, and known again by what they mean."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from itertools import dropwhile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..addresses import scheme, secrets_of
from ..errors import EnvironmentFailure, UsageError
from ..git.repository import revision_of
from ..history.covered import Covered
from ..history.database import Database
from ..history.record import Record
from ..history.store import Store
from ..measure.run import Request, shown
from ..measure.values import Measured
from ..model import Profile
from ..redaction import remember
from ..sql.compile import tables_of
from ..sql.frame import Condition, Frame
from ..sql.refusal import Refusal
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


def warehouse_of(profile: Profile | None) -> str:
    """What a warehouse is called in the history: its profile, or its address without secrets; files have no name."""
    if profile is None or profile.origin is not None:
        return profile.name if profile else ""
    parts = urlsplit(profile.url)
    host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    return f"{parts.scheme}://{host}{parts.path}"


def fingerprint(
    journey: Journey,
    name: str,
    grain: str,
    by: tuple[str, ...] = (),
    where: str | None = None,
    profile: Profile | None = None,
) -> str:
    """Stands for what a metric means in a grain: its statement as of a fixed day, and what its tables are."""
    where_ = (Condition(where),) if where else ()
    compiled = journey.compiler.compile([name], Frame(datetime(2000, 1, 1), grain, by, where_), "duckdb")
    tables = tables_of(compiled)
    read = [it for it in journey.project.datasets.values() if journey.compiler.catalog.table(it) in tables]
    sources = sorted(repr(it.source) for it in read)
    if profile is not None:
        sources += [f"{it.name}: {profile.tables[it.name]}" for it in read if it.name in profile.tables]
        sources += [f"{profile.catalog}.{profile.schema}"] if profile.catalog or profile.schema else []
    config = journey.project.config
    said = compiled.sql.splitlines()  # at its head, what the metric is called and as of when
    statement = "\n".join(dropwhile(lambda line: line.startswith("--"), said))
    parts = (statement, *sources, config.timezone, config.week_start, str(journey.project.metrics[name].unit))
    return sha256("\0".join(parts).encode()).hexdigest()[:12]


def grain_of(journey: Journey, grains: Sequence[str]) -> str | None:
    """The report's grain where it is among `grains`, else the first of them."""
    report = journey.project.organization.report if journey.project.organization else None
    return report.grain if report and (report.grain in grains or not grains) else next(iter(grains), None)


def current(journey: Journey, of: Record) -> str | None:
    """The fingerprint that a record of today would have; nothing where its metric or question has no meaning today."""
    metric = journey.project.metrics.get(of.metric)
    if metric is None or metric.definition is None:
        return None
    by = tuple(name for name, _ in of.dimensions)
    try:
        profile = journey.project.config.profiles.get(of.warehouse)
        return fingerprint(journey, of.metric, of.grain, by, of.where or None, profile)
    except (Refusal, UsageError):
        return None


def recorded(journey: Journey, kept: Store | Database, name: str) -> tuple[Record, ...]:
    """All records of a metric, under its former names too: those of the definition of now continue its line."""
    found = list(kept.records(name))
    metric = journey.project.metrics.get(name)
    for former in metric.renamed_from if metric else ():
        renamed = {**journey.project.metrics, former: replace(metric, name=former)} if metric else {}
        earlier = journey.with_project(replace(journey.project, metrics=renamed))
        there = {it.key for it in found}
        prints: dict[tuple[object, ...], tuple[str | None, str | None]] = {}  # as it was called, as it is: once a line
        for it in kept.records(former):
            now = replace(it, metric=name)
            line = (it.grain, tuple(by for by, _ in it.dimensions), it.where, it.warehouse)
            if line not in prints:
                prints[line] = current(earlier, it), current(journey, now)
            then, today = prints[line]
            if it.fingerprint == then:
                now = replace(now, fingerprint=today or it.fingerprint)
            found += [now] if now.key not in there else []
    return tuple(found)


def record(
    journey: Journey, measured: Measured, request: Request, kept: Store | Database, profile: Profile | None = None
) -> tuple[int, int]:
    """Keeps the values of complete periods; tells how many those are and how many of them are new or differ."""
    if measured.grain is None:
        raise UsageError("totals have no period to be recorded by", hint="add --grain week")
    grain, revision = measured.grain, revision_of(Path(journey.project.root))
    names = request.names or shown(journey.project)
    failed = {*measured.drafts, *(failure.metric for failure in measured.failures)}
    asked = [name for name in dict.fromkeys(names) if name not in failed]
    prints = {name: fingerprint(journey, name, grain, request.by, request.where, profile) for name in asked}
    warehouse = warehouse_of(profile)
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
            warehouse=warehouse,
            value=value.value,
            numerator=value.numerator,
            denominator=value.denominator,
            n=value.n,
            unit=value.unit,
            revision=revision,
            as_of=journey.as_of,
        )
        for value in measured.values
        if value.metric in prints and value.complete and value.period is not None and not value.total
    ]
    covered = [
        Covered(name, grain, request.by, request.where or "", print_, warehouse, *looked, revision, as_of=journey.as_of)
        for name, print_ in prints.items()
        for looked in _looked_at(name, measured, request)
    ]
    return len(records), kept.put(records, covered)


def _looked_at(name: str, measured: Measured, request: Request) -> Iterator[tuple[date | None, date | None]]:
    """The stretches of time in which a run asked for every value of a metric: its range, else the periods it shows."""
    if request.grain is not None:
        yield request.start, request.end
        return
    for value in measured.values:
        if value.metric == name and value.period is not None:
            yield value.period.start, value.period.end
