"""Runs rules over everything in a project; a rule that raises is a bug of ours and says its name."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import Diagnostic
from ..errors import RuleFailure
from .context import Context
from .rule import Rule


def lint(context: Context, rules: Iterable[Rule], language: str | None = None) -> tuple[Diagnostic, ...]:
    """The findings of `rules`, by subject; `language` is the project's unless it is given."""
    by_kind: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.compares and context.base is None:
            continue
        for kind in rule.subjects:
            by_kind.setdefault(kind, []).append(rule)
    language = language or context.project.config.language
    findings: list[Diagnostic] = []
    for subject in context.subjects.values():
        if subject.origin.data.get("name") in context.project.broken:
            continue  # what is known of it is not what was meant
        for rule in by_kind.get(subject.kind, ()):
            try:
                if rule.matches(subject):
                    findings.append(rule.report(subject, language))
            except Exception as error:
                raise RuleFailure(rule.code, str(subject), error) from error
    return tuple(findings)
