"""Where things were written: spans in files, and the origin that leads from an entity back to its text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Key = str | int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file; lines and columns count from 1 in characters, the end is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Mark(NamedTuple):
    """Character offsets of one key (absent in sequences: equal to the value's) and its value, with the YAML style."""

    key_start: int
    key_end: int
    start: int
    end: int
    style: str


@dataclass(slots=True, eq=False)
class Source:
    """The text of one file with the offsets of every key and value; `marks` is keyed by container identity."""

    path: str
    text: str
    root: Any = None
    marks: dict[int, dict[Key, Mark]] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        line, column = self.position(start)
        end_line, end_column = self.position(max(start, end))
        return Span(self.path, line, column, end_line, end_column)

    def position(self, offset: int) -> tuple[int, int]:
        if not self._lines:
            self._lines = [0]
            start = self.text.find("\n")
            while start != -1:
                self._lines.append(start + 1)
                start = self.text.find("\n", start + 1)
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line break."""
        self.position(0)
        start = self._lines[number - 1]
        end = self._lines[number] if number < len(self._lines) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """The mapping that an entity was read from; leads to the span of any key, value or character in it."""

    source: Source
    data: Any
    whole: Mark

    def span(self) -> Span:
        """Where the entity stands: its name if it has one, else its first line."""
        if isinstance(self.data, dict) and "name" in self.data:
            return self.value("name")
        return self._first_line(self.whole.start, self.whole.end)

    def key(self, *path: Key) -> Span:
        """The span of the key at `path`, or of the nearest parent that is written."""
        mark = self._mark(path)
        return self.source.span(mark.key_start, mark.key_end)

    def value(self, *path: Key) -> Span:
        """The span of the value at `path` (its first line), or of the nearest parent that is written."""
        mark = self._mark(path)
        return self._first_line(mark.start, mark.end)

    def inside(self, path: tuple[Key, ...], start: int, end: int) -> Span:
        """The span of the characters `start` to `end` of the string at `path`, through quotes, folding and blocks."""
        mark = self._mark(path)
        value = self.data
        for key in path:
            value = value[key]
        if not isinstance(value, str) or not value:
            return self._first_line(mark.start, mark.end)
        offsets = written_offsets(self.source.text, mark, value)
        first = offsets[min(start, len(offsets) - 1)]
        last = offsets[min(max(end - 1, start), len(offsets) - 1)]
        return self.source.span(first, last + 1)

    def _mark(self, path: tuple[Key, ...]) -> Mark:
        mark, value = self.whole, self.data
        for key in path:
            marks = self.source.marks.get(id(value))
            if marks is None or key not in marks:
                break
            mark = marks[key]
            value = value[key]
        return mark

    def _first_line(self, start: int, end: int) -> Span:
        stop = self.source.text.find("\n", start, end)
        return self.source.span(start, end if stop == -1 else len(self.source.text[:stop].rstrip()))


_ESCAPE_LENGTH = {"x": 4, "u": 6, "U": 10}


def written_offsets(text: str, mark: Mark, value: str) -> list[int]:
    """For each character of the scalar `value`, the offset in `text` where it is written.

    White space may be folded, so each visible character is matched in turn and white space follows along.
    """
    at, end = mark.start, mark.end
    if mark.style in ("|", ">"):
        at = text.index("\n", at) + 1
    elif mark.style in ("'", '"'):
        at, end = at + 1, end - 1
    offsets: list[int] = []
    for char in value:
        if char.isspace():
            offsets.append(min(at, max(end - 1, mark.start)))
            if at < end and text[at].isspace():
                at += 1
            elif mark.style == '"' and at < end and text[at] == "\\":
                at += 2
            continue
        while at < end and (text[at].isspace() or text.startswith("\\\n", at)):
            at += 1 if text[at].isspace() else 2
        offsets.append(min(at, max(end - 1, mark.start)))
        if mark.style == "'" and text.startswith("''", at):
            at += 2
        elif mark.style == '"' and at < end and text[at] == "\\":
            at += _ESCAPE_LENGTH.get(text[at + 1], 2)
        else:
            at += 1
    return offsets
