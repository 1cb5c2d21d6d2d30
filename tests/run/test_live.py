"""`accord validate --live`: the data held against what the specs say of it, each fault at the line that is not true."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from engine.pipeline.live import live as live_of
from engine.pipeline.opening import load_project

REPOSITORY = Path(__file__).resolve().parents[2]
SPECS = """\
datasets:
  - name: customers
    source: customers
    primary_key: [customer_id]
    unique_keys: [[email]]
    fields:
      - {name: customer_id, datatype: Integer}
      - {name: email, datatype: String}
  - name: teams
    source: teams
    valid: {from: valid_from, to: valid_to}
    primary_key: [country, valid_from]
    fields:
      - {name: country, datatype: String}
      - {name: valid_from, datatype: Date}
      - {name: valid_to, datatype: Date}
  - name: orders
    source: orders
    primary_key: [order_id]
    time: ordered_at
    freshness: 2 days
    fields:
      - {name: order_id, datatype: Integer}
      - {name: customer_id, datatype: Integer}
      - {name: country, datatype: String}
      - {name: ordered_at, datatype: DateTime}
relationships:
  - {from: orders, to: customers, from_columns: [customer_id], to_columns: [customer_id], max_orphans: 25 %}
  - {from: orders, to: teams, from_columns: [country], to_columns: [country]}
"""
TABLES = """
CREATE TABLE customers (customer_id INTEGER, email VARCHAR);
INSERT INTO customers VALUES (1, 'a'), (2, 'b'), (3, NULL), (4, NULL);
CREATE TABLE teams (country VARCHAR, valid_from DATE, valid_to DATE);
INSERT INTO teams VALUES ('DE', '2026-01-01', '2026-02-01'), ('DE', '2026-02-01', NULL);
CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, country VARCHAR, ordered_at TIMESTAMP);
INSERT INTO orders VALUES
  (1, 1, 'DE', '2026-02-26 10:00'), (2, 2, 'DE', '2026-02-27 09:00'), (3, 3, NULL, '2026-02-27 00:00'),
  (4, 9, 'DE', '2026-02-27 08:00'), (5, NULL, 'DE', '2026-02-01 08:00'), (6, 1, 'DE', '2026-04-01 00:00');
"""
# What is done to the tables that are well, and what is found: code, line, words.
FAULTS = [
    ("INSERT INTO customers VALUES (1, 'c')", "R301", 4, "1 value stands in several rows"),
    ("INSERT INTO customers VALUES (5, 'a')", "R301", 5, "`email` is no key of `customers`"),
    ("INSERT INTO customers VALUES (NULL, 'z')", "R302", 4, "1 row of `customers` without its primary key"),
    ("INSERT INTO orders VALUES (7, 8, 'DE', '2026-02-27 08:00')", "R303", 28, "2 of 6 rows"),
    ("INSERT INTO orders VALUES (7, 1, 'FR', '2026-02-27 08:00')", "R303", 29, "1 of 6 rows"),
    ("DELETE FROM orders WHERE ordered_at > '2026-02-27 08:30' AND order_id < 6", "R304", 21, "2026-02-27 08:00:00"),
    ("DELETE FROM orders WHERE order_id < 6", "R304", 21, "no rows up to 2026-03-01 09:00"),
    ("UPDATE teams SET valid_to = '2026-02-02' WHERE valid_to IS NOT NULL", "R301", 11, "still valid"),
    ("ALTER TABLE orders DROP COLUMN country", "R103", 25, "no column `country`"),
    ("ALTER TABLE orders ALTER ordered_at TYPE VARCHAR", "C107", 26, "the spec declares DateTime"),
    ("DROP TABLE customers", "R201", 3, "`customers` cannot be read"),
]


def live(folder: Path, *changes: str) -> tuple[int, list[dict[str, object]]]:
    (folder / "accord.yml").write_text("version: 1\nas_of: 2026-03-01 09:00\nextends: []\n")
    (folder / "specs.yml").write_text(SPECS)
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute(TABLES)
        for change in changes:
            connection.execute(change)
    profile = f"duckdb:///{folder / 'shop.duckdb'}"
    command = [sys.executable, "-m", "engine", "validate", "--live", "--profile", profile, "-p", str(folder)]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["findings"]


def test_data_that_is_as_declared_has_no_findings(tmp_path: Path) -> None:
    """A null refers to nothing, a null is no value of a unique key, one orphan of five is within the 25 %, and what
    lies after `as_of` makes nothing fresh: the latest row before is 48 hours old to the minute."""
    assert live(tmp_path) == (0, [])


@pytest.mark.parametrize(
    ("change", "code", "line", "words"), FAULTS, ids=[f"{code}-{words}" for _, code, _, words in FAULTS]
)
def test_a_fault_of_the_data_is_told_at_the_line_that_says_otherwise(
    tmp_path: Path, change: str, code: str, line: int, words: str
) -> None:
    status, findings = live(tmp_path, change)
    assert status == 1
    found = [finding for finding in findings if finding["code"] == code and words in str(finding["message"])]
    assert [finding["location"]["line"] for finding in found] == [line], findings


def test_untrusted_specs_name_no_warehouse_to_connect_to(tmp_path: Path) -> None:
    """The default profile of a stranger's accord.yml is not connected to: its address is not even looked at."""
    profiles = "warehouse: {default: it, profiles: {it: {url: 'nowhere://x'}}}\n"
    (tmp_path / "accord.yml").write_text(f"version: 1\nas_of: 2026-03-01 09:00\nextends: []\n{profiles}")
    (tmp_path / "specs.yml").write_text(SPECS)
    command = [sys.executable, "-m", "engine", "validate", "--live", "-p", str(tmp_path)]
    done = [
        subprocess.run([*command, *more], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)
        for more in ([], ["--untrusted"])
    ]
    assert done[0].returncode == 2
    assert "`nowhere` is not a warehouse" in done[0].stderr
    assert done[1].returncode == 1
    assert "`customers` cannot be read" in done[1].stdout


@pytest.mark.parametrize(
    ("as_of", "days", "told"),
    [
        ("2026-03-01 09:00", ["2026-03-01"], None),
        ("2026-03-01 09:00", ["2026-02-27", "2026-03-01", "2026-03-02"], None),
        ("2026-03-01 09:00", ["2026-02-28"], "the latest row of `plans` is of 2026-02-28"),
        ("2026-03-01 05:00", ["2026-02-28"], None),
        ("2026-03-01 00:00", ["2026-03-01"], "`plans` has no rows up to 2026-03-01 00:00"),
        ("2026-03-01 09:00", ["2026-03-02"], "`plans` has no rows up to 2026-03-01 09:00"),
    ],
)
def test_the_day_that_runs_has_begun(tmp_path: Path, as_of: str, days: list[str], told: str | None) -> None:
    """As in every value: rows of today count once today has begun, and a day's rows may come until it is over."""
    (tmp_path / "accord.yml").write_text(f"version: 1\nas_of: {as_of}\nextends: []\n")
    (tmp_path / "specs.yml").write_text(
        "datasets:\n"
        "  - {name: plans, source: {file: plans.csv, format: csv}, primary_key: [day], freshness: 6 hours,\n"
        "     fields: [{name: day, datatype: Date}]}\n"
    )
    (tmp_path / "plans.csv").write_text("\n".join(["day", *days]) + "\n")
    project = load_project(tmp_path)
    found = live_of(project, None).findings
    assert [(it.code, it.span and it.span.line) for it in found] == ([] if told is None else [("R304", 2)])
    assert told is None or told in found[0].message
