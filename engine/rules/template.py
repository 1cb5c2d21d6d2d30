"""Texts of rules: `{fact}` is filled in, and `[...]` is left out where a fact in it is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..diagnostics import choices, did_you_mean
from .fact import Fact, Subject, Value

_PIECE = re.compile(r"\{([^{}\[\]]*)\}|([{}\[\]])|([^{}\[\]]+)")
_AND = {"en": " and ", "ru": " и "}


@dataclass(frozen=True, slots=True)
class Placeholder:
    fact: str


@dataclass(frozen=True, slots=True)
class Template:
    """Groups of literals and placeholders; a flagged one is left out where a placeholder in it is empty."""

    groups: tuple[tuple[bool, tuple[str | Placeholder, ...]], ...]

    @property
    def text(self) -> str:
        """The template with its placeholders in braces, for the reference."""
        pieces = [piece for _, group in self.groups for piece in group]
        return "".join(f"{{{piece.fact}}}" if isinstance(piece, Placeholder) else piece for piece in pieces)

    def render(self, subject: Subject, facts: Mapping[str, Fact], language: str) -> str:
        out: list[str] = []
        for optional, pieces in self.groups:
            empty = [piece for piece in pieces if isinstance(piece, Placeholder) and subject[piece.fact] in (None, ())]
            if not (optional and empty):
                out += [_filled(piece, subject, facts, language) for piece in pieces]
        return "".join(out)


def read_template(text: str, tables: Sequence[Mapping[str, Fact]]) -> tuple[Template, list[tuple[str, str | None]]]:
    """The template, and what is wrong with it as messages with hints."""
    faults: list[tuple[str, str | None]] = []
    groups: list[tuple[bool, list[str | Placeholder]]] = [(False, [])]
    for match in _PIECE.finditer(text):
        name, bracket, literal = match.groups()
        optional = groups[-1][0]
        if literal is not None:
            groups[-1][1].append(literal)
        elif name is not None:
            faults.extend(_unknown(name, tables))
            groups[-1][1].append(Placeholder(name))
        elif (bracket == "[" and not optional) or (bracket == "]" and optional):
            groups.append((not optional, []))
        else:
            faults.append((f"`{bracket}` has no partner in this text", None))
    if groups[-1][0]:
        faults.append(("`[` has no partner in this text", None))
    return Template(tuple((optional, tuple(pieces)) for optional, pieces in groups)), faults


def _unknown(name: str, tables: Sequence[Mapping[str, Fact]]) -> Iterator[tuple[str, str | None]]:
    for table in tables:
        if name not in table:
            hint = did_you_mean(name, table) or f"facts: {choices(table, 60)}"
            yield f"`{{{name}}}` is not a fact of this subject", hint
            return
        if table[name].type == "flag":
            yield f"`{{{name}}}` is true or false, which says nothing in a text", None
            return


def _filled(piece: str | Placeholder, subject: Subject, facts: Mapping[str, Fact], language: str) -> str:
    if isinstance(piece, str):
        return piece
    value: Value = subject[piece.fact]
    labels = facts[piece.fact].labels.get(language) or facts[piece.fact].labels.get("en", {})
    if isinstance(value, tuple):
        return listed([labels.get(word) or f"`{word}`" for word in value], language)
    return "-" if value is None else labels.get(str(value), str(value))


def listed(words: Sequence[str], language: str) -> str:
    """
    >>> listed(["a", "b", "c"], "en")
    'a, b and c'
    """
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + _AND.get(language, ", ") + words[-1]
