"""The page of rules in the documentation is what the packs say."""

from __future__ import annotations

from pathlib import Path

from engine.render.rules import render_reference
from engine.rules.pack import load_packs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_page_of_rules_is_current() -> None:
    rules = load_packs(("recommended",), Path())
    assert PAGE.read_text(encoding="utf-8") == render_reference(rules), "run `python tasks.py reference`"
