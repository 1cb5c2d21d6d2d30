"""What the dashboard says, against SQL and arithmetic by hand: the four questions, what is usual, who stays hidden."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engine.pipeline.dashboard import dashboard
from engine.pipeline.journey import Journey
from engine.pipeline.opening import load_project
from engine.report.dashboard import Card, Dashboard
from engine.report.segments import apart

REPO = Path(__file__).resolve().parents[2]
DEMO = REPO / "specs" / "demo"
BY_HAND = Path(__file__).parent / "expected" / "dashboard.sql"


@cache
def demo() -> Dashboard:
    return dashboard(load_project(DEMO), reports=2)[0]


@cache
def by_hand() -> dict[str, tuple[str, float, float | None]]:
    with duckdb.connect() as database:
        for path in (DEMO / "data").glob("*.parquet"):
            database.execute(f"CREATE VIEW {path.stem} AS FROM '{path.as_posix()}'")
        rows = database.execute(BY_HAND.read_text(encoding="utf-8")).fetchall()
    return {question: (label, value, earlier) for question, label, value, earlier in rows}


def changed(folder: Path, file: str, **replaced: str) -> Journey:
    """The demo with texts of one file replaced."""
    shutil.copytree(DEMO, folder / "demo", dirs_exist_ok=True)
    path = folder / "demo" / file
    text = path.read_text(encoding="utf-8")
    for old, new in replaced.items():
        written = {"version": "version: 1"}.get(old, old)
        assert written in text
        text = text.replace(written, new)
    path.write_text(text, encoding="utf-8")
    return load_project(folder / "demo")


@pytest.mark.parametrize("question", ["came", "paying", "stay", "left"])
def test_the_four_questions(question: str) -> None:
    (answer,) = [it for it in demo().questions if it.question == question]
    label, value, earlier = by_hand()[question]
    told = answer.card.value
    assert told is not None
    assert told.previous is not None
    assert (told.label, told.value, told.previous.value) == (label, pytest.approx(value), pytest.approx(earlier))


def test_the_trend_of_a_question() -> None:
    (came,) = [it for it in demo().questions if it.question == "came"]
    weeks = {name.removeprefix("came in "): value for name, (_, value, _) in by_hand().items() if " in " in name}
    assert len(weeks) == 26
    assert {slot.label: slot.value.value for slot in came.card.slots if slot.value} == weeks
    assert came.card.moved == "wanted"  # 1,200 is far above the weeks before


def test_what_made_them_leave() -> None:
    (left,) = [it for it in demo().questions if it.question == "left"]
    assert left.segments is not None
    found = {str(it.name): (it.value.n, it.value.value) for it in left.segments.shown}
    hand = {key.removeprefix("left by "): row for key, row in by_hand().items() if key.startswith("left by ")}
    assert found == {topic: (int(n), pytest.approx(value)) for topic, (n, value, _) in hand.items()}
    assert (left.segments.first, left.segments.last) == ("2026-W41", "2026-W44")
    assert left.segments.hidden == 0


def test_small_groups_stay_hidden(tmp_path: Path) -> None:
    """With 15 as the threshold onboarding (14) is too small; hidden alone it could be computed from the total."""
    journey = changed(tmp_path, "accord.yml", version="version: 1\nsmallest_group: 15")
    (left,) = [it for it in dashboard(journey, reports=1)[0].questions if it.question == "left"]
    assert left.segments is not None
    assert [str(it.name) for it in left.segments.shown] == ["billing", "security", "integrations"]
    assert (left.segments.hidden, left.segments.reason) == (2, "small")


def test_nobody_is_shown_by_a_personal_field(tmp_path: Path) -> None:
    field = "{name: topic, title: {en: Topic, ru: Тема}, datatype: String}"
    journey = changed(tmp_path, "datasets.yml", **{field: field.replace("String", "String, personal: true")})
    (left,) = [it for it in dashboard(journey, reports=1)[0].questions if it.question == "left"]
    assert left.segments is not None
    assert (left.segments.shown, left.segments.reason) == ((), "personal")


@pytest.mark.parametrize(
    ("groups", "least", "shown"),
    [
        ({"a": 31, "b": 22, "c": 17}, 5, "abc"),
        ({"a": 31, "b": 22, "c": 3}, 5, "a"),  # c alone would be the total less a and b
        ({"a": 31, "b": 3, "c": 2}, 5, "a"),
        ({"a": 31, "b": 2, "c": 2}, 5, ""),  # together still fewer than five
        ({"a": 31, "b": 5}, 5, "ab"),
        ({"a": 31, "b": 4}, 5, ""),
        ({"a": 3}, 5, ""),
        ({"a": 31, "b": None}, 5, ""),  # who knows
        ({"a": 1, "b": 2}, 1, "ab"),
        ({"a": 40, "b": 40, "c": 0}, 5, "ab"),  # nobody is in c
    ],
)
def test_which_groups_are_shown(groups: dict[str, int | None], least: int, shown: str) -> None:
    assert "".join(apart(list(groups.items()), least)) == shown


def card(of: Dashboard, name: str) -> Card:
    return of.cards[name]


def test_each_way_of_moving_occurs() -> None:
    moved = {name: it.moved for name, it in demo().cards.items()}
    assert moved["lead_conversion"] == "wanted"
    assert moved["retention_30d"] == "usual"  # 8 of 17 instead of 56 %: chance alone does that
    assert moved["department_conflicts"] == "unknown"  # a draft
    assert len(set(moved.values())) >= 3


def test_weeks_that_are_not_known_are_no_zeros() -> None:
    slots = {slot.label: slot for slot in card(demo(), "ltv").slots}
    assert slots["2026-W33"].value is not None
    assert slots["2026-W46"].value is None
    known = card(demo(), "retention_30d").slots
    assert [slot.label for slot in known if slot.value is not None][-1] <= "2026-W42"


def test_a_table_that_is_missing_hides_nothing_else(tmp_path: Path) -> None:
    journey = changed(tmp_path, "accord.yml", version="version: 1")
    (tmp_path / "demo" / "data" / "surveys.parquet").write_bytes(b"")
    told, measured = dashboard(journey, reports=1)
    assert {"csat", "nps_first_use"} <= {it.metric for it in measured.failures}
    assert card(told, "csat").value is None
    assert card(told, "csat").missing is not None
    assert card(told, "lead_conversion").value is not None


def test_reports_of_the_weeks_before() -> None:
    assert [it.label for it in demo().reports] == ["2026-W46", "2026-W45"]
    before: Any = demo().reports[1]
    assert before.values["lead_conversion"].label == "2026-W45"
