"""A finding points at the very characters: through every style of scalar, folding, escapes and line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.load.events import parse
from engine.load.read import decode_bytes
from engine.spans import Key, Mark, Origin, Source
from tests.load.core import DOCUMENTS, dumped, read

NEEDLE = "XX"
LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
BOM = b"\xef\xbb\xbf"

# Each text holds the needle once; the path leads to the scalar that it stands in.
PLACES: dict[str, tuple[str, tuple[Key, ...]]] = {
    "plain": ("k: aa XX\n", ("k",)),
    "plain on the next line": ("k:\n  aa XX\n", ("k",)),
    "plain over two lines": ("k: aa\n   b XX\n", ("k",)),
    "plain over an empty line": ("k: aa\n\n\n   b XX\n", ("k",)),
    "plain with a hash inside": ("k: a#b c XX # XY\n", ("k",)),
    "plain after an anchor": ("k: &anchor aa XX\n", ("k",)),
    "plain after an anchor on its own line": ("k: &anchor # why\n  aa XX\n", ("k",)),
    "single quotes": ("k: 'aa XX'\n", ("k",)),
    "single quotes doubled": ("k: 'it''s '' XX'\n", ("k",)),
    "single quotes over lines": ("k: 'aa\n\n   it''s XX'\n", ("k",)),
    "single quotes after an anchor": ("k: &anchor 'it''s XX'\n", ("k",)),
    "double quotes": ('k: "aa XX"\n', ("k",)),
    "escapes of one letter": ('k: "a\\tb\\\\c\\"d\\/e\\nXX"\n', ("k",)),
    "escapes by number": ('k: "\\xe9\\u00e9\\U0001F600XX"\n', ("k",)),
    "escape of an invisible character": ('k: "a\\0\\eXX"\n', ("k",)),
    "escape of a no-break space": ('k: "a\\_XX"\n', ("k",)),
    "double quotes over lines": ('k: "aa\n\n\n   b XX"\n', ("k",)),
    "double quotes after an anchor": ('k: &anchor "a\\tXX"\n', ("k",)),
    "escaped blank before a line break": ('k: "aa \\\n   XX"\n', ("k",)),
    "literal": ("k: |\n  aa XX\n", ("k",)),
    "literal, second line deeper": ("k: |\n  aa\n     b XX\n  c\n", ("k",)),
    "literal after empty lines": ("k: |\n\n\n  aa\n\n  XX\n", ("k",)),
    "literal with an indentation indicator": ("k: |2\n     aa\n    b XX\n", ("k",)),
    "literal, stripped": ("k: |-\n  aa\n  XX\n\n\nj: 1\n", ("k",)),
    "literal, kept": ("k: |+ # a comment\n  aa\n  XX\n\n\nj: 1\n", ("k",)),
    "literal, both indicators": ("k: |2-\n     aa\n    XX\n\n", ("k",)),
    "literal, indicators the other way round": ("k: |-2\n     aa\n    XX\n\n", ("k",)),
    "literal with tabs": ("k: |\n  a\n  \tb XX\n", ("k",)),
    "literal after an anchor": ("k: &anchor |\n  aa XX\n", ("k",)),
    "folded": ("k: >\n  aa\n  b XX\n", ("k",)),
    "folded, stripped": ("k: >-\n\n  aa\n\n\n  b XX\n", ("k",)),
    "folded with deeper lines": ("k: >\n  aa\n    more\n\n  b XX\n", ("k",)),
    "folded with an indentation indicator": ("k: >1\n   aa\n  b XX\n", ("k",)),
    "flow sequence": ("k: [a, 'b', c XX , d]\n", ("k", 2)),
    "flow mapping": ('k: {a: b, c: "d\\tXX" , e: f}\n', ("k", "c")),
    "flow mapping over lines": ("k: {a: b,\n    c: [d,\n  XX]}\n", ("k", "c", 1)),
    "block sequence": ("- a\n-   b XX\n", (1,)),
    "sequence in a sequence": ("- - a\n  - b XX\n", (0, 1)),
    "mapping in a sequence": ("k:\n- a: 1\n  b: c XX\n", ("k", 0, "b")),
    "literal in a sequence": ("k:\n- |\n a XX\n", ("k", 0)),
    "explicit key": ("? k\n: aa XX\n", ("k",)),
    "quoted key": ("'k': aa XX\n", ("k",)),
    "after letters that are not ASCII": ("имя: Привет\nk: дом XX\n", ("k",)),
    "after characters beyond the first plane": ("𝒳😀: 😀\nk: 😀 𝒳 XX\n", ("k",)),
    "after composed characters": ("k: e\u0301 👩‍👩‍👧 XX\n", ("k",)),
    "after wide blanks": ("k: a\u3000b\u00a0 c XX\n", ("k",)),
    "wide blank at a fold": ("k: 'a\u3000\n  XX'\n", ("k",)),
}
MISPLACED = {
    "escape of a blank by number": ('k: "a\\x20XX"\n', ("k",)),
    "escape of a no-break space by number": ('k: "a\\u00a0b XX"\n', ("k",)),
    "escaped line break": ('k: "aa\\\n   \\ b XX"\n', ("k",)),
    "backslash at the end of a line": ("k: |\n  a\\\n  b XX\n", ("k",)),
}


@pytest.mark.parametrize("ends", LINE_ENDS)
@pytest.mark.parametrize("bom", [b"", BOM], ids=["", "bom"])
@pytest.mark.parametrize("name", PLACES)
def test_inside(name: str, ends: str, bom: bytes) -> None:
    assert_placed(*PLACES[name], LINE_ENDS[ends], bom)


@pytest.mark.xfail(
    reason="spans.written_offsets: escaped blanks have more than two characters, only double quotes escape"
)
@pytest.mark.parametrize("name", MISPLACED)
def test_inside_after_escaped_blanks(name: str) -> None:
    assert_placed(*MISPLACED[name], "\n", b"")


def assert_placed(text: str, path: tuple[Key, ...], end: str, bom: bytes) -> None:
    assert text.count(NEEDLE) == 1
    origin = origin_of(bom + text.replace("\n", end).encode())
    at = value_at(origin.data, path).index(NEEDLE)
    span = origin.inside(path, at, at + len(NEEDLE))
    before, _ = text.split(NEEDLE)
    line, column = before.count("\n") + 1, len(before.rsplit("\n", 1)[-1]) + 1
    assert (span.line, span.column) == (line, column)
    assert (span.end_line, span.end_column) == (line, column + len(NEEDLE))
    assert NEEDLE in origin.source.line(span.line)


def test_a_scalar_through_an_alias_points_at_the_alias_at_least() -> None:
    origin = origin_of(b"a: &anchor aa XX\nk: *anchor\n")
    span = origin.inside(("k",), 3, 5)
    assert span.line == 2
    assert 4 <= span.column < span.end_column <= 11


def test_a_mapping_through_an_alias_points_at_where_it_is_written() -> None:
    origin = origin_of(b"a: &anchor {b: c XX}\nk: *anchor\n")
    span = origin.inside(("k", "b"), 2, 4)
    assert (span.line, span.column) == (1, 18)


def test_what_is_not_written_is_placed_at_its_nearest_parent() -> None:
    origin = origin_of(b"metrics:\n  - name: a\n    owners: [x]\n")
    assert origin.value("metrics", 0, "owners", 5) == origin.value("metrics", 0, "owners")
    assert origin.key("metrics", 0, "unit", "deeper").line == 2


def test_a_span_of_several_lines_is_cut_at_the_first() -> None:
    origin = origin_of(b"k: |\n  aa\n  bb\nj:\n  a: 1\n  b: 2\n")
    literal, mapping = origin.value("k"), origin.value("j")
    assert (literal.line, literal.column, literal.end_line, literal.end_column) == (1, 4, 1, 5)
    assert (mapping.line, mapping.column, mapping.end_line, mapping.end_column) == (5, 3, 5, 7)


@given(DOCUMENTS, st.data())
def test_every_mark_slices_out_what_was_read(document: Any, data: st.DataObject) -> None:
    assert_marked(document, data)


@pytest.mark.heavy
@settings(max_examples=5_000)
@given(DOCUMENTS, st.data())
def test_every_mark_of_many_documents(document: Any, data: st.DataObject) -> None:
    assert_marked(document, data)


def assert_marked(document: Any, data: st.DataObject) -> None:
    text = dumped(document, data)
    source = Source("f.yml", text)
    findings = parse(source)
    assert {found.code for found in findings} <= {"S008", "S013"}
    assert source.root == read(text)
    for container, key, mark, column in marks_of(source):
        value = container[key]
        again = reread(text, mark.start, mark.end, mark.style, column)
        assert again == value if not isinstance(value, dict | list) else unkept(again) == unkept(value)
        if isinstance(key, str):
            assert reread(text, mark.key_start, mark.key_end, key_style(text, mark), column, key=True) == key
        if isinstance(value, str):
            assert_followed(text, source.marks[id(container)][key], Origin(source, container, mark), key)


def marks_of(source: Source) -> Iterator[tuple[Any, Key, Mark, int]]:
    """Every key of every container with its mark, and the column at which the container starts."""
    pending = [(source.root, source.marks[0][0])]
    while pending:
        container, mark = pending.pop()
        if not isinstance(container, (dict, list)):
            continue
        _, column = source.position(mark.start)
        for key in container if isinstance(container, dict) else range(len(container)):
            inner = source.marks[id(container)][key]
            yield container, key, inner, column - 1
            pending.append((container[key], inner))


def reread(text: str, start: int, end: int, style: str, column: int, *, key: bool = False) -> Any:
    """What the slice of the text says by itself, indented as it was."""
    piece = text[start:end]
    if style in ("|", ">"):
        return read(f"{' ' * column}k: {piece}")["k"]
    here = start - (text.rfind("\n", 0, start) + 1)
    found = read(" " * here + piece)
    return piece if key and not isinstance(found, str) else found


def unkept(value: Any) -> Any:
    """A container ends at its last visible character, so line breaks that `|+` keeps there are not in its slice."""
    if isinstance(value, dict):
        return {key: unkept(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [unkept(inner) for inner in value]
    return value.rstrip("\n") if isinstance(value, str) else value


def key_style(text: str, mark: Mark) -> str:
    return text[mark.key_start : mark.key_start + 1]


def assert_followed(text: str, mark: Mark, origin: Origin, key: Key) -> None:
    """Each visible character of a value is written where it is said to be, one after the other."""
    before = -1
    value = origin.data[key]
    for index, char in enumerate(value):
        if char.isspace():
            continue
        span = origin.inside((key,), index, index + 1)
        at = offset(text, span.line, span.column)
        assert mark.start <= at < mark.end
        assert at > before
        assert written_at(text, at, mark.style) == char
        before = at


def offset(text: str, line: int, column: int) -> int:
    return sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1


def written_at(text: str, at: int, style: str) -> str:
    """The character that is spelled at an offset, escaped or not."""
    escape = re.compile(r"\\(?:x..|u....|U........|.)").match(text, at) if style == '"' else None
    return str(yaml.safe_load(f'"{escape.group()}"')) if escape else text[at]


def origin_of(raw: bytes) -> Origin:
    source, findings = decode_bytes(raw, "f.yml")
    assert source is not None
    assert not findings
    assert not parse(source)
    return Origin(source, source.root, source.marks[0][0])


def value_at(data: Any, path: tuple[Key, ...]) -> str:
    for key in path:
        data = data[key]
    assert isinstance(data, str)
    return data
