"""A difference as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable

from .diff_teller import Line, Teller
from .diff_words import say

_COLOURS = {"+": "green", "-": "red"}


def render_text(teller: Teller, heading: str, as_of: str, paint: Callable[[str, str], str]) -> str:
    """What is compared and how much changed, then a paragraph a change, by area."""
    language = teller.language
    out = [f"{heading} ({say('as_of', language)} {as_of}): {teller.summary()}"]
    for section in teller.sections():
        out += ["", paint(section.title, "bold")]
        for line in section.lines:
            out += _paragraph(line, language, paint)
    return "\n".join(out) + "\n"


def _paragraph(line: Line, language: str, paint: Callable[[str, str], str]) -> list[str]:
    mark = f"{paint(say('breaking', language), 'red')} " if line.breaking else ""
    out = [f"  {mark}{line.headline}", *(f"      {detail}" for detail in line.details)]
    if line.touches:
        out.append(f"      {line.touches}")
    out += [f"        {paint(text, _COLOURS[text[0]]) if text[:1] in _COLOURS else text}" for text in line.sql]
    return out
