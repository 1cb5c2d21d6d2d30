"""From findings that have one right mend to changed texts: comments and layout stay, since only the fault is replaced.

Mended is an ambiguous scalar that is read as text (it is put in quotes and stays what it was), and a key or a
reference that is one letter away from the only one that can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from pathlib import Path

from ..diagnostics import Diagnostic
from ..errors import EnvironmentFailure, UsageError
from ..spans import Source, Span
from .events import parse
from .read import decode_bytes

_MEANT = re.compile(r"did you mean `([^`]+)`\?")
_SURE = ("S101", "R101")  # an unknown key or name: as it stands it can mean nothing
MENDED = ("S008", *_SURE)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def mends(findings: Iterable[Diagnostic], sources: Iterable[Source]) -> list[tuple[Source, str, int]]:
    """The sources that change, with their new text and the number of mends."""
    by_file: dict[str, dict[tuple[int, int], str]] = {}
    texts = {source.path: source for source in sources}
    names = frozenset(name for source in texts.values() for name in _names(source.root))
    for found in findings:
        source = texts.get(found.span.file) if found.span else None
        if source is None or found.span is None:
            continue
        start, end = _offsets(source, found.span)
        meant = _meant(found, source.text[start:end], names)
        if meant is not None:
            by_file.setdefault(source.path, {})[start, end] = meant
    changed = ((texts[path], _changed(texts[path].text, edits), len(edits)) for path, edits in sorted(by_file.items()))
    return [(source, text, number) for source, text, number in changed if _still_fine(source, text)]


def _meant(found: Diagnostic, written: str, names: frozenset[str]) -> str | None:
    if found.code == "S008" and "is read as the text" in found.message and '"' not in written and "\\" not in written:
        return f'"{written}"'
    match = _MEANT.fullmatch(found.hint or "")
    if found.code not in _SURE or match is None or not _WORD.match(written):
        return None
    if found.related or f"`{written}`" not in found.message or not one_slip(written, match[1]):
        return None
    near = {name for name in names if one_slip(written, name)}
    return match[1] if found.code == "S101" or near == {match[1]} else None


def _names(root: object) -> Iterator[str]:
    """The names of all entries of a file, of those as well that have faults."""
    for entries in root.values() if isinstance(root, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                yield entry["name"]


def _still_fine(source: Source, text: str) -> bool:
    """Whether the mended text can be read and has no key twice that it had not before."""
    before, after = parse(Source(source.path, source.text)), parse(Source(source.path, text))
    return sum(found.severity == "error" for found in after) <= sum(found.severity == "error" for found in before)


def one_slip(written: str, meant: str) -> bool:
    """Whether one letter was added, lost, mistaken or swapped with its neighbour; short words are too near to others.

    >>> one_slip("titel", "title"), one_slip("ownres", "owners"), one_slip("form", "from"), one_slip("revenue", "rev")
    (True, True, False, False)
    """
    if min(len(written), len(meant)) < 5 or written == meant:
        return False
    head = 0
    while head < min(len(written), len(meant)) and written[head] == meant[head]:
        head += 1
    left, right = written[head:], meant[head:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )


def _offsets(source: Source, span: Span) -> tuple[int, int]:
    lines = source.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.column - 1
    end = sum(len(line) + 1 for line in lines[: span.end_line - 1]) + span.end_column - 1
    return start, end


def _changed(text: str, edits: dict[tuple[int, int], str]) -> str:
    for (start, end), new in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def patch(path: str, before: str, after: str) -> str:
    """The change as a unified diff."""
    lines = unified_diff(before.splitlines(True), after.splitlines(True), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write(source: Source, text: str) -> None:
    """Replaces the file by `text`, in its own encoding and line ends; not if somebody changed it in between."""
    path = Path(source.path)
    if path.is_symlink():  # it may lead out of the project
        raise UsageError(f"{source.path} is a symbolic link; what it leads to is not mended")
    try:
        raw = path.read_bytes()
        now, _ = decode_bytes(raw, source.path)
        if now is None or now.text != source.text:
            raise UsageError(f"{source.path} was changed while it was checked; nothing in it was mended")
        mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        if b"\r" in raw:
            if raw.count(b"\r") != raw.count(b"\n") or raw.count(b"\r\n") != raw.count(b"\n"):
                raise UsageError(f"{source.path} mixes line ends; nothing in it was mended")
            text = text.replace("\n", "\r\n")
        path.write_bytes(mark + text.encode())
    except OSError as error:
        raise EnvironmentFailure(f"cannot write {source.path}: {error.strerror}") from error
