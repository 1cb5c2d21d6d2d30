"""A change split into its parts: published worked examples, examples by hand, random formulas."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.formula.expr import Expr
from engine.formula.faults import Fault
from engine.formula.parse import parse
from engine.measure.arithmetic import Unsplittable, evaluate
from engine.measure.split import Segment, by_formula, by_sum, rate_and_mix


def split(text: str, before: Mapping[str, float | None], after: Mapping[str, float | None]) -> dict[str, float]:
    return {name: float(part) for name, part in by_formula(tree(text), before, after).items()}


def tree(text: str) -> Expr:
    found = parse(text)
    assert not isinstance(found, Fault)
    return found


def test_two_factors() -> None:
    # Das Gupta, Standardization and Decomposition of Rates (1993), example 2.1: 4369.913 and 1487.262 of 5857.175.
    before, after = {"earnings": 10930, "earners": 0.717892}, {"earnings": 16591, "earners": 0.825974}
    found = split("earnings * earners", before, after)
    assert found == {"earnings": pytest.approx(4369.913, abs=5e-4), "earners": pytest.approx(1487.262, abs=5e-4)}


def test_three_factors() -> None:
    # Das Gupta (1993), three factors: the birth rates of Austria and Chile.
    before, after = {"a": 51.78746, "b": 0.45919, "c": 0.52638}, {"a": 84.90502, "b": 0.75756, "c": 0.51065}
    found = split("a * b * c", before, after)
    assert [round(found[name], 7) for name in "abc"] == [10.4340333, 10.5608476, -0.6670084]


def test_a_ratio_by_hand() -> None:
    # 10/100 -> 24/120. Numerator first: 14/100, then 24/120 - 24/100 = -0.04; denominator first: 10/120 - 10/100
    # = -1/60, then 14/120. Means: (0.14 + 7/60) / 2 = 0.128333..., (-0.04 - 1/60) / 2 = -0.028333...
    found = split("n / d", {"n": 10, "d": 100}, {"n": 24, "d": 120})
    assert found == {"n": pytest.approx(77 / 600), "d": pytest.approx(-17 / 600)}


def test_a_sum_by_hand() -> None:
    found = split("a - 2 * b + 7", {"a": 1, "b": 5}, {"a": 4, "b": 3})
    assert found == {"a": 3, "b": 4}


def test_what_is_null_is_said() -> None:
    with pytest.raises(Unsplittable, match="`d` has no value before"):
        by_formula(tree("n / d"), {"n": 1, "d": None}, {"n": 1, "d": 2})
    with pytest.raises(Unsplittable, match="divides by zero"):
        by_formula(tree("n / d"), {"n": 1, "d": 0}, {"n": 1, "d": 2})


def test_a_mix_that_divides_by_zero_is_said() -> None:
    with pytest.raises(Unsplittable, match="`a` of after with `b` of before"):
        by_formula(tree("1 / (a - b)"), {"a": 1, "b": 2}, {"a": 2, "b": 3})


def test_filled_inputs_may_be_null() -> None:
    assert split("a + COALESCE(b, 0)", {"a": 1, "b": None}, {"a": 2, "b": 5}) == {"a": 1, "b": 5}


def test_too_many_inputs() -> None:
    names = [f"x{at}" for at in range(13)]
    with pytest.raises(Unsplittable, match="13 inputs"):
        by_formula(tree(" + ".join(names)), dict.fromkeys(names, 1), dict.fromkeys(names, 2))


def test_what_cannot_be_worked_out() -> None:
    with pytest.raises(Unsplittable, match="lower"):
        evaluate(tree("LOWER(a)"), {"a": Fraction(1)})


NAMES = ("a", "b", "c", "d")
NUMBERS = st.integers(-1000, 1000).map(lambda it: it / 8)
FORMULAS = st.recursive(
    st.sampled_from((*NAMES, "2", "0.5")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        st.tuples(inner, inner).map(lambda it: f"GREATEST({it[0]}, {it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"COALESCE({it[0]}, {it[1]})"),
        inner.map(lambda it: f"ABS({it})"),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(text=FORMULAS, before=st.lists(NUMBERS, min_size=4, max_size=4), after=st.lists(NUMBERS, min_size=4, max_size=4))
def test_the_parts_sum_to_the_whole(text: str, before: list[float], after: list[float]) -> None:
    formula = tree(text)
    first, second = (dict(zip(NAMES, side, strict=True)) for side in (before, after))
    try:
        parts = by_formula(formula, first, second)
    except Unsplittable:
        assume(False)
    whole = [evaluate(formula, {name: Fraction(it) for name, it in side.items()}) for side in (first, second)]
    assert whole[0] is not None
    assert whole[1] is not None
    assert abs(float(sum(parts.values())) - float(whole[1] - whole[0])) <= 1e-9


# --- segments


def test_rate_and_mix_of_households() -> None:
    # Das Gupta (1993), example 5.1: heads of household per 100, United States 1970 and 1985, by age:
    # the age structure makes 1.2269 of the difference, 41.35 % of it.
    sizes = [12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9]
    later = [10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5]
    rates = [1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8]
    rates_later = [2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2]
    before = {str(at): (size * rate, size) for at, (size, rate) in enumerate(zip(sizes, rates, strict=True))}
    after = {str(at): (size * rate, size) for at, (size, rate) in enumerate(zip(later, rates_later, strict=True))}
    found = rate_and_mix(before, after)
    mix, rate = float(sum(it.mix for it in found)), float(sum(it.rate for it in found))
    assert round(mix, 4) == 1.2269
    assert round(100 * mix / (mix + rate), 2) == 41.35


def test_rate_and_mix_by_hand() -> None:
    # Simpson: both rates rise by a point, the whole falls. before 10/100 and 20/900: 3 %; after 33/300 ... by hand:
    # a: 100 at 10 % -> 50 at 11 %; b: 900 at 2 % -> 950 at 3 %. Whole 28/1000 -> 34/1000.
    # shares .1 -> .05, .9 -> .95; rate: .075 * .01, .925 * .01; mean of both wholes .031;
    # mix: -.05 * (.105 - .031) = -.0037, .05 * (.025 - .031) = -.0003.
    found = {it.name: it for it in rate_and_mix({"a": (10, 100), "b": (18, 900)}, {"a": (5.5, 50), "b": (28.5, 950)})}
    assert (float(found["a"].rate), float(found["b"].rate)) == (pytest.approx(0.00075), pytest.approx(0.00925))
    assert (float(found["a"].mix), float(found["b"].mix)) == (pytest.approx(-0.0037), pytest.approx(-0.0003))


def test_a_segment_that_comes_is_all_mix() -> None:
    # a: 10/100 -> 10/100; new b: 30/100. whole .1 -> .2, mean .15. a: share 1 -> .5, mix -.5 * (.1 - .15) = .025;
    # b: share 0 -> .5, its one rate .3: .5 * (.3 - .15) = .075.
    found = {it.name: it for it in rate_and_mix({"a": (10, 100)}, {"a": (10, 100), "b": (30, 100)})}
    assert (float(found["a"].mix), float(found["b"].mix)) == (pytest.approx(0.025), pytest.approx(0.075))
    assert (found["a"].rate, found["b"].rate) == (0, 0)
    assert (found["b"].before, found["b"].after) == (None, Fraction(3, 10))


def test_nothing_to_divide_by() -> None:
    with pytest.raises(Unsplittable, match="before"):
        rate_and_mix({"a": (0, 0)}, {"a": (1, 2)})
    with pytest.raises(Unsplittable, match="`b`"):
        rate_and_mix({"a": (1, 2), "b": (1, 0)}, {"a": (1, 2)})


def test_sums() -> None:
    found = by_sum({"a": 5, "b": 2}, {"a": 4, "c": 7})
    assert [(it.name, float(it.rate)) for it in found] == [("a", -1), ("b", -2), ("c", 7)]


SIDES = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=5
)


@given(SIDES, SIDES)
def test_segments_sum_to_the_whole(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> None:
    found: tuple[Segment, ...] = rate_and_mix(before, after)
    wholes = [sum(n for n, _ in side.values()) / sum(d for _, d in side.values()) for side in (before, after)]
    assert abs(float(sum(it.rate + it.mix for it in found)) - (wholes[1] - wholes[0])) <= 1e-9
