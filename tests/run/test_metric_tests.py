"""`accord test`: rows in, values out, and what a failing one shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SPECS = """\
departments: [{name: sales}]
entities: [{name: customer, customer: true}]
datasets:
  - name: orders
    source: shop.public.orders
    primary_key: [order_id]
    time: ordered_at
    entities: {customer: customer_id}
    fields:
      - order_id
      - {name: customer_id, datatype: Integer}
      - {name: ordered_at, expression: created, datatype: DateTime}
      - {name: amount, datatype: Decimal, unit: EUR}
      - channel
metrics:
  - {name: revenue, expression: SUM(orders.amount), unit: EUR, owners: sales}
  - {name: ads_share, type: ratio, numerator: {expression: COUNT(orders.order_id), where: channel = 'ads'},
     denominator: COUNT(orders.order_id), unit: percent, owners: sales}
tests:
  - name: two_months
    given:
      orders:
        - {order_id: a, created: 2026-01-31 23:59, amount: 0.1, channel: ads}
        - {order_id: b, created: 2026-02-01 00:00, amount: 0.2}
        - {order_id: c, created: 2026-02-02 10:00, amount: 0.1, channel: ads}
    query: {metrics: [revenue, ads_share], grain: month, as_of: 2026-03-01}
    expect:
"""
RIGHT = """\
      - {period: 2026-02, revenue: 0.3, ads_share: 50 %}
      - {period: 2026-01, revenue: 0.1, ads_share: 1}
"""


def accord(tmp_path: Path, specs: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "accord.yml").write_text("version: 1\nextends: []\n")
    (tmp_path / "specs.yml").write_text(specs)
    command = [sys.executable, "-m", "engine", *arguments, "-p", str(tmp_path)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)


def test_rows_in_any_order_pass(tmp_path: Path) -> None:
    done = accord(tmp_path, SPECS + RIGHT, "test")
    assert (done.returncode, done.stdout) == (0, "pass  two_months\n\n1 of 1 tests passed\n"), done.stderr


def test_a_difference_is_shown_as_a_table(tmp_path: Path) -> None:
    done = accord(tmp_path, SPECS + RIGHT.replace("0.3", "0.4"), "test", "two_months")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:3] == [
        "FAIL  two_months",
        "      row      metric   expected  found",
        "      2026-02  revenue  0.4       0.300000000",
    ]


@pytest.mark.parametrize(
    ("expect", "shown"),
    [
        (RIGHT.splitlines()[0] + "\n", ["2026-01  revenue    no row    0.100000000"]),
        (RIGHT + "      - {period: 2026-03, revenue: 1, ads_share: 1}\n", ["2026-03  revenue    1         no row"]),
    ],
    ids=["a row too many", "a row missing"],
)
def test_rows_that_are_missing_or_too_many_fail(tmp_path: Path, expect: str, shown: list[str]) -> None:
    done = accord(tmp_path, SPECS + expect, "test")
    assert done.returncode == 1
    for line in shown:
        assert line in done.stdout


def test_an_empty_answer_is_expected_as_such(tmp_path: Path) -> None:
    specs = SPECS.replace("as_of: 2026-03-01", "as_of: 2025-01-01").replace("expect:\n", "expect: []\n")
    assert accord(tmp_path, specs, "test").returncode == 0


def test_json(tmp_path: Path) -> None:
    done = accord(tmp_path, SPECS + RIGHT.replace("50 %", "60 %"), "test", "ads_share", "--format", "json")
    [item] = json.loads(done.stdout)["tests"]
    assert item["passed"] is False
    assert item["differences"] == [{"row": "2026-02", "metric": "ads_share", "expected": "60 %", "found": "0.5"}]


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("created: 2026-01-31 23:59", "creatd: 2026-01-31 23:59", "R103", "`creatd` is not a column"),
        ("    given:\n      orders:", "    given:\n      ordres:", "R101", "`ordres` is not a dataset"),
        ("metrics: [revenue, ads_share]", "metrics: [revenue, ads]", "R101", "`ads` is not a metric"),
        ("revenue: 0.3, ads_share: 50 %", "revenue: 0.3", "S103", "the row lacks `ads_share`"),
        ("2026-02, revenue: 0.3", "2026-02, profit: 1, revenue: 0.3", "S101", "`profit` is not asked for"),
    ],
    ids=["column", "dataset", "metric", "key missing", "key too many"],
)
def test_faults_of_a_test_are_findings(tmp_path: Path, old: str, new: str, code: str, message: str) -> None:
    specs = (SPECS + RIGHT).replace(old, new)
    done = accord(tmp_path, specs, "validate", "--format", "concise")
    assert done.returncode == 1
    assert any(f"error[{code}]" in line and message in line for line in done.stdout.splitlines()), done.stdout


def test_a_value_that_does_not_fit_its_column_is_a_problem(tmp_path: Path) -> None:
    done = accord(tmp_path, (SPECS + RIGHT).replace("amount: 0.2", "amount: much"), "test")
    assert done.returncode == 1
    assert "much" in done.stdout


def test_names_that_nobody_bears_are_usage_errors(tmp_path: Path) -> None:
    done = accord(tmp_path, SPECS + RIGHT, "test", "two_month")
    assert done.returncode == 2
    assert "did you mean `two_months`?" in done.stderr


@pytest.mark.parametrize("organisation", ["demo", "starters/small", "starters/saas", "starters/shop"])
def test_the_tests_of_the_organisations_pass(organisation: str) -> None:
    command = [sys.executable, "-m", "engine", "test", "-p", f"specs/{organisation}"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
