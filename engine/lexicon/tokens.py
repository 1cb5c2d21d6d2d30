"""Splits names and texts into folded words with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_RUN = re.compile(r"[^\W\d_]+|\d+")


class Token(NamedTuple):
    """A folded word and where it stands in the text."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Words of normal text, snake_case, kebab-case and camelCase; `ё` is folded to `е`.

    Offsets are those of the text in its composed form (NFC), which is how nearly all texts are written.

    >>> [token.word for token in tokens("apiCalls_made: 20 HTTPPosts")]
    ['api', 'calls', 'made', '20', 'http', 'posts']
    """
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return [
        Token(fold(text[start:end]), start, end)
        for run in _RUN.finditer(text)
        for start, end in _parts(run.group(), run.start())
    ]


def fold(word: str) -> str:
    return word.lower().replace("ё", "е")


def _parts(run: str, offset: int) -> Iterator[tuple[int, int]]:
    start = 0
    if not (run.islower() or run.isupper() or run[1:].islower()):
        for at in range(1, len(run)):
            before, here, after = run[at - 1], run[at], run[at + 1 : at + 2]
            if here.isupper() and (before.islower() or after.islower()):
                yield offset + start, offset + at
                start = at
    yield offset + start, offset + len(run)
