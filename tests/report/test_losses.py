"""Losses in money: by hand from the demo's tables, each with what it is made of; none where a part is unknown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.report.test_report import DEMO, weekly
from tests.report.told import accord

BY_HAND = """
WITH gone AS (
  SELECT COUNT(*) AS customers FROM customers AS c
  WHERE signed_up_at >= '2026-10-05' AND signed_up_at < '2026-10-12'
    AND NOT EXISTS (FROM usage WHERE usage.customer_id = c.customer_id
      AND occurred_at >= signed_up_at + INTERVAL 2 DAY AND occurred_at < signed_up_at + INTERVAL 30 DAY)
)
SELECT (SELECT customers FROM gone),
  (SELECT SUM(amount) FROM spend WHERE spent_on >= '2026-10-05' AND spent_on < '2026-10-12')
    / (SELECT COUNT(*) FROM customers WHERE signed_up_at >= '2026-10-05' AND signed_up_at < '2026-10-12'),
  (SELECT SUM(amount) FROM spend WHERE spent_on >= '2026-11-09' AND spent_on < '2026-11-16')
    / (SELECT COUNT(*) FROM customers WHERE signed_up_at >= '2026-11-09' AND signed_up_at < '2026-11-16'),
  (SELECT SUM(amount) FROM keeping WHERE paid_on >= '2026-11-09' AND paid_on < '2026-11-16')
    / (SELECT COUNT(*) FROM paying_accounts WHERE listed_on = '2026-11-15')
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def losses(project: Path, exit: int = 0) -> dict[str, Any]:
    report = json.loads(accord("report", "weekly", "-p", str(project), "--format", "json", exit=exit))
    told: dict[str, Any] = report["losses"]
    return told


def test_losses_by_hand() -> None:
    with duckdb.connect() as database:
        for name in ("customers", "usage", "spend", "keeping", "paying_accounts"):
            database.execute(f"CREATE VIEW {name} AS FROM '{(DEMO / 'data' / name).as_posix()}.parquet'")
        left, cost, winning, keeping = database.execute(BY_HAND).fetchone() or ()
    told = weekly()["losses"]
    (loss,) = told["metrics"]
    assert (loss["metric"], loss["value"]["period"]["label"]) == ("spent_on_early_leavers", "2026-W41")
    parts = {it["metric"]: it["value"] for it in loss["parts"]}
    assert parts == pytest.approx({"early_leavers": left, "cac": cost})
    assert loss["value"]["value"] == pytest.approx(left * cost)
    assert round(left * cost, 2) == 69.51
    # Held against a week, not a month: as many as leave in a month is no measure for a week.
    assert loss["value"]["previous"]["period"]["label"] == "2026-W40"
    assert (told["winning"]["value"], told["keeping"]["value"]) == pytest.approx((winning, keeping))
    assert told["keeping"]["previous"]["period"]["label"] == "2026-W45"
    assert told["times"] == pytest.approx(winning / keeping)
    assert {it["period"]["label"] for it in (told["winning"], told["keeping"])} == {"2026-W46"}


def test_the_words() -> None:
    told = accord("report", "weekly", "-p", str(DEMO))
    assert "## Losses in money" in told
    assert "Customers who left within two days × Customer acquisition cost (CAC) = 1 × 69.51 EUR" in told
    assert "Winning a customer costs 23.4 times what keeping one costs" in told
    assert "## Потери в деньгах" in accord("report", "weekly", "-p", str(DEMO), "--lang", "ru")


def test_no_loss_without_its_parts(project: Path) -> None:
    (project / "data" / "spend.parquet").write_bytes(b"")
    told = losses(project, exit=4)
    (loss,) = told["metrics"]
    assert loss["value"] is None
    assert loss["lacking"] == ["cac"]
    assert (told["winning"], told["times"]) == (None, None)
    text = accord("report", "weekly", "-p", str(project), exit=4)
    assert "no value, as one is missing of: Customer acquisition cost" in text


def test_no_one_left_is_zero_and_not_missing(project: Path) -> None:
    """Of the week from 28 September all twelve stayed: no loss, and that is known."""
    report = json.loads(
        accord("report", "weekly", "-p", str(project), "--format", "json", "--as-of", "2026-11-04 09:00")
    )
    (loss,) = report["losses"]["metrics"]
    assert (loss["value"]["value"], loss["value"]["period"]["label"]) == (0, "2026-W40")


def test_a_loss_is_money(project: Path) -> None:
    specs = project / "organization.yml"
    text = specs.read_text(encoding="utf-8")
    assert "metrics: [spent_on_early_leavers]" in text
    specs.write_text(text.replace("[spent_on_early_leavers]", "[early_leavers]"), encoding="utf-8")
    told = accord("check", str(project), "--fail-on", "error", exit=1)
    assert "`early_leavers` is in count; a loss is in EUR" in told
    assert "organization.yml:" in told


def test_without_losses_nothing_is_said(project: Path) -> None:
    specs = project / "organization.yml"
    text = specs.read_text(encoding="utf-8")
    first, last = text.index("  losses:"), text.index("people:")
    specs.write_text(text[:first] + text[last:], encoding="utf-8")
    assert "Losses" not in accord("report", "weekly", "-p", str(project))
