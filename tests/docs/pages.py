"""Pages of the documentation cut into fenced blocks and tables, the parts that tests hold against the product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"^```(\S+)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: `yaml bad C108` is of kind `yaml` and told `bad C108`."""

    page: str
    line: int
    kind: str
    told: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page.relative_to(ROOT).as_posix(), line, match[1], match[2] or "", match[3])


def section(page: str, heading: str) -> str:
    """The text below a heading, up to the next one of the same or a higher level, without fenced blocks."""
    text = _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert start, f"{page} has no heading `{heading}`"
    after = text[start.end() :]
    end = re.search(rf"^#{{1,{len(start[1])}}} ", after, re.MULTILINE)
    return after[: end.start()] if end else after


def cells(text: str, column: int = 0) -> list[str]:
    """The cells of one column of all tables in a text, without their heads."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    kept = [row for at, row in enumerate(rows) if not row.startswith("|---") and not _is_head(rows, at)]
    return [re.split(r"(?<!\\)\|", row)[column + 1].strip() for row in kept]


def _is_head(rows: list[str], at: int) -> bool:
    return at + 1 < len(rows) and rows[at + 1].startswith("|---")


def named(text: str) -> list[str]:
    """What stands in backticks."""
    return _CODE.findall(text)
