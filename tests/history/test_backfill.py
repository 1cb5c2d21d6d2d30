"""The past filled in: one statement a set of tables, however many periods, and a bar that knows how many there are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from engine.measure.run import Asking, Request, Runner, shown
from engine.model import Table
from engine.pipeline.opening import load_project
from engine.sql.frame import Frame
from engine.warehouse.duckdb import DuckDB
from tests.history.test_history import DEMO, REPO


@pytest.mark.parametrize("first", [date(2026, 11, 2), date(2026, 2, 2)])
def test_one_statement_a_set_of_tables(first: date) -> None:
    """Two weeks or forty, and whether or not their windows close at the same time."""
    journey = load_project(DEMO)
    project, compiler = journey.project, journey.compiler
    names = [name for name in shown(project) if project.metrics[name].definition is not None]
    asked: list[str] = []
    expected: list[int] = []
    with DuckDB(project) as database:

        def execute(sql: str) -> Table:
            asked.append(sql)
            return database.execute(sql)

        asking = Asking(execute, expected=expected.append)
        request = Request(journey.as_of, (), "week", start=first, end=date(2026, 11, 16))
        measured = Runner(project, compiler, asking, {}).run(request)
    sets = compiler.apart(names, Frame(journey.as_of, "week", start=first, end=date(2026, 11, 16)))
    of_metrics = [sql for sql in asked if sql.startswith("-- ")]  # the others look whether keys are keys
    assert len(of_metrics) == len(sets) < len(names)
    assert sum(expected) == len(sets)
    assert measured.failures == ()
    # What is complete is told a metric at a time: of the last week no 30 days are over, and all leads are known.
    whole = {it.metric for it in measured.values if it.period and it.period.start == date(2026, 11, 9) and it.complete}
    assert "new_leads" in whole
    assert "retention_30d" not in whole


def test_a_bar_on_a_terminal(tmp_path: Path) -> None:
    """It ends with as many statements as there were; where nobody looks there is none."""
    pty = pytest.importorskip("pty")
    command = [sys.executable, str(REPO / "cli.py"), "run", "-p", str(DEMO), "cac", "csat", "--grain", "week"]
    command += ["--record", "--history", str(tmp_path / "kept.sqlite"), "--start", "2026-02-02", "--end", "2026-11-16"]
    ours, theirs = pty.openpty()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    told = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # so Linux says that the other side has closed
            break
        if not part:
            break
        told += part
    assert run.wait() == 0
    seen = re.findall(r"(\d+) of (\d+) statements answered", told.decode())
    assert seen[-1] == ("2", "2")
    assert "values of complete periods recorded" in told.decode()
    silent = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "statements" not in silent.stderr
