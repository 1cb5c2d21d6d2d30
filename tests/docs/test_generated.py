"""Pages that are made from the code are current."""

from __future__ import annotations

from pathlib import Path

from engine.render.dialects import render_dialects

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_of_dialects_is_current() -> None:
    assert (DOCS / "dialects.md").read_text(encoding="utf-8") == render_dialects(), "run `python tasks.py reference`"
