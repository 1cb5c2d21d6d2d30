"""Match trees say what they say: every operator on every type of fact, and every way to combine them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.pipeline.opening import context_of
from engine.rules.fact import Fact, Subject
from engine.rules.match import OPERATORS, Compiler

FACTS = {
    "yes": Fact("flag", "True.", lambda it: True),
    "three": Fact("number", "Three.", lambda it: 3),
    "role": Fact("word", "A word.", lambda it: "kpi", ("kpi", "outcome")),
    "nothing": Fact("word", "No word.", lambda it: None, ("kpi", "outcome")),
    "two": Fact("words", "Two words.", lambda it: ("a", "b")),
    "none": Fact("words", "No words.", lambda it: ()),
    "name": Fact("text", "A text.", lambda it: "leads"),
}


def holds(tree: dict[str, Any], named: dict[str, Any] | None = None) -> bool:
    context = context_of("metrics: [{name: leads}]")
    metric = context.project.metrics["leads"]
    compiler = Compiler(named or {})
    test = compiler.compile(tree, [FACTS], ())
    assert compiler.faults == []
    return test(Subject(context, "metric", metric, metric.origin, FACTS))


def compared(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


TABLE = [
    ("yes", "is", True, True),
    ("yes", "is", False, False),
    ("three", "is", 3, True),
    ("three", "is", 2, False),
    ("three", "at_least", 3, True),
    ("three", "at_least", 4, False),
    ("three", "at_most", 3, True),
    ("three", "at_most", 2, False),
    ("role", "is", "kpi", True),
    ("role", "is", "outcome", False),
    ("role", "is_not", "outcome", True),
    ("role", "is_not", "kpi", False),
    ("role", "in", ["outcome", "kpi"], True),
    ("role", "in", ["outcome"], False),
    ("role", "not_in", ["outcome"], True),
    ("role", "not_in", ["kpi"], False),
    ("nothing", "is", "kpi", False),
    ("nothing", "is_not", "kpi", True),
    ("nothing", "in", ["kpi", "outcome"], False),
    ("nothing", "not_in", ["kpi", "outcome"], True),
    ("two", "has", "a", True),
    ("two", "has", "c", False),
    ("two", "lacks", "c", True),
    ("two", "lacks", "a", False),
    ("two", "only", ["a", "b", "c"], True),
    ("two", "only", ["a"], False),
    ("none", "has", "a", False),
    ("none", "lacks", "a", True),
    ("none", "only", ["a"], False),
    ("name", "is", "leads", True),
    ("name", "is", "lead", False),
    ("name", "is_not", "lead", True),
    ("name", "is_not", "leads", False),
]


@pytest.mark.parametrize(("field", "op", "value", "expected"), TABLE)
def test_operator(field: str, op: str, value: Any, expected: bool) -> None:
    assert holds(compared(field, op, value)) is expected


def test_every_operator_is_shown_both_ways() -> None:
    shown = {(FACTS[field].type, op, expected) for field, op, _, expected in TABLE}
    assert shown == {
        (kind, op, it) for kind, operators in OPERATORS.items() for op in operators for it in (True, False)
    }


YES, NO = compared("yes", "is", True), compared("yes", "is", False)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, NO]}, False),
        ({"any": [NO, YES]}, True),
        ({"any": [NO, NO]}, False),
        ({"not": NO}, True),
        ({"not": {"any": [NO, {"all": [YES, {"not": YES}]}]}}, True),
        ({"ref": "yes"}, True),
        ({"not": {"ref": "no"}}, True),
        ({"ref": "deep"}, True),
    ],
)
def test_combination(tree: dict[str, Any], expected: bool) -> None:
    assert holds(tree, {"yes": YES, "no": NO, "deep": {"not": {"ref": "no"}}}) is expected


def test_a_fact_is_computed_once_and_only_when_asked_for() -> None:
    asked: list[str] = []

    def fact(name: str, value: bool) -> Fact:
        def read(subject: Subject) -> bool:
            asked.append(name)
            return value

        return Fact("flag", "Counted.", read)

    facts = {"first": fact("first", False), "second": fact("second", True)}
    context = context_of("metrics: [{name: leads}]")
    metric = context.project.metrics["leads"]
    subject = Subject(context, "metric", metric, metric.origin, facts)
    tree = {"all": [compared("first", "is", True), compared("second", "is", True)]}
    test = Compiler({}).compile(tree, [facts], ())
    assert [test(subject), test(subject)] == [False, False]
    assert asked == ["first"]
