"""What rules look at: subjects, each with a closed table of typed facts that are computed when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..spans import Key, Origin, Span
from .context import Context

FactType = Literal["flag", "number", "word", "words", "text"]
Value = bool | int | str | tuple[str, ...] | None


class Subject:
    """Something that rules judge: an entity with its facts, each computed once."""

    __slots__ = ("_facts", "_known", "context", "entity", "kind", "name", "origin", "path")

    def __init__(
        self,
        context: Context,
        kind: str,
        entity: Any,
        origin: Origin,
        facts: Mapping[str, Fact],
        name: str | None = None,
        path: tuple[Key, ...] = (),
    ) -> None:
        self.context = context
        self.kind = kind
        self.entity = entity
        self.origin = origin
        self.name: str = name or entity.name
        self.path = path
        self._facts = facts
        self._known: dict[str, Value] = {}

    def __getitem__(self, fact: str) -> Any:
        known = self._known
        if fact not in known:
            known[fact] = self._facts[fact].read(self)
        return known[fact]

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    def written(self, key: str) -> bool:
        """Whether the spec says anything under `key`."""
        data = self.origin.data
        for step in self.path:
            data = data[step]
        return isinstance(data, dict) and data.get(key) is not None

    def at(self, key: str) -> Span:
        """Where the value of `key` is written."""
        return self.origin.value(*self.path, key)


@dataclass(frozen=True, slots=True)
class Fact:
    """`values` lists every word that can occur (empty: any); `labels` words them for people, by language."""

    type: FactType
    doc: str
    read: Callable[[Subject], Value]
    values: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def with_counts(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """The table with `<fact>.count` beside every list of words."""
    counts = {
        f"{name}.count": Fact("number", f"How many there are of `{name}`.", _count(name))
        for name, fact in facts.items()
        if fact.type == "words"
    }
    return {**facts, **counts}


def _count(name: str) -> Callable[[Subject], Value]:
    return lambda subject: len(subject[name])
