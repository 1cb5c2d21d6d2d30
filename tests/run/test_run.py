"""`accord run` on data of every kind: files, a database, broken tables; expectations worked out by hand."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SPECS = """\
organization: {name: shop, currency: EUR}
departments: [{name: sales}]
entities: [{name: customer, customer: true}]
datasets:
  - name: orders
    source: SOURCE
    primary_key: [order_id]
    time: ordered_on
    entities: {customer: customer_id}
    fields:
      - {name: order_id, datatype: Integer}
      - {name: customer_id, datatype: Integer}
      - {name: ordered_on, datatype: Date}
      - {name: amount, datatype: Decimal, unit: EUR}
metrics:
  - {name: revenue, title: Revenue, expression: SUM(orders.amount), unit: EUR, owners: sales, direction: up}
  - {name: order_value, expression: SUM(orders.amount) / COUNT(orders.order_id), unit: EUR, owners: sales}
  - {name: buyers, expression: COUNT(DISTINCT orders.customer_id), unit: count, owners: sales}
"""
ROWS = [(1, 7, "2026-01-05", "10.10"), (2, 7, "2026-01-20", "20.20"), (3, 8, "2026-02-03", "0.05")]


def project(folder: Path, source: str, specs: str = SPECS, config: str = "") -> Path:
    (folder / "accord.yml").write_text(f"version: 1\nas_of: 2026-03-01\nextends: []\n{config}")
    (folder / "specs.yml").write_text(specs.replace("SOURCE", source))
    return folder


def csv_project(folder: Path) -> Path:
    lines = ["order_id,customer_id,ordered_on,amount", *(",".join(map(str, row)) for row in ROWS)]
    (folder / "orders.csv").write_text("\n".join(lines) + "\n")
    return project(folder, "{file: orders.csv, format: csv}")


def accord(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)


def rows(folder: Path, *arguments: str) -> list[dict[str, object]]:
    done = accord("run", "-p", str(folder), "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)["rows"]
    return found


def values(folder: Path, *arguments: str) -> dict[str, object]:
    return {str(row["metric"]): row["value"] for row in rows(folder, *arguments)}


def test_a_csv_file_is_read_as_its_fields_declare(tmp_path: Path) -> None:
    assert values(csv_project(tmp_path)) == {"revenue": 30.35, "order_value": pytest.approx(30.35 / 3), "buyers": 2}


def test_a_database_file_is_read_and_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "shop.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "CREATE TABLE shop_orders (order_id INT, customer_id INT, ordered_on DATE, amount DECIMAL(9, 2))"
        )
        connection.executemany("INSERT INTO shop_orders VALUES (?, ?, ?, ?)", ROWS)
    before = database.read_bytes()
    folder = project(tmp_path, "shop_orders")
    assert values(folder, "--profile", f"duckdb:///{database}")["revenue"] == 30.35
    assert database.read_bytes() == before


def test_a_database_that_is_missing_is_not_made(tmp_path: Path) -> None:
    folder = project(tmp_path, "orders")
    done = accord("run", "-p", str(folder), "--profile", f"duckdb:///{tmp_path}/none.duckdb")
    assert done.returncode == 4
    assert "none.duckdb" in done.stderr
    assert not (tmp_path / "none.duckdb").exists()


def test_periods_compare_with_the_one_before(tmp_path: Path) -> None:
    january, february = rows(csv_project(tmp_path), "revenue", "--grain", "month")
    assert (january["value"], february["value"]) == (30.3, 0.05)
    assert january["previous"] is None
    assert february["previous"] == {
        "period": {"start": "2026-01-01", "end": "2026-02-01", "label": "2026-01"},
        "value": 30.3,
    }
    change = february["change"]
    assert isinstance(change, dict)
    assert change["relative"] == pytest.approx(0.05 / 30.3 - 1)


def test_the_current_period_is_left_out_and_a_cut_one_is_marked(tmp_path: Path) -> None:
    folder = csv_project(tmp_path)
    assert len(rows(folder, "revenue", "--grain", "month", "--as-of", "2026-02-15")) == 1
    cut = rows(folder, "revenue", "--grain", "month", "--start", "2026-01-10")[0]
    assert (cut["value"], cut["complete"]) == (20.2, False)


def test_one_failing_metric_does_not_lose_the_others(tmp_path: Path) -> None:
    visits = "  - {name: visits, source: site.visits, fields: [visit_id, {name: at, datatype: Date}]}\nmetrics:\n"
    counted = "  - {name: visits, expression: COUNT(visits.visit_id), unit: count, owners: sales}\n"
    specs = SPECS.replace("metrics:\n", visits) + counted
    folder = csv_project(tmp_path)
    project(folder, "{file: orders.csv, format: csv}", specs)
    done = accord("run", "-p", str(folder), "--format", "json")
    assert done.returncode == 4
    found = json.loads(done.stdout)
    assert [row["metric"] for row in found["rows"]] == ["revenue", "order_value", "buyers"]
    assert [error["metric"] for error in found["errors"]] == ["visits"]
    assert "visits has no value" in done.stderr


def test_a_table_of_other_types_is_not_measured(tmp_path: Path) -> None:
    database = tmp_path / "shop.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE orders (order_id INT, customer_id INT, ordered_on VARCHAR, amount DOUBLE)")
    done = accord("run", "-p", str(project(tmp_path, "orders")), "--profile", f"duckdb:///{database}")
    assert done.returncode == 4
    assert "`ordered_on` is VARCHAR" in done.stderr


def test_a_value_that_is_not_what_its_field_declares_is_an_error(tmp_path: Path) -> None:
    folder = csv_project(tmp_path)
    with (folder / "orders.csv").open("a") as file:
        file.write("4,9,soon,1.00\n")
    done = accord("run", "-p", str(folder))
    assert done.returncode == 4
    assert "soon" in done.stderr


def test_csv_has_exact_numbers(tmp_path: Path) -> None:
    done = accord("run", "-p", str(csv_project(tmp_path)), "order_value", "--format", "csv")
    [row] = csv.DictReader(io.StringIO(done.stdout))
    assert (float(row["numerator"]), row["denominator"], row["n"]) == (30.35, "3", "3")


def test_files_outside_of_the_project_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text("order_id,customer_id,ordered_on,amount\n1,1,2026-01-01,5\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    folder = project(inner, "{file: ../secret.csv, format: csv}")
    done = accord("run", "-p", str(folder), "--format", "json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["rows"] == []


def test_progress_of_a_key_result(tmp_path: Path) -> None:
    folder = csv_project(tmp_path)
    goal = """\
objectives:
  - name: grow
    departments: [sales]
    period: 2026-H1
    key_results:
      - {metric: revenue, baseline: {period: 2026-01}, target: 60.6, measured: month}
      - {metric: buyers, baseline: 0, target: 4, measured: whole}
"""
    (folder / "goals.yml").write_text(goal)
    found = {row["metric"]: row["progress"] for row in rows(folder)}
    [revenue] = found["revenue"]  # type: ignore[misc]
    assert (revenue["baseline"], revenue["current"], revenue["target"]) == (30.3, 0.05, 60.6)
    assert revenue["progress"] == pytest.approx((0.05 - 30.3) / 30.3)
    [buyers] = found["buyers"]  # type: ignore[misc]
    assert (buyers["current"], buyers["progress"]) == (2, 0.5)


def test_specs_that_could_not_be_read_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    folder = csv_project(tmp_path)
    (folder / "more.yml").write_text("metrics:\n  - {name: profit, expresion: SUM(orders.amount)}\n")
    done = accord("run", "-p", str(folder))
    assert done.returncode == 1
    assert "accord check" in done.stderr


def test_a_key_that_is_none_in_the_data_fails_the_metrics_that_join_over_it(tmp_path: Path) -> None:
    joined = """\
  - {name: buyers_table, source: {file: buyers.csv, format: csv}, primary_key: [customer_id],
     fields: [{name: customer_id, datatype: Integer}, country]}
relationships:
  - {from: orders, to: buyers_table, as: buyer, from_columns: [customer_id], to_columns: [customer_id]}
metrics:
"""
    csv_project(tmp_path)
    folder = project(tmp_path, "{file: orders.csv, format: csv}", SPECS.replace("metrics:\n", joined))
    (folder / "buyers.csv").write_text("customer_id,country\n7,DE\n7,FR\n8,DE\n")
    assert values(folder, "revenue")["revenue"] == 30.35
    done = accord("run", "-p", str(folder), "revenue", "--by", "buyer.country")
    assert done.returncode == 4
    assert "`customer_id` is declared as a key of `buyers_table` and is none (1 value in several rows)" in done.stderr
    assert "EUR" not in done.stdout


def test_times_of_a_text_file_keep_their_zone(tmp_path: Path) -> None:
    specs = SPECS.replace("datatype: Date}", "datatype: DateTime}")
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,ordered_on,amount\n"
        "1,1,2026-01-31T23:30:00Z,1\n"  # 00:30 of 1 February in Berlin
        "2,1,2026-01-31T23:30:00,2\n"
        "3,1,2026-01-31 19:30:00-05:00,4\n"  # 01:30 of 1 February
    )
    folder = project(tmp_path, "{file: orders.csv, format: csv}", specs, "timezone: Europe/Berlin\n")
    found = {row["period"]["label"]: row["value"] for row in rows(folder, "revenue", "--grain", "month")}  # type: ignore[index]
    assert found == {"2026-01": 2, "2026-02": 5}


def test_the_deadline_is_the_last_day(tmp_path: Path) -> None:
    folder = csv_project(tmp_path)
    goal = """\
objectives:
  - {name: grow, departments: [sales], start: 2026-01-01, deadline: 2026-02-03,
     key_results: [{metric: revenue, baseline: 0, target: 60.7, measured: whole},
                   {metric: revenue, baseline: 0, target: 60.7, measured: month}]}
"""
    (folder / "goals.yml").write_text(goal)
    whole, month = rows(folder, "revenue")[0]["progress"]  # type: ignore[misc]
    assert (whole["current"], whole["deadline"]) == (30.35, "2026-02-03")
    assert (month["current"], month["period"]) == (30.3, "2026-01")


def test_a_guardrail_that_does_not_hold_is_told(tmp_path: Path) -> None:
    folder = csv_project(tmp_path)
    goal = """\
objectives:
  - {name: grow, departments: [sales], period: 2026-H1,
     key_results: [{metric: revenue, baseline: 0, target: 60, measured: whole,
                    guardrails: [{metric: buyers, at_least: 3}, {metric: buyers, at_most: 2}]}]}
"""
    (folder / "goals.yml").write_text(goal)
    done = accord("run", "-p", str(folder), "revenue")
    assert "guardrail broken: buyers is 2, at least 3 wanted (grow)" in done.stdout
    assert done.stdout.count("guardrail broken") == 1


def test_a_period_that_only_cost_something_is_listed(tmp_path: Path) -> None:
    ratio = (
        SPECS
        + """\
  - {name: cost, type: ratio, numerator: SUM(orders.amount), owners: sales, unit: EUR,
     denominator: {expression: COUNT(orders.order_id), where: amount > 1}}
"""
    )
    csv_project(tmp_path)
    folder = project(tmp_path, "{file: orders.csv, format: csv}", ratio)
    february = rows(folder, "cost", "--grain", "month")[1]
    assert (february["value"], february["numerator"], february["denominator"]) == (None, 0.05, 0)


@pytest.mark.parametrize("time", ["ordered_on", "visits.at", "orders"])
def test_a_time_that_nothing_counts_at_is_a_finding(tmp_path: Path, time: str) -> None:
    folder = csv_project(tmp_path)
    specs = SPECS.replace("name: revenue,", f"name: revenue, time: {time},")
    project(folder, "{file: orders.csv, format: csv}", specs)
    done = accord("check", str(folder), "--format", "concise")
    assert "error[C303]" in done.stdout or "error[S105]" in done.stdout, done.stdout
