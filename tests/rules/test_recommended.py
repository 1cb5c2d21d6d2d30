"""The pack that ships: every rule proves itself in both languages and speaks both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.catalogue import CODES
from engine.pipeline.opening import context_of
from engine.rules.facts import FACTS
from engine.rules.pack import Rule, load_packs
from engine.rules.runner import lint
from engine.rules.testing import TestResult, run_tests

RULES = load_packs(["recommended"], Path())
RESULTS = run_tests(RULES, context_of)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])
SEVERITIES = {"O101": "error", "G101": "error", "G102": "error"}


@pytest.mark.parametrize("result", RESULTS, ids=[f"{it.rule.code} {it.test.kind} {it.test.name}" for it in RESULTS])
def test_tests_of_the_pack(result: TestResult) -> None:
    assert result.passed, result.message


def test_codes() -> None:
    codes = "O101 O102 O103 O104 G101 G102 G201 G202 G203 G301 T101 T102 T103 T104 T105 T106 T107"
    assert {rule.code for rule in RULES} == {*codes.split(), "A101", "A102", "A103", "A104", "A105"}
    assert not {rule.code for rule in RULES} & CODES.keys()
    assert {rule.code: rule.severity for rule in RULES if rule.severity != "warning"} == SEVERITIES


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
                for found in lint(context_of(test.spec), [rule], language):
                    assert not set("{}[]") & {*found.message, *(found.hint or "")} - set("[]")
                    assert "None" not in found.message + (found.hint or "")
                    assert found.span is not None
                    assert all(note.span is not None for note in found.related)


def test_every_fact_explains_itself() -> None:
    for subject, facts in FACTS.items():
        for name, fact in facts.items():
            assert fact.doc.endswith("."), (subject, name)
