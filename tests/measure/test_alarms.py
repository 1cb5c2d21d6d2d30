"""Alarms, and "every department wins and the business loses": both verdicts, and unknown where a value is missing.

The activities by SQL by hand on the demo's files, April, May, June of 2026: visits 3,452, 3,856, 3,919; deals opened
87, 97, 110; requests released 18, 15, 19, and taken 15, 19, 19; tickets resolved 62, 92, 124.
"""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.measure.alarms import Movement, Paradox, alarm, winning_and_losing
from engine.measure.arithmetic import Unsplittable
from engine.measure.run import Request
from engine.pipeline.journey import Journey
from engine.pipeline.opening import load_project

DEMO = Path(__file__).resolve().parents[2] / "specs" / "demo"
ACTIVITIES = """
metrics:
  - {name: visits_made, expression: COUNT(visits.visit_id), role: kpi}
  - {name: deals_opened, expression: COUNT(deals.deal_id), role: kpi}
  - {name: releases, expression: COUNT(release_requests.request_id), time: release_requests.released_at, role: kpi}
  - {name: requests_taken, expression: COUNT(release_requests.request_id), role: kpi}
  - {name: tickets_closed, expression: COUNT(tickets.ticket_id), time: tickets.resolved_at, role: kpi}
"""
WORK = {"marketing": "visits_made", "sales": "deals_opened", "product": "releases", "support": "tickets_closed"}


@pytest.mark.parametrize(
    ("when", "values", "rings"),
    [
        ("ltv < cac", {"ltv": Decimal("80.5"), "cac": 93}, True),
        ("ltv < cac", {"ltv": 245.2, "cac": 93}, False),
        ("ltv < cac", {"ltv": None, "cac": 93}, None),
        ("ltv / cac < 3", {"ltv": 245.2, "cac": 0}, None),
        ("ltv < cac OR csat < 0.8", {"ltv": None, "cac": 93, "csat": 0.7}, True),
        ("ltv < cac OR csat < 0.8", {"ltv": None, "cac": 93, "csat": 0.9}, None),
        ("ltv < cac AND csat < 0.8", {"ltv": None, "cac": 93, "csat": 0.9}, False),
        ("NOT csat >= 0.8", {"csat": 0.8}, False),
        ("csat <> 0.8", {"csat": 0.8}, False),
        ("csat = 0.8", {"csat": 0.8}, True),
        ("dropoff > 0.3", {"dropoff": 1 - 0.7}, False),  # 0.30000000000000004
        ("dropoff >= 0.3", {"dropoff": 0.1 + 0.2}, True),
        ("dropoff > 0.3", {"dropoff": 0.3000001}, True),
    ],
)
def test_alarm(when: str, values: dict[str, float | Decimal | None], rings: bool | None) -> None:
    found = alarm(when, values)
    assert found.rings is rings
    assert dict(found.values) == values


def test_no_condition() -> None:
    with pytest.raises(Unsplittable, match="condition"):
        alarm("ltv - cac", {"ltv": 1, "cac": 2})
    with pytest.raises(Unsplittable, match="`cac` is not measured"):
        alarm("ltv < cac", {"ltv": 1})
    with pytest.raises(Unsplittable):
        alarm("ltv <", {"ltv": 1})


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    (folder / "activities.yml").write_text(ACTIVITIES, encoding="utf-8")
    return load_project(folder)


def movements(journey: Journey, *months: int) -> dict[str, Movement]:
    names = (*WORK.values(), "requests_taken", "new_customers", "cac")
    sides = []
    for month in months:
        start, end = date(2026, month, 1), date(2026, month + 1, 1)
        measured = journey.run(Request(journey.as_of, names, "all", start=start, end=end), None)
        sides.append({value.metric: value.value for value in measured.values})
    return {name: Movement(name, sides[0].get(name), sides[1].get(name)) for name in names}


def judged(found: dict[str, Movement], work: dict[str, str]) -> Paradox:
    return winning_and_losing({who: (found[what],) for who, what in work.items()}, found["new_customers"], found["cac"])


def test_on_the_demo(journey: Journey) -> None:
    """A customer costs 97.17 EUR in April, 99.43 in May, 84.51 in June."""
    may, june = movements(journey, 4, 5), movements(journey, 5, 6)
    assert [(may[name].before, may[name].after) for name in WORK.values()] == [
        (3452, 3856),
        (87, 97),
        (18, 15),
        (62, 92),
    ]
    lost = judged(may, WORK | {"product": "requests_taken"})
    assert lost.verdict is True
    assert [it.metric for it in lost.losses] == ["cac"]
    assert judged(may, WORK).verdict is False  # the product released less
    won = judged(june, WORK)  # more work everywhere, and the business won as well
    assert won.verdict is False
    assert won.losses == ()


def test_the_article() -> None:
    """100,000 views, 50 deals, 8 releases, while customers fall and CAC doubles."""
    work = {
        "marketing": (Movement("views", 70_000, 100_000),),
        "sales": (Movement("deals", 40, 50),),
        "product": (Movement("releases", 5, 8),),
    }
    customers, cac = Movement("customers", 60, 48), Movement("cac", 90, 180)
    assert winning_and_losing(work, customers, cac).verdict is True
    assert [it.metric for it in winning_and_losing(work, customers, cac).losses] == ["customers", "cac"]
    less = work | {"product": (Movement("releases", 8, 8),)}
    assert winning_and_losing(less, customers, cac).verdict is False
    unknown = work | {"product": (Movement("releases", None, 8),)}
    assert winning_and_losing(unknown, customers, cac).verdict is None
    assert winning_and_losing(work, customers, Movement("cac", None, 180)).verdict is True
    assert winning_and_losing(work, Movement("customers", 48, 60), Movement("cac", None, 180)).verdict is None
    assert winning_and_losing(less, customers, Movement("cac", None, 180)).verdict is False


def test_departments_without_activity_metrics_prove_nothing() -> None:
    customers, cac = Movement("customers", 60, 48), Movement("cac", 90, 180)
    assert winning_and_losing({}, customers, cac).verdict is None
    assert winning_and_losing({"sales": ()}, customers, cac).verdict is None
