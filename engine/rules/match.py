"""Compiles match trees to closures, and gathers their faults.

A tree is `all/any/not/ref` over comparisons of facts (`field`, `op` and a `value`, a `parameter` or another `fact`)
and over collections (`any_of`, `all_of`, `none_of`, `count_of`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import choices, did_you_mean
from ..spans import Key
from .fact import Fact, Subject
from .facts import COLLECTIONS, FACTS
from .operators import OPERATORS, Compare, Unfit, beside, read_value

__all__ = ["OPERATORS", "Compiler", "Fault", "Test"]

Test = Callable[[Subject], bool]
Path = tuple[Key, ...]
Tables = Sequence[Mapping[str, Fact]]
_QUANTIFIERS = ("any_of", "all_of", "none_of", "count_of")
_FORMS: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "any": (),
    "not": (),
    "ref": (),
    "any_of": ("match",),
    "all_of": ("match",),
    "none_of": ("match",),
    "count_of": ("match", "op", "value", "parameter"),
    "field": ("op", "value", "fact", "parameter"),
}
_COUNT = Fact("number", "How many there are.", lambda subject: 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a rule, at which key or value of its file."""

    code: str
    path: Path
    message: str
    hint: str | None = None


@dataclass(slots=True)
class Compiler:
    """Compiles the matches of one pack file; `named` are its `matches`, for each rule that uses them.

    `parameters` are those of the rule at hand. `compares` tells whether its trees ask what was before.
    """

    named: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    compares: bool = False

    def compile(
        self,
        tree: Mapping[str, Any],
        tables: Tables,
        path: Path,
        within: tuple[str, ...] = (),
        kinds: tuple[str, ...] = (),
    ) -> Test:
        """`tables` are the facts of all subjects (`kinds`) that the tree is to judge; a field must be in each."""
        stray = _stray(tree)
        if stray is not None:
            return self._refuse("S107", (*path, stray[1]), f"`{stray[1]}` does not go with `{stray[0]}`")
        if "all" in tree or "any" in tree:
            key = "all" if "all" in tree else "any"
            parts = [self.compile(part, tables, (*path, key, at), within, kinds) for at, part in enumerate(tree[key])]
            return _all(parts) if key == "all" else _any(parts)
        if "not" in tree:
            return _not(self.compile(tree["not"], tables, (*path, "not"), within, kinds))
        if "ref" in tree:
            return self._reference(tree["ref"], tables, (*path, "ref"), within, kinds)
        quantifier = next((key for key in _QUANTIFIERS if key in tree), None)
        if quantifier is not None:
            return self._collection(quantifier, tree, path, within, kinds)
        return self._comparison(tree, tables, path)

    def _reference(
        self, name: str, tables: Tables, path: Path, within: tuple[str, ...], kinds: tuple[str, ...]
    ) -> Test:
        if name not in self.named:
            hint = did_you_mean(name, self.named)
            return self._refuse("R101", path, f"`{name}` is not among the `matches` of this file", hint)
        if name in within:
            return self._refuse("C201", path, f"`{name}` refers to itself")
        self.used.add(name)
        return self.compile(self.named[name], tables, ("matches", name), (*within, name), kinds)

    def _collection(
        self, quantifier: str, tree: Mapping[str, Any], path: Path, within: tuple[str, ...], kinds: tuple[str, ...]
    ) -> Test:
        name = tree[quantifier]
        known = [COLLECTIONS[kind] for kind in kinds] or [{}]
        for collections in known:
            if name not in collections:
                hint = did_you_mean(name, collections) or f"collections: {choices(collections, 60)}"
                message = f"`{name}` is not a collection of this subject"
                return self._refuse("R101", (*path, quantifier), message, hint if collections else None)
        of = {collections[name].kind for collections in known}
        if len(of) > 1:
            return self._refuse("R101", (*path, quantifier), f"`{name}` is not the same thing for each subject")
        self.compares = self.compares or name.startswith("before.")
        read = known[0][name].read
        kind = of.pop()
        inner = (
            self.compile(tree["match"], [FACTS[kind]], (*path, "match"), within, (kind,)) if "match" in tree else None
        )
        if quantifier == "count_of":
            return self._counted(tree, path, read, inner)
        if inner is None:
            return _never
        return _quantified(quantifier, read, inner)

    def _counted(
        self, tree: Mapping[str, Any], path: Path, read: Callable[[Subject], Sequence[Subject]], inner: Test | None
    ) -> Test:
        found = self._against(_COUNT, "the number", tree, [], path)
        if found is None:
            return _never
        compare, value = found[0], found[1]
        if inner is None:
            return lambda subject: compare(len(read(subject)), value(subject))
        return lambda subject: compare(sum(1 for it in read(subject) if inner(it)), value(subject))

    def _comparison(self, tree: Mapping[str, Any], tables: Tables, path: Path) -> Test:
        name = tree["field"]
        if not self._is_fact(name, tables, (*path, "field")):
            return _never
        fact = tables[0][name]
        self.compares = self.compares or fact.compares
        found = self._against(fact, f"`{name}`", tree, tables, path)
        if found is None:
            return _never
        compare, value, fixed = found
        if fixed is not None:
            return _compare(name, compare, fixed)
        return lambda subject: compare(subject[name], value(subject))

    def _is_fact(self, name: str, tables: Tables, path: Path) -> bool:
        for table in tables:
            if name not in table:
                hint = did_you_mean(name, table) or f"facts: {choices(table, 30)}"
                self._refuse("R101", path, f"`{name}` is not a fact of this subject", hint)
                return False
        return bool(tables)

    def _against(
        self, fact: Fact, called: str, tree: Mapping[str, Any], tables: Tables, path: Path
    ) -> tuple[Compare, Callable[[Subject], Any], Any] | None:
        """How the fact is compared, and with what: a function of the subject, and the value where it is always one."""
        op = tree["op"]
        operators = OPERATORS[fact.type]
        if op not in operators:
            hint = did_you_mean(op, operators) or f"one of {choices(operators)}"
            message = f"`{op}` is not an operator of {called}, which is a {fact.type}"
            self._refuse("S104", (*path, "op"), message, hint)
            return None
        if "fact" in tree:
            return self._other_fact(fact, op, tree["fact"], tables, path)
        key = "parameter" if "parameter" in tree else "value"
        if key not in tree:
            self._refuse("S103", path, "a comparison needs a `value`, a `parameter` or another `fact`")
            return None
        written = tree[key]
        if key == "parameter":
            if written not in self.parameters:
                message = f"`{written}` is not among the rule's `parameters`"
                self._refuse("R101", (*path, key), message, did_you_mean(written, self.parameters))
                return None
            self.taken.add(written)
            written = self.parameters[written]
        try:
            value = read_value(fact, op, written)
        except Unfit as unfit:
            self._refuse("S104", (*path, key), f"`{written}` does not fit {called}: {unfit}", unfit.hint)
            return None
        if callable(value):
            return operators[op], lambda subject: value(subject.context.as_of), None
        return operators[op], lambda subject: value, value

    def _other_fact(
        self, fact: Fact, op: str, name: str, tables: Tables, path: Path
    ) -> tuple[Compare, Callable[[Subject], Any], Any] | None:
        wanted = beside(fact, op)
        if not wanted:
            self._refuse("S104", (*path, "fact"), f"no fact stands on the right of `{op}`, only a `value`")
            return None
        if not self._is_fact(name, tables, (*path, "fact")):
            return None
        other = tables[0][name]
        if other.type not in wanted:
            message = f"`{name}` is a {other.type}, and {choices(wanted)} is wanted"
            self._refuse("S104", (*path, "fact"), message)
            return None
        self.compares = self.compares or other.compares
        return OPERATORS[fact.type][op], lambda subject: subject[name], None

    def _refuse(self, code: str, path: Path, message: str, hint: str | None = None) -> Test:
        self.faults.append(Fault(code, path, message, hint))
        return _never


def _stray(tree: Mapping[str, Any]) -> tuple[str, str] | None:
    """The form of the tree, and a key that this form does not take."""
    form: str = next(key for key in _FORMS if key in tree)
    stray: str | None = next((key for key in tree if key != form and key not in _FORMS.get(form, ())), None)
    if stray is None:
        several = [key for key in ("value", "fact", "parameter") if key in tree]
        return (several[0], several[1]) if len(several) > 1 else None
    return form, stray


def _never(subject: Subject) -> bool:
    return False


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


def _compare(name: str, compare: Compare, value: Any) -> Test:
    return lambda subject: compare(subject[name], value)


def _quantified(quantifier: str, read: Callable[[Subject], Sequence[Subject]], inner: Test) -> Test:
    """All of nothing does not hold: a rule is to find something, not its absence by accident."""
    if quantifier == "any_of":
        return lambda subject: any(inner(it) for it in read(subject))
    if quantifier == "none_of":
        return lambda subject: not any(inner(it) for it in read(subject))
    return lambda subject: bool(found := read(subject)) and all(inner(it) for it in found)
