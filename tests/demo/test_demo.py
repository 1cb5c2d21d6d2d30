"""The demo organisation's metrics against SQL written by hand (`expected/`), and the week that it reports.

The SQL is an oracle: written from what the specs say alone, never from what the compiler emits. Where the two
differ, ask which of them says what the metric means; never adapt a file to the compiler's answer.

`METRIC.sql` gives the total up to now, `METRIC.week.sql`, `METRIC.month.sql` and the like complete weeks and
months (`fiscal_month` and `fiscal_quarter`: of the organisation's own calendar), `METRIC.by_DIMENSION.sql` the
complete months of each group. Columns bear the names that they have in the JSON of `accord run`; `period` is the
first day, `passed_STEP` how many passed a step of a funnel, and every other column is the dimension. Where the SQL
has no numerator, denominator, n or steps, nothing is said about them.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

REPO = Path(__file__).parents[2]
SPECS = REPO / "specs" / "demo"
EXPECTED = Path(__file__).parent / "expected"
FILES = sorted(path.stem for path in EXPECTED.glob("*.sql"))

# One of these is in every metric but a draft.
FORMULAS = {"expression", "numerator", "base", "cohort", "from", "rating", "input", "steps"}
COUNTS = ("numerator", "denominator", "n")
STEP = "passed_"
WEEK, OCTOBER = "2026-11-09", "2026-10-01"

# The week of the report and October: value, and what it rests on.
WEEKLY: dict[str, dict[str, float]] = {
    "new_visitors": {"value": 1200},
    "lead_conversion": {"value": 0.085, "numerator": 102, "denominator": 1200},
    "lead_quality": {"value": 66 / 102, "numerator": 66, "denominator": 102},
    "time_to_deal": {"value": 4.3, "n": 23},
    "registration_dropoff": {"value": 82 / 200},
}
MONTHLY: dict[str, dict[str, float]] = {
    "new_visitors": {"value": 4304},
    "lead_conversion": {"value": 300 / 4304, "numerator": 300, "denominator": 4304},
    "lead_quality": {"value": 180 / 300, "numerator": 180, "denominator": 300},
    "time_to_deal": {"value": 34_580_504 / 86_400 / 82, "n": 82},
    "registration_dropoff": {"value": 400 / 800},
}
# Relative, and in percentage points.
CHANGES: dict[str, tuple[float, float | None]] = {
    "lead_conversion": (0.2195, 1.53),
    "lead_quality": (0.0784, 4.71),
    "time_to_deal": (-0.1190, None),
    "registration_dropoff": (-0.18, -9.0),
}

Row = dict[str, Any]
Key = tuple[str | None, tuple[tuple[str, Any], ...]]  # the first day, the group


def by_hand(shop: duckdb.DuckDBPyConnection, stem: str) -> dict[Key, Row]:
    cursor = shop.execute((EXPECTED / f"{stem}.sql").read_text(encoding="utf-8"))
    columns = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
    steps = [name for name in columns if name.startswith(STEP)]
    known = {"period", "value", *COUNTS, *steps}
    return keyed(
        [
            {
                "period": {"start": row["period"].isoformat()} if "period" in row else None,
                "dimensions": {name: row[name] for name in columns if name not in known},
                **{name: row[name] for name in columns if name in known - {"period", *steps}},
                "steps": [{"name": name.removeprefix(STEP), "count": row[name]} for name in steps],
            }
            for row in rows
        ]
    )


def keyed(rows: list[Row]) -> dict[Key, Row]:
    """The rows by period and group, without those that say that nothing is known."""
    found: dict[Key, Row] = {}
    for row in rows:
        start = row["period"] and row["period"]["start"][:10]
        key = (start, tuple(sorted(row["dimensions"].items())))
        assert key not in found, f"two rows for {key}"
        found[key] = row
    return {key: row for key, row in found.items() if row["value"] is not None}


def run(*arguments: str) -> dict[str, Any]:
    done = accord(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["version"] == 1
    assert answer["as_of"].startswith("2026-11-16")
    assert answer["errors"] == []
    return answer


@cache  # a failure, too
def accord(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", "run", "-p", "specs/demo", *arguments, "--format", "json"]
    return subprocess.run(command, cwd=REPO, capture_output=True, encoding="utf-8", timeout=120, check=False)


@pytest.fixture(scope="module")
def shop() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for path in sorted((SPECS / "data").glob("*.parquet")):
        connection.read_parquet(str(path)).create_view(path.stem)
    for path in sorted((SPECS / "data").glob("*.csv")):
        connection.read_csv(str(path), header=True).create_view(path.stem)
    return connection


@pytest.fixture(scope="module")
def measured() -> Callable[[str], list[Row]]:
    """What `accord run` says to a file: one call for all totals, all weeks, all months; one a grouping."""

    def ask(stem: str) -> list[Row]:
        metric, _, variant = stem.partition(".")
        if variant.startswith("by_"):
            answer = run(metric, "--grain", "month", "--by", variant.removeprefix("by_"))
        else:
            names = [name for name, _, other in (file.partition(".") for file in FILES) if other == variant]
            answer = run(*names, "--grain", variant or "all")
        return [row for row in answer["rows"] if row["metric"] == metric]

    return ask


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Without options: the last complete week, compared as the organisation says."""
    return run()


def test_every_metric_has_an_expectation() -> None:
    specs = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (SPECS / "metrics").glob("*.yml")]
    metrics = {metric["name"] for spec in specs for metric in spec["metrics"] if FORMULAS & metric.keys()}
    for variant in ("", ".week"):
        assert {f"{metric}{variant}" for metric in metrics} - set(FILES) == set()
    assert {stem.partition(".")[0] for stem in FILES} == metrics
    assert {stem.partition(".")[2].partition("_")[0] for stem in FILES} == {"", "week", "month", "fiscal", "by"}


@pytest.mark.parametrize("metric", WEEKLY)
def test_hand_written_sql_gives_the_reported_week(shop: duckdb.DuckDBPyConnection, metric: str) -> None:
    week = by_hand(shop, f"{metric}.week")[WEEK, ()]
    october = by_hand(shop, f"{metric}.month")[OCTOBER, ()]
    assert_figures(week, WEEKLY[metric])
    assert_figures(october, MONTHLY[metric])
    if metric in CHANGES:
        relative, points = CHANGES[metric]
        assert week["value"] / october["value"] - 1 == pytest.approx(relative, abs=6e-5)
        if points is not None:
            assert 100 * (week["value"] - october["value"]) == pytest.approx(points, abs=0.005)


@pytest.mark.parametrize("stem", FILES)
def test_hand_written_sql_answers(shop: duckdb.DuckDBPyConnection, stem: str) -> None:
    rows = by_hand(shop, stem)
    assert rows
    for (start, group), row in rows.items():
        assert math.isfinite(row["value"])
        assert (start is None) == ("." not in stem)
        assert [name for name, _ in group] == [stem.partition(".by_")[2]] * (".by_" in stem)


@pytest.mark.parametrize("stem", FILES)
def test_the_specs_agree_with_hand_written_sql(
    shop: duckdb.DuckDBPyConnection, measured: Callable[[str], list[Row]], stem: str
) -> None:
    found, expected = keyed(measured(stem)), by_hand(shop, stem)
    assert sorted(found, key=str) == sorted(expected, key=str)
    for key, want in expected.items():
        have = found[key]
        assert have["value"] == pytest.approx(float(want["value"]), rel=1e-9), key
        assert counts(have, want) == counts(want, want), key
        assert not want["steps"] or have["steps"] == want["steps"], key


def test_weeks_end_where_the_next_begins(measured: Callable[[str], list[Row]]) -> None:
    periods = [row["period"] for row in measured("new_visitors.week")]
    assert periods[0]["start"][:10] == "2026-02-02"
    assert periods[-1]["end"][:10] == "2026-11-16"
    assert [period["end"] for period in periods[:-1]] == [period["start"] for period in periods[1:]]


@pytest.mark.parametrize("metric", CHANGES)
def test_the_report_compares_the_last_week_with_october(report: dict[str, Any], metric: str) -> None:
    [row] = [row for row in report["rows"] if row["metric"] == metric]
    assert_figures(row, WEEKLY[metric])
    assert (row["period"]["start"][:10], row["period"]["end"][:10]) == (WEEK, "2026-11-16")
    before = row["previous"]
    assert (before["period"]["start"][:10], before["period"]["end"][:10]) == (OCTOBER, "2026-11-01")
    assert before["value"] == pytest.approx(MONTHLY[metric]["value"], rel=1e-9)
    relative, points = CHANGES[metric]
    assert row["change"]["relative"] == pytest.approx(relative, abs=6e-5)
    if points is None:
        assert row["change"].get("points") is None
    else:
        assert row["change"]["points"] == pytest.approx(points, abs=0.005)


def test_a_building_block_is_shown_when_it_is_named() -> None:
    [row] = run("new_visitors")["rows"]
    assert row["period"]["start"][:10] == WEEK
    assert row["value"] == 1200


def test_the_report_shows_one_row_a_metric(report: dict[str, Any]) -> None:
    names = [row["metric"] for row in report["rows"]]
    assert len(names) == len(set(names))
    assert "department_conflicts" not in names  # a draft


def assert_figures(row: Row, figures: dict[str, float]) -> None:
    assert row["value"] == pytest.approx(figures["value"], rel=1e-9)
    assert counts(row, figures) == counts(figures, figures)


def counts(row: Row, wanted: Row) -> Row:
    return {name: row[name] for name in COUNTS if name in wanted}
