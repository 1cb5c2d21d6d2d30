"""Twenty metrics of one table in one statement, against the best SQL written by hand, on DuckDB.

    python -m benchmarks.fused [--rows N] [--rounds N] [--folder DIR] [--peers]

The specs are in `fused_specs`, the SQL by hand in `fused.sql` (one scan, as ours) and `fused_two_scans.sql`. All of
them run in turns on one connection; then each runs in processes of its own for the peak of memory. The values have to
be equal and our plan has to read the table once. The budget: within 1.1x of `fused.sql`.
`--folder` keeps the table for the next time; `--peers` adds other metric compilers (see `fused_peers`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import isclose
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import duckdb

from engine.load.project import load
from engine.measure.run import Request
from engine.pipeline.journey import Journey

HERE = Path(__file__).resolve().parent
SPECS = HERE / "fused_specs"
FLOOR, TWO_SCANS, OURS = "by hand, one scan", "by hand, two scans", "accord"
KEYS = ("period", "channel")
AS_OF = datetime(2026, 11, 16)
# Two years of orders in order of time. Every column is made of hashes of the row's number: no chance is involved.
TABLE = """
CREATE TABLE orders AS
WITH draws AS (
  SELECT
    i,
    hash(i) % 1000003 / 1000003 AS a,
    hash(i + 1000000000) % 1000003 / 1000003 AS b,
    hash(i + 2000000000) % 1000003 / 1000003 AS c,
    hash(i + 3000000000) % 1000003 / 1000003 AS d
  FROM range({rows}) AS numbers(i)
)
SELECT
  CAST(i AS BIGINT) AS order_id,
  CASE WHEN d < 0.97 THEN CAST({rows} / 50 * a * a AS INTEGER) END AS customer_id,
  TIMESTAMP '2024-01-01' + to_microseconds(CAST(i * (63158400000000.0 / {rows}) AS BIGINT)) AS ordered_at,
  CASE
    WHEN b < 0.3 THEN 'search' WHEN b < 0.55 THEN 'ads' WHEN b < 0.75 THEN 'email' WHEN b < 0.9 THEN 'partner'
    WHEN b < 0.98 THEN 'shop'
  END AS channel,
  CASE WHEN c < 0.86 THEN 'paid' WHEN c < 0.94 THEN 'cancelled' ELSE 'refunded' END AS status,
  CASE WHEN d < 0.6 THEN 'app' ELSE 'web' END AS device,
  a < 0.04 AS is_first,
  CAST(5 + 400 * a * c * c AS DECIMAL(10, 2)) AS amount,
  CAST(2 + 250 * a * c * c * (0.5 + b / 2) AS DECIMAL(10, 2)) AS cost,
  CASE WHEN b * 7 % 1 < 0.25 THEN CAST(1 + 20 * d AS DECIMAL(10, 2)) END AS discount,
  CAST(1 + 6 * d * d AS INTEGER) AS items,
  CASE WHEN c < 0.86 THEN CAST(10 + 200 * b * b AS INTEGER) END AS delivery_hours
FROM draws
"""
# What a process of its own does with a statement; the peak of its memory is read from outside.
ALONE = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("SET enable_progress_bar = false; SET memory_limit = '12GB'")
connection.execute(sys.stdin.read()).fetchall()
"""


@dataclass(frozen=True)
class Statement:
    """SQL, and which of its columns is which metric, period or channel; the last two: their own names, if not said."""

    sql: str
    columns: Mapping[str, str]


Rows = dict[tuple[str, str], dict[str, Any]]


def main() -> None:
    options = arguments()
    with folder_of(options.folder) as folder:
        database = folder / f"shop_{options.rows}.duckdb"
        make_table(database, options.rows)
        ours = compiled()  # before anything else is loaded
        statements = {FLOOR: by_hand("fused.sql"), TWO_SCANS: by_hand("fused_two_scans.sql"), OURS: ours}
        if options.peers:
            from .fused_peers import peers

            found = peers(folder, metrics())
            statements |= {name: Statement(made["sql"], made["columns"]) for name, made in found.items()}
        print(f"{options.rows:,} rows; medians of {options.rounds} rounds in turns; ratio: against the first line")
        report(database, statements, options.rounds)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peers", action="store_true")
    return parser.parse_args()


@contextmanager
def folder_of(wanted: Path | None) -> Iterator[Path]:
    """A folder that stays, or one that goes."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def make_table(database: Path, rows: int) -> None:
    if not database.exists():
        part = database.with_suffix(".part")  # an interrupted run leaves no table that looks whole
        part.unlink(missing_ok=True)
        with duckdb.connect(str(part)) as connection:
            connection.execute(TABLE.format(rows=rows))
        part.rename(database)


def metrics() -> list[str]:
    return list(load(SPECS).project.metrics)


def by_hand(name: str) -> Statement:
    return Statement((HERE / name).read_text(encoding="utf-8"), {metric: metric for metric in metrics()})


def compiled() -> Statement:
    """Our one statement, and how long it takes from the specs to the SQL."""
    first, *warm = (compiling() for _ in range(4))
    journey, names = Journey(load(SPECS), AS_OF), tuple(metrics())
    made, refused = journey.statements(asked(names), "duckdb", each=False)
    assert len(names) == 20
    assert len(made) == 1, [statement.metrics for statement in made]
    assert not refused, refused
    print(f"{OURS}: {first[0]:.3f} s to load, {first[1]:.3f} s to compile (warm: {median(at[1] for at in warm):.3f} s)")
    return Statement(made[0].sql, {metric: metric for metric in names})


def compiling() -> tuple[float, float]:
    """CPU seconds to load and to compile, nothing kept from the time before."""
    from engine.formula.parse import parse

    parse.cache_clear()
    start = process_time()
    journey = Journey(load(SPECS), AS_OF)
    loaded = process_time()
    journey.statements(asked(tuple(journey.project.metrics)), "duckdb", each=False)
    return loaded - start, process_time() - loaded


def asked(names: tuple[str, ...]) -> Request:
    return Request(AS_OF, names, "month", ("channel",))


def report(database: Path, statements: Mapping[str, Statement], rounds: int) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("SET enable_progress_bar = false; SET memory_limit = '12GB'")
        scans = {name: scanned(connection, statement.sql) for name, statement in statements.items()}
        assert scans[OURS] == 1, scans
        equal = compared(connection, statements)
        times = timed(connection, statements, rounds)
    print(f"{'':<22}{'scans':>6}{'CPU':>9}{'ratio':>7}{'wall':>9}{'ratio':>7}{'memory':>10}  equal values")
    for name, statement in statements.items():
        cpu, wall = zip(*times[name], strict=True)
        cpu_ratio, wall_ratio = (ratio(times, name, at) for at in (0, 1))
        peak = memory(database, statement.sql)  # steady: once is enough
        print(
            f"{name:<22}{scans[name]:>6}{median(cpu):>7.2f} s{cpu_ratio:>7.2f}{median(wall):>7.2f} s{wall_ratio:>7.2f}"
            f"{peak / 1024:>7.1f} GB  {equal[name]}",
            flush=True,
        )


def ratio(times: Mapping[str, list[tuple[float, float]]], name: str, at: int) -> float:
    return median(ours[at] / floor[at] for ours, floor in zip(times[name], times[FLOOR], strict=True))


def timed(connection: Any, statements: Mapping[str, Statement], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """CPU and wall seconds; the comparison before this was the warm-up."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in statements}
    for at in range(1, rounds + 1):
        for name, statement in statements.items():
            cpu, wall = process_time(), perf_counter()
            connection.execute(statement.sql).fetchall()
            times[name].append((process_time() - cpu, perf_counter() - wall))
        told = ", ".join(f"{name} {times[name][-1][0]:.2f} s" for name in statements)
        print(f"round {at} of {rounds}: CPU {told}", file=sys.stderr, flush=True)
    return times


def scanned(connection: Any, sql: str) -> int:
    """How often the plan reads the table."""
    text = connection.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()[0][1]
    return sum(is_scan(node) for root in json.loads(text) for node in nodes(root))


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


def is_scan(node: dict[str, Any]) -> bool:
    return node["name"].strip().upper().replace(" ", "_").startswith(("SEQ_SCAN", "TABLE_SCAN"))


def compared(connection: Any, statements: Mapping[str, Statement]) -> dict[str, str]:
    """What each statement's values are against those by hand: every metric, every month and channel."""
    expected = rows_of(connection, statements[FLOOR])
    told, names = {}, metrics()
    for name, statement in statements.items():
        found = rows_of(connection, statement)
        wrong = [metric for metric in names if not same(expected, found, metric)]
        told[name] = f"{len(names) - len(wrong)} of {len(names)}"
        if wrong:
            told[name] += f"; not {', '.join(wrong)}"
        assert name not in (OURS, TWO_SCANS) or not wrong, (name, wrong)
    return told


def rows_of(connection: Any, statement: Statement) -> Rows:
    result = connection.execute(statement.sql)
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    period, channel = (statement.columns.get(key, key) for key in KEYS)
    return {
        (str(row[period])[:10], str(row[channel])): {
            metric: row[column] for metric, column in statement.columns.items() if metric not in KEYS
        }
        for row in rows
    }


def same(expected: Rows, found: Rows, metric: str) -> bool:
    return expected.keys() == found.keys() and all(
        near(row[metric], found[key].get(metric)) for key, row in expected.items()
    )


def near(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    return isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)


def memory(database: Path, sql: str) -> float:
    """The peak in MB of a process that does nothing else."""
    child = subprocess.Popen([sys.executable, "-c", ALONE, str(database)], stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(sql.encode())
    child.stdin.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
