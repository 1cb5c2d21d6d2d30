"""Real warehouses for tests: the demo's tables in each, and the address by which accord reaches it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from engine.load.project import load
from tests.engines.tables import Table, tables_of

REPOSITORY = Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "specs" / "demo"
PASSWORD = "horse/battery@staple"


def tables() -> list[Table]:
    return list(tables_of(load(DEMO).project))


def accord(*arguments: str, timeout: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", *arguments]
    settings = {"cwd": REPOSITORY, "env": {**os.environ, **environment}, "timeout": timeout}
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload,no-any-return]


@contextmanager
def duckdb_file(folder: Path) -> Iterator[str]:
    """The tables in a schema of their own: files of the project would go before tables of the same name."""
    import duckdb

    path = folder / "demo.duckdb"
    types = {"integer": "BIGINT", "decimal": "DECIMAL(18, 4)", "float": "DOUBLE", "text": "VARCHAR", "date": "DATE"}
    types |= {"datetime": "TIMESTAMP", "boolean": "BOOLEAN"}
    with duckdb.connect(str(path)) as connection:
        for table in tables():
            columns = ", ".join(f'"{name}" {types[type_]}' for name, type_ in table.columns)
            connection.execute(f"CREATE TABLE {table.name} ({columns})")
            file = table.write_parquet(folder)
            connection.execute(f"INSERT INTO {table.name} SELECT * FROM '{file}'")
    yield f"duckdb:///{path}"


@contextmanager
def sqlite_file(folder: Path) -> Iterator[str]:
    from tests.engines.sqlite import SQLite

    engine = SQLite()
    for table in tables():
        engine.load(table)
    path = folder / "demo.db"
    engine._connection.commit()
    with sqlite3.connect(path) as target:
        engine._connection.backup(target)
    engine.close()
    yield f"sqlite:///{path}"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """With a user who needs a password: `${SHOP_PASSWORD}`."""
    from tests.engines.postgres import Postgres

    engine = Postgres()
    try:
        for table in tables():
            engine.load(table)
        engine.run_only(f"CREATE ROLE accord LOGIN PASSWORD '{PASSWORD}'")
        engine.run_only("GRANT SELECT ON ALL TABLES IN SCHEMA public TO accord")
        hba = engine._folder / "data" / "pg_hba.conf"
        hba.write_text("host all accord 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n")
        engine.run("SELECT pg_reload_conf()")
        port = engine.run("SHOW port")[0][0]
        with _known("postgres", engine):
            yield f"postgresql://accord:horse%2Fbattery%40staple@127.0.0.1:{port}/postgres"
    finally:
        engine.close()


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    from tests.engines.mariadb import MariaDB

    engine = MariaDB()
    try:
        for table in tables():
            engine.load(table)
        engine.run(f"CREATE USER accord@localhost IDENTIFIED BY '{PASSWORD}'")
        engine.run("GRANT SELECT ON tests.* TO accord@localhost")
        port = engine.run("SELECT @@port")[0][0]
        with _known("mariadb", engine):
            yield f"mysql://accord:horse%2Fbattery%40staple@127.0.0.1:{port}/tests"
    finally:
        engine.close()


@contextmanager
def chdb(folder: Path) -> Iterator[str]:
    """Loaded in a process of its own: one folder belongs to one process."""
    home = folder / "clickhouse"
    script = (
        "import sys; from pathlib import Path; from chdb.session import Session\n"
        "from tests.engines.clickhouse import ClickHouse; from tests.warehouse.hosts import tables\n"
        "engine = ClickHouse.__new__(ClickHouse)\n"
        "import tempfile; engine._folder = tempfile.TemporaryDirectory(); engine._session = Session(sys.argv[1])\n"
        "engine.engine = 'MergeTree ORDER BY tuple()'\n"
        "for table in tables(): engine.load(table)\n"
        "engine.close()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(home)], cwd=REPOSITORY, check=True, timeout=300)
    yield f"chdb:///{home}"


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """Spark Connect in front of two executors, each a process of its own."""
    with spark_connect(folder, "local-cluster[2,1,1024]") as address:
        yield address


@contextmanager
def spark_connect(folder: Path, master: str = "local[2]") -> Iterator[str]:
    """Spark's own Connect server, with a view of each table's file."""
    from tests.engines.postgres import free_port

    _spark_tables(folder)
    port = free_port()
    script = (
        "import sys, time; from pyspark.sql import SparkSession\n"
        "builder = SparkSession.builder.master(sys.argv[1])\n"
        "for pair in sys.argv[2:]:\n    builder = builder.config(*pair.split('=', 1))\n"
        "session = builder.getOrCreate()\n"
        "for path in sorted(__import__('pathlib').Path(session.conf.get('tables')).glob('*.parquet')):\n"
        "    session.sql(f'CREATE OR REPLACE GLOBAL TEMPORARY VIEW {path.stem} AS SELECT * FROM parquet.`{path}`')\n"
        "session._jvm.org.apache.spark.sql.connect.service.SparkConnectService.start(session._jsparkSession.sparkContext())\n"
        "print('ready', flush=True)\n"
        "for line in sys.stdin:\n"
        "    known = session._jsparkSession.sparkContext().statusStore().executorList(False)\n"
        "    executors = [known.apply(at) for at in range(known.size())]\n"
        "    print(*(f'{it.id()}={it.completedTasks()}' for it in executors), flush=True)\n"
    )
    settings = {
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "tables": str(folder / "tables"),
    }
    command = [sys.executable, "-c", script, master, *(f"{name}={value}" for name, value in settings.items())]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(folder / "log").open("w"), text=True
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == "ready", (folder / "log").read_text()[-2000:]
        with _known("spark", _Spark(server)):
            yield f"sc://127.0.0.1:{port}"
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.kill()
        server.wait(30)


class _Spark:
    """Spark's own server, and what it tells of its executors."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def tasks(self) -> dict[str, int]:
        """How many tasks each executor has done; the driver is none of them."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write("\n")
        self._server.stdin.flush()
        pairs = (word.split("=") for word in self._server.stdout.readline().split())
        return {name: int(count) for name, count in pairs if name != "driver"}

    def processes(self) -> list[int]:
        """The processes below the server that are executors."""
        above: dict[int, int] = {}
        found = []
        for folder in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                pid = int(folder.name)
                above[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if b"CoarseGrainedExecutorBackend" in (folder / "cmdline").read_bytes():
                    found.append(pid)
        return [pid for pid in found if self._server.pid in _ancestors(pid, above)]


def _ancestors(pid: int, above: dict[int, int]) -> Iterator[int]:
    while pid in above:
        pid = above[pid]
        yield pid


def _spark_tables(folder: Path) -> Path:
    """Files of the demo as Spark reads them: moments as TIMESTAMP."""
    import pyarrow
    import pyarrow.parquet

    home = folder / "tables"
    home.mkdir()
    for table in tables():
        path = table.write_parquet(home)
        read = pyarrow.parquet.read_table(path)
        fields = [
            pyarrow.field(f.name, pyarrow.timestamp("us", "UTC")) if pyarrow.types.is_timestamp(f.type) else f
            for f in read.schema
        ]
        pyarrow.parquet.write_table(read.cast(pyarrow.schema(fields)), path)
    return home


ENGINES: dict[str, Any] = {}


@contextmanager
def _known(name: str, engine: Any) -> Iterator[None]:
    """Lets a test reach the server itself, to do it harm."""
    before = ENGINES.get(name)
    ENGINES[name] = engine
    try:
        yield
    finally:
        ENGINES[name] = before


def project(folder: Path, profile: str = "") -> Path:
    """A copy of the demo, with profiles."""
    copy = folder / "demo"
    shutil.copytree(DEMO, copy)
    config = copy / "accord.yml"
    config.write_text(re.sub(r"\Z", f"\n{profile}", config.read_text(), count=1))
    return copy
