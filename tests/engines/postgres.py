"""PostgreSQL on a free port of this machine, in a folder of its own that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.engines.tables import Rows, Table

_TYPES = {
    "integer": "bigint",
    "decimal": "numeric(18, 4)",
    "float": "double precision",
    "text": "text",
    "date": "date",
    "datetime": "timestamp",
    "boolean": "boolean",
}


class Postgres:
    name = "postgres"

    def __init__(self) -> None:
        import psycopg

        programs = _programs()
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        if self._account:
            shutil.chown(self._folder, self._account)
        data = self._folder / "data"
        made = ["--auth=trust", "--username=tester", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"]
        subprocess.run([programs / "initdb", f"--pgdata={data}", *made], check=True, **self._settings())
        port = free_port()
        options = [*("-h", "127.0.0.1"), *("-p", str(port)), *("-k", ""), *("-c", "fsync=off")]
        self._server = subprocess.Popen([programs / "postgres", "-D", data, *options], **self._settings())
        address = f"host=127.0.0.1 port={port} user=tester dbname=postgres"
        self._connection = self._connected(psycopg, address)
        self.version = self.run("SHOW server_version")[0][0]

    def load(self, table: Table) -> None:
        columns = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in table.columns)
        with self._connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {table.name} ({columns})")
            with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
                for row in table.rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table.name}")

    def run(self, sql: str) -> Rows:
        return self._connection.execute(sql).fetchall()

    def run_only(self, sql: str) -> None:
        """A statement without rows."""
        self._connection.execute(sql)

    def close(self) -> None:
        self._connection.close()
        self._server.terminate()
        self._server.wait(30)
        shutil.rmtree(self._folder)

    def _settings(self) -> dict[str, Any]:
        """Quiet, from a folder that the account may enter, and not as root: the server refuses to run as root."""
        settings: dict[str, Any] = {"cwd": self._folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if self._account:
            settings |= {"user": self._account, "group": pwd.getpwnam(self._account).pw_gid, "extra_groups": ()}
        return settings

    def _connected(self, psycopg: Any, address: str) -> Any:
        deadline = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(address, autocommit=True)
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def _programs() -> Path:
    """The folder of `initdb` and `postgres`: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    other = shutil.which("initdb")
    if not found and not other:
        raise FileNotFoundError("PostgreSQL is missing: apt-get install postgresql")
    return found[-1].parent if found else Path(str(other)).resolve().parent


def _account() -> str | None:
    """Whom to run the server as, where the tests run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
