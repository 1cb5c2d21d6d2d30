"""From YAML text to plain data with the position of every key and value, by libyaml's events."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import yaml

from ..diagnostics import Diagnostic, Severity
from ..spans import Key, Mark, Source

MAX_DEPTH = 60
MAX_NODES = 1_000_000
MAX_FINDINGS = 50

_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_BOOLEANS = frozenset("y Y yes Yes YES n N no No NO on On ON off Off OFF".split())
_OLD_NUMBER = re.compile(r"[-+]?(?:0[0-7]*[0-7]|[0-9]+(?:_[0-9]+)+|[0-9]+(?::[0-5]?[0-9])+)\Z")
_START = frozenset("-+.0123456789~ntfNTF")
_PLAIN_KEY = re.compile(r"[a-z0-9_]+\Z")
# Anchor and tag of a value, with what may stand between them and the value itself.
_PROPERTIES = re.compile(r"(?:[&!]\S*\s*(?:#[^\n]*\s*)*)+")


class _Stop(Exception):
    """Parsing cannot go on: a finding has been recorded."""


def parse(source: Source) -> tuple[Diagnostic, ...]:
    """Fills `source.root` and `source.marks` from its text; findings tell what was wrong or left out."""
    builder = _Builder(source)
    try:
        builder.run()
    except _Stop:
        source.root = None
    return tuple(builder.findings)


@dataclass(slots=True)
class _Frame:
    """A container being filled."""

    container: Any
    marks: dict[Key, Mark]
    start: int
    anchor: str | None
    nodes_before: int
    key: str | None = None
    key_at: tuple[int, int] = (0, 0)
    skip: bool = False


@dataclass(slots=True)
class _Builder:
    source: Source
    findings: list[Diagnostic] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    nodes: int = 0

    def report(self, code: str, message: str, start: int, end: int, hint: str | None = None) -> None:
        severity: Severity = "warning" if code in ("S008", "S010") else "error"
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Diagnostic(code, severity, message, self.source.span(start, end), hint=hint))

    def stop(self, code: str, message: str, start: int, end: int, hint: str | None = None) -> _Stop:
        self.report(code, message, start, end, hint)
        return _Stop()

    def run(self) -> None:
        try:
            self._documents()
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
            raise _Stop from None

    def _documents(self) -> None:
        parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self.source.text)
        try:
            self._consume(parser)
        finally:
            parser.dispose()

    def _consume(self, parser: Any) -> None:
        stack: list[_Frame] = []
        documents = 0
        get_event = parser.get_event
        while True:
            event = get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                start, end = event.start_mark.index, event.end_mark.index
                if event.tag is not None and event.tag != "!":
                    self.report("S012", f"the tag `{event.tag}` is not supported", start, end, "leave it out")
                if event.anchor is not None or event.tag is not None:
                    start = min(_after_properties(self.source.text, start), end)
                frame = stack[-1] if stack else None
                if frame is not None and frame.key is None and type(frame.container) is dict:
                    self._take_key(frame, event, start, end)
                    continue
                value = self._scalar(event, start, end)
                self._place(stack, value, start, end, event.style or "", event.anchor)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(stack, event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                frame = stack.pop()
                if frame.anchor:
                    self.anchors[frame.anchor] = (frame.container, self.nodes - frame.nodes_before)
                end = event.end_mark.index if event.end_mark.index > event.start_mark.index else self._trimmed(event)
                self._place(stack, frame.container, frame.start, max(end, frame.start), "", None)
            elif kind is yaml.AliasEvent:
                self._alias(stack, event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    at = event.start_mark.index
                    raise self.stop("S011", "a second YAML document in one file", at, at + 3, "use one file each")
            elif kind is yaml.StreamEndEvent:
                break
        if documents == 0 or self.source.root is None:
            self.report("S010", "the file is empty", 0, 0, "remove it, or describe something in it")

    def _trimmed(self, event: Any) -> int:
        """The end of a block container: libyaml reports the start of what follows."""
        return len(self.source.text[: event.start_mark.index].rstrip(" \t\n"))

    def _open(self, stack: list[_Frame], event: Any, container: Any) -> None:
        start = event.start_mark.index
        if event.tag is not None:
            self.report("S012", f"the tag `{event.tag}` is not supported", start, start + 1, "leave it out")
        if len(stack) >= MAX_DEPTH:
            raise self.stop("S005", f"nested deeper than {MAX_DEPTH} levels", start, start + 1)
        if stack and stack[-1].key is None and type(stack[-1].container) is dict:
            hint = "a `{` or `[` in a plain text wants quotes around the text"
            raise self.stop("S012", "a key must be a plain word, not a mapping or list", start, start + 1, hint)
        marks: dict[Key, Mark] = {}
        self.source.marks[id(container)] = marks
        stack.append(_Frame(container, marks, start, event.anchor, self.nodes))

    def _take_key(self, frame: _Frame, event: Any, start: int, end: int) -> None:
        key: str = event.value
        if not event.style and key == "<<":
            self.report("S012", "merge keys (`<<`) are not part of YAML 1.2", start, end, "write the keys out")
        if not _PLAIN_KEY.match(key):
            odd = confusable(key)
            if odd is not None:
                name = unicodedata.name(odd, f"U+{ord(odd):04X}")
                self.report("S013", f"the key `{key}` has a look-alike letter: {name}", start, end, "retype the key")
        frame.skip = key in frame.container
        if frame.skip:
            first, _ = self.source.position(frame.marks[key].key_start)
            self.report("S007", f"the key `{key}` is given twice; it stands in line {first} already", start, end)
        frame.key, frame.key_at = key, (start, end)

    def _scalar(self, event: Any, start: int, end: int) -> Any:
        value: str = event.value
        if event.style:
            return value
        if value in _OLD_BOOLEANS or (value[:1] in _START and _OLD_NUMBER.match(value)):
            what = f"`{value}` means different things to different YAML readers; it is read as "
            plain = self._plain(value)
            what += f"the text `{value}`" if isinstance(plain, str) else f"the number {plain}"
            self.report("S008", what, start, end, "put it in quotes, or write it without doubt")
            return plain
        return self._plain(value)

    @staticmethod
    def _plain(value: str) -> Any:
        """YAML 1.2 core schema."""
        if not value or value[0] in _START:
            if value in _WORDS:
                return _WORDS[value]
            if _INT.match(value) and len(value) < 400:
                return int(value)
            if _FLOAT.match(value):
                number = float(value)
                return number if isfinite(number) else value  # like `.inf`: no number that a spec could mean
            if _BASED.match(value):
                return int(value, 0)
        return value

    def _alias(self, stack: list[_Frame], event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor not in self.anchors:
            where = "stands inside itself" if any(f.anchor == event.anchor for f in stack) else "has no anchor"
            raise self.stop("S006", f"the alias `*{event.anchor}` {where}", start, end)
        value, size = self.anchors[event.anchor]
        self.nodes += size
        if self.nodes > MAX_NODES:
            raise self.stop("S006", f"aliases expand to more than {MAX_NODES:,} values", start, end)
        if stack and stack[-1].key is None and type(stack[-1].container) is dict:
            raise self.stop("S012", "an alias cannot be a key", start, end)
        self._place(stack, value, start, end, "*", None)

    def _place(self, stack: list[_Frame], value: Any, start: int, end: int, style: str, anchor: str | None) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.stop("S006", f"more than {MAX_NODES:,} values in one file", start, end)
        if anchor:
            self.anchors[anchor] = (value, 1)
        if not stack:
            self.source.root = value
            self.source.marks[0] = {0: Mark(start, end, start, end, style)}
            return
        frame = stack[-1]
        if type(frame.container) is list:
            frame.marks[len(frame.container)] = Mark(start, end, start, end, style)
            frame.container.append(value)
            return
        key, frame.key = frame.key, None
        if key is not None and not frame.skip:
            key_start, key_end = frame.key_at
            frame.marks[key] = Mark(key_start, key_end, start, end, style)
            frame.container[key] = value

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        at = min(mark.index if mark else 0, max(len(self.source.text) - 1, 0))
        problem = str(error.problem or error.context or "not YAML")
        hint = None
        if "maximum nesting depth" in problem:  # a scanner's own limit, where it reads ahead of ours
            self.report("S005", f"nested deeper than {MAX_DEPTH} levels", at, at + 1)
            return
        if self.source.text[at : at + 1] == "\t":
            problem, hint = "a tab is used for indentation", "indent with spaces"
        elif "cannot start any token" in problem:
            char = self.source.text[at : at + 1]
            problem, hint = f"a value cannot start with `{char}`", "put it in quotes"
        elif "mapping values are not allowed" in problem:
            problem, hint = "`: ` in the middle of a text", "put the text in quotes"
        elif error.context:
            problem = f"{error.context}: {problem}"
        self.report("S004", problem, at, at + 1, hint)


def _after_properties(text: str, start: int) -> int:
    """Where a value begins whose anchor or tag starts at `start`: positions inside it count from there."""
    match = _PROPERTIES.match(text, start)
    return match.end() if match else start


def confusable(text: str) -> str | None:
    """The first letter of another script in a word that also has Latin letters, or invisible; else None.

    >>> confusable("nаme") is not None, confusable("name"), confusable("имя")
    (True, None, None)
    """
    latin = any("a" <= char <= "z" or "A" <= char <= "Z" for char in text)
    for char in text:
        if ord(char) < 128:
            continue
        if unicodedata.category(char) in ("Cf", "Zs", "Mn") or (latin and char.isalpha()):
            return char
    return None
