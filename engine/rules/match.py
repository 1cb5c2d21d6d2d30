"""Compiles match trees, `all/any/not` over `{field, op, value}`, to closures, and gathers their faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import choices, did_you_mean
from ..spans import Key
from .fact import Fact, FactType, Subject

Test = Callable[[Subject], bool]
Path = tuple[Key, ...]
_Compare = Callable[[Any, Any], bool]

OPERATORS: Mapping[FactType, Mapping[str, _Compare]] = {
    "flag": {"is": lambda fact, value: bool(fact is value)},
    "number": {
        "is": lambda fact, value: bool(fact == value),
        "at_least": lambda fact, value: bool(fact >= value),
        "at_most": lambda fact, value: bool(fact <= value),
    },
    "word": {
        "is": lambda fact, value: bool(fact == value),
        "is_not": lambda fact, value: bool(fact != value),
        "in": lambda fact, value: fact in value,
        "not_in": lambda fact, value: fact not in value,
    },
    "words": {
        "has": lambda fact, value: value in fact,
        "lacks": lambda fact, value: value not in fact,
        "only": lambda fact, value: bool(fact) and all(word in value for word in fact),
    },
    "text": {
        "is": lambda fact, value: bool(fact == value),
        "is_not": lambda fact, value: bool(fact != value),
    },
}
_LISTS = frozenset({"in", "not_in", "only"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a rule, at which key or value of its file."""

    code: str
    path: Path
    message: str
    hint: str | None = None


@dataclass(slots=True)
class Compiler:
    """Compiles the matches of one pack file; `named` are its `matches`, for each rule that uses them."""

    named: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def compile(
        self,
        tree: Mapping[str, Any],
        tables: Sequence[Mapping[str, Fact]],
        path: Path,
        within: tuple[str, ...] = (),
    ) -> Test:
        """`tables` are the facts of all subjects that the tree is to judge; a field must be in each."""
        if "all" in tree or "any" in tree:
            key = "all" if "all" in tree else "any"
            parts = [self.compile(part, tables, (*path, key, at), within) for at, part in enumerate(tree[key])]
            return _all(parts) if key == "all" else _any(parts)
        if "not" in tree:
            return _not(self.compile(tree["not"], tables, (*path, "not"), within))
        if "ref" in tree:
            return self._reference(tree["ref"], tables, (*path, "ref"), within)
        return self._comparison(tree, tables, path)

    def _reference(self, name: str, tables: Sequence[Mapping[str, Fact]], path: Path, within: tuple[str, ...]) -> Test:
        if name not in self.named:
            hint = did_you_mean(name, self.named)
            return self._refuse("R101", path, f"`{name}` is not among the `matches` of this file", hint)
        if name in within:
            return self._refuse("C201", path, f"`{name}` refers to itself")
        self.used.add(name)
        return self.compile(self.named[name], tables, ("matches", name), (*within, name))

    def _comparison(self, tree: Mapping[str, Any], tables: Sequence[Mapping[str, Fact]], path: Path) -> Test:
        name, op, value = tree["field"], tree["op"], tree["value"]
        for table in tables:
            if name not in table:
                hint = did_you_mean(name, table) or f"facts: {choices(table, 60)}"
                return self._refuse("R101", (*path, "field"), f"`{name}` is not a fact of this subject", hint)
        fact = tables[0][name]
        operators = OPERATORS[fact.type]
        if op not in operators:
            hint = did_you_mean(op, operators) or f"one of {choices(operators)}"
            return self._refuse(
                "S104", (*path, "op"), f"`{op}` is not an operator of `{name}`, which is a {fact.type}", hint
            )
        wrong = _unfit(fact, op, value)
        if wrong is not None:
            return self._refuse("S104", (*path, "value"), f"`{value}` does not fit `{name}`: {wrong[0]}", wrong[1])
        return _compare(name, operators[op], frozenset(value) if op in _LISTS else value)

    def _refuse(self, code: str, path: Path, message: str, hint: str | None = None) -> Test:
        self.faults.append(Fault(code, path, message, hint))
        return lambda subject: False


def _unfit(fact: Fact, op: str, value: Any) -> tuple[str, str | None] | None:
    """Why `value` can never be what `fact` is held against by `op`."""
    if op in _LISTS:
        if not isinstance(value, list) or not value:
            return f"`{op}` takes a list", None
        return next((wrong for item in value if (wrong := _unfit(fact, "", item))), None)
    if fact.type == "flag":
        return None if isinstance(value, bool) else ("true or false is wanted", None)
    if fact.type == "number":
        return None if type(value) is int else ("a whole number is wanted", None)
    if not isinstance(value, str):
        return "a word is wanted", None
    if fact.values and value not in fact.values:
        return "it is never this word", did_you_mean(value, fact.values) or f"one of {choices(fact.values)}"
    return None


def _all(parts: Sequence[Test]) -> Test:
    def test(subject: Subject) -> bool:
        for part in parts:  # noqa: SIM110  # a generator for every metric and rule would double the time
            if not part(subject):
                return False
        return True

    return test


def _any(parts: Sequence[Test]) -> Test:
    def test(subject: Subject) -> bool:
        for part in parts:  # noqa: SIM110  # as above
            if part(subject):
                return True
        return False

    return test


def _not(part: Test) -> Test:
    return lambda subject: not part(subject)


def _compare(name: str, compare: _Compare, value: Any) -> Test:
    return lambda subject: compare(subject[name], value)
