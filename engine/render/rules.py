"""A rule for people: what it finds, why it matters, what mends it, and the specs that show it."""

from __future__ import annotations

from collections.abc import Callable

from ..rules.rule import Rule, said_in


def render_rule(rule: Rule, language: str, paint: Callable[[str, str], str]) -> str:
    lines = [paint(f"{rule.code} {rule.name}", "bold") + f" ({rule.severity}, on {' and '.join(rule.subjects)})"]
    lines += ["", said_in(rule.message, language).text, "", said_in(rule.why, language)]
    lines += ["", f"hint: {said_in(rule.suggest, language).text}"]
    for kind in ("bad", "good"):
        for test in (test for test in rule.tests if test.kind == kind):
            lines += ["", f"{kind}: {test.name}", *(f"    {line}" for line in test.spec.rstrip().split("\n"))]
    return "\n".join(lines) + "\n"
