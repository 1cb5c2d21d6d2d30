"""A rule as a value: what it looks for, and what it says where it finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar

from ..diagnostics import Diagnostic, Severity
from ..spans import Span
from .fact import Subject
from .facts import FACTS
from .match import Test
from .places import NOTES, PLACES
from .template import Template

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A spec that a rule must find fault with (`bad`), or must not (`good`)."""

    name: str
    kind: Literal["bad", "good"]
    spec: str
    span: Span
    before: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of a rule that `accord.yml` may set."""

    value: Any
    doc: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`matches` decides; where `softened` holds as well, the finding is a hint. Texts are by language.

    One that `compares` needs a base revision to run. `domain` names what of the method it serves.
    """

    code: str
    name: str
    severity: Severity
    subjects: tuple[str, ...]
    matches: Test
    softened: Test | None
    at: str
    notes: tuple[str, ...]
    message: Mapping[str, Template]
    why: Mapping[str, str]
    suggest: Mapping[str, Template]
    tests: tuple[RuleTest, ...]
    pack: str
    span: Span
    compares: bool = False
    mandatory: bool = False
    domain: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def report(self, subject: Subject, language: str) -> Diagnostic:
        """The finding on a subject that the rule matches."""
        severity: Severity = "hint" if self.softened and self.softened(subject) else self.severity
        facts = FACTS[subject.kind]
        known = NOTES[subject.kind]
        return Diagnostic(
            code=self.code,
            severity=severity,
            message=said_in(self.message, language).render(subject, facts, language),
            span=PLACES[subject.kind][self.at](subject),
            subject=str(subject),
            hint=said_in(self.suggest, language).render(subject, facts, language),
            related=tuple(note for name in self.notes if name in known for note in known[name](subject, language)),
        )


def said_in(texts: Mapping[str, T], language: str) -> T:
    """The text in `language`, else in English, else in whatever language it has."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))
