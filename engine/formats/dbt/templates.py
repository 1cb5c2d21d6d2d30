"""The closed grammar of templates in filters: `{{ Dimension('a__b') }}` and its kin. No template is ever executed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>[0-9]+)|(?P<word>[A-Za-z_]\w*)|(?P<mark>[()\[\],=.]))"
)
_MAX_DEPTH = 20
_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("True", "true"), True),
    **dict.fromkeys(("False", "false"), False),
    **dict.fromkeys(("None", "none"), None),
}


class TemplateError(Exception):
    """A template that is not of the grammar, with its characters in the text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message, self.start, self.end = message, start, end


@dataclass(frozen=True, slots=True)
class Call:
    """`name(args, key=value)`, and what is called on its result: `.grain('month')`."""

    name: str
    args: tuple[object, ...] = ()
    named: Mapping[str, object] = field(default_factory=dict)
    then: tuple[Call, ...] = ()

    def argument(self, index: int, name: str) -> object:
        """An argument by its place or its name; `None` where it is not given."""
        return self.args[index] if index < len(self.args) else self.named.get(name)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: as it is, or a call in double braces."""

    text: str
    start: int
    end: int
    call: Call | None = None


def pieces(text: str) -> Iterator[Piece]:
    """The text cut at its templates; raises `TemplateError`.

    >>> [piece.call or piece.text for piece in pieces("{{ Entity('user') }} > 1")]
    [Call(name='Entity', args=('user',), named={}, then=()), ' > 1']
    """
    at = 0
    for match in re.finditer(r"\{\{(.*?)\}\}", text, re.DOTALL):
        yield from _plain(text, at, match.start())
        yield Piece(match[0], match.start(), match.end(), _Parser(text, match.start(1), match.end(1)).whole())
        at = match.end()
    yield from _plain(text, at, len(text))


def parse_call(text: str) -> Call:
    """A call without braces, as saved queries write it; raises `TemplateError`.

    >>> parse_call("TimeDimension('metric_time', 'day').descending(True)").then[0].args
    (True,)
    """
    return _Parser(text, 0, len(text)).whole()


def _plain(text: str, start: int, end: int) -> Iterator[Piece]:
    odd = re.search(r"\{\{|\}\}|\{%|%\}|\{#|#\}", text[start:end])
    if odd:
        message = f"`{odd[0]}` belongs to a template that is not read: only {{{{ ... }}}} with one call is"
        raise TemplateError(message, start + odd.start(), start + odd.end())
    if start < end:
        yield Piece(text[start:end], start, end)


class _Parser:
    """Recursive descent over the characters `start` to `end`."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.tokens: list[tuple[str, str, int, int]] = []
        at = start
        while text[at:end].strip():
            match = _TOKEN.match(text, at, end)
            if match is None:
                raise TemplateError(f"`{text[start:end].strip()}` is not a call such as Dimension('a__b')", start, end)
            kind = match.lastgroup or ""
            self.tokens.append((kind, match[kind], match.start(kind), match.end(kind)))
            at = match.end()
        self.next = self.depth = 0

    def whole(self) -> Call:
        call = self.value()
        if not isinstance(call, Call) or self.next < len(self.tokens):
            raise self.fault()
        return call

    def fault(self) -> TemplateError:
        written = self.text[self.start : self.end].strip()
        return TemplateError(f"`{written}` is not a call such as Dimension('a__b')", self.start, self.end)

    def take(self) -> tuple[str, str]:
        if self.next >= len(self.tokens):
            raise self.fault()
        kind, text, _, _ = self.tokens[self.next]
        self.next += 1
        return kind, text

    def ahead(self, text: str) -> bool:
        found = self.next < len(self.tokens) and self.tokens[self.next][1] == text
        self.next += found
        return found

    def value(self) -> object:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fault()
        found = self._value()
        self.depth -= 1
        return found

    def _value(self) -> object:
        kind, text = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return int(text)
        if text == "[":
            return self.items("]")
        if kind == "word" and text in _CONSTANTS:
            return _CONSTANTS[text]
        if kind == "word":
            return self.call(text)
        raise self.fault()

    def items(self, closing: str) -> tuple[object, ...]:
        found: list[object] = []
        while not self.ahead(closing):
            if found and not self.ahead(","):
                raise self.fault()
            found.append(self.value())
        return tuple(found)

    def call(self, name: str) -> Call:
        args, named = self.arguments()
        then: list[Call] = []
        while self.ahead("."):
            kind, following = self.take()
            if kind != "word":
                raise self.fault()
            then.append(Call(following, *self.arguments()))
        return Call(name, args, named, tuple(then))

    def arguments(self) -> tuple[tuple[object, ...], dict[str, object]]:
        if not self.ahead("("):
            raise self.fault()
        args: list[object] = []
        named: dict[str, object] = {}
        while not self.ahead(")"):
            if (args or named) and not self.ahead(","):
                raise self.fault()
            following = self.tokens[self.next + 1][1] if self.next + 1 < len(self.tokens) else ""
            if following == "=":
                _, key = self.take()
                self.take()
                named[key] = self.value()
            else:
                args.append(self.value())
        return tuple(args), named
