"""Texts that name a zone are times of another day for whoever drops it: right from a file, refused from a table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from engine.measure.run import Request
from engine.measure.values import Measured
from engine.pipeline.live import live
from engine.pipeline.opening import load_project
from tests.warehouse import hosts
from tests.warehouse.hosts import accord

SPECS = """\
organization: {name: shop}
departments: [{name: sales}]
datasets:
  - name: calls
    source: {file: calls.csv, format: csv}
    primary_key: [call_id]
    fields:
      - {name: call_id, datatype: Integer}
      - {name: called_at, datatype: DateTime}
  - {name: plain, source: plain, primary_key: [id], fields: [{name: id, datatype: Integer}]}
metrics:
  - {name: called, expression: COUNT(calls.call_id), unit: count, owners: sales}
  - {name: others, expression: COUNT(plain.id), unit: count, owners: sales}
"""
# In UTC the first is of December 31, the third of January 2; without their zones both are of January 1.
TIMES = ("2026-01-01T00:30:00+03:00", "2026-01-01T12:00:00", "2026-01-01T23:30:00-05:00")
BY_DAY = {"2025-12-31": 1, "2026-01-01": 1, "2026-01-02": 1}
ZONED = (
    "2026-01-01T00:30:00+03:00",
    "2026-01-01T00:30:00Z",
    "2026-01-01 00:30:00-0530",
    "2026-01-01 00:30:00 UTC",
    "2026-01-01 00:30:00 Europe/Berlin",
    "2026-01-01 00:30:00.25+03",
    "2026-01-01T00:30:00z",
)
PLAIN = ("2026-01-01T00:30:00", "2026-01-01 00:30:00", "2026-01-01 00:30:00.250000", "2026-01-02")


def project(folder: Path, times: tuple[str, ...] = TIMES, specs: str = SPECS, zone: str = "UTC") -> Path:
    folder.mkdir(exist_ok=True)
    config = f"version: 1\nas_of: 2026-03-01\nextends: []\ntimezone: {zone}\n"
    config += "warehouse: {profiles: {it: {url: '${IT}'}}}\n"
    (folder / "accord.yml").write_text(config)
    (folder / "specs.yml").write_text(specs)
    (folder / "calls.csv").write_text("call_id,called_at\n" + "".join(f"{n},{t}\n" for n, t in enumerate(times, 1)))
    return folder


def statements(times: tuple[str, ...]) -> Iterator[str]:
    yield "CREATE TABLE calls (call_id BIGINT, called_at VARCHAR(60))"
    yield "INSERT INTO calls VALUES " + ", ".join(f"({n}, '{time}')" for n, time in enumerate(times, 1))
    yield "CREATE TABLE plain (id BIGINT)"
    yield "INSERT INTO plain VALUES (1), (2)"


def sqlite_with(folder: Path, *sql: str) -> str:
    path = folder / "shop.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        for statement in sql:
            connection.execute(statement)
    return f"sqlite:///{path}"


def run(folder: Path, address: str | None, *names: str) -> Measured:
    project = load_project(folder)
    grain = "day" if names else "all"
    return project.run(Request(project.as_of, names, grain), project.profile(address))


def by_day(measured: Measured) -> dict[str, object]:
    assert measured.failures == ()
    return {value.label: value.value for value in measured.values}


def refused(folder: Path, address: str, what: str = "names a zone") -> None:
    """The metric has no value, the other one has, and what --live finds stands at the line."""
    done = run(folder, address)
    assert [(failure.metric, failure.kind) for failure in done.failures] == [("called", "warehouse")]
    assert done.failures[0].message.startswith("`called_at` of `calls`")
    assert what in done.failures[0].message
    assert {value.metric: value.value for value in done.values} == {"others": 2}
    project = load_project(folder)
    (found,) = live(project, project.profile(address)).findings
    assert (found.code, found.span and found.span.line) == ("C107", 9)
    assert what in found.message


def test_the_command_tells_and_leaves_the_other_value(tmp_path: Path) -> None:
    address = sqlite_with(tmp_path, *statements(TIMES))
    done = accord("run", "-p", str(project(tmp_path / "p")), "--profile", "it", "--format", "json", IT=address)
    assert done.returncode == 4
    assert "called has no value: `called_at` of `calls` names a zone in 2 texts" in done.stderr
    assert {row["metric"]: row["value"] for row in json.loads(done.stdout)["rows"]} == {"others": 2}
    values = accord("run", "-p", str(tmp_path / "p"), "--profile", "it", "--values", "calls.called_at", IT=address)
    assert values.returncode == 4
    assert "names a zone" in values.stderr


def test_from_the_file_they_are_of_their_own_day(tmp_path: Path) -> None:
    assert by_day(run(project(tmp_path), None, "called")) == BY_DAY


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-01-01 23:30:00 UTC", "2026-01-02"),
        ("2026-01-01 23:30:00 America/New_York", "2026-01-02"),
        ("2026-01-01T23:30:00-05:00:00", "2026-01-02"),
        ("2026-01-01T23:30:00Z ", "2026-01-02"),
        ("2026-01-01T23:30:00+0100", "2026-01-01"),
    ],
)
@pytest.mark.parametrize("datatype", ["DateTime", "Date"])
def test_every_way_to_name_a_zone_in_a_file(tmp_path: Path, written: str, day: str, datatype: str) -> None:
    folder = project(tmp_path, (written,), SPECS.replace("DateTime", datatype), "Europe/Berlin")
    assert by_day(run(folder, None, "called")) == {day: 1}


@pytest.mark.parametrize("written", ["2026-01-01 11:30:00 PM", "2026-01-01 23:30:00 +03:00"])
def test_what_a_file_cannot_mean_is_an_error(tmp_path: Path, written: str) -> None:
    done = run(project(tmp_path, (written,)), None, "called")
    assert [failure.kind for failure in done.failures] == ["warehouse"]


def test_a_field_that_casts_such_a_column_itself_is_refused(tmp_path: Path) -> None:
    cast = SPECS.replace(
        "{name: called_at, datatype: DateTime}", "{name: day, datatype: Date, expression: CAST(called_at AS DATE)}"
    )
    done = run(project(tmp_path, specs=cast), None, "called")
    assert "names a zone" in done.failures[0].message


@pytest.mark.parametrize("time", ZONED)
def test_sqlite_refuses_them(tmp_path: Path, time: str) -> None:
    address = sqlite_with(tmp_path, *statements(("2026-01-01 12:00:00", time)))
    refused(project(tmp_path / "p", specs=SPECS), address)


def test_sqlite_takes_texts_without_a_zone(tmp_path: Path) -> None:
    address = sqlite_with(tmp_path, *statements(PLAIN))
    found = by_day(run(project(tmp_path / "p"), address, "called"))
    assert found == {"2026-01-01": 3, "2026-01-02": 1}


@pytest.mark.parametrize("time", ["2026-01-01T12:00:00", "2026-01-01", "2026-01-01 12:00:00.5", "1767225600", ZONED[0]])
def test_sqlite_compares_times_as_texts_and_takes_one_form_only(tmp_path: Path, time: str) -> None:
    """A `T` sorts behind every hour of the day: `2026-01-01T12:00` lay after `2026-01-01 23:59`."""
    table = SPECS.replace("{file: calls.csv, format: csv}", "calls")
    refused(project(tmp_path / "p", specs=table), sqlite_with(tmp_path, *statements((time,))), "no time as SQLite")


def test_a_duckdb_table_is_refused_as_well(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        for statement in statements(TIMES):
            connection.execute(statement)
        connection.execute("ALTER TABLE calls RENAME TO loaded")
    folder = project(tmp_path / "p")
    config = (folder / "accord.yml").read_text()
    url = f"duckdb:///{tmp_path / 'shop.duckdb'}"
    (folder / "accord.yml").write_text(config.replace("'${IT}'", f"'{url}', tables: {{calls: loaded}}"))
    refused(folder, "it")


@pytest.mark.heavy
@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_servers_refuse_them(tmp_path: Path, server: str) -> None:
    with getattr(hosts, server)(tmp_path) as address:
        engine = hosts.ENGINES[server]
        ask = engine.run_only if server == "postgres" else engine.run
        for statement in statements(TIMES):
            ask(statement)
        if server == "postgres":
            ask("GRANT SELECT ON calls, plain TO accord")
        folder = project(tmp_path / "p")
        refused(folder, address)
        for time in ZONED:
            ask(f"UPDATE calls SET called_at = '{time}' WHERE call_id = 1")
            ask("UPDATE calls SET called_at = '2026-01-01 00:00:00' WHERE call_id > 1")
            refused(folder, address)
        for n, time in enumerate(PLAIN[:3], 1):
            ask(f"UPDATE calls SET called_at = '{time}' WHERE call_id = {n}")
        assert by_day(run(folder, address, "called")) == {"2026-01-01": 3}
        ask("ALTER TABLE calls DROP COLUMN called_at")
        ask("ALTER TABLE calls ADD called_at TIMESTAMP")
        ask("UPDATE calls SET called_at = '2026-01-01 00:00:00'")
        assert by_day(run(folder, address, "called")) == {"2026-01-01": 3}
