"""The history in a database: what holds of the file holds there; no secret is written or told."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.history.test_history import REPO, WEEKS, accord, project  # noqa: F401  # `project` is a fixture
from tests.warehouse import hosts

ADDRESS = "ACCORD_HISTORY_TEST"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A server on which `accord` may make its table."""
    from tests.engines.postgres import Postgres

    engine = Postgres()
    try:
        engine.run_only(f"CREATE ROLE accord LOGIN PASSWORD '{hosts.PASSWORD}'")
        engine.run_only("CREATE ROLE reader LOGIN")
        engine.run_only("GRANT CREATE, USAGE ON SCHEMA public TO accord")
        hba = engine._folder / "data" / "pg_hba.conf"
        hba.write_text("host all accord 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n")
        engine.run("SELECT pg_reload_conf()")
        port = engine.run("SHOW port")[0][0]
        with hosts._known("history", engine):
            yield f"postgresql://accord:horse%2Fbattery%40staple@127.0.0.1:{port}/postgres"
    finally:
        engine.close()


@pytest.fixture
def emptied(postgres: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    """The demo with its history on the server, which has none yet."""
    hosts.ENGINES["history"].run_only("DROP TABLE IF EXISTS accord_history")
    kept_in(project, "'${" + ADDRESS + "}'")
    monkeypatch.setenv(ADDRESS, postgres)
    return project


def kept_in(folder: Path, written: str) -> None:
    config = folder / "accord.yml"
    config.write_text(config.read_text(encoding="utf-8") + f"history: {written}\n", encoding="utf-8")


def record(folder: Path, *arguments: str, exit: int = 0) -> str:
    return accord("run", "-p", str(folder), "--record", *(arguments or WEEKS), exit=exit)[1]


def exported(folder: Path) -> str:
    return accord("history", "export", "-p", str(folder))[0]


def test_an_address_of_sqlite_is_a_file(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    kept_in(project, "'${" + ADDRESS + "}'")
    monkeypatch.setenv(ADDRESS, f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    assert "10 of them new" in record(project)
    assert (tmp_path / "elsewhere.sqlite").is_file()
    assert len(exported(project).splitlines()) == 10
    monkeypatch.delenv(ADDRESS)
    assert f"`{ADDRESS}` is not set" in record(project, exit=2)
    monkeypatch.setenv(ADDRESS, "oracle://db/shop")
    assert "cannot hold the history" in record(project, exit=2)


def test_what_the_specs_name_lies_inside(project: Path) -> None:  # noqa: F811
    kept_in(project, "sqlite:///../elsewhere.sqlite")
    assert "outside the project" in record(project, exit=2)


def test_a_profile_may_hold_it(project: Path) -> None:  # noqa: F811
    kept_in(project, "{profile: kept}\nwarehouse: {profiles: {kept: {url: 'sqlite:///kept.sqlite'}}}")
    assert "10 of them new" in record(project)
    assert (project / "kept.sqlite").is_file()


def test_specs_of_strangers_name_no_place(project: Path) -> None:  # noqa: F811
    kept_in(project, "postgresql://collector.example/all")
    assert "untrusted" in record(project, *WEEKS, "--untrusted", exit=2)
    assert "untrusted" in accord("history", "export", "-p", str(project), "--untrusted", exit=2)[1]
    told = record(project, *WEEKS, "--untrusted", "--history", str(project / "mine.sqlite"))
    assert "10 of them new" in told


def test_no_password_in_the_specs(project: Path) -> None:  # noqa: F811
    kept_in(project, "postgresql://me:sesame@db.example/shop")
    told = accord("check", str(project), "--fail-on", "error", exit=2)
    assert "S109" in told[0] + told[1]
    assert "sesame" not in told[0] + told[1]


def test_readers_see_what_was_there_while_one_writes(project: Path) -> None:  # noqa: F811
    """A writer that has begun and not ended holds up no reader, of whom there are several at once."""
    record(project)
    before = exported(project)
    with sqlite3.connect(project / ".accord" / "history.sqlite", isolation_level=None) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("DELETE FROM record")
        found: list[str] = []
        readers = [threading.Thread(target=lambda: found.append(exported(project))) for _ in range(3)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        writing.execute("ROLLBACK")
    assert found == [before] * 3


@pytest.mark.heavy
def test_the_database_holds_what_the_file_holds(emptied: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(REPO / "specs" / "demo", whole)
    for folder in (whole, emptied):
        assert "10 values of complete periods recorded, 10 of them new" in record(folder)
        assert "10 values of complete periods recorded, 0 of them new" in record(folder)
        record(folder, "revenue", "csat", "--by", "channel", "--grain", "month")
    assert exported(emptied) == exported(whole)
    file = tmp_path / "all.jsonl"
    file.write_text(exported(whole), encoding="utf-8")
    hosts.ENGINES["history"].run_only("DROP TABLE accord_history")
    assert "records are new" in accord("history", "import", str(file), "-p", str(emptied))[1]
    assert exported(emptied) == file.read_text(encoding="utf-8")


@pytest.mark.heavy
def test_the_later_run_knows_more(emptied: Path) -> None:
    """What came late replaces what was recorded; an earlier run repeated afterwards changes nothing."""
    early = ("repeat_contact_share", "--grain", "week", "--start", "2026-10-26", "--as-of", "2026-11-16 09:00")
    record(emptied, *early)
    first = exported(emptied)
    assert "0 of them new" in record(emptied, *early)
    assert "new or later" in record(emptied, *early[:-1], "2026-11-17 09:00")
    second = exported(emptied)
    assert second != first
    assert "0 of them new" in record(emptied, *early)
    assert exported(emptied) == second


@pytest.mark.heavy
def test_two_runs_at_once_in_the_database(emptied: Path) -> None:
    command = [sys.executable, str(REPO / "cli.py"), "run", "-p", str(emptied), "--record", *WEEKS]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert len(exported(emptied).splitlines()) == 10


@pytest.mark.heavy
def test_readers_of_the_database_do_not_wait(emptied: Path) -> None:
    import psycopg

    record(emptied)
    before = exported(emptied)
    with psycopg.connect(os.environ[ADDRESS]) as writing:
        writing.execute("LOCK TABLE accord_history IN SHARE ROW EXCLUSIVE MODE")
        writing.execute("DELETE FROM accord_history")
        assert [exported(emptied) for _ in range(2)] == [before] * 2
        writing.rollback()


@pytest.mark.heavy
def test_killed_while_it_writes_to_the_database(emptied: Path) -> None:
    record(emptied, "--grain", "week")
    wanted = exported(emptied)
    command = [sys.executable, str(REPO / "cli.py"), "run", "-p", str(emptied), "--record", "--grain", "week"]
    begun = time.monotonic()
    record(emptied, "--grain", "week")
    length = time.monotonic() - begun
    chance, sizes = random.Random(11), set()
    for _ in range(12):
        hosts.ENGINES["history"].run_only("TRUNCATE accord_history")
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(length * chance.uniform(0.6, 1.05))
        run.send_signal(signal.SIGKILL)
        run.wait()
        sizes.add(len(exported(emptied).splitlines()))
    assert sizes <= {0, len(wanted.splitlines())}
    record(emptied, "--grain", "week")
    assert exported(emptied) == wanted


@pytest.mark.heavy
def test_what_is_refused_is_told_without_the_password(emptied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = os.environ[ADDRESS]
    monkeypatch.setenv(ADDRESS, address.replace("staple@", "stable@"))
    told = record(emptied, exit=4)
    assert "the history" in told
    assert "127.0.0.1" in told
    assert "horse" not in told
    monkeypatch.setenv(ADDRESS, address)
    record(emptied)
    monkeypatch.setenv(ADDRESS, address.replace("accord:horse%2Fbattery%40staple@", "reader@"))
    assert "permission denied" in record(emptied, exit=4)
