"""What goes wrong on real servers: a clear error, exit 4 or 130, no hanging process, other values kept."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from tests.warehouse import hosts
from tests.warehouse.hosts import PASSWORD, REPOSITORY, accord

pytestmark = pytest.mark.heavy
# `slow` counts the rows of a view that takes long; `quick` reads a table of three rows.
SPECS = """\
organization: {name: shop}
departments: [{name: sales}]
datasets:
  - {name: quick_rows, source: quick_rows, primary_key: [id], fields: [{name: id, datatype: Integer}]}
  - {name: long_rows, source: long_rows, primary_key: [id], fields: [{name: id, datatype: Integer}]}
metrics:
  - {name: quick, expression: COUNT(quick_rows.id), unit: count, owners: sales}
  - {name: slow, expression: SUM(long_rows.id), unit: count, owners: sales}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "accord.yml").write_text(
        "version: 1\nas_of: 2026-03-01\nextends: []\n"
        "warehouse: {profiles: {it: {url: '${IT}'}, short: {url: '${IT}', timeout: 2}}}\n"
    )
    (tmp_path / "specs.yml").write_text(SPECS)
    return tmp_path


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosts.postgres(tmp_path_factory.mktemp("postgres")) as address:
        server = hosts.ENGINES["postgres"]
        server.run_only("CREATE TABLE quick_rows AS SELECT g::bigint AS id FROM generate_series(1, 3) AS g")
        server.run_only("CREATE VIEW long_rows AS SELECT 1::bigint AS id FROM (SELECT pg_sleep(60)) AS s")
        server.run_only("GRANT SELECT ON quick_rows, long_rows TO accord")
        yield address


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosts.mariadb(tmp_path_factory.mktemp("mariadb")) as address:
        server = hosts.ENGINES["mariadb"]
        server.run("CREATE TABLE quick_rows (id BIGINT)")
        server.run("INSERT INTO quick_rows VALUES (1), (2), (3)")
        server.run("CREATE VIEW long_rows AS SELECT CAST(1 + SLEEP(60) AS SIGNED) AS id FROM quick_rows")
        yield address


def running(server: str) -> int:
    """Statements of accord at work on the server."""
    if server == "postgres":
        sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE usename = 'accord' AND state = 'active'"
    else:
        sql = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'accord' AND info LIKE '%long_rows%'"
    return int(hosts.ENGINES[server].run(sql)[0][0])


def started(project: Path, address: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "engine", "run", "-p", str(project), "--profile", "it", "--format", "json"]
    settings = {"cwd": REPOSITORY, "env": {**os.environ, "IT": address}, "stdout": subprocess.PIPE}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [*command, *arguments],
        text=True,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,  # noqa: PLW1509  # one signal is set, no lock is taken
        **settings,
    )


def interruptible() -> None:
    """A process that is started in the background ignores SIGINT, and so do its children, unless they are told."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for(what: object, wanted: int, server: str) -> None:
    deadline = time.monotonic() + 60
    while running(server) != wanted:
        assert time.monotonic() < deadline, f"{running(server)} statements on {server}, not {wanted}: {what}"
        time.sleep(0.1)


def values(text: str) -> dict[str, object]:
    return {row["metric"]: row["value"] for row in json.loads(text)["rows"]}


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_a_wrong_password_is_told_and_not_shown(server: str, project: Path, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(server).replace("staple@", "stable@")
    done = accord("run", "-p", str(project), "--profile", "it", "--verbose", IT=address)
    assert done.returncode == 4
    assert "cannot connect to" in done.stderr
    assert "127.0.0.1" in done.stderr
    assert "horse" not in done.stdout + done.stderr


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_a_statement_time_out_leaves_the_other_values(
    server: str, project: Path, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue(server)
    done = accord("run", "-p", str(project), "--profile", "short", "--format", "json", IT=address, timeout=60)
    assert done.returncode == 4
    assert "slow has no value: no answer within 2 s" in done.stderr
    assert values(done.stdout) == {"quick": 3}
    wait_for(done.stderr, 0, server)


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_ctrl_c_stops_the_statement_on_the_server(server: str, project: Path, request: pytest.FixtureRequest) -> None:
    process = started(project, request.getfixturevalue(server))
    wait_for("start", 1, server)
    process.send_signal(signal.SIGINT)
    out, told = process.communicate(timeout=30)
    assert process.returncode == 130, told
    assert out == ""
    assert told.strip() == "interrupted"
    wait_for(told, 0, server)


def test_a_connection_that_drops_is_made_anew(postgres: str, project: Path) -> None:
    """Whoever ends the session once does no harm; the statement is sent again."""
    process = started(project, postgres, "slow")
    wait_for("start", 1, "postgres")
    hosts.ENGINES["postgres"].run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'accord'")
    time.sleep(2)
    wait_for("again", 1, "postgres")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    wait_for("end", 0, "postgres")


def test_a_table_that_goes_between_checking_and_running(postgres: str, project: Path) -> None:
    server = hosts.ENGINES["postgres"]
    assert accord("validate", "-p", str(project), IT=postgres).returncode == 0
    server.run_only("ALTER VIEW long_rows RENAME TO gone")
    try:
        done = accord("run", "-p", str(project), "--profile", "it", "--format", "json", IT=postgres)
    finally:
        server.run_only("ALTER VIEW gone RENAME TO long_rows")
    assert done.returncode == 4
    assert "slow has no value: `long_rows` cannot be read: the table `long_rows` does not exist" in done.stderr
    assert values(done.stdout) == {"quick": 3}


def test_a_server_that_is_killed_in_mid_query(tmp_path_factory: pytest.TempPathFactory, project: Path) -> None:
    with hosts.postgres(tmp_path_factory.mktemp("killed")) as address:
        server = hosts.ENGINES["postgres"]
        server.run_only("CREATE TABLE quick_rows AS SELECT g::bigint AS id FROM generate_series(1, 3) AS g")
        server.run_only("CREATE VIEW long_rows AS SELECT 1::bigint AS id FROM (SELECT pg_sleep(60)) AS s")
        server.run_only("GRANT SELECT ON quick_rows, long_rows TO accord")
        process = started(project, address)
        wait_for("start", 1, "postgres")
        time.sleep(2)  # the quick statement beside it has its answer
        server._server.send_signal(signal.SIGQUIT)  # at once, as in a crash
        out, told = process.communicate(timeout=60)
    assert process.returncode == 4, told
    assert "slow has no value" in told
    assert values(out) == {"quick": 3}
    assert "horse" not in told


def test_the_spill_limit_of_duckdb(tmp_path: Path, project: Path) -> None:
    database = tmp_path / "big.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE quick_rows AS SELECT * FROM range(3) AS r(id)")
        rows = "SELECT DISTINCT hash(range)::HUGEINT % 1000000007 AS id, hash(range + 1) AS b FROM range(20000000)"
        connection.execute(f"CREATE VIEW long_rows AS SELECT id::BIGINT AS id FROM ({rows})")
    spill = tmp_path / "spill"
    address = f"duckdb:///{database}?memory_limit=150MB&max_temp_directory_size=1MB&temp_directory={spill}"
    done = accord("run", "-p", str(project), "--profile", address, "--format", "json", timeout=120)
    assert done.returncode == 4
    assert "slow has no value" in done.stderr
    assert values(done.stdout) == {"quick": 3}
    assert not spill.exists() or not list(spill.iterdir())


def test_a_locked_duckdb_file(tmp_path: Path, project: Path) -> None:
    database = tmp_path / "locked.duckdb"
    script = f"import duckdb, sys; c = duckdb.connect({str(database)!r}); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = accord("run", "-p", str(project), "--profile", f"duckdb:///{database}")
    finally:
        holder.communicate("")
    assert done.returncode == 4
    assert "cannot open the database" in done.stderr
    assert "lock" in done.stderr
    assert done.stdout == ""


def test_ctrl_c_in_duckdb(tmp_path: Path, project: Path) -> None:
    database = tmp_path / "slow.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE quick_rows AS SELECT * FROM range(3) AS r(id)")
        connection.execute("CREATE VIEW long_rows AS SELECT a.range AS id FROM range(10000000) a, range(1000000) b")
    process = started(project, f"duckdb:///{database}", "slow")
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    out, told = process.communicate(timeout=30)
    assert (process.returncode, out, told.strip()) == (130, "", "interrupted")


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_takes_the_connection_and_says_nothing(scheme: str, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"{scheme}://accord:{quote(PASSWORD, safe='')}@127.0.0.1:{silent.getsockname()[1]}/shop"
        done = accord("run", "-p", str(project), "--profile", "short", IT=address, timeout=60)
    assert done.returncode == 4
    assert "cannot connect" in done.stderr
    assert "no answer within 2 s" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", [("run",), ("validate", "--live"), ("run", "--values", "quick_rows.id")])
def test_a_server_that_falls_silent_while_it_is_asked_for_tables(
    postgres: str, project: Path, command: tuple[str, ...]
) -> None:
    """It can neither answer nor be told to stop, and takes no new connection."""
    name, *rest = command
    with silent_from(b"pg_catalog.pg_class", postgres) as address:
        done = accord(name, *rest, "-p", str(project), "--profile", "short", IT=address, timeout=120)
    assert done.returncode == (1 if name == "validate" else 4), done.stderr
    assert "no answer within 2 s" in done.stdout + done.stderr
    assert "horse" not in done.stdout + done.stderr


def test_a_table_that_is_locked(postgres: str, project: Path) -> None:
    """Planning waits for it as running does; the other metric and its checks have their answers."""
    server = hosts.ENGINES["postgres"]
    server.run_only("CREATE TABLE IF NOT EXISTS locked_rows AS SELECT 1::bigint AS id")
    server.run_only("GRANT SELECT ON locked_rows TO accord")
    (project / "specs.yml").write_text(SPECS.replace("long_rows", "locked_rows"))
    with server._connection.transaction():
        server.run_only("LOCK TABLE locked_rows IN ACCESS EXCLUSIVE MODE")
        live = accord("validate", "--live", "-p", str(project), "--profile", "short", IT=postgres, timeout=120)
        done = accord("run", "-p", str(project), "--profile", "short", "--format", "json", IT=postgres, timeout=60)
    assert live.returncode == 1
    assert "`slow`: the warehouse cannot run it: no answer within 2 s" in live.stdout
    assert "`locked_rows` could not be checked: no answer within 2 s" in live.stdout
    assert "quick" not in live.stdout
    assert done.returncode == 4
    assert "slow has no value: no answer within 2 s" in done.stderr
    assert values(done.stdout) == {"quick": 3}
    wait_for(done.stderr, 0, "postgres")


@contextmanager
def silent_from(word: bytes, address: str) -> Iterator[str]:
    """The address of a way to the server that passes nothing on once a client has said `word`."""
    host, _, port = address.rpartition("@")[2].partition("/")[0].partition(":")
    silent, ends = threading.Event(), list[socket.socket]()

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if word in data:
                    silent.set()
                if not silent.is_set():
                    target.sendall(data)

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                server = socket.create_connection((host, int(port)))
                ends.extend((client, server))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        try:
            yield address.replace(f":{port}/", f":{listening.getsockname()[1]}/")
        finally:
            for end in ends:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


def test_secrets_appear_nowhere(postgres: str, project: Path) -> None:
    """In the environment, in the address, in what a driver says, with `--verbose`, in JSON and CSV, in files."""
    secret = PASSWORD.replace("staple", "stable")
    wrong = postgres.replace("staple@", "stable@")
    (project / "specs.yml").write_text(SPECS.replace("name: shop", f'name: shop, title: "{secret}"'))
    out = project / "out.json"
    for arguments in ((), ("--verbose",), ("--format", "json"), ("--format", "csv"), ("-o", str(out))):
        done = accord("run", "-p", str(project), "--profile", "it", *arguments, IT=wrong, PGPASSWORD=secret)
        assert done.returncode == 4
        assert "horse" not in done.stdout + done.stderr + (out.read_text() if out.exists() else "")
