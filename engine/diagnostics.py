"""The one type for every kind of finding, and its order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .spans import Span

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding, with what it tells."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding: a code of the catalogue or of a pack, one terse message, a span, and what to write instead.

    `subject` names the entity that the finding is about (`metric:revenue`), `None` where a file itself is at fault.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    subject: str | None = None
    hint: str | None = None
    related: tuple[Related, ...] = ()


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Whether `severity` is as grave as `threshold` or graver.

    >>> at_least("error", "warning"), at_least("hint", "warning")
    (True, False)
    """
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


def in_reading_order(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Findings by file, position and code, each one once."""
    nowhere = Span("")
    return sorted(dict.fromkeys(findings), key=lambda found: (found.span or nowhere, found.code, found.message))


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The hint `did you mean ...?` for a word that is close to a candidate, else `None`.

    >>> did_you_mean("summ", ["sum", "count"])
    'did you mean `sum`?'
    """
    from difflib import get_close_matches  # only wanted when something is wrong

    names = {candidate.lower(): candidate for candidate in candidates}
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.7)
    return f"did you mean `{names[close[0]]}`?" if close else None


def choices(candidates: Iterable[str], limit: int = 12) -> str:
    """A short listing for messages.

    >>> choices(["a", "b"])
    '`a`, `b`'
    """
    names = list(candidates)
    shown = ", ".join(f"`{name}`" for name in names[:limit])
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")
