"""The specs of a real shop against SQL written by hand (`expected/`) and against published figures.

A file `expected/METRIC.sql` gives the metric's total, `METRIC.VARIANT.sql` its values under the options of
VARIANT. Columns bear the names that they have in the JSON of `accord run`; `month` is the period's start.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

REPO = Path(__file__).parents[2]
SPECS = REPO / "specs" / "cdnow"
SAMPLE = SPECS / "data" / "CDNOW_sample.txt"
EXPECTED = Path(__file__).parent / "expected"
MASTER = Path(os.environ.get("CDNOW_MASTER", REPO.parent / "shared" / "data" / "cdnow" / "CDNOW_master.txt"))

VARIANTS = {
    "": (),
    "month": ("--grain", "month"),
    "start": ("--start", "1997-10-01"),
    "end": ("--end", "1997-10-01"),
    "as_of": ("--as-of", "1997-05-01"),
}
FILES = sorted(path.stem for path in EXPECTED.glob("*.sql"))
TOTALS = [stem for stem in FILES if "." not in stem]
COMPONENTS = {"new_customers", "days_with_purchase", "repeat_purchases_39w"}

# Value, its decimal places, and of how many customers. Those of the first block were published (rounded).
FIGURES: dict[str, tuple[float, int, int | None]] = {
    "quiet_customers": (1411, 0, None),
    "quiet_customers_purchases": (334, 0, None),
    "repeat_value_mean": (35.08, 2, 946),
    "repeat_value_median": (27.50, 2, 946),
    "repeat_value_max": (299.63, 2, 946),
    "customers": (2357, 0, None),
    "revenue": (244091.94, 2, None),
    "revenue.as_of": (125340.66, 2, None),
    "repeat_purchases": (4339, 0, None),
    "repeat_purchases.end": (2457, 0, None),
    "repeat_purchases.start": (1882, 0, None),
    "repeat_purchases_39w": (2457, 0, None),
    "never_bought_again": (0.5168, 4, None),
    "bought_again_after_30_days": (0.4340, 4, None),
    "bought_again_after_30_days.as_of": (0.1595, 4, None),
    "bought_again_within_90_days": (0.2910, 4, None),
    "value_30d": (44.16, 2, 2357),  # 44.38 with the 31st day
    "value_90d": (55.15, 2, 2357),
    "value_90d.as_of": (53.83, 2, 781),  # the customers of January: the others' 90 days are not over
    "value_180d": (68.02, 2, 2357),
}

SAMPLE_SOURCE = """\
      file: data/CDNOW_sample.txt
      format: fixed
      columns: {customer_id: [2, 6], bought: [13, 20], cds: [22, 23], dollars: [25, 31]}
"""
MASTER_SOURCE = """\
      file: data/CDNOW_master.txt
      format: fixed
      skip_lines: 1
      columns: {customer_id: [2, 6], bought: [8, 15], cds: [17, 18], dollars: [20, 26]}
"""

Row = dict[str, Any]


def test_the_specs_are_clean() -> None:
    done = accord("check", "specs/cdnow", "--format", "concise")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning[" not in done.stdout
    assert "error[" not in done.stdout


def test_the_project_may_be_named_by_an_option() -> None:
    done = accord("check", "-p", "specs/cdnow")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("stem", FIGURES)
def test_hand_written_sql_gives_the_figures(stem: str) -> None:
    [row] = by_hand(sample_shop(), stem)
    assert_figure(row, stem)


@pytest.mark.parametrize("stem", FIGURES)
def test_the_specs_give_the_figures(stem: str) -> None:
    metric, _, variant = stem.partition(".")
    [row] = measured(SPECS, variant)[metric]
    assert_figure(row, stem)


@pytest.mark.parametrize("stem", FILES)
def test_the_specs_agree_with_hand_written_sql(stem: str) -> None:
    metric, _, variant = stem.partition(".")
    assert_same(measured(SPECS, variant)[metric], by_hand(sample_shop(), stem))


def test_without_names_all_metrics_but_components_are_shown() -> None:
    shown = [row["metric"] for row in run(SPECS)["rows"]]
    assert sorted(shown) == sorted(set(TOTALS) - COMPONENTS)


def test_the_answer_states_how_it_was_asked() -> None:
    total = run(SPECS, "revenue")
    assert (total["version"], total["grain"]) == (1, None)
    assert total["as_of"].startswith("1998-07-01")
    [row] = total["rows"]
    assert (row["unit"], row["period"], row["dimensions"]) == ("USD", None, {})
    monthly = run(SPECS, "revenue", "--grain", "month")
    assert monthly["grain"] == "month"
    period = {"start": "1997-01-01", "end": "1997-02-01", "label": "1997-01"}
    assert monthly["rows"][0]["period"] == period
    assert len(monthly["rows"]) == 18


def test_the_same_specs_read_another_layout(tmp_path: Path) -> None:
    """The sample in the columns of the whole file: a header line, and no number within the sample."""
    lines = SAMPLE.read_text(encoding="ascii").splitlines()
    text = "\n".join(["customer_id date number_of_cds dollar_value", *map(less_one, lines), ""])
    rows = measured(master_project(tmp_path / "cdnow", text), "")
    for metric in TOTALS:
        assert_same(rows[metric], by_hand(sample_shop(), metric))


if MASTER.is_file() or not os.environ.get("CI"):  # CI counts a skipped test as a failed one

    @pytest.mark.skipif(not MASTER.is_file(), reason="the whole file is not here; CDNOW_MASTER may name it")
    def test_the_same_specs_read_the_whole_file(tmp_path: Path) -> None:
        rows = measured(master_project(tmp_path / "cdnow", MASTER.read_text(encoding="ascii")), "")
        assert rows["customers"][0]["value"] == 23_570
        assert rows["revenue"][0]["value"] == pytest.approx(2_500_315.63, abs=0.005)
        shop = shop_of(MASTER, skip=1, bought=8, cds=17, dollars=20)
        for metric in TOTALS:
            assert_same(rows[metric], by_hand(shop, metric))


def assert_figure(row: Row, stem: str) -> None:
    value, places, n = FIGURES[stem]
    assert round(float(row["value"]), places) == value
    if n is not None:
        assert row["n"] == n


def assert_same(rows: list[Row], expected: list[Row]) -> None:
    """Every expected row is there; a period beyond them may only say that there was nothing."""
    found = {start(row): row for row in rows}
    assert len(found) == len(rows)
    for want in expected:
        month = want.pop("month", None)
        have = found.pop(month and f"{month:%Y-%m-%d}")
        for column, value in want.items():
            assert have[column] == pytest.approx(float(value), rel=1e-9), (month, column)
    assert [row for row in found.values() if row["value"]] == []


def start(row: Row) -> str | None:
    return row["period"]["start"][:10] if row["period"] else None


@cache
def measured(project: Path, variant: str) -> dict[str, list[Row]]:
    """The rows of every metric that has SQL for this variant, in one run."""
    names = [stem.partition(".")[0] for stem in FILES if stem.partition(".")[2] == variant]
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for row in run(project, *names, *VARIANTS[variant])["rows"]:
        rows[row["metric"]].append(row)
    return rows


def run(project: Path, *arguments: str) -> dict[str, Any]:
    done = accord("run", *arguments, "-p", str(project), "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["errors"] == []
    return answer


def accord(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", *arguments]
    return subprocess.run(command, cwd=REPO, capture_output=True, encoding="utf-8", timeout=120, check=False)


@cache
def sample_shop() -> duckdb.DuckDBPyConnection:
    return shop_of(SAMPLE, skip=0, bought=13, cds=22, dollars=25)


def shop_of(path: Path, *, skip: int, bought: int, cds: int, dollars: int) -> duckdb.DuckDBPyConnection:
    """The table `purchases` of a file, of which the columns' first characters are given."""
    shop = duckdb.connect()
    shop.execute("CREATE TABLE lines (line TEXT)")
    lines = path.read_text(encoding="ascii").splitlines()[skip:]
    shop.execute("INSERT INTO lines SELECT UNNEST(?::TEXT[])", [lines])
    shop.execute(f"""
        CREATE TABLE purchases AS
        SELECT line[2:6] AS customer_id,
               STRPTIME(line[{bought}:{bought + 7}], '%Y%m%d')::DATE AS bought_on,
               line[{cds}:{cds + 1}]::INTEGER AS cds,
               line[{dollars}:{dollars + 6}]::DECIMAL(10, 2) AS dollars
        FROM lines
    """)
    return shop


def by_hand(shop: duckdb.DuckDBPyConnection, stem: str) -> list[Row]:
    answer = shop.execute((EXPECTED / f"{stem}.sql").read_text(encoding="utf-8"))
    columns = [column[0] for column in answer.description or ()]
    return [dict(zip(columns, values, strict=True)) for values in answer.fetchall()]


def less_one(line: str) -> str:
    """A line of the sample without the customer's number within the sample."""
    return line[:6] + line[11:]


def master_project(folder: Path, purchases: str) -> Path:
    """The shop's specs over a file in the layout of the whole one."""
    shutil.copytree(SPECS, folder)
    (folder / "data" / SAMPLE.name).unlink()
    (folder / "data" / "CDNOW_master.txt").write_text(purchases, encoding="ascii", newline="\r\n")
    datasets = folder / "datasets.yml"
    text = datasets.read_text(encoding="utf-8")
    assert text.count(SAMPLE_SOURCE) == 1
    datasets.write_text(text.replace(SAMPLE_SOURCE, MASTER_SOURCE), encoding="utf-8")
    return folder
