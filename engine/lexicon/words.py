"""Finds words and phrases of the lexicon in a text, each kind in one pass over the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .tokens import tokens

END = "$"
_EXCEPTIONS = "exceptions"
# Words of these kinds do not count where a noun says that something else is counted: `leads from posts`.
_COUNTED = frozenset({"activities", "tickets", "vanity", "volume"})
_HEADS = frozenset({"rates", "worth", "spans", "results", "customers"})
# What stands behind such a noun is kept under another name: of a share it tells what it is a share of.
BEHIND = ".behind"
_NOTHING: Mapping[str, tuple[Hit, ...]] = {}


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a kind as it is written in the text, and where."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a phrase: the forms that may stand there; an optional one may be left out."""

    forms: tuple[str, ...]
    optional: bool = False


@dataclass(slots=True, eq=False)
class _Node:
    following: dict[str, list[_Node]] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)


class Lexicon:
    """Phrases by kind; a text is read once, whatever is asked about it."""

    def __init__(self, phrases: Iterable[tuple[str, tuple[Item, ...]]]) -> None:
        self._root = _Node()
        self._scans: dict[str, Mapping[str, tuple[Hit, ...]]] = {}
        self.kinds = frozenset(self._add(kind, items) for kind, items in phrases) - {_EXCEPTIONS}

    def find(self, kind: str, text: str) -> tuple[Hit, ...]:
        """What the text says of `kind`, in reading order: the longest phrases, exceptions left out."""
        if kind not in self.kinds:
            raise KeyError(kind)
        return self.scan(text).get(kind, ())

    def scan(self, text: str) -> Mapping[str, tuple[Hit, ...]]:
        """The hits of all kinds; kinds without a hit are absent."""
        found = self._scans.get(text)
        if found is None:
            found = self._scans[text] = self._scan(text)
        return found

    def _add(self, kind: str, items: tuple[Item, ...]) -> str:
        ends = [self._root]
        for item in items:
            node = _Node()
            for end in ends:
                following = end.following
                for form in item.forms:
                    if form in following:
                        following[form].append(node)
                    else:
                        following[form] = [node]
            ends = [*ends, node] if item.optional else [node]
        for end in ends:
            if end is not self._root:
                end.kinds.append(kind)
        return kind

    def _scan(self, text: str) -> Mapping[str, tuple[Hit, ...]]:
        words = tokens(text)
        spans = self._spans([word.word for word in words])
        if not spans:
            return _NOTHING
        excepted = {at for first, last in spans.pop(_EXCEPTIONS, []) for at in range(first, last + 1)}
        behind = _behind_a_head(spans, spans.get("prepositions", []))
        found: dict[str, list[Hit]] = {}
        for kind, places in spans.items():
            for first, last in places:
                if excepted.isdisjoint(range(first, last + 1)):
                    hit = Hit(text[words[first].start : words[last].end], words[first].start, words[last].end)
                    name = kind + BEHIND if kind in _COUNTED and first > behind else kind
                    found.setdefault(name, []).append(hit)
        return {kind: tuple(hits) for kind, hits in found.items()}

    def _spans(self, words: list[str]) -> dict[str, list[tuple[int, int]]]:
        """First and last word of every phrase, by kind; the first of two that overlap (exceptions: both)."""
        spans: dict[str, list[tuple[int, int]]] = {}
        words = [*words, END]
        for first in range(len(words) - 1):
            for kind, last in self._longest(words, first).items():
                places = spans.setdefault(kind, [])
                if not places or kind == _EXCEPTIONS or first > places[-1][1]:
                    places.append((first, last))
        return spans

    def _longest(self, words: list[str], first: int) -> dict[str, int]:
        longest: dict[str, int] = {}
        at, nodes = first, self._root.following.get(words[first], [])
        while nodes:
            for node in nodes:
                for kind in node.kinds:
                    longest[kind] = min(at, len(words) - 2)
            at += 1
            if at == len(words):
                break
            nodes = [after for node in nodes for after in node.following.get(words[at], ())]
        return longest


def _behind_a_head(spans: Mapping[str, list[tuple[int, int]]], prepositions: list[tuple[int, int]]) -> int:
    """The first preposition behind a noun that says what is counted; beyond the text if there is none."""
    beyond = 1 << 30
    noun = min((last for kind in _HEADS for _, last in spans.get(kind, ())), default=beyond)
    return min((first for first, _ in prepositions if first > noun), default=beyond)


def phrases_of(
    kinds: Mapping[str, list[str]], paradigms: Mapping[str, list[str]]
) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """The entries of a lexicon file as phrases; a paradigm that is not there is a `KeyError`."""
    made: dict[str, Item] = {}  # most words stand in several phrases
    for kind, entries in kinds.items():
        for entry in entries:
            places = entry.split()
            for written in places:
                if written not in made:
                    made[written] = _item(written, paradigms)
            yield kind, tuple([made[written] for written in places])


def _item(written: str, paradigms: Mapping[str, list[str]]) -> Item:
    """
    >>> _item("?post/n|reply", {"n": ["", "s"]})
    Item(forms=('post', 'posts', 'reply'), optional=True)
    """
    forms: list[str] = []
    for alternative in written.removeprefix("?").split("|"):
        stem, slash, paradigm = alternative.partition("/")
        forms.extend(stem + ending for ending in paradigms[paradigm]) if slash else forms.append(stem)
    return Item(tuple(dict.fromkeys(forms)), written.startswith("?"))
