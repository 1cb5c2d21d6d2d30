"""Object stores for DuckDB: which locations it may read, and the file systems by which it reads them.

fsspec and its packages do the reading: DuckDB's own extension for it would have to be downloaded by DuckDB. They take
credentials from where they always do: the environment, `~/.aws`, the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from .limits import first_line

# Scheme -> the name of fsspec's file system, the package that has it, and the extra that installs it.
STORES: Mapping[str, tuple[str, str, str]] = {
    "s3": ("s3", "s3fs", "s3"),
    "gs": ("gs", "gcsfs", "gcs"),
    "az": ("az", "adlfs", "azure"),
    "abfs": ("abfs", "adlfs", "azure"),
    "https": ("https", "aiohttp", "https"),
    "http": ("http", "aiohttp", "https"),
}
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
# An address that answers nothing must not keep anybody for long.
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 2}}},
}


def is_object(table: str) -> bool:
    """Whether a table's name is the address of an object or of several.

    >>> is_object("s3://lake/orders/*.parquet"), is_object("archive.orders")
    (True, False)
    """
    return "://" in table


def store_of(table: str) -> str:
    return table.partition("://")[0].lower()


def register(connection: Any, tables: Iterable[str]) -> dict[str, str]:
    """Lets a DuckDB connection read the stores of `tables`; gives, by scheme, why one cannot be read."""
    failed: dict[str, str] = {}
    for scheme in dict.fromkeys(map(store_of, tables)):
        if scheme not in STORES:
            failed[scheme] = f"`{scheme}://` is no store that DuckDB reads; there are {', '.join(STORES)}"
            continue
        system, package, extra = STORES[scheme]
        try:
            files: Any = import_module("fsspec").filesystem(system, **_SETTINGS.get(system, {}))
            if hasattr(files, "retries"):
                files.retries = 2  # of s3fs; each of them waits longer
            if scheme in ("http", "https"):
                files.modified = lambda path: _UNKNOWN  # fsspec leaves it out; nothing outlives the session
            connection.register_filesystem(files)
        except ImportError:
            failed[scheme] = f"{package} is not installed: pip install 'accord-results[{extra}]'"
        except Exception as error:  # each package has failures of its own
            failed[scheme] = f"{package} cannot be used: {first_line(error)}"
    return failed


def folders(tables: Iterable[str]) -> list[str]:
    """What must be open to read `tables`: for one object itself, for several the folder before the first pattern.

    >>> folders(["s3://lake/orders/2026-*/*.parquet", "https://example.com/a/b.parquet"])
    ['s3://lake/orders/', 'https://example.com/a/']
    """
    found = []
    for table in tables:
        plain = table[: min((table.find(sign) for sign in "*?[{" if sign in table), default=len(table))]
        found.append(plain[: plain.rindex("/") + 1])
    return list(dict.fromkeys(found))
