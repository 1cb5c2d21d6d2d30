"""Words are found in every form and spelling, and not where they mean something else."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.lexicon.read import load
from engine.lexicon.tokens import tokens
from engine.lexicon.words import Item, Lexicon
from engine.resources import resource
from engine.rules.wording import slogan_in, task_in

LEXICON = load()
CASES = [
    pytest.param(kind, str(text), words, id=f"{kind}: {text}")
    for kind, texts in yaml.safe_load(Path(__file__).with_name("cases.yml").read_text("utf-8")).items()
    for text, words in texts.items()
]
GOOD = {
    "language": "xx",
    "paradigms": {"n": ["", "s"]},
    "words": {"activities": ["post/n"]},
    "exceptions": [],
    "prepositions": [],
}


@pytest.mark.parametrize(("kind", "text", "words"), CASES)
def test_finds(kind: str, text: str, words: list[str]) -> None:
    hits = LEXICON.find(kind, text)
    assert [hit.word for hit in hits] == words
    for hit in hits:
        assert text[hit.start : hit.end] == hit.word


def test_yo_is_ye_in_both_directions() -> None:
    """Words are listed without `ё`; texts have it or not, composed or not."""
    for text in ("объём продаж в штуках, объём проданных штук", "объем проданных штук"):
        assert LEXICON.find("volume", text)
        assert LEXICON.find("volume", unicodedata.normalize("NFD", text))


def test_an_unknown_kind_is_not_an_empty_answer() -> None:
    with pytest.raises(KeyError):
        LEXICON.find("activity", "calls")


def test_the_longest_phrase_wins() -> None:
    found = Lexicon([("a", (Item(("x",)),)), ("a", (Item(("x",)), Item(("y",)), Item(("z",))))])
    assert [hit.word for hit in found.find("a", "x y z x y")] == ["x y z", "x"]


def test_an_exception_hides_all_that_it_touches() -> None:
    phrases = [("a", (Item(("x",)),)), ("exceptions", (Item(("x",)), Item(("y",)))), ("b", (Item(("y",)),))]
    found = Lexicon(phrases)
    assert not found.scan("x y")
    assert [hit.start for hit in found.find("a", "x y x")] == [4]


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    for token in tokens(text):
        assert token.word
        assert 0 <= token.start < token.end <= len(composed)
    for hits in LEXICON.scan(text).values():
        assert all(composed[hit.start : hit.end] == hit.word for hit in hits)


@given(st.lists(st.sampled_from(["grow", "our", "total", "revenue", "call", "of", "customers", "$", "the"])))
def test_phrases_do_not_multiply_the_work(words: list[str]) -> None:
    """Every word starts at most one search, as long as the longest phrase: repeated text takes linear time."""
    LEXICON.scan(" ".join(words * 200))


@pytest.mark.parametrize(
    "text", ["calls ", "20 calls and ", "increase revenue ", "API call ", "of customers calls ", "publish a post "]
)
def test_a_long_text_takes_linear_time(text: str) -> None:
    """Titles come from strangers, too: with a square in it this would not end."""
    LEXICON.scan(text * 50_000)
    task_in(LEXICON, text * 50_000)
    slogan_in(LEXICON, text * 50_000)


def test_every_word_that_ships_is_found() -> None:
    """Each first form of each entry is found by its kind, unless an exception says that it means something else."""
    missed = []
    for file in sorted((resource("packs") / "lexicons").glob("*.yml")):
        data = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)
        alone = Lexicon(
            (kind, tuple(_item(word, data["paradigms"]) for word in entry.split()))
            for kind, entries in data["words"].items()
            for entry in entries
        )
        for kind, entries in data["words"].items():
            for entry in entries:
                text = " ".join(_item(word, data["paradigms"]).forms[0] for word in entry.split())
                if not any(hit.start == 0 for hit in alone.find(kind, text.removesuffix("$").strip())):
                    missed.append((file.name, kind, entry))
    assert missed == []


def _item(written: str, paradigms: dict[str, list[str]]) -> Item:
    forms = [
        stem + ending
        for stem, _, paradigm in (it.partition("/") for it in written.removeprefix("?").split("|"))
        for ending in (paradigms[paradigm] if paradigm else [""])
    ]
    return Item(tuple(forms), written.startswith("?"))


def _missing(key: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1, 2]", "its keys must be"),
        ("words: {a: [", "cannot be used"),
        (yaml.safe_dump(_missing("exceptions")), "its keys must be"),
        (yaml.safe_dump({**GOOD, "colour": "blue"}), "its keys must be"),
        (yaml.safe_dump({**GOOD, "words": {"a": ["post/m"]}}), "'m'"),
        (yaml.safe_dump({**GOOD, "words": {"a": ["Post/n"]}}), "`Post` can never be found"),
        (yaml.safe_dump({**GOOD, "words": {"a": ["e-mail"]}}), "`e-mail` can never be found"),
        (yaml.safe_dump({**GOOD, "words": {"a": ["ёлка"]}}, allow_unicode=True), "`ёлка` can never be found"),
        (yaml.safe_dump({**GOOD, "words": {"a": ["?post"]}}), "`a` can never be found"),
        (yaml.safe_dump({**GOOD, "words": {"a": None}}), "are lists"),
    ],
)
def test_a_lexicon_that_cannot_be_used_says_so(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "xx.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(told)):
        load(tmp_path)


def test_no_lexicon_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no lexicon"):
        load(tmp_path)
