"""From the text of a spec file to its comments: what follows a `#` that stands in no key, string or block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..spans import Source

# A comment that speaks to accord, well formed or not: without one in a text there is nothing to look for.
ADDRESSED = re.compile(r"#\s*accord(?:\s*:|\s+ignore\b)", re.IGNORECASE)
_HASH = re.compile(r"(?:(?<=\s)|\A)#[^\n]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`; `alone` where nothing stands before it in its line."""

    text: str
    start: int
    end: int
    line: int
    alone: bool


def comments(source: Source) -> Iterator[Comment]:
    """The comments of a parsed source, in order; none where it could not be parsed."""
    if source.root is None:
        return
    scalars = sorted(_scalars(source))
    at = 0
    for match in _HASH.finditer(source.text):
        while at < len(scalars) and scalars[at][1] <= match.start():
            at += 1
        if at < len(scalars) and scalars[at][0] <= match.start():
            continue
        line, column = source.position(match.start())
        before = source.line(line)[: column - 1]
        yield Comment(match.group().rstrip(), match.start(), match.end(), line, not before.strip())


def _scalars(source: Source) -> Iterator[tuple[int, int]]:
    """Where keys and values without parts stand; containers hold comments, scalars do not."""
    containers = {0: [source.root]}
    pending = [source.root]
    while pending:
        container = pending.pop()
        if id(container) in containers:
            continue
        containers[id(container)] = container
        for key, mark in source.marks.get(id(container), {}).items():
            if isinstance(key, str):
                yield mark.key_start, mark.key_end
            value = container[key]
            if isinstance(value, dict | list) and mark.style != "*":
                pending.append(value)
            elif mark.style != "*":
                yield mark.start, mark.end


def target_line(source: Source, comment: Comment) -> int:
    """The line that a comment is about: its own, or the next one that says something if it stands alone."""
    if not comment.alone:
        return comment.line
    lines = source.text.split("\n")
    for number in range(comment.line, len(lines)):
        text = lines[number].strip()
        if text and not text.startswith("#"):
            return number + 1
    return comment.line
