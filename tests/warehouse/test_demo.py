"""`accord run` on the demo gives the same tables wherever the demo's rows are: what DuckDB makes of the files."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse import hosts
from tests.warehouse.hosts import DEMO, accord

pytestmark = pytest.mark.heavy
QUESTIONS = (
    (),
    ("--grain", "week"),
    ("--grain", "all"),
    ("new_visitors", "new_leads", "--by", "channel", "--grain", "month"),
    ("lead_conversion", "--grain", "fiscal_quarter"),
    ("--values", "visits.channel,visits.country"),
)


@cache
def expected(question: tuple[str, ...], format: str) -> str:
    done = accord("run", "-p", str(DEMO), *question, "--format", format)
    assert done.returncode == 0, done.stderr
    return done.stdout


def same(want: Any, got: Any) -> bool:
    """Sums of fractions differ in the last digit by the order in which they are added."""
    if isinstance(want, dict):
        return isinstance(got, dict) and list(want) == list(got) and all(same(want[key], got[key]) for key in want)
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(same, want, got))
    if isinstance(want, float) or (isinstance(want, str) and want.replace(".", "", 1).isdecimal()):
        return math.isclose(float(want), float(got), rel_tol=1e-9, abs_tol=1e-12)
    return bool(want == got)


HOSTS = ["duckdb_file", "sqlite_file", "postgres", "mariadb", "chdb", "spark_connect", "spark_cluster"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_demo_gives_identical_tables(host: str, tmp_path: Path) -> None:
    with getattr(hosts, host)(tmp_path) as address:
        profile = f"warehouse: {{profiles: {{it: {{url: '${{IT}}'{_schema(host)}}}}}}}\n"
        project = hosts.project(tmp_path, profile)
        live = accord("validate", "--live", "-p", str(project), "--profile", "it", "--fail-on", "hint", IT=address)
        assert (live.returncode, live.stdout) == (0, ""), live.stdout
        assert "26 statements planned" in live.stderr, live.stderr
        for question in QUESTIONS:
            for format in ("text", "json"):
                arguments = (*question, "--format", format)
                done = accord("run", "-p", str(project), "--profile", "it", *arguments, IT=address)
                assert done.returncode == 0, (question, done.stderr)
                want = expected(question, format)
                if format == "text":
                    assert done.stdout == want, question
                else:
                    assert same(json.loads(want), json.loads(done.stdout)), question
        if host == "spark_cluster":
            shared_by_two_processes()


def shared_by_two_processes() -> None:
    """Spark says that two executors did tasks, and the machine that these are two processes beside the driver."""
    spark = hosts.ENGINES["spark"]
    tasks = spark.tasks()
    assert len(tasks) == 2
    assert all(tasks.values()), tasks
    assert len(spark.processes()) == 2


def _schema(host: str) -> str:
    if host.startswith("spark"):
        return ", schema: global_temp"
    if host == "duckdb_file":
        names = ", ".join(f"{table.name}: main.{table.name}" for table in hosts.tables())
        return f", tables: {{{names}}}"
    return ""
