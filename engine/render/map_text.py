"""From a title to the lines that fit a box, without a font at hand: widths are taken a little too large."""

from __future__ import annotations

FONT = 13
_NARROW = frozenset("ijltfrI.,:;'|!()[] -1")
_WIDE = frozenset("mwMWжшщюыфмЖШЩЮЫФМД@%—…<>=+~#&✓✗○")


def width(text: str) -> float:
    """About how many pixels the text takes at the map's size of type."""
    return sum(FONT * _em(char) for char in text)


def wrap(text: str, limit: float, most: int = 4) -> tuple[str, ...]:
    """The text in lines no wider than `limit`; what a box of `most` lines cannot hold ends in `…`.

    >>> wrap("Time to the first wow", 90)
    ('Time to the', 'first wow')
    """
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, limit):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if width(joined) <= limit:
                lines[-1] = joined
            else:
                lines.append(piece)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…") > limit:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return tuple(lines)


def _pieces(word: str, limit: float) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and width(pieces[-1] + char) > limit:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.36
    if char in _WIDE or ord(char) > 0x2E80:
        return 1.02 if ord(char) > 0x2E80 else 0.9
    return 0.74 if char.isupper() else 0.6
