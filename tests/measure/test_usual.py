"""What is usual, against a published example; and values that are none."""

from __future__ import annotations

import pytest

from engine.measure.usual import usual

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: ten flow rates with a mean moving
# range of 1.8778 and a mean of 50.81.
FLOW = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)


def test_the_limits_of_a_published_example() -> None:
    found = usual(FLOW)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((45.8159, 55.8041), abs=2e-3)
    assert found.periods == 10


def test_a_gap_is_no_neighbour() -> None:
    """Moving ranges only between periods that follow each other: 1 and 1 here, and no 8 across the gap."""
    found = usual((1.0, 2.0, None, 10.0, 11.0, None, 1.0, 2.0, 1.0, 2.0))
    assert found is not None
    mean, spread = 30 / 8, 3 / 1.128
    assert (found.low, found.high) == pytest.approx((mean - spread, mean + spread))


@pytest.mark.parametrize("values", [(), (1.0,) * 7, (1.0, None) * 9], ids=["none", "seven", "no neighbours"])
def test_too_little_says_nothing(values: tuple[float | None, ...]) -> None:
    assert usual(values) is None


def test_only_the_last_half_year_counts() -> None:
    assert usual((1000.0,) * 40 + (1.0, 2.0) * 13) == usual((1.0, 2.0) * 13)


def test_what_never_moved_has_a_range_of_its_own_value() -> None:
    found = usual((3.0,) * 12)
    assert found is not None
    assert (found.low, found.high) == (3.0, 3.0)
