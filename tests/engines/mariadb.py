"""MariaDB on a free port of this machine, in a folder of its own; texts are in the collation that it comes with."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.engines.postgres import free_port
from tests.engines.tables import Rows, Table

_TYPES = {
    "integer": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "float": "DOUBLE",
    "text": "VARCHAR(500)",
    "date": "DATE",
    "datetime": "DATETIME(6)",
    "boolean": "BOOLEAN",
}


class MariaDB:
    name = "mysql"

    def __init__(self) -> None:
        import pymysql

        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
        if self._account:
            shutil.chown(self._folder, self._account)
        data = f"--datadir={self._folder / 'data'}"
        made = ["--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run([_program("mariadb-install-db"), *made], check=True, **self._settings())
        port = free_port()
        options = [data, "--bind-address=127.0.0.1", f"--port={port}", f"--socket={self._folder / 'socket'}"]
        options += ["--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]
        self._server = subprocess.Popen([_program("mariadbd"), "--no-defaults", *options], **self._settings())
        self._connection = self._connected(pymysql, port)
        self._load_zones()
        self._connection.cursor().execute("CREATE DATABASE tests")
        self._connection.select_db("tests")
        self.version = self.run("SELECT VERSION()")[0][0]

    def load(self, table: Table) -> None:
        columns = ", ".join(f"`{name}` {_TYPES[type_]}" for name, type_ in table.columns)
        marks = ", ".join(["%s"] * len(table.columns))
        with self._connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE `{table.name}` ({columns})")
            cursor.executemany(f"INSERT INTO `{table.name}` VALUES ({marks})", table.rows)

    def run(self, sql: str) -> Rows:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def close(self) -> None:
        self._connection.close()
        self._server.terminate()
        self._server.wait(30)
        shutil.rmtree(self._folder)

    def _load_zones(self) -> None:
        """A server has no names of zones until they are loaded."""
        written = subprocess.run(
            [_program("mariadb-tzinfo-to-sql"), "--skip-write-binlog", "/usr/share/zoneinfo"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        self._connection.select_db("mysql")
        with self._connection.cursor() as cursor:
            cursor.execute(written)
            while cursor.nextset():
                pass

    def _settings(self) -> dict[str, Any]:
        """Quiet, from a folder that the account may enter, and not as root: the server refuses to run as root."""
        settings: dict[str, Any] = {"cwd": self._folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if self._account:
            settings |= {"user": self._account, "group": pwd.getpwnam(self._account).pw_gid, "extra_groups": ()}
        return settings

    def _connected(self, pymysql: Any, port: int) -> Any:
        from pymysql.constants import CLIENT

        deadline = time.monotonic() + 60
        while True:
            try:
                return pymysql.connect(
                    host="127.0.0.1",
                    port=port,
                    user="root",
                    charset="utf8mb4",
                    autocommit=True,
                    client_flag=CLIENT.MULTI_STATEMENTS,
                )
            except pymysql.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def _program(name: str) -> str:
    """Debian keeps the server off the path of everybody but root."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if not found:
        raise FileNotFoundError("MariaDB is missing: apt-get install mariadb-server")
    return found


def _account() -> str | None:
    """Whom to run the server as, where the tests run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "mysql" if "mysql" in known else "nobody"
