"""Data that is late: said with its last time, and no value of a period that it does not cover is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.report.test_report import DEMO
from tests.report.told import accord

# Written from the specs: what counts leads, divides by them, follows one, or finds its channel through one.
ON_LEADS = {
    "new_leads",
    "lead_conversion",
    "lead_quality",
    "blog_leads",
    "signed_leads",
    "lead_to_deal",
    "path_to_contract",
    "landing_conversion",
    "recommended_customers",
}


def until(day: str, column: str, table: str, project: Path) -> str:
    """The demo's table without what happened since; gives the time of its last row, by hand."""
    file = project / "data" / f"{table}.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE kept AS FROM '{file}' WHERE {column} < TIMESTAMP '{day}'")
        (last,) = database.execute(f"SELECT MAX({column}) FROM kept").fetchone() or (None,)
        database.execute(f"COPY kept TO '{file}' (FORMAT parquet)")
        return str(last)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def weekly(project: Path, *arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(accord("report", "weekly", "-p", str(project), "--format", "json", *arguments))
    return report


def values(report: dict[str, Any]) -> dict[str, Any]:
    told = [*report["shared"], *(it for section in report["departments"] for it in section["own"])]
    return {it["metric"]: it for it in told}


def test_fresh_data_is_no_alarm() -> None:
    assert weekly(DEMO)["late"] == []
    assert "late" not in accord("report", "weekly", "-p", str(DEMO))


def test_late_data_is_named_and_its_values_are_not_told(project: Path) -> None:
    last = until("2026-11-12", "created_at", "leads", project)
    report = weekly(project)
    (late,) = report["late"]
    assert (late["dataset"], late["latest"]) == ("leads", last.replace(" ", "T"))
    assert set(late["metrics"]) == ON_LEADS
    # The week from 9 November has three days of leads: 8.5 % would be told as less. What does not rest on them stays.
    withheld = {it["metric"] for it in report["missing"] if it["why"] == "late"}
    assert {"new_leads", "lead_conversion", "lead_quality", "blog_leads", "recommended_customers"} <= withheld
    assert withheld <= ON_LEADS
    assert not withheld & values(report).keys()
    assert {"csat", "cac", "registration_dropoff"} <= values(report).keys()
    # The path of the week from 21 September ended on 11 November at the latest: it is covered.
    assert values(report)["path_to_contract"]["period"]["label"] == "2026-W39"
    (marketing,) = [it for it in report["departments"] if it["department"] == "marketing"]
    seen = {it["metric"]: it for it in marketing["changes"][0]["expects"]}
    assert seen["lead_conversion"]["value"]["value"] is None
    assert seen["new_visitors"]["value"]["value"] == 1200
    told = accord("report", "weekly", "-p", str(project))
    assert f"Data late. Leads**: the latest row is of {last[:16]}" in told
    assert " 8.5 % (2026-W46" not in told
    assert "Данные опаздывают" in accord("report", "weekly", "-p", str(project), "--lang", "ru")


def test_a_week_with_no_row_is_not_zero(project: Path) -> None:
    """`recommended_customers` fills weeks without rows with 0, and no lead of that week is known."""
    until("2026-11-01", "created_at", "leads", project)
    report = weekly(project)
    assert "recommended_customers" in {it["metric"] for it in report["missing"] if it["why"] == "late"}
    assert "recommended_customers" not in values(report)


def test_late_since_the_period_ended(project: Path) -> None:
    """Two days later nothing has come: said, but the week before was whole and is told as it is."""
    report = weekly(project, "--as-of", "2026-11-18 09:00")
    assert {it["dataset"] for it in report["late"]} == {
        "visits",
        "leads",
        "orders",
        "usage",
        "spend",
        "keeping",
        "tickets",
    }
    assert values(report)["lead_conversion"]["value"] == 0.085
    # As of a week that ended before, nothing was late.
    assert weekly(project, "--as-of", "2026-11-18 09:00", "--week", "2026-W45")["late"] == []


def test_a_key_result_up_to_now_is_not_graded_on_late_data(project: Path) -> None:
    specs = project / "datasets.yml"
    text = specs.read_text(encoding="utf-8")
    specs.write_text(text.replace("    time: subscribed_at\n", "    time: subscribed_at\n    freshness: 3 days\n"))
    grades = {it["metric"]: it["grade"] for it in weekly(project)["objectives"]}
    assert grades["commented_subscriptions"] == 0.7
    until("2026-11-01", "subscribed_at", "subscriptions", project)
    report = weekly(project)
    (goal,) = [it for it in report["objectives"] if it["metric"] == "commented_subscriptions"]
    assert (goal["grade"], goal["current"]) == (None, None)
    told = accord("report", "weekly", "-p", str(project))
    assert "no grade: its data are late" in told


def test_nothing_at_all(project: Path) -> None:
    until("2020-01-01", "opened_at", "tickets", project)
    (late,) = weekly(project)["late"]
    assert (late["dataset"], late["latest"]) == ("tickets", None)
    assert "no rows" in accord("report", "weekly", "-p", str(project))
    assert "ALARM" in accord("report", "agenda", "-p", str(project))
