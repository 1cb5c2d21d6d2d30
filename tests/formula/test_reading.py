"""What a formula says is read whole or refused at its very characters: nothing of it is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from engine.formula.expr import Aggregated, Call, Case, Cast, Const, Expr, Interval, MetricOf
from engine.formula.faults import Fault
from engine.formula.functions import FUNCTION_NAMES
from engine.formula.parse import parse

HERE = Path(__file__).parent
ACCEPTED: list[tuple[str, str]] = yaml.safe_load((HERE / "accepted.yml").read_text(encoding="utf-8"))
FAULTS: list[tuple[str, str]] = yaml.safe_load((HERE / "faults.yml").read_text(encoding="utf-8"))
START, END = "‹", "›"

# Each with a hole for the argument of an aggregate, a number, a text and a time.
ARGUMENTS = ["o.a", "o.a + 1", "COALESCE(o.a, 0)", "CASE WHEN o.b THEN o.a END", "DISTINCT o.a"]
AGGREGATES = ["SUM({})", "COUNT({})", "AVG({})", "MIN({})", "MAX({})", "MEDIAN({})"]
INSIDE = [
    "{} ORDER BY o.b",
    "{} ORDER BY o.b DESC NULLS FIRST",
    "{} IGNORE NULLS",
    "{} RESPECT NULLS",
    "{} HAVING MAX o.b",
    "{} LIMIT 3",
    "{}, 2",
    "{}, o.b",
    "[{}]",
    "{{'x': {}}}",
    "x -> {}",
    "lambda x: {}",
    "{}[1]",
    "{}[1:2]",
    "{} COLLATE nocase",
    "{} AT TIME ZONE 'UTC'",
    "TRY_CAST({} AS INTEGER)",
    "({}, 1)",
    "ROW({})",
    "MAP {{{}: 1}}",
    "{} := 1",
    "x := {}",
    "UNNEST({})",
    "COLUMNS({})",
    "STRUCT_PACK(x := {})",
    "?",
    "$1",
    ":x",
    "$x",
    "{} USING SAMPLE 10%",
]
AFTER = [
    "{} OVER ()",
    "{} OVER (PARTITION BY o.b)",
    "{} OVER (ORDER BY o.b)",
    "{} OVER (ORDER BY o.b ROWS 2 PRECEDING)",
    "{} OVER (ORDER BY o.b RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW)",
    "{} OVER (ORDER BY o.b GROUPS 1 PRECEDING EXCLUDE TIES)",
    "{} OVER (ORDER BY o.b ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW)",
    "{} OVER w",
    "{} FILTER (WHERE o.b) OVER ()",
    "{} FILTER (WHERE o.b) FILTER (WHERE o.c)",
    "{} IGNORE NULLS",
    "{} RESPECT NULLS OVER ()",
    "{} WITHIN GROUP (ORDER BY o.b)",
    "{} AS total",
    "{} total",
    "{} COLLATE nocase",
    "{} AT TIME ZONE 'UTC'",
    "{} ORDER BY 1",
    "{} LIMIT 1",
    "{} FROM o",
    "{} WHERE o.b",
    "{} HAVING o.b",
    "{} UNION SELECT 1",
    "{}::TIMESTAMP(3)",
    "{}::INTEGER[]",
    "{}::STRUCT(x INTEGER)",
    "{}, 1",
    "({}, 1)",
    "[{}]",
    "[x FOR x IN [{}]]",
    "{} IS DISTINCT FROM 1",
    "{} IN o.b",
    "{} = ANY([1])",
    "{} > ALL (SELECT 1)",
    "{} IS JSON",
    "{} BETWEEN SYMMETRIC 2 AND 1",
    "{} LIKE 'x' ESCAPE '!'",
    "{} LIKE ANY ('x', 'y')",
    "{} ILIKE 'x'",
    "{} SIMILAR TO 'x'",
    "{} GLOB 'x'",
    "{} ~ 'x'",
    "{} -> '$.x'",
    "{} ->> 'x'",
    "{} ** 2",
    "{} ^ 2",
    "{} % 2",
    "{} // 2",
    "{} & 1",
    "{} << 1",
    "~{}",
    "EXTRACT(epoch FROM {})",
    "EXTRACT(WEEK(month) FROM {})",
    "DATE_TRUNC('day', {}, 'UTC')",
    "DATE_DIFF('day', {}, o.b, o.c)",
    "DATE_DIFF(YEAR(month), {}, o.b)",
    "{} + INTERVAL '1 day 2 hours'",
    "{} + INTERVAL '1' DAY TO HOUR",
    "{} + INTERVAL 1.5 DAY",
    "{} + INTERVAL ABS(-5) DAY",
    "{} + INTERVAL SQRT(9) DAY",
    "{} + INTERVAL (o.b) DAY",
    "TRIM(LEADING 'x' FROM {})",
    "TRIM({}, 'x')",
    "ROUND({}, 2, 1)",
    "CEIL({}, 1)",
    "CEIL({}, 1, 2)",
    "FLOOR({} TO DAY)",
    "QUANTILE_CONT({}, 0.5, 2)",
    "QUANTILE_CONT({}, [0.5, 0.9])",
    "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {} NULLS FIRST)",
    "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {} DESC)",
    "PERCENTILE_CONT(0.5, 1) WITHIN GROUP (ORDER BY {})",
    "CASE {} WHEN ANY [1] THEN 1 END",
    "EXISTS (SELECT {})",
    "(SELECT {})",
]


@pytest.mark.parametrize(("text", "meant"), ACCEPTED, ids=[text for text, _ in ACCEPTED])
def test_accepted(text: str, meant: str) -> None:
    found = parse(text)
    assert not isinstance(found, Fault), found.message
    assert spelled(found) == meant


@pytest.mark.parametrize(("code", "marked"), FAULTS, ids=[text for _, text in FAULTS])
def test_refused(code: str, marked: str) -> None:
    text = marked.replace(START, "").replace(END, "")
    start = marked.index(START)
    end = marked.index(END) - 1
    found = parse(text)
    assert isinstance(found, Fault), found
    assert found.code == code, found.message
    if start == end:  # something is missing: at the end, or at the last character
        assert found.at[1] >= end - 1
    else:
        assert text[slice(*found.at)] == text[start:end]


@pytest.mark.parametrize("clause", INSIDE)
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_nothing_inside_an_aggregate_is_dropped(aggregate: str, clause: str) -> None:
    for argument in ARGUMENTS:
        text = aggregate.format(clause.format(argument))
        assert_refused(text)


@pytest.mark.parametrize("clause", AFTER)
def test_nothing_around_a_formula_is_dropped(clause: str) -> None:
    for inner in ("o.a", "SUM(o.a)", "COUNT(DISTINCT o.a)", "COALESCE(o.a, 0)", "(o.a + 1)", "revenue"):
        text = clause.format(inner)
        if inner == "revenue" and clause == "{} total":
            continue
        assert_refused(text)
        assert_refused(f"1 + ({text})")
        assert_refused(f"CASE WHEN TRUE THEN {text} END")


@pytest.mark.parametrize("name", sorted({*FUNCTION_NAMES} - {"cast", "case", "extract", "metric"}))
def test_no_function_drops_an_argument(name: str) -> None:
    """With one argument more than it takes; those that take any number read them all."""
    many = {"coalesce", "greatest", "least"}
    for count in range(6):
        arguments = [f"o.z{number}" for number in range(count)]
        if name in ("date_trunc", "date_diff", "datediff"):
            arguments = ["'day'", *arguments]
        text = f"{name}({', '.join(arguments)})"
        found = parse(text)
        if not isinstance(found, Fault):
            read = spelled(found)
            assert all(argument in read for argument in arguments if argument != "'day'"), (text, read)
            assert name in many or count < 5, text


DEEP: dict[str, Callable[[int], str]] = {
    "parentheses": lambda depth: "(" * depth + "1" + ")" * depth,
    "minuses": lambda depth: "-(" * depth + "1" + ")" * depth,
    "sums": lambda depth: " + ".join(["1"] * depth),
    "conditions": lambda depth: " OR ".join(["a"] * depth),
    "cases": lambda depth: "CASE WHEN a THEN " * depth + "1" + " END" * depth,
    "calls": lambda depth: "ABS(" * depth + "a" + ")" * depth,
    "casts": lambda depth: "a" + "::INT" * depth,
    "steps": lambda depth: "a" + ".b" * depth,
    "brackets": lambda depth: "[" * depth + "]" * depth,
}


@pytest.mark.parametrize("kind", DEEP)
def test_nesting_has_a_limit_and_no_crash(kind: str) -> None:
    """Only codes are compared: pytest would show the trees themselves, and they are deep."""
    codes = {depth: code_of(DEEP[kind](depth)) for depth in (60, 1_000, 30_000)}
    assert codes == {60: "C104" if kind == "brackets" else None, 1_000: "C101", 30_000: "C101"}


def test_a_long_list_is_not_deep() -> None:
    assert code_of(f"a IN ({', '.join(map(str, range(5_000)))})") is None


@pytest.mark.parametrize("text", ["", " ", "\n", "'", '"', "(", ")", "\\", "a\u2028b", "😀 + 'x", "--", ";"])
def test_odd_texts_are_faults_at_a_place(text: str) -> None:
    assert_refused(text)


@pytest.mark.parametrize("before", ["'😀' = b AND ", "'é;--' = b AND ", "'''' = b AND ", "\n\n  ", "'{{' = b AND "])
def test_places_behind_any_text(before: str) -> None:
    for code, marked in FAULTS:
        text = marked.replace(START, "").replace(END, "")
        plain = parse(text)
        found = parse(before + text)
        assert isinstance(found, Fault)
        assert isinstance(plain, Fault)
        if code in ("C104", "C108", "C109", "C106") and "AS total" not in text and found.code == code:
            assert found.at == (plain.at[0] + len(before), plain.at[1] + len(before))


def code_of(text: str) -> str | None:
    found = parse(text)
    return found.code if isinstance(found, Fault) else None


def assert_refused(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Fault), f"{text} is read as {spelled(found)}"
    start, end = found.at
    assert 0 <= start <= end <= max(len(text), 1), text
    assert found.code in ("C101", "C102", "C103", "C104", "C105", "C106", "C108", "C109")


def spelled(expr: Expr) -> str:
    """The expression as a tree of operators."""
    match expr:
        case Const(value=value, type="text"):
            return f"'{value}'"
        case Const(value=value):
            return str(value)
        case Interval(count, unit):
            return f"{count} {unit}"
        case MetricOf(metric, entity):
            return f"metric({metric}, {entity})"
        case Call(op, args):
            return f"{op}({', '.join(map(spelled, args))})"
        case Cast(arg, type_, scale):
            return f"{type_}{list(scale) if scale else ''}({spelled(arg)})"
        case Case(whens, otherwise):
            pairs = ", ".join(f"{spelled(when)}, {spelled(then)}" for when, then in whens)
            return f"case({pairs}{'' if otherwise is None else f'; {spelled(otherwise)}'})"
        case Aggregated(function, arg, where, share):
            kept = "" if where is None else f" where {spelled(where)}"
            return f"{function}{'' if share is None else f'[{share}]'}({spelled(arg)}{kept})"
    return str(expr)
