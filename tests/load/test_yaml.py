"""What is read is YAML 1.2 with the core schema; whatever else a file holds is a finding at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.diagnostics import Diagnostic
from engine.load import events
from engine.load.events import parse
from engine.spans import Source
from tests.load.core import plain

# Written, and what it means: null, booleans, numbers; everything else is a text.
SCALARS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "nULL": "nULL",
    "none": "none",
    "true": True,
    "True": True,
    "TRUE": True,
    "tRUE": "tRUE",
    "false": False,
    "False": False,
    "FALSE": False,
    "0": 0,
    "-0": 0,
    "12": 12,
    "+12": 12,
    "-12": -12,
    "08": 8,
    "0o14": 12,
    "0x1F": 31,
    "0x1f": 31,
    "-0x1F": "-0x1F",
    "0b11": "0b11",
    "1.5": 1.5,
    "1.": 1.0,
    ".5": 0.5,
    "-.5": -0.5,
    "1e3": 1000.0,
    "1E+3": 1000.0,
    "1.5e-3": 0.0015,
    "1e": "1e",
    "1,000": "1,000",
    "0.1.2": "0.1.2",
    "2026-11-16": "2026-11-16",
    "2026-11-16 10:00": "2026-11-16 10:00",
    "30 days": "30 days",
    "8.5 %": "8.5 %",
    "=": "=",
    "--": "--",
    ".": ".",
    "a#b": "a#b",
    "a:b": "a:b",
}
AMBIGUOUS: dict[str, Any] = {
    "yes": "yes",
    "No": "No",
    "on": "on",
    "OFF": "OFF",
    "y": "y",
    "N": "N",
    "012": 12,
    "-017": -17,
    "00": 0,
    "1_000": "1_000",
    "12:30": "12:30",
    "12:30:45": "12:30:45",
}
LARGE = {"1e999": "float", "-1e999": "negative float", "9" * 500: "integer of 500 digits", ".inf": "inf", ".NaN": "nan"}

# Text, code, and the line and column of the finding.
FAULTS: dict[str, tuple[str, str, tuple[int, int]]] = {
    "a key twice": ("a: 1\nb: 2\na: 3\n", "S007", (3, 1)),
    "a key twice, quoted once": ("a: 1\n'a': 3\n", "S007", (2, 1)),
    "a key twice in a flow mapping": ("x: {a: 1, b: 2, a: 3}\n", "S007", (1, 17)),
    "an alias without an anchor": ("a: *x\n", "S006", (1, 4)),
    "an alias before its anchor": ("a: *x\nb: &x 1\n", "S006", (1, 4)),
    "an alias of a mapping inside itself": ("a: &x\n  b: *x\n", "S006", (2, 6)),
    "an alias of a list inside itself": ("a: &x [1, *x]\n", "S006", (1, 11)),
    "an alias as a key": ("a: &x b\n*x : 1\n", "S012", (2, 1)),
    "a merge key": ("a: &x {b: 1}\nc:\n  <<: *x\n", "S012", (3, 3)),
    "a list as a key": ("? [a]\n: b\n", "S012", (1, 3)),
    "a mapping as a key": ("{a: 1}: b\n", "S012", (1, 1)),
    "template braces": ("a: {{ b }}\n", "S012", (1, 5)),
    "a tag of YAML": ("a: !!int '3'\n", "S012", (1, 4)),
    "a tag of Python": ("a: !!python/object/apply:os.system [ls]\n", "S012", (1, 4)),
    "a tag of its own": ("a: !ref x\n", "S012", (1, 4)),
    "a tag on a mapping": ("a: !x {}\n", "S012", (1, 4)),
    "two documents": ("a: 1\n---\nb: 2\n", "S011", (2, 1)),
    "two documents after an end": ("a: 1\n...\n---\nb: 2\n", "S011", (3, 1)),
    "two empty documents": ("---\n---\n", "S011", (2, 1)),
    "nothing": ("", "S010", (1, 1)),
    "blanks": ("  \n \n", "S010", (1, 1)),
    "comments only": ("# a\n\n# b\n", "S010", (1, 1)),
    "an empty document": ("---\n", "S010", (1, 1)),
    "null": ("~\n", "S010", (1, 1)),
    "a colon in a text": ("a: b: c\n", "S004", (1, 5)),
    "a tab as indentation": ("a:\n\tb: 1\n", "S004", (2, 1)),
    "a tab in a literal": ("a: |\n\tx\n", "S004", (2, 1)),
    "an open bracket": ("a: [1, 2\n", "S004", (1, 9)),
    "an open quote": ("a: 'x\n", "S004", (1, 6)),
    "an unknown escape": ('a: "\\q"\n', "S004", (1, 5)),
    "half of a surrogate": ('a: "\\uD83D"\n', "S004", (1, 7)),
    "a reserved indicator": ("a: @x\n", "S004", (1, 4)),
    "an unknown directive": ("%FOO x\n---\na: 1\n", "S004", (1, 5)),
    "a Cyrillic letter in a Latin key": ("n\N{CYRILLIC SMALL LETTER A}me: 1\n", "S013", (1, 1)),
    "a zero-width space in a key": ("na\N{ZERO WIDTH SPACE}me: 1\n", "S013", (1, 1)),
    "a no-break space in a key": ("a\N{NO-BREAK SPACE}b: 1\n", "S013", (1, 1)),
}
WARNINGS = ("S008", "S010")


@pytest.mark.parametrize("written", [*SCALARS, *AMBIGUOUS])
def test_a_plain_scalar(written: str) -> None:
    wanted = {**SCALARS, **AMBIGUOUS}[written]
    assert same(plain(written), wanted), "the reference is right"
    for text in (f"k: {written}\n", f"k: [{written}]\n" if "," not in written else f"k:\n- {written}\n"):
        data, findings = read(text)
        value = data["k"][0] if isinstance(data["k"], list) and data["k"] else data["k"]
        assert same(value, wanted) or (value == [] and wanted is None)
        assert {found.code for found in findings} == ({"S008"} if written in AMBIGUOUS else set())


@pytest.mark.parametrize("written", [*SCALARS, *AMBIGUOUS])
@pytest.mark.parametrize("style", ["'{}'", '"{}"', "|-\n  {}", ">-\n  {}"])
def test_any_other_scalar_is_a_text(written: str, style: str) -> None:
    data, findings = read(f"k: {style.format(written)}\n")
    assert data == {"k": written}
    assert not findings


@pytest.mark.parametrize("written", AMBIGUOUS)
def test_an_ambiguous_scalar_is_a_warning_at_its_place(written: str) -> None:
    _, (found,) = read(f"a: 1\nk: &x   {written}\n")
    assert (found.code, found.severity) == ("S008", "warning")
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.end_column) == (2, 9, 9 + len(written))
    assert written in found.message


@pytest.mark.parametrize("written", AMBIGUOUS)
def test_an_ambiguous_key_is_a_text(written: str) -> None:
    data, findings = read(f"{written}: 1\n")
    assert data == {written: 1}
    assert not [found for found in findings if found.severity == "error"]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(name: str) -> None:
    text, code, place = FAULTS[name]
    _, findings = read(text)
    assert [found.code for found in findings] == [code]
    (found,) = findings
    assert found.span is not None
    assert (found.span.line, found.span.column) == place
    assert found.severity == ("warning" if code in WARNINGS else "error")


@pytest.mark.parametrize("name", [name for name, (text, code, _) in FAULTS.items() if text[:1] not in "%-~ #"])
def test_a_fault_does_not_hide_an_earlier_one(name: str) -> None:
    text, code, _ = FAULTS[name]
    _, findings = read(f"q: {{z: 1, z: 2}}\n{text}")
    assert [found.code for found in findings] == ["S007", code]


def test_the_first_of_two_equal_keys_counts() -> None:
    data, (found,) = read("a: {b: 1}\na: {c: 2}\n")
    assert data == {"a": {"b": 1}}
    assert "line 1" in found.message


def test_all_faults_in_one_run() -> None:
    text = "a: yes\nb: 1\nb: 2\nc: !x 3\n<<: 1\nd: {e: 1, e: 2, e: 3}\n"
    _, findings = read(text)
    assert [found.code for found in findings] == ["S008", "S007", "S012", "S012", "S007", "S007"]


def test_shared_anchors() -> None:
    text = "a: &list [1, 2]\nb: &map {x: *list, y: &word no-one}\nc: *map\nd: [*map, *list, *word]\n"
    data, findings = read(text)
    mapping = {"x": [1, 2], "y": "no-one"}
    assert data == {"a": [1, 2], "b": mapping, "c": mapping, "d": [mapping, [1, 2], "no-one"]}
    assert not findings


def test_an_anchor_may_be_given_anew() -> None:
    data, findings = read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert data == {"a": 1, "b": 1, "c": 2, "d": 2}
    assert not findings


def test_an_anchor_under_a_second_equal_key_still_names_its_value() -> None:
    data, findings = read("a: 1\na: &x 2\nb: *x\n")
    assert data == {"a": 1, "b": 2}
    assert [found.code for found in findings] == ["S007"]


def test_quoted_merge_key_and_unspecific_tag_are_plain_yaml() -> None:
    data, findings = read("a: {'<<': 1}\nb: ! text\n")
    assert data == {"a": {"<<": 1}, "b": "text"}
    assert not findings


@pytest.mark.parametrize("text", ["---\na: 1\n", "%YAML 1.2\n---\na: 1\n...\n", "# c\n--- # d\na: 1 # e\n...\n# f\n"])
def test_one_document_with_its_marks(text: str) -> None:
    assert read(text) == ({"a": 1}, ())


@pytest.mark.parametrize("key", ["имя", "1", "true", "~", "2026-11-16", "a b", "naïve", "größe"])
def test_a_key_is_a_text(key: str) -> None:
    assert read(f"{key}: 1\n")[0] == {key: 1}


NESTED: dict[str, Callable[[int], str]] = {
    "[": lambda depth: "[" * depth + "]" * depth,
    "{a: ": lambda depth: "{a: " * depth + "1" + "}" * depth,
    "- ": lambda depth: "- " * depth + "1",
    "a:": lambda depth: "\n".join(f"{' ' * level}a:" for level in range(depth)) + " 1",
    "? ": lambda depth: "- ? a\n  : " + "- " * (depth - 2) + "1",
}


@pytest.mark.parametrize("kind", NESTED)
def test_nesting_up_to_the_limit(kind: str) -> None:
    assert not read(NESTED[kind](events.MAX_DEPTH))[1]


@pytest.mark.parametrize("kind", NESTED)
@pytest.mark.parametrize("beyond", [1, 2, 20_000])
def test_nesting_beyond_the_limit(kind: str, beyond: int) -> None:
    if kind == "a:" and beyond > 2:
        beyond = 500  # indentation makes the text grow with the square of its depth
    _, (found,) = read(NESTED[kind](events.MAX_DEPTH + beyond))
    assert found.code == "S005"


def test_aliases_expand_up_to_a_limit() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for name, before in zip("bcdefg", "abcdef", strict=True):
        bomb += f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n"
    _, (found,) = read(bomb)
    assert found.code == "S006"
    assert found.span is not None
    assert found.span.line >= 6


def test_many_equal_faults_are_cut_off() -> None:
    _, findings = read("a: 1\n" + "a: 2\n" * 5000)
    assert len(findings) <= 100


@pytest.mark.parametrize("written", LARGE, ids=lambda written: LARGE[written])
def test_a_number_beyond_all_bounds_is_a_text(written: str) -> None:
    """So whoever wants a number there says so, at its place."""
    data, _ = read(f"k: {written}\n")
    assert data == {"k": written}


def read(text: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    source = Source("f.yml", text)
    findings = parse(source)
    return source.root, findings


def same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and left == right
