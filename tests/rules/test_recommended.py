"""The pack that ships: every rule proves itself in both languages and speaks both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.catalogue import CODES
from engine.load import schema
from engine.load.events import parse
from engine.load.read import read_text
from engine.pipeline.opening import context_of
from engine.resources import resource
from engine.rules.domain import DOMAIN
from engine.rules.facts import FACTS
from engine.rules.pack import Rule, load_packs
from engine.rules.runner import lint
from engine.rules.testing import TestResult, run_tests
from engine.spans import Origin

RECOMMENDED = load_packs(["recommended"], Path())
RULES = load_packs(["recommended", "thorough"], Path())
RESULTS = run_tests(RULES, context_of)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
SEVERITIES = {"A109": "hint", "O101": "error", "G101": "error", "G102": "error"}


@pytest.mark.parametrize("result", RESULTS, ids=[f"{it.rule.code} {it.test.kind} {it.test.name}" for it in RESULTS])
def test_tests_of_the_pack(result: TestResult) -> None:
    assert result.passed, result.message


def test_codes() -> None:
    """A code that goes away, or means something else, breaks the settings of those who use it."""
    codes = "A1 01-09, G1 01-02, G2 01-03, G3 01, M1 01-02, O1 01-08, P1 01-02, P2 01-02, P3 01, P4 01, T1 01-12, T2 03"
    wanted = set()
    for group, _, numbers in (part.partition(" ") for part in codes.split(", ")):
        first, _, last = numbers.partition("-")
        wanted |= {f"{group}{number:02}" for number in range(int(first), int(last or first) + 1)}
    assert {rule.code for rule in RECOMMENDED} == wanted
    assert not {rule.code for rule in RULES} & CODES.keys()
    assert {rule.code: rule.severity for rule in RECOMMENDED if rule.severity != "warning"} == SEVERITIES


@EVERY_RULE
def test_every_rule_says_what_it_serves(rule: Rule) -> None:
    assert rule.domain
    assert set(rule.domain) <= DOMAIN.keys()


@pytest.mark.parametrize(
    "file", sorted(it for it in resource("packs").glob("*/*.yml") if it.parent.name != "lexicons"), ids=str
)
def test_our_packs_fit_the_schema(file: Path) -> None:
    """They are loaded without being held against it, so that a start does not pay for it."""
    source, findings = read_text(file, file.name)
    assert source is not None
    assert [*findings, *parse(source)] == []
    assert schema.check("rule-pack", Origin(source, source.root, source.marks[0][0]), None) == ()


@EVERY_RULE
def test_both_languages(rule: Rule) -> None:
    for texts in (rule.message, rule.why, rule.suggest):
        assert list(texts) == ["en", "ru"]
    assert not CYRILLIC.search(rule.why["en"])
    assert CYRILLIC.search(rule.why["ru"])
    assert any(CYRILLIC.search(test.spec) for test in rule.tests if test.kind == "bad"), "a bad one in Russian"


@EVERY_RULE
def test_every_text_can_be_filled_in(rule: Rule) -> None:
    """On every bad spec, in both languages: no brace and no bracket is left."""
    for test in rule.tests:
        if test.kind == "bad":
            for language in ("en", "ru"):
                for found in lint(context_of(test.spec, test.before, test.as_of), [rule], language):
                    assert not set("{}[]") & {*found.message, *(found.hint or "")} - set("[]")
                    assert "None" not in found.message + (found.hint or "")
                    assert found.span is not None
                    assert all(note.span is not None or rule.compares for note in found.related)


def test_every_fact_explains_itself() -> None:
    for subject, facts in FACTS.items():
        for name, fact in facts.every().items():
            assert fact.doc.endswith("."), (subject, name)
