"""Secrets that were seen, and text in which they are hidden; everything that is printed or written goes through it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import escape
from typing import TextIO
from urllib.parse import quote, unquote, unquote_plus

SHORTEST = 4  # a shorter one would stand in half of all words and numbers: hiding it would falsify what is said
_SECRETS: set[str] = set()
# How formats write a sign: as it is, in URLs, in HTML and XML, in JSON, behind a backslash, doubled.
_WAYS = (
    lambda sign: sign,
    lambda sign: quote(sign, safe=""),
    lambda sign: quote(sign, safe="").lower(),
    lambda sign: sign.replace(" ", "+"),
    escape,
    lambda sign: sign.replace("'", "&#39;").replace('"', "&#34;"),
    lambda sign: json.dumps(sign)[1:-1],
    lambda sign: "\\" + sign,
    lambda sign: sign.replace("'", "''").replace('"', '""').replace("`", "``"),
    lambda sign: sign.replace("%", "%25"),
    lambda sign: sign.replace("@", "@\u200b"),  # so that nobody is called by a comment
)


def remember(secret: str) -> None:
    """From now on `secret` appears in no output, neither as it is nor as a format writes it."""
    _SECRETS.update(form for form in (secret, unquote(secret), unquote_plus(secret)) if len(form) >= SHORTEST)


def redacted(text: str) -> str:
    """`text` with every secret replaced by `***`, the longest first."""
    return _pattern(tuple(sorted(_SECRETS, key=len, reverse=True))).sub("***", text) if _SECRETS else text


@lru_cache(maxsize=8)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join("".join(map(_sign, secret)) for secret in secrets))


@lru_cache(maxsize=512)
def _sign(sign: str) -> str:
    """A pattern for a sign in each way to write it, and in each of these once more: JSON may hold a URL."""
    if sign.isascii() and sign.isalnum():
        return sign
    once = {way(sign) for way in _WAYS}
    twice = once | {way(form) for form in once for way in _WAYS}
    return f"(?:{'|'.join(map(re.escape, sorted(twice, key=len, reverse=True)))})"


def guard(stream: TextIO) -> None:
    """Makes `stream` hide secrets whoever writes to it: warnings of drivers and tracebacks as well as our own."""
    write = stream.write
    try:
        stream.write = lambda text: write(redacted(text))  # type: ignore[method-assign] # also print() looks it up here
    except AttributeError:  # a stream that cannot be changed has to be written to by us
        return
