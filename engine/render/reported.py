"""What every format of findings is made from, and what several formats need to know of a finding."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..catalogue import CODES
from ..diagnostics import Diagnostic, Severity
from ..spans import Source


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say about a code: its name, its reason, how grave it is unless settings say otherwise."""

    name: str
    why: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Reported:
    """Findings with what goes with them; `fail_on` is the severity from which on they fail the check."""

    findings: tuple[Diagnostic, ...]
    rules: Mapping[str, Told]
    sources: Mapping[str, Source] = field(default_factory=dict)
    as_of: str = ""
    scope: str = ""
    fail_on: Severity = "warning"
    config: str = "accord.yml"
    version: str = ""
    departments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def told(self, code: str) -> Told:
        if code in self.rules:
            return self.rules[code]
        return Told(CODES[code].name, CODES[code].why) if code in CODES else Told("", "")

    def place(self, found: Diagnostic) -> tuple[str, int]:
        """File and line; what stands nowhere is about the project, so it is shown at `accord.yml`."""
        return (found.span.file, found.span.line) if found.span else (self.config, 1)


def fingerprints(findings: tuple[Diagnostic, ...]) -> tuple[str, ...]:
    """For each finding an id that no other one of these has, and that edits elsewhere leave as it is.

    It is made of the code and the entity (else the file), and of a number where an entity has several of one code.
    """
    seen: Counter[str] = Counter()
    out = []
    for found in findings:
        about = found.subject or (found.span.file if found.span else "")
        known = f"{found.code}\0{about}"
        seen[known] += 1
        out.append(hashlib.sha256(f"{known}\0{seen[known]}".encode()).hexdigest()[:32])
    return tuple(out)
