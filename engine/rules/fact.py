"""What rules look at: subjects, each with a closed table of typed facts that are computed when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ..model import Period
from ..spans import Key, Origin, Span
from .context import Context

FactType = Literal["flag", "number", "word", "words", "text", "date", "duration"]
Value = bool | int | Decimal | str | tuple[str, ...] | date | Period | None


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

    def others(self, kind: str, names: Sequence[str]) -> tuple[Subject, ...]:
        """The subjects of a kind with these names, as far as they exist."""
        subjects = self.context.subjects
        return tuple(subjects[kind, name] for name in names if (kind, name) in subjects)

    @property
    def before(self) -> tuple[Subject, ...]:
        """The same thing in the base revision; none where there is no such revision or it was not there."""
        base = self.context.base
        found = base.subjects.get((self.kind, self.identity)) if base else None
        return (found,) if found else ()

    @property
    def identity(self) -> str:
        """What it is known by in another revision: the name, and for what has a place of its own what stands there."""
        known: str = getattr(self.entity, "identity", self.name)
        return known

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
    """`values` lists every word that can occur (empty: any); `labels` words them for people, by language.

    One that `compares` looks at a base revision, and says nothing without one.
    """

    type: FactType
    doc: str
    read: Callable[[Subject], Value]
    values: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    compares: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """Other subjects of one kind that belong to a subject; of a reference (not `many`) there is one at most."""

    kind: str
    doc: str
    read: Callable[[Subject], Sequence[Subject]]
    many: bool = True


def named(kind: str, doc: str, fact: str) -> Collection:
    """The collection of the subjects whose names a fact lists."""
    return Collection(kind, doc, lambda subject: subject.others(kind, subject[fact]))


def reference(kind: str, doc: str, fact: str) -> Collection:
    """The one subject that a fact names."""
    return Collection(kind, doc, lambda subject: subject.others(kind, (subject[fact],)), many=False)


class Table(dict[str, Fact]):
    """The facts of a kind of subject: its own, and on demand those of what it refers to (`metric.role`).

    Of a reference to nothing flags are false, lists empty and everything else is absent.
    """

    def __init__(
        self, own: Mapping[str, Fact], references: Mapping[str, tuple[Collection, Mapping[str, Fact]]]
    ) -> None:
        super().__init__(own)
        self._references = references

    def __missing__(self, name: str) -> Fact:
        prefix, _, rest = name.partition(".")
        if prefix not in self._references:
            raise KeyError(name)
        reference, facts = self._references[prefix]
        known = facts[rest]
        if prefix == "before" and known.compares:
            raise KeyError(name)
        doc = f"Of its {prefix}: {known.doc[0].lower()}{known.doc[1:]}"
        compares = known.compares or prefix == "before"
        found = self[name] = replace(known, doc=doc, read=_of(reference, rest, known.type), compares=compares)
        return found

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self[name])
        except KeyError:
            return False

    def every(self) -> Mapping[str, Fact]:
        """All facts, those of references as well."""
        names = [f"{prefix}.{name}" for prefix, (_, facts) in self._references.items() for name in facts]
        return {**self, **{name: self[name] for name in names if name in self}}


def _of(reference: Collection, fact: str, type: FactType) -> Callable[[Subject], Value]:
    nothing: Value = False if type == "flag" else () if type == "words" else None

    def read(subject: Subject) -> Value:
        other = reference.read(subject)
        value: Value = other[0][fact] if other else nothing
        return value

    return read


def with_counts(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """The table with `<fact>.count` beside every list of words."""
    counts = {
        f"{name}.count": Fact("number", f"How many there are of `{name}`.", _count(name), compares=fact.compares)
        for name, fact in facts.items()
        if fact.type == "words"
    }
    return {**facts, **counts}


def _count(name: str) -> Callable[[Subject], Value]:
    return lambda subject: len(subject[name])
