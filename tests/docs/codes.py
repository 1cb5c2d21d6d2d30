"""The list of codes in docs/findings.md: `python -m tests.docs.codes` writes it anew."""

from __future__ import annotations

import re

from engine.catalogue import CODES
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "findings.md"
GROUPS = {
    "S": "Spec: is the file well formed?",
    "R": "References: does what is named exist?",
    "C": "Compilation: does the formula have an answer?",
    "X": "Suppressions: what is silenced, and is it in order?",
    "F": "Import: does what another tool says have a counterpart?",
}
_PLACE = re.compile(r"(?<=^<!-- codes: )(.*? -->\n)(.*?)(?=^<!-- end of codes -->$)", re.MULTILINE | re.DOTALL)


def tables() -> str:
    """One table a group, in the order of the groups."""
    parts = []
    for group, question in GROUPS.items():
        lines = [f"| {code} | {name} | {why} |" for code, (name, why) in CODES.items() if code.startswith(group)]
        parts.append("\n".join((f"\n### {question}\n", "| Code | Name | Why |", "|---|---|---|", *lines)))
    return "\n".join(parts) + "\n\n"


def written() -> str:
    """What stands on the page."""
    found = _PLACE.search(PAGE.read_text(encoding="utf-8"))
    assert found, f"{PAGE.name} has no place for the codes"
    return found[2]


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_PLACE.sub(lambda found: found[1] + tables(), page), encoding="utf-8")


if __name__ == "__main__":
    main()
