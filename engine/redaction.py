"""Secrets that were seen, and text in which they are hidden; everything that is printed or written goes through it."""

from __future__ import annotations

from typing import TextIO
from urllib.parse import quote, quote_plus, unquote

SHORTEST = 4  # a shorter one would stand in half of all words and numbers: hiding it would falsify what is said
_SECRETS: set[str] = set()


def remember(secret: str) -> None:
    """From now on `secret` appears in no output, neither as it is nor as it stands in a URL."""
    plain = unquote(secret)
    forms = {secret, plain, quote(plain, safe=""), quote(plain), quote_plus(plain), repr(plain)[1:-1]}
    _SECRETS.update(form for form in forms if len(form) >= SHORTEST)


def redacted(text: str) -> str:
    """`text` with every secret replaced by `***`, the longest first."""
    for secret in sorted(_SECRETS, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def guard(stream: TextIO) -> None:
    """Makes `stream` hide secrets whoever writes to it: warnings of drivers and tracebacks as well as our own."""
    write = stream.write
    try:
        stream.write = lambda text: write(redacted(text))  # type: ignore[method-assign] # also print() looks it up here
    except AttributeError:  # a stream that cannot be changed has to be written to by us
        return
