"""A question about some days reads the partitions of those days, and no others."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from engine.load.project import load_texts
from engine.sql.compile import Compiler
from engine.sql.frame import Frame
from tests.engines.postgres import Postgres

AS_OF = datetime(2026, 12, 1)
SPECS = """
datasets:
  - name: visits
    source: visits
    time: visited_at
    fields:
      - {name: visited_at, datatype: DateTime}
      - {name: visitor_id, datatype: Integer}
metrics:
  - {name: visitors, expression: COUNT(DISTINCT visits.visitor_id)}
  - {name: visitors_28d, type: cumulative, input: visitors_seen, window: 28 days, include_current: true}
  - {name: visitors_seen, expression: COUNT(visits.visitor_id)}
  - {name: before, type: derived, expression: earlier, inputs: {earlier: {metric: visitors_seen, offset: 1 month}}}
"""


def statement(metric: str, dialect: str) -> str:
    """July 2026 by weeks."""
    compiler = Compiler(load_texts({"visits.yml": SPECS}).project)
    frame = Frame(AS_OF, "month", start=date(2026, 7, 1), end=date(2026, 8, 1))
    return compiler.compile([metric], frame, dialect).sql


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("metric", "months"), [("visitors", {"07"}), ("visitors_28d", {"06", "07"}), ("before", {"06"})]
)
def test_postgres_reads_the_months_that_are_asked_for(metric: str, months: set[str]) -> None:
    server = Postgres()
    try:
        execute = server._connection.execute
        execute("CREATE TABLE visits (visited_at timestamp, visitor_id bigint) PARTITION BY RANGE (visited_at)")
        for month in range(1, 12):
            bounds = f"FROM ('2026-{month:02}-01') TO ('2026-{month + 1:02}-01')"
            execute(f"CREATE TABLE visits_{month:02} PARTITION OF visits FOR VALUES {bounds}")
        plan = "\n".join(str(row[0]) for row in execute(f"EXPLAIN {statement(metric, 'postgres')}").fetchall())
    finally:
        server.close()
    assert {f"{month:02}" for month in range(1, 12) if f"visits_{month:02}" in plan} == months, plan


def test_duckdb_skips_the_row_groups_of_other_days(tmp_path: Path) -> None:
    """The filter stands at the scan of the file, on the column as it is stored."""
    connection = duckdb.connect()
    rows = "SELECT TIMESTAMP '2026-01-01' + to_minutes(i) AS visited_at, i AS visitor_id FROM range(525600) AS r(i)"
    connection.execute(f"COPY ({rows}) TO '{tmp_path / 'visits.parquet'}' (ROW_GROUP_SIZE 20000)")
    connection.execute(f"CREATE VIEW visits AS SELECT * FROM '{tmp_path / 'visits.parquet'}'")
    sql = statement("visitors", "duckdb")
    plan = connection.execute(f"EXPLAIN {sql}").fetchall()[0][1]
    scan = plan[plan.index("PARQUET_SCAN") :]
    assert "visited_at>='2026-07-01" in scan.replace(" ", "").replace("│", "").replace("\n", ""), plan
    assert connection.execute(sql).fetchall() == [(date(2026, 7, 1), 31 * 24 * 60)]
