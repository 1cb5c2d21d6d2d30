"""What a change of the map would do, on the demo; expectations from tests/graph/demo.yml with the change applied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.main import run
from tests.graph.command import accord


def ask(*changes: str) -> dict[str, Any]:
    options = [part for change in changes for part in ("--what-if", change)]
    found: dict[str, Any] = json.loads(accord("graph", "-p", "specs/demo", *options, "--format", "json"))
    return found


def test_a_department_lets_go_of_a_metric() -> None:
    """Sales moves lead_to_deal by prepared_answers alone; it goes on to contribute through time_to_deal."""
    found = ask("remove sales -> lead_to_deal")
    (moved,) = found["ownership"]
    assert moved["metric"] == "lead_to_deal"
    assert moved["before"]["movers"] == ["marketing", "sales"]
    assert moved["after"]["movers"] == ["marketing"]
    assert moved["after"]["contributors"] == ["sales", "product", "support"]
    (route,) = found["routes"]
    assert [step["node"] for step in route["after"]["steps"]] == ["sales", "prepared_answers", "time_to_deal"]
    assert found["findings"]["gone"] == []


def test_a_verdict_changes_and_findings_follow() -> None:
    """Nobody moves response_time any more: its owner is one without influence. It was a contributor to csat alone."""
    found = ask("remove support -> response_time")
    assert [it["metric"] for it in found["ownership"]] == ["response_time"]
    assert found["ownership"][0]["after"]["verdict"] == "shared"
    assert [it["code"] for it in found["findings"]["new"]] == ["O103"]
    assert found["routes"] == [
        {"metric": "response_time", "department": "support", "before": found["routes"][0]["before"], "after": None}
    ]


def test_several_changes_and_an_added_influence() -> None:
    found = ask("add product -> csat raises strong", "remove support -> response_time")
    assert {it["metric"] for it in found["ownership"]} == {"csat", "response_time"}
    assert {it["code"] for it in found["findings"]["new"]} == {"O102", "O103"}


def test_there_and_back_changes_nothing() -> None:
    told = accord(
        "graph", "-p", "specs/demo", "--what-if", "add sales -> csat raises", "--what-if", "remove sales -> csat"
    )
    assert told == "Would change: add sales -> csat raises; remove sales -> csat\n  nothing\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("drop sales -> csat", "is not a change of the influence map"),
        ("remove sales -> cssat", "did you mean `csat`?"),
        ("remove ltv -> ltv_cac", "part of the formula of `ltv_cac`: change the metric"),
        ("remove product -> repeat_purchase_share", "through `payment_page`, which others do as well"),
        ("remove new_leads -> csat", "there is no influence"),
        ("add sales -> csat", "raises or lowers?"),
        ("add csat -> sales raises", "nothing acts on the department"),
        ("add csat -> onboarding", "only departments do it"),
        ("remove support -> csat raises", "write `remove support -> csat`"),
    ],
)
def test_what_means_nothing_is_refused(change: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "-p", "specs/demo", "--what-if", change]) == 2
    assert message in capsys.readouterr().err


def test_options_that_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "-p", "specs/demo", "--weak", "--what-if", "remove a -> b"]) == 2
    assert run(["graph", "-p", "specs/demo", "--weak", "--format", "svg"]) == 2
    assert run(["graph", "-p", "specs/demo", "--weak", "ltv"]) == 2
    assert "--weak is about the whole map" in capsys.readouterr().err
