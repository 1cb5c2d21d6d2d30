"""`accord explain` for departments, levers and objectives of the demo, from what its specs say."""

from __future__ import annotations

import json

import pytest

from engine.main import run
from tests.graph.command import accord


def test_a_department_sees_its_work_and_the_result() -> None:
    told = accord("explain", "-p", "specs/demo", "support")
    assert "answers for: Complaints turn into improvements of the product" in told
    assert "your work and the result:\n  support -> " in told
    assert "Response time" in told or "response_time" in told
    assert "Product (interface manager Customer advocate): " in told
    for alone in ("csat", "time_to_resolution", "response_time", "recommended_customers"):
        assert f"({alone})\n" in told[told.index("nobody else moves:") :]
    found = json.loads(accord("explain", "-p", "specs/demo", "support", "--format", "json"))
    assert found["levers"] == [
        "complaint_review",
        "first_weeks_care",
        "clear_answers",
        "recommendations",
        "reader_dialogue",
        "joint_retrospective",
    ]
    assert found["routes"][0]["metric"] == "ltv_cac"
    shared = {it["department"]: it["metrics"] for it in found["shares_with"]}
    assert "retention_30d" in shared["product"]
    assert "retention_30d" not in shared["marketing"]


def test_an_objective_says_who_must_move_what() -> None:
    told = accord("explain", "-p", "specs/demo", "nobody_lost_at_the_start")
    assert "departments: Marketing, Product, Support\nperiod: 2026-Q4\nsupports: customers_stay" in told
    assert "(registration_dropoff): -18 %, 2026-12-31" in told
    assert "    Marketing must move `registration_dropoff`\n    Product must move `registration_dropoff`\n" in told
    assert "(repeat_contact_share): -5 pp, 2026-12-31" in told


def test_an_objective_tells_of_movers_outside() -> None:
    """trust_before_purchase is of marketing, product and support; all its metrics are moved by these alone."""
    assert "is not in the objective" not in accord("explain", "-p", "specs/demo", "trust_before_purchase")
    found = json.loads(accord("explain", "-p", "specs/demo", "readers_become_leads", "--format", "json"))
    assert found["key_results"] == [
        {
            "metric": "blog_leads",
            "movers": ["marketing", "sales"],
            "contributors": ["support"],
            "guardrails": ["lead_quality"],
        }
    ]


def test_a_lever() -> None:
    told = accord("explain", "-p", "specs/demo", "onboarding", "--lang", "ru")
    assert "делают: Продукт" in told
    assert "(time_to_wow): снижает, сильно" in told
    assert "onboarding -повышает-> retention_30d -повышает-> ltv -по формуле-> ltv_cac" in told


def test_a_metric_says_why() -> None:
    told = accord("explain", "-p", "specs/demo", "retention_30d")
    assert "why:\n  onboarding: Whoever saw the benefit in the first days stays\n" in told


def test_names_that_are_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "-p", "specs/demo", "suport"]) == 2
    assert "did you mean `support`?" in capsys.readouterr().err
    assert run(["explain", "-p", "specs/demo", "support", "--sql"]) == 2
    assert "--sql goes with a metric" in capsys.readouterr().err
