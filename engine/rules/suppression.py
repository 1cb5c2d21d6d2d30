"""Findings of rules that somebody answers for are silenced, in the open: who, why and until when; and no longer.

A suppression is a comment in a spec (`# accord: ignore[A101] until=2027-03-31 by=sales-ops reason="..."`) or an entry
of `suppress` in `accord.yml`. What is wrong with it is a finding of its own, and such findings cannot be silenced.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ..catalogue import CODES
from ..diagnostics import Diagnostic, Severity, did_you_mean
from ..load.comments import ADDRESSED, Comment, comments, target_line
from ..load.discover import matches
from ..load.values import Malformed, day
from ..spans import Source, Span

if TYPE_CHECKING:
    from ..model import Config
    from .context import Context

_IGNORE = re.compile(r"#\s*accord:\s*ignore\[(?P<codes>[^\]]*)\](?P<rest>.*)")
_OPTION = re.compile(r"\s+(?P<key>[a-z]+)=(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^\s\"]+))")
_FORM = 'write `# accord: ignore[A101] until=2027-03-31 by=NAME reason="..."`'


@dataclass(frozen=True, slots=True)
class Suppression:
    """Silences `codes` in `lines` of one file (`subject`: a whole entry), or in the files of `patterns`."""

    codes: tuple[str, ...]
    span: Span
    until: date | None = None
    by: str | None = None
    reason: str | None = None
    line: int | None = None
    subject: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    folder: str = ""

    def covers(self, found: Diagnostic) -> bool:
        if found.code not in self.codes or found.span is None:
            return False
        if self.patterns:
            path = found.span.file.removeprefix(self.folder)
            return any(matches(pattern, path) for pattern in self.patterns)
        return found.span.file == self.span.file and (found.subject in self.subject or found.span.line == self.line)


def suppress(
    findings: Iterable[Diagnostic],
    context: Context,
    known: Collection[str],
    mandatory: Collection[str],
    today: date,
    subjects: Mapping[tuple[str, int], frozenset[str]],
) -> tuple[Diagnostic, ...]:
    """The findings that remain, with those about the suppressions themselves.

    `known` are the codes of all rules, `mandatory` those that cannot be silenced; `subjects` tells which entries
    begin in a line of a file.
    """
    project = context.project
    written: list[Suppression] = []
    faults: list[Diagnostic] = []
    for source in project.sources:
        if ADDRESSED.search(source.text):
            for item in _inline(source, subjects):
                (written if isinstance(item, Suppression) else faults).append(item)  # type: ignore[arg-type]
    written.extend(_by_path(project.config))
    in_force = []
    for item in written:
        usable, told = _judged(item, known, mandatory, today)
        faults.extend(told)
        if usable.codes:
            in_force.append(usable)
    silenced: set[tuple[int, str]] = set()
    kept = []
    for found in findings:
        covering = [index for index, item in enumerate(in_force) if item.covers(found)]
        silenced.update((index, found.code) for index in covering)
        if not covering:
            kept.append(found)
    if context.complete:  # else a rule may have kept silent for want of what could not be read
        for index, item in enumerate(in_force):
            idle = [code for code in item.codes if (index, code) not in silenced]
            if idle:
                codes = ", ".join(idle)
                faults.append(
                    _fault(
                        "X004", f"nothing is found here that `ignore[{codes}]` would silence", item.span, "remove it"
                    )
                )
    return (*kept, *faults)


def _judged(
    item: Suppression, known: Collection[str], mandatory: Collection[str], today: date
) -> tuple[Suppression, list[Diagnostic]]:
    """What of a suppression is in force, and what is wrong with it."""
    faults, usable = [], []
    for code in item.codes:
        if code in CODES:
            message = f"{code} ({CODES[code].name}) is found by the engine itself and cannot be silenced"
            faults.append(_fault("X006", message, item.span, "mend what it tells of"))
        elif code not in known:
            faults.append(_fault("X002", f"no rule has the code `{code}`", item.span, did_you_mean(code, known)))
        elif code in mandatory:
            faults.append(_fault("X006", f"the rule {code} is mandatory and cannot be silenced", item.span))
        else:
            usable.append(code)
    if not item.reason:
        faults.append(_fault("X005", "the suppression gives no reason", item.span, 'add `reason="..."`'))
    if item.until is not None and item.until < today:
        hint = "mend what it silences, or agree on a new day"
        faults.append(_fault("X003", f"the suppression ended on {item.until}", item.span, hint))
        usable = []
    return replace(item, codes=tuple(usable)), faults


def _inline(source: Source, subjects: Mapping[tuple[str, int], frozenset[str]]) -> Iterator[Suppression | Diagnostic]:
    for comment in comments(source):
        if not ADDRESSED.match(comment.text):
            continue
        line = target_line(source, comment)
        yield _read(
            comment,
            source.span(comment.start, comment.start + len(comment.text)),
            line,
            subjects.get((source.path, line), frozenset()),
        )


def _read(comment: Comment, span: Span, line: int, subject: frozenset[str]) -> Suppression | Diagnostic:
    match = _IGNORE.fullmatch(comment.text)
    if match is None:
        return _fault("X001", "this comment is no suppression that can be read", span, _FORM)
    codes = tuple(dict.fromkeys(code.strip() for code in match["codes"].split(",")))
    if not all(codes):
        return _fault("X001", "`ignore[...]` names no code", span, "name the rules: `ignore[A101, T103]`")
    options: dict[str, str] = {}
    at, rest = 0, match["rest"].rstrip()
    while at < len(rest):
        option = _OPTION.match(rest, at)
        if option is None:
            return _fault("X001", f"`{rest[at:].strip()}` cannot be read", span, _FORM)
        if option["key"] not in ("until", "by", "reason") or option["key"] in options:
            twice = "is given twice" if option["key"] in options else "is not a part of a suppression"
            return _fault("X001", f"`{option['key']}` {twice}", span, _FORM)
        options[option["key"]] = (option["quoted"] if option["quoted"] is not None else option["plain"]).strip()
        at = option.end()
    try:
        until = day(options["until"]) if "until" in options else None
    except Malformed as error:
        return _fault("X001", f"`until`: {error}", span, _FORM)
    return Suppression(codes, span, until, options.get("by"), options.get("reason"), line, subject)


def _by_path(config: Config) -> Iterator[Suppression]:
    folder = config.origin.source.path.removesuffix("accord.yml")
    for index, item in enumerate(config.suppress):
        span = config.origin.value("suppress", index)
        yield Suppression(item.codes, span, item.until, item.by, item.reason, patterns=item.paths, folder=folder)


def _fault(code: str, message: str, span: Span, hint: str | None = None) -> Diagnostic:
    severity: Severity = "error" if code in ("X001", "X002", "X006") else "warning"
    return Diagnostic(code, severity, message, span, None, hint)
