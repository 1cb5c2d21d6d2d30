"""Match trees say what they say: every operator on every type of fact, and every way to combine them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.model import Period
from engine.pipeline.opening import context_of
from engine.rules.fact import Fact, Subject
from engine.rules.facts import FACTS as TABLES
from engine.rules.facts import subjects_of
from engine.rules.match import OPERATORS, Compiler

FACTS = {
    "yes": Fact("flag", "True.", lambda it: True),
    "three": Fact("number", "Three.", lambda it: 3),
    "role": Fact("word", "A word.", lambda it: "kpi", ("kpi", "outcome")),
    "nothing": Fact("word", "No word.", lambda it: None, ("kpi", "outcome")),
    "two": Fact("words", "Two words.", lambda it: ("a", "b")),
    "none": Fact("words", "No words.", lambda it: ()),
    "name": Fact("text", "A text.", lambda it: "leads"),
    "other": Fact("text", "Another text.", lambda it: "b"),
    "half": Fact("number", "A part.", lambda it: Decimal("0.5")),
    "unknown": Fact("number", "No number.", lambda it: None),
    "day": Fact("date", "A day.", lambda it: date(2026, 1, 31)),
    "never": Fact("date", "No day.", lambda it: None),
    "month": Fact("duration", "A month.", lambda it: Period(1, "month")),
    "weeks": Fact("duration", "Five weeks.", lambda it: Period(5, "week")),
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


YES, NO = compared("yes", "is", True), compared("yes", "is", False)
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
    ("name", "in", ["leads"], True),
    ("name", "in", ["lead"], False),
    ("name", "not_in", ["lead"], True),
    ("name", "not_in", ["leads"], False),
    ("name", "matches", "^lea", True),
    ("name", "matches", "^ead", False),
    ("role", "matches", "k.i", True),
    ("role", "matches", "^k$", False),
    ("nothing", "matches", ".*", False),
    ("two", "matches", "^b$", True),
    ("two", "matches", "^c$", False),
    ("two", "has_any", ["c", "b"], True),
    ("two", "has_any", ["c"], False),
    ("three", "is_not", 2, True),
    ("three", "is_not", 3, False),
    ("three", "above", 2, True),
    ("three", "above", 3, False),
    ("three", "below", 4, True),
    ("three", "below", 3, False),
    ("half", "is", 0.5, True),
    ("half", "at_most", 0.4, False),
    ("unknown", "is", 0, False),
    ("unknown", "is_not", 0, False),
    ("unknown", "at_most", 9, False),
    # the tests look at 2026-01-01, the start of that day
    ("day", "on", "2026-01-31", True),
    ("day", "on", "2026-02-01", False),
    ("day", "before", "as_of + 31 days", True),
    ("day", "before", "as_of + 30 days", False),
    ("day", "after", "as_of", True),
    ("day", "after", "as_of + 1 month", False),
    ("day", "after", "as_of - 1 year", True),
    ("day", "before", "2026-01-31", False),
    ("never", "before", "as_of", False),
    ("never", "after", "as_of", False),
    ("month", "is", "1 month", True),
    ("month", "is", "30 days", False),  # a month is 30.44 days
    ("month", "above", "30 days", True),
    ("month", "above", "31 days", False),
    ("month", "below", "31 days", True),
    ("month", "below", "30 days", False),
    ("weeks", "at_least", "35 days", True),
    ("weeks", "at_least", "36 days", False),
    ("weeks", "at_most", "35 days", True),
    ("weeks", "at_most", "1 month", False),
]


@pytest.mark.parametrize(("field", "op", "value", "expected"), TABLE)
def test_operator(field: str, op: str, value: Any, expected: bool) -> None:
    assert holds(compared(field, op, value)) is expected


def test_every_operator_is_shown_both_ways() -> None:
    shown = {(FACTS[field].type, op, expected) for field, op, _, expected in TABLE}
    assert shown == {
        (kind, op, it) for kind, operators in OPERATORS.items() for op in operators for it in (True, False)
    }


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


@pytest.mark.parametrize(
    ("field", "op", "other", "expected"),
    [
        ("three", "above", "half", True),
        ("half", "above", "three", False),
        ("three", "above", "unknown", False),
        ("unknown", "below", "three", False),
        ("name", "is", "other", False),
        ("name", "is_not", "other", True),
        ("two", "has", "other", True),
        ("two", "lacks", "name", True),
        ("none", "only", "two", False),
        ("two", "only", "two", True),
        ("weeks", "above", "month", True),
        ("day", "after", "never", False),
    ],
)
def test_two_facts(field: str, op: str, other: str, expected: bool) -> None:
    assert holds({"field": field, "op": op, "fact": other}) is expected


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"field": "three", "op": "above", "fact": "name"}, "`name` is a text"),
        ({"field": "three", "op": "above", "fact": "tree"}, "`tree` is not a fact of this subject"),
        ({"field": "yes", "op": "is", "fact": "yes"}, "no fact stands on the right"),
        ({"field": "role", "op": "in", "fact": "two"}, "no fact stands on the right"),
        ({"field": "name", "op": "matches", "value": "(a"}, "not a regular expression"),
        ({"field": "name", "op": "matches", "value": "(?=a)"}, "not a regular expression"),
        ({"field": "name", "op": "matches", "value": "(a)\\1"}, "not a regular expression"),
        ({"field": "day", "op": "before", "value": "soon"}, "a date is wanted"),
        ({"field": "day", "op": "before", "value": "2026-02-30"}, "a date is wanted"),
        ({"field": "day", "op": "before", "value": "as_of + many days"}, "a date is wanted"),
        ({"field": "month", "op": "above", "value": "a month"}, "a length of time is wanted"),
        ({"field": "month", "op": "above", "value": 30}, "a length of time is wanted"),
        ({"any_of": "key_results", "match": YES}, "`key_results` is not a collection of this subject"),
        ({"field": "three", "op": "above", "parameter": "most"}, "`most` is not among the rule's `parameters`"),
    ],
)
def test_what_can_never_hold_is_refused(tree: dict[str, Any], told: str) -> None:
    compiler = Compiler({})
    compiler.compile(tree, [FACTS], ())
    assert [told in fault.message for fault in compiler.faults] == [True], compiler.faults


def test_no_expression_blows_up() -> None:
    """Nested repetitions over a long text: with backtracking this test would never end."""
    facts = {"long": Fact("text", "A long text.", lambda it: "a" * 100_000 + "b")}
    context = context_of("metrics: [{name: leads}]")
    metric = context.project.metrics["leads"]
    compiler = Compiler({})
    test = compiler.compile(compared("long", "matches", "^(a+)+$"), [facts], ())
    assert test(Subject(context, "metric", metric, metric.origin, facts)) is False


STAFFED = """\
departments: [{name: marketing}, {name: sales}, {name: support}]
metrics:
  - {name: retention, role: outcome, owners: [marketing, sales], unit: percent}
  - {name: leads, role: kpi, owners: sales}
influences: [{from: sales, to: retention, effect: raises}, {from: leads, to: retention, effect: lowers}]
objectives:
  - name: stay
    key_results:
      - {metric: retention, baseline: 40 %, target: 60 %, deadline: 2026-12-31}
      - {metric: leads, baseline: 1, target: 2}
  - {name: wish}
"""
KPI = compared("metric.role", "is", "kpi")
OWN = compared("name", "is", "sales")


@pytest.mark.parametrize(
    ("subject", "tree", "names"),
    [
        ("objective", {"any_of": "key_results", "match": KPI}, ["stay"]),
        ("objective", {"all_of": "key_results", "match": KPI}, []),
        ("objective", {"all_of": "key_results", "match": {"not": compared("metric", "is", "x")}}, ["stay"]),
        ("objective", {"none_of": "key_results", "match": KPI}, ["wish"]),
        ("objective", {"count_of": "key_results", "op": "at_least", "value": 2}, ["stay"]),
        ("objective", {"count_of": "key_results", "match": KPI, "op": "is", "value": 1}, ["stay"]),
        ("objective", {"count_of": "key_results", "op": "is", "value": 0}, ["wish"]),
        ("metric", {"any_of": "owners", "match": OWN}, ["retention", "leads"]),
        ("metric", {"all_of": "owners", "match": OWN}, ["leads"]),
        ("metric", {"count_of": "owners", "op": "above", "value": 1}, ["retention"]),
        ("metric", {"any_of": "influences", "match": compared("effect", "is", "lowers")}, ["retention"]),
        ("metric", {"any_of": "influences", "match": compared("from", "is", "sales")}, ["retention"]),
        (
            "metric",
            {"any_of": "key_results", "match": compared("deadline", "before", "as_of + 2 years")},
            ["retention"],
        ),
        ("key_result", compared("metric.unit", "is", "percent"), ["stay.key_results[0]"]),
        (
            "key_result",
            {"any_of": "metric.owners", "match": compared("name", "is", "marketing")},
            ["stay.key_results[0]"],
        ),
        (
            "key_result",
            {"field": "target", "op": "above", "fact": "baseline"},
            ["stay.key_results[0]", "stay.key_results[1]"],
        ),
    ],
)
def test_collections_and_what_is_referred_to(subject: str, tree: dict[str, Any], names: list[str]) -> None:
    compiler = Compiler({})
    test = compiler.compile(tree, [TABLES[subject]], (), kinds=(subject,))
    assert compiler.faults == []
    assert [it.name for it in subjects_of(context_of(STAFFED)) if it.kind == subject and test(it)] == names
