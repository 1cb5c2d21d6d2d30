"""Reads one mapping of a document key by key; what has another shape than expected becomes a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from ...diagnostics import Diagnostic, choices, did_you_mean
from .manifest import Place

GRAINS = (
    *("nanosecond", "microsecond", "millisecond", "second", "minute", "hour"),
    *("day", "week", "month", "quarter", "year"),
)
T = TypeVar("T")
# Notes for people and other tools: they change no value.
_NOTES = frozenset(("meta", "metadata", "config", "tags"))


class Broken(Exception):
    """An entry lacks what it cannot do without; the finding is recorded."""


@dataclass(slots=True)
class Reader:
    """A mapping at a place; null is absent, as in manifests that dbt writes."""

    data: dict[str, Any]
    place: Place
    findings: list[Diagnostic]
    subject: str | None = None
    _read: set[str] = field(default_factory=set)

    def report(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        self.findings.append(Diagnostic(code, "error", message, place.span(), self.subject, hint))

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def value(self, key: str) -> Any:
        self._read.add(key)
        return self.data.get(key)

    def text(self, key: str) -> str | None:
        """A text; numbers and booleans as they are spelled."""
        value = self.value(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (dict, list)):
            raise self._shape(key, "a text")
        return str(value).lower() if isinstance(value, bool) else str(value)

    def needed(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            self.report("F101", f"`{key}` is missing here", self.place)
            raise Broken
        return value

    def word(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """One of a few words, in any case."""
        value = self.text(key) or default
        if value is None or value.lower() not in (words := tuple(known)):
            if value is None:
                self.report("F101", f"`{key}` is missing here", self.place, f"one of {choices(known)}")
            else:
                hint = did_you_mean(value, words) or f"one of {choices(words)}"
                self.report("F101", f"`{key}: {value}` is not known here", self.place.at(key), hint)
            raise Broken
        return value.lower()

    def flag(self, key: str) -> bool:
        value = self.value(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self._shape(key, "true or false")

    def number(self, key: str) -> Decimal | None:
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return Decimal(str(value))
        raise self._shape(key, "a number")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.value(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(it, str) for it in value):
            return tuple(value)
        raise self._shape(key, "a list of texts")

    def part(self, key: str) -> Reader | None:
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, dict):
            return Reader(value, self.place.at(key), self.findings, self.subject)
        raise self._shape(key, "a mapping")

    def parts(self, key: str, bare: str | None = None) -> Iterator[Reader]:
        """The mappings of a list; with `bare` a text stands for a mapping with this one key."""
        value = self.value(key)
        if value is not None and not isinstance(value, list):
            raise self._shape(key, "a list")
        for index, item in enumerate(value or ()):
            place = self.place.at(key, index)
            if isinstance(item, str) and bare is not None:
                yield Reader({bare: item}, place, self.findings, self.subject)
            elif isinstance(item, dict):
                yield Reader(item, place, self.findings, self.subject)
            else:
                self.report("F101", f"an entry of `{key}` must be a mapping", place)

    def done(self, *ignored: str) -> None:
        """Reports every key that nobody has asked for."""
        for key, value in self.data.items():
            if key not in self._read and key not in _NOTES and key not in ignored and value not in (None, [], {}):
                message = f"`{key}` is not imported: it has no meaning here, or none in specs"
                span = self.place.at(key).key()
                self.findings.append(Diagnostic("F102", "warning", message, span, self.subject))

    def _shape(self, key: str, wanted: str) -> Broken:
        self.report("F101", f"`{key}` is not {wanted}", self.place.at(key))
        return Broken()


def keep(read: Reader, noun: str, build: Callable[[Reader], T], into: list[T]) -> None:
    """Adds what `build` reads to `into`; where it cannot be read, that the whole is left out is told."""
    name = read.data.get("name")
    read.subject = f"{noun}:{name}" if isinstance(name, str) else None
    try:
        into.append(build(read))
    except Broken:
        if isinstance(name, str):
            place = read.place.at("name")
            message = f"the {noun} `{name}` is left out: it cannot be read"
            read.findings.append(Diagnostic("F102", "warning", message, place.span(), read.subject))
