"""The page of what the method asks for: every part is there, and all that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.main import COMMANDS
from engine.rules.pack import load_packs

REPO = Path(__file__).resolve().parents[2]
PAGE = (REPO / "docs" / "coverage.md").read_text(encoding="utf-8")
ROWS = {row.split("|")[1].strip(): row for row in PAGE.splitlines() if row.startswith("| D-")}
SERVES = {rule.code: rule.domain for rule in load_packs(["recommended", "thorough"], REPO)}
METHOD = REPO.parent / "shared" / "domain.md"


@pytest.mark.skipif(not METHOD.is_file(), reason="the method's own list is not here")
def test_every_part_of_the_method_is_there() -> None:
    parts = re.findall(r"^- (D-[A-Z]\d+) ", METHOD.read_text(encoding="utf-8"), re.MULTILINE)
    assert list(ROWS) == parts


@pytest.mark.parametrize("part", ROWS)
def test_what_a_row_names_exists(part: str) -> None:
    _, _, _, served_by, tests, _ = ROWS[part].split("|")
    assert set(re.findall(r"`accord (\w+)", served_by)) <= COMMANDS.keys()
    for code in re.findall(r"\b[A-Z]\d{3}\b", served_by):
        assert part in SERVES[code], code
    named = re.findall(r"`(tests/[^`:]+)(?:::(\w+))?`", tests)
    assert named
    for path, function in named:
        text = (REPO / path).read_text(encoding="utf-8")
        assert f"def {function}(" in text or not function, (path, function)


def test_every_rule_has_its_row() -> None:
    missing = [code for code, parts in SERVES.items() if not any(re.search(rf"\b{code}\b", ROWS[it]) for it in parts)]
    assert missing == []


def test_claims_without_a_source_are_nowhere() -> None:
    """The article's own statistics, which it gives no source for (D-P7)."""
    claims = re.compile(r"\b78 ?%|\b35 ?(-|–|to) ?60 ?%|\b2 ?(-|–) ?3 ?(x|times)\b")
    for page in [*(REPO / "docs").glob("*.md"), REPO / "README.md"]:
        assert not claims.search(page.read_text(encoding="utf-8")), page.name
