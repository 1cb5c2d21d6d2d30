"""Reads one file into text: size, encoding and control characters are checked before any parser sees them."""

from __future__ import annotations

import re
from pathlib import Path

from ..diagnostics import Diagnostic
from ..spans import Source

MAX_BYTES = 8 * 1024 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


def read_text(path: Path, shown: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of `path` (a byte order mark removed), or findings that tell why it cannot be a spec."""
    empty = Source(shown, "")
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        return None, (Diagnostic("S014", "error", message, empty.span(0, 0)),)
    if len(raw) > MAX_BYTES:
        size = path.stat().st_size / 1024 / 1024
        message = f"the file has {size:.0f} MB; a spec file has at most {MAX_BYTES // 1024 // 1024} MB"
        hint = "split it, or leave it out with `files: {exclude: [...]}` in accord.yml"
        return None, (Diagnostic("S003", "error", message, empty.span(0, 0), hint=hint),)
    return decode_bytes(raw, shown)


def decode_bytes(raw: bytes, shown: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """UTF-8 only; anything else is named and placed."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, (_encoding(Source(shown, ""), 0, "the file is UTF-16"),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = Source(shown, raw[: error.start].decode("utf-8-sig") + "\ufffd")
        found = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        return None, (_encoding(before, len(before.text) - 1, found),)
    source = Source(shown, text.replace("\r\n", "\n").replace("\r", "\n"))
    control = _CONTROL.search(source.text)
    if control:
        span = source.span(control.start(), control.end())
        message = f"control character U+{ord(control.group()):04X} in the file"
        return None, (Diagnostic("S002", "error", message, span, hint="remove it"),)
    return source, ()


def _encoding(source: Source, offset: int, what: str) -> Diagnostic:
    span = source.span(offset, offset + 1)
    return Diagnostic("S001", "error", f"{what}; spec files are UTF-8", span, hint="save the file as UTF-8")
