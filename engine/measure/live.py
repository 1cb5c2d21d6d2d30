"""Findings on the data itself: keys that are none, references that lead nowhere, tables that are late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import cast

from ..diagnostics import Diagnostic
from ..errors import EnvironmentFailure
from ..model import Table, plus
from ..spans import Span
from ..sql.data_checks import DataCheck
from .periods import at


def data_findings(
    checks: Iterable[DataCheck], execute: Callable[[str], Table], as_of: datetime, unread: frozenset[str]
) -> Iterator[Diagnostic]:
    """What the data is not that its specs say, at the line that says it; datasets that are `unread` have findings.

    A check that fails in the warehouse is a finding as well: what was not looked at is not well.
    """
    for check in checks:
        names = {check.dataset.name, check.relationship.target if check.relationship else check.dataset.name}
        if names & unread:
            continue
        try:
            row = execute(check.sql).rows[0]
        except EnvironmentFailure as error:
            yield _finding("R305", check, f"`{check.dataset.name}` could not be checked: {error}")
            continue
        found = _TOLD[check.kind](check, row, as_of)
        if found is not None:
            yield found


def _key(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    twice = cast(int, row[0])
    if not twice:
        return None
    names = ", ".join(check.columns)
    told = _many(twice, "value stands", "values stand")
    message = f"`{names}` is no key of `{check.dataset.name}`: {told} in several rows"
    return _finding("R301", check, message, "joins over it would count rows twice; correct the key or the data")


def _empty_key(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    empty = cast(int, row[0])
    if not empty:
        return None
    names = ", ".join(check.columns)
    message = f"{_many(empty, 'row', 'rows')} of `{check.dataset.name}` without its primary key `{names}`"
    return _finding("R302", check, message)


def _valid(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    overlaps = cast(int, row[0])
    if not overlaps:
        return None
    names = ", ".join(check.columns)
    told = _many(overlaps, "row", "rows")
    message = f"{told} of `{check.dataset.name}` still valid when the next one of the same `{names}` begins"
    return _finding("R301", check, message, "one moment has at most one valid row a key")


def _orphans(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    assert check.relationship is not None
    referring, known = cast(int, row[0]), cast(int, row[1])
    orphans, most = referring - known, check.relationship.max_orphans
    if not referring or orphans <= most * referring:
        return None
    names = ", ".join(check.columns)
    message = (
        f"{orphans:,} of {referring:,} rows of `{check.dataset.name}` that have `{names}` lead to no row of "
        f"`{check.relationship.target}` ({_percent(orphans / referring)}; allowed are {_percent(float(most))})"
    )
    return _finding("R303", check, message, "mend the data, or say `max_orphans:`")


def _freshness(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    """A day counts as a whole: its rows may come until midnight."""
    allowed, name = check.dataset.freshness, check.dataset.name
    assert allowed is not None
    if row[0] is None:
        return _finding("R304", check, f"`{name}` has no rows up to {as_of:%Y-%m-%d %H:%M}")
    latest = row[0] if isinstance(row[0], date) else datetime.fromisoformat(str(row[0]))
    known = at(latest) if isinstance(latest, datetime) else at(latest) + timedelta(days=1)
    if plus(known, allowed) >= as_of:
        return None
    message = f"the latest row of `{name}` is of {latest}, more than {allowed} before {as_of:%Y-%m-%d %H:%M}"
    return _finding("R304", check, message, "values of the time since are too low, not low")


_TOLD: Mapping[str, Callable[[DataCheck, tuple[object, ...], datetime], Diagnostic | None]] = {
    "key": _key,
    "empty_key": _empty_key,
    "valid": _valid,
    "orphans": _orphans,
    "freshness": _freshness,
}


def _finding(code: str, check: DataCheck, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, "error", message, _span(check), f"dataset:{check.dataset.name}", hint)


def _span(check: DataCheck) -> Span | None:
    """Where the spec says what the data is not."""
    if check.relationship is not None:
        origin = check.relationship.origin
        return origin.key("max_orphans" if "max_orphans" in origin.data else "from_columns")
    origin = check.dataset.origin
    if check.kind in ("freshness", "valid"):
        return origin.key(check.kind)
    return origin.key("primary_key" if check.columns == check.dataset.primary_key else "unique_keys")


def _percent(share: float) -> str:
    """To two digits that say something: a share that is not 0 is not told as 0.

    >>> _percent(0.0), _percent(0.25), _percent(0.0000421)
    ('0 %', '25 %', '0.0042 %')
    """
    return f"{share * 100:.2g} %" if share < 0.1 else f"{share * 100:.3g} %"


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
