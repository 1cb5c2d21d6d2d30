"""The pages of rules and facts in the documentation are what the packs and the code say."""

from __future__ import annotations

from pathlib import Path

from engine.render.facts import render_fact_reference
from engine.render.rules import render_reference
from engine.rules.pack import load_packs

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_of_rules_is_current() -> None:
    rules = load_packs(("recommended", "thorough"), Path())
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert page == render_reference(rules), "run `python tasks.py reference`"


def test_the_page_of_facts_is_current() -> None:
    assert (DOCS / "facts.md").read_text(encoding="utf-8") == render_fact_reference(), "run `python tasks.py reference`"
