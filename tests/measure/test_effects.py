"""The effect of a change: verdicts both ways, and how often they are right on series whose truth is known."""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import fmean, median

import pytest

from engine.measure.effects import Effect, Point, difference_in_differences, effect_of
from engine.render.effects import effect_words

RUNS = 2_000
SHAPES = ((12, 4), (8, 8), (26, 6))


def shares(counts: list[tuple[int, int]]) -> list[Point]:
    return [Point(x / n, x, n) for x, n in counts]


def plain(values: list[float]) -> list[Point]:
    return [Point(value) for value in values]


BEFORE = shares([(70, 1000), (66, 980), (73, 1015), (71, 1002), (69, 991), (72, 1030), (68, 1010), (70, 990)])


def test_moved() -> None:
    found = effect_of("proportion", BEFORE, shares([(100, 1180), (104, 1210), (101, 1200), (103, 1195)]))
    assert (found.verdict, found.direction) == ("moved", "up")
    assert found.low is not None
    assert 0 < found.low < 0.015 < (found.high or 0)
    assert (found.n_before, found.n_after) == (8, 4)
    told = effect_words(found, "percent", "en")
    assert told.startswith("moved up by ")
    assert "95 %" in told
    assert "pp" in told
    assert "because" not in told
    assert effect_words(found, "percent", "ru").startswith("выросло на ")


def test_moved_down() -> None:
    before = plain([5.1, 4.9, 5.0, 5.2, 4.8, 5.0, 5.1, 4.9])
    found = effect_of("mean", before, plain([4.1, 3.9, 4.0, 4.1]))
    assert (found.verdict, found.direction) == ("moved", "down")
    assert effect_words(found, "days", "en").startswith("moved down by ")


def test_no_visible_effect() -> None:
    found = effect_of("proportion", BEFORE, shares([(71, 1000), (68, 1010), (72, 990), (70, 1005)]))
    assert found.verdict == "no_visible_effect"
    assert "no visible effect" in effect_words(found, "percent", "en")
    assert "не видно" in effect_words(found, "percent", "ru")


def test_a_trend_is_no_effect() -> None:
    values = [100 + 3 * week + (1, -2, 2, -1)[week % 4] for week in range(16)]
    found = effect_of("mean", plain(values[:12]), plain(values[12:]))
    assert found.verdict == "no_visible_effect"


def test_too_early() -> None:
    found = effect_of("proportion", BEFORE, shares([(130, 1000), (131, 1000)]))
    assert (found.verdict, found.low) == ("too_early", None)
    assert effect_words(found, "percent", "en") == "too early: 2 complete periods since the change, 3 are needed"
    assert effect_words(found, "percent", "ru").startswith("рано судить")


def test_several_changes() -> None:
    found = effect_of("proportion", BEFORE, shares([(140, 1000)] * 4), overlapping=("new_form",))
    assert found.verdict == "several_changes"
    told = effect_words(found, "percent", "en")
    assert "several changes at once" in told
    assert "new_form" in told
    assert "moved" not in told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([5.0, 5.1, 4.9], [6.0, 6.1, 5.9, 6.0]),  # no history to tell a trend by
        ([5.0] * 8, [5.0] * 4),  # nothing varies
        ([5.0] * 8, [6.0] * 4),  # an exact step, but no noise to judge it by
        ([], [6.0] * 4),
    ],
)
def test_not_known(before: list[float], after: list[float]) -> None:
    found = effect_of("mean", plain(before), plain(after))
    assert (found.verdict, found.low, found.high) == ("unknown", None, None)
    assert effect_words(found, "days", "en").startswith("cannot be told")


def test_missing_values_are_no_zeros() -> None:
    gone = [*BEFORE[:3], Point(None), *BEFORE[3:]]
    found = effect_of("proportion", gone, [*shares([(71, 1000), (68, 1010), (72, 990)]), Point(None)])
    assert (found.n_before, found.n_after) == (8, 3)
    assert found.verdict == "no_visible_effect"


def test_counts_of_nothing() -> None:
    found = effect_of("count", plain([0] * 8), plain([0] * 4))
    assert found.verdict == "unknown"


# --- pilots


def test_pilot() -> None:
    it = random.Random(5)
    season = [0.10 + 0.01 * it.random() for _ in range(16)]
    rest = [Point(share, round(share * 4000), 4000) for share in season]
    alike = [Point(share, round(share * 1000), 1000) for share in (s + it.gauss(0, 0.004) for s in season)]
    better = [*alike[:10], *(Point((p.value or 0) + 0.05, (p.numerator or 0) + 50, 1000) for p in alike[10:])]
    same = difference_in_differences("proportion", (alike[:10], alike[10:]), (rest[:10], rest[10:]))
    moved = difference_in_differences("proportion", (better[:10], better[10:]), (rest[:10], rest[10:]))
    assert same.verdict == "no_visible_effect"
    assert (moved.verdict, moved.direction) == ("moved", "up")
    assert moved.low is not None
    assert moved.low < 0.05 < (moved.high or 0)


def test_pilot_takes_the_common_out() -> None:
    rest = [10, 11, 12, 11, 10, 12, 11, 10, 20, 21, 20, 22]  # the whole market jumps
    pilot = [value + (0.3, -0.2, 0.1, -0.1)[at % 4] for at, value in enumerate(rest)]
    found = difference_in_differences("mean", (plain(pilot[:8]), plain(pilot[8:])), (plain(rest[:8]), plain(rest[8:])))
    assert found.verdict == "no_visible_effect"


# --- how often it is right


def errors(it: random.Random, n: int, rho: float) -> list[float]:
    at = it.gauss(0, 1) / (1 - rho * rho) ** 0.5
    out = []
    for _ in range(n):
        at = rho * at + it.gauss(0, 1)
        out.append(at)
    return out


def _share(it: random.Random, n: int, step: float) -> list[Point]:
    sizes = [it.randrange(600, 1400) for _ in range(n)]
    return shares([(sum(it.random() < 0.08 + step for _ in range(size)), size) for size in sizes])


def _mean(it: random.Random, n: int, step: float) -> list[Point]:
    return plain([fmean(it.expovariate(0.2) for _ in range(40)) + step for _ in range(n)])


def _median(it: random.Random, n: int, step: float) -> list[Point]:
    return plain([median(it.expovariate(0.2) for _ in range(41)) + step for _ in range(n)])


def _count(it: random.Random, n: int, step: float) -> list[Point]:
    return plain([float(sum(it.random() < (60 + step) / 600 for _ in range(600))) for _ in range(n)])


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("kind", "draw", "step"),
    [("proportion", _share, 0.01), ("mean", _mean, 1.0), ("median", _median, 1.0), ("count", _count, 8.0)],
)
def test_coverage(kind: str, draw: Callable[[random.Random, int, float], list[Point]], step: float) -> None:
    it = random.Random(20261116)
    covered = 0
    for run in range(RUNS):
        before, after = SHAPES[run % len(SHAPES)]
        found = effect_of(kind, draw(it, before, 0.0), draw(it, after, step))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= step <= found.high
    assert 0.93 <= covered / RUNS <= 0.97


@pytest.mark.heavy
@pytest.mark.parametrize("slope", [0.0, 0.5])
@pytest.mark.parametrize("rho", [0.3, 0.6])
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_moved(shape: tuple[int, int], rho: float, slope: float) -> None:
    """Series with trend and autocorrelation, and no effect: "moved" in at most 7 of 100."""
    it = random.Random(7)
    before, after = shape
    said = 0
    for _ in range(RUNS):
        values = [50 + slope * at + error for at, error in enumerate(errors(it, before + after, rho))]
        said += effect_of("mean", plain(values[:before]), plain(values[before:])).verdict == "moved"
    assert said / RUNS <= 0.07


@pytest.mark.heavy
def test_pilots_without_effect() -> None:
    it = random.Random(11)
    said = 0
    for _ in range(RUNS):
        season = errors(it, 18, 0.6)
        pilot, rest = ([50 + 2 * s + e for s, e in zip(season, errors(it, 18, 0.3), strict=True)] for _ in range(2))
        sides = ((plain(it[:12]), plain(it[12:])) for it in (pilot, rest))
        said += difference_in_differences("mean", *sides).verdict == "moved"
    assert said / RUNS <= 0.07


def test_frozen() -> None:
    found: Effect = effect_of("mean", [], [])
    with pytest.raises(AttributeError):
        found.verdict = "moved"  # type: ignore[misc]
