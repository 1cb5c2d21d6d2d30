"""Runs the specs that rules bring as tests: the bad ones must be found, the good ones must not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from ..errors import AccordError
from .context import Context
from .rule import Rule, RuleTest
from .runner import lint

Analyse = Callable[[str, str | None, date | None], Context]


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one test; `message` tells why it failed."""

    __test__ = False  # not a test case of pytest

    rule: Rule
    test: RuleTest
    message: str | None = None

    @property
    def passed(self) -> bool:
        return self.message is None


def run_tests(rules: Iterable[Rule], analyse: Analyse) -> tuple[TestResult, ...]:
    """One result a test; each rule is run alone, whatever the settings of a project say."""
    return tuple(TestResult(rule, test, _fault(rule, test, analyse)) for rule in rules for test in rule.tests)


def _fault(rule: Rule, test: RuleTest, analyse: Analyse) -> str | None:
    try:
        if rule.compares and test.before is None:
            return "the rule compares with an earlier revision, and the test has no `before`"
        context = analyse(test.spec, test.before, test.as_of)
        for seen in (context, context.base):
            if seen and (seen.project.broken or not seen.complete):
                return "the spec of the test is not well formed"
        found = lint(replace(context, complete=True), [rule])
    except AccordError as error:
        return str(error)
    if test.kind == "bad" and not found:
        return f"{rule.code} finds nothing in a spec that is bad"
    if test.kind == "good" and found:
        return f"{rule.code} finds fault with a spec that is good: {found[0].message}"
    return None
