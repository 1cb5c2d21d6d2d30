"""Findings on the data itself: keys that are none, references that lead nowhere, tables that are late; and on what the
warehouse says of the metrics' statements before any of them is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ..diagnostics import Diagnostic
from ..errors import EnvironmentFailure
from ..model import FileSource, Table
from ..spans import Span
from ..sql.compile import Compiler
from ..sql.data_checks import DataCheck, Kind
from ..sql.frame import Frame
from ..sql.refusal import Refusal
from ..sql.text_times import TextTime
from ..warehouse.protocol import Estimate
from .freshness import freshness


@dataclass(frozen=True, slots=True)
class Planned:
    """What the warehouse thinks of the metrics' statements: how many, and the rows and bytes that it expects to read
    (None: it does not tell)."""

    statements: int
    rows: int | None
    bytes: int | None
    findings: tuple[Diagnostic, ...]


def planned(
    compiler: Compiler,
    frame: Frame,
    dialect: str,
    tables: Mapping[str, str],
    explain: Callable[[str], Estimate | None],
    most: int | None,
) -> Planned:
    """Has each statement planned and runs none; one that reads more than `most` rows is a finding."""
    names = [name for name, metric in compiler.project.metrics.items() if metric.definition is not None]
    estimates: list[Estimate] = []
    findings: list[Diagnostic] = []
    waiting = compiler.apart(names, frame)
    while waiting:
        group = waiting.pop()
        try:
            estimate = explain(compiler.compile(group, frame, dialect, tables=tables).sql)
        except Refusal:
            if len(group) > 1:
                waiting += [[name] for name in group]
            continue  # a finding already, without any warehouse
        except EnvironmentFailure as error:
            if len(group) > 1:
                waiting += [[name] for name in group]
            else:
                findings.append(_of_metric(compiler, group[0], "R306", f"the warehouse cannot run it: {error}"))
            continue
        if estimate is None:
            continue
        estimates.append(estimate)
        if most is not None and estimate.rows is not None and estimate.rows > most:
            told = f"its statement would read about {estimate.rows:,} rows, more than the {most:,} allowed"
            findings += [_of_metric(compiler, name, "R307", told) for name in group]
    rows = [estimate.rows for estimate in estimates if estimate.rows is not None]
    size = [estimate.bytes for estimate in estimates if estimate.bytes is not None]
    return Planned(len(estimates), sum(rows) if rows else None, sum(size) if size else None, tuple(findings))


def _of_metric(compiler: Compiler, name: str, code: str, told: str) -> Diagnostic:
    return Diagnostic(
        code, "error", f"`{name}`: {told}", compiler.project.metrics[name].origin.span(), f"metric:{name}"
    )


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


def text_time_finding(asked: TextTime, execute: Callable[[str], Table], zone: str) -> Diagnostic | None:
    """What a field's texts are not that they would be read as; `zone` is the project's."""
    field = asked.dataset.fields[asked.field]
    # A field that is written as a bare name has no place of its own beside its dataset's.
    span = field.origin.span() if "fields" not in field.origin.data else asked.dataset.origin.key("fields")
    subject, name = f"dataset:{asked.dataset.name}", f"`{asked.field}` of `{asked.dataset.name}`"
    try:
        ((count, example),) = execute(asked.sql).rows
    except EnvironmentFailure as error:
        return Diagnostic("R305", "error", f"the texts of {name} could not be checked: {error}", span, subject)
    if not count:
        return None
    many = f"{count:,} {'text' if count == 1 else 'texts'}"
    if asked.kind == "zone":
        message = f"{name} names a zone in {many}, as `{example}`: read as a time here, it would lose the zone"
        hint = f"load the column as times of {zone}, the zone of the project"
    else:
        message = f"{name} is no time as SQLite compares them in {many}, as `{example}`"
        hint = "days are texts YYYY-MM-DD, times YYYY-MM-DD HH:MM:SS, with six digits where there is a fraction"
    return Diagnostic("C107", "error", message, span, subject, hint)


# Checks that count faults: the code, one and several of what is counted, what is wrong with them, and the way out.
_COUNTS: Mapping[Kind, tuple[str, str, str, str, str | None]] = {
    "key": (
        "R301",
        "value stands",
        "values stand",
        "`{names}` is no key of `{dataset}`: {many} in several rows",
        "joins over it would count rows twice; correct the key or the data",
    ),
    "empty_key": ("R302", "row", "rows", "{many} of `{dataset}` without its primary key `{names}`", None),
    "valid": (
        "R301",
        "row",
        "rows",
        "{many} of `{dataset}` still valid when the next one of the same `{names}` begins",
        "one moment has at most one valid row a key",
    ),
}


def _counted(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    count = cast(int, row[0])
    if not count:
        return None
    code, one, several, message, hint = _COUNTS[check.kind]
    many = f"{count:,} {one if count == 1 else several}"
    told = message.format(names=", ".join(check.columns), dataset=check.dataset.name, many=many)
    return _finding(code, check, told, hint)


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
    allowed, name = check.dataset.freshness, check.dataset.name
    assert allowed is not None
    found = freshness(name, allowed, row[0])
    if not found.late(as_of):
        return None
    if found.latest is None:
        return _finding("R304", check, f"`{name}` has no rows up to {as_of:%Y-%m-%d %H:%M}")
    message = f"the latest row of `{name}` is of {found.latest}, more than {allowed} before {as_of:%Y-%m-%d %H:%M}"
    return _finding("R304", check, message, "values of the time since lack rows: load these before you read them")


def _absent(check: DataCheck, row: tuple[object, ...], as_of: datetime) -> Diagnostic | None:
    """A hint only: answers that nobody has given yet are no fault."""
    records, *numbers = (cast(int, cell) for cell in row)
    source = check.dataset.source
    empty = [name for name, number in zip(check.columns, numbers, strict=True) if not number]
    if not records or not empty or not isinstance(source, FileSource):
        return None
    paths = [f"`{it.path}`" for it in source.json_columns if it.name in empty]
    message = f"no record of `{check.dataset.name}` has a value at {', '.join(paths)}"
    span = check.dataset.origin.value("source", "columns", empty[0])
    return Diagnostic(
        "R308", "hint", message, span, f"dataset:{check.dataset.name}", "is the path spelled as in the file?"
    )


_TOLD: Mapping[Kind, Callable[[DataCheck, tuple[object, ...], datetime], Diagnostic | None]] = {
    **dict.fromkeys(_COUNTS, _counted),
    "orphans": _orphans,
    "freshness": _freshness,
    "absent": _absent,
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
