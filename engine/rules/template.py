"""Texts of rules: `{fact}` is filled in; of `[...|...]` the first part stays whose facts all say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..diagnostics import choices, did_you_mean
from .fact import Fact, Subject, Value

_PIECE = re.compile(r"\{([^{}\[\]|]*)\}|([{}\[\]|])|([^{}\[\]|]+)")
_MANY = 6
_AND = {"en": " and ", "ru": " и "}


@dataclass(frozen=True, slots=True)
class Placeholder:
    fact: str


_Pieces = tuple[str | Placeholder, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """`text` as written; `groups` are its parts in order: one text that always stands, or several to choose from."""

    text: str
    groups: tuple[tuple[bool, tuple[_Pieces, ...]], ...]

    def render(self, subject: Subject, facts: Mapping[str, Fact], language: str) -> str:
        out: list[str] = []
        for optional, alternatives in self.groups:
            chosen = next((it for it in alternatives if not (optional and _empty(it, subject))), ())
            out += [_filled(piece, subject, facts, language) for piece in chosen]
        return "".join(out)


def read_template(text: str, tables: Sequence[Mapping[str, Fact]]) -> tuple[Template, list[tuple[str, str | None]]]:
    """The template, and what is wrong with it as messages with hints."""
    faults: list[tuple[str, str | None]] = []
    groups: list[tuple[bool, list[list[str | Placeholder]]]] = [(False, [[]])]
    for match in _PIECE.finditer(text):
        name, mark, literal = match.groups()
        optional, alternatives = groups[-1]
        if name is not None:
            faults.extend(_unknown(name, tables))
            alternatives[-1].append(Placeholder(name))
        elif literal is not None or (mark == "|" and not optional):
            alternatives[-1].append(literal or mark)
        elif mark == "|":
            alternatives.append([])
        elif (mark == "[" and not optional) or (mark == "]" and optional):
            groups.append((not optional, [[]]))
        else:
            faults.append((f"`{mark}` has no partner in this text", None))
    if groups[-1][0]:
        faults.append(("`[` has no partner in this text", None))
    read = tuple((optional, tuple(map(tuple, alternatives))) for optional, alternatives in groups)
    return Template(text, read), faults


def _empty(pieces: _Pieces, subject: Subject) -> bool:
    return any(isinstance(piece, Placeholder) and subject[piece.fact] in (None, ()) for piece in pieces)


def _unknown(name: str, tables: Sequence[Mapping[str, Fact]]) -> Iterator[tuple[str, str | None]]:
    for table in tables:
        if name not in table:
            hint = did_you_mean(name, table) or f"facts: {choices(table, 30)}"
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
        return listed(_few([labels.get(word) or f"`{word}`" for word in value], language), language)
    return "-" if value is None else labels.get(str(value), str(value))


def _few(words: list[str], language: str) -> list[str]:
    """At most a handful, and how many more there are."""
    if len(words) <= _MANY:
        return words
    more = len(words) - _MANY + 1
    return [*words[: _MANY - 1], f"ещё {more}" if language == "ru" else f"{more} more"]


def listed(words: Sequence[str], language: str) -> str:
    """
    >>> listed(["a", "b", "c"], "en")
    'a, b and c'
    """
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + _AND.get(language, ", ") + words[-1]
