"""Object stores for DuckDB: which locations it may read, and the file systems by which it reads them.

fsspec and its packages do the reading: DuckDB's own extension for it would have to be downloaded by DuckDB. They take
credentials from where they always do: the environment, `~/.aws`, the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from .limits import first_line

# Scheme -> the package by which fsspec reads it, and the extra that installs it.
STORES: Mapping[str, tuple[str, str]] = {
    "s3": ("s3fs", "s3"),
    "gs": ("gcsfs", "gcs"),
    "az": ("adlfs", "azure"),
    "abfs": ("adlfs", "azure"),
    "https": ("aiohttp", "https"),
    "http": ("aiohttp", "https"),
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


def register(connection: Any, places: Iterable[str]) -> dict[str, str]:
    """Lets a DuckDB connection read the stores of `places`; gives, by scheme, why one cannot be read."""
    failed: dict[str, str] = {}
    done: set[str] = set()
    for scheme in dict.fromkeys(map(store_of, places)):
        if scheme not in STORES:
            failed[scheme] = f"`{scheme}://` is no store that DuckDB reads; there are {', '.join(STORES)}"
            continue
        package, extra = STORES[scheme]
        try:
            files: Any = import_module("fsspec").filesystem(scheme, **_SETTINGS.get(scheme, {}))
            if hasattr(files, "retries"):
                files.retries = 2  # of s3fs; each of them waits longer
            if package == "aiohttp":
                files.modified = lambda path: _UNKNOWN  # fsspec leaves it out; nothing outlives the session
            if package not in done:  # one reads both `http` and `https`
                connection.register_filesystem(files)
            done.add(package)
        except ImportError:
            failed[scheme] = f"{package} is not installed: pip install 'accord-results[{extra}]'"
        except Exception as error:  # each package has failures of its own
            failed[scheme] = f"{package} cannot be used: {first_line(error)}"
    return failed


def opened(places: Iterable[str]) -> tuple[list[str], list[str]]:
    """What must be open to read `places`: folders, where there is a pattern in one, and single objects.

    >>> opened(["s3://lake/orders/2026-*/*.parquet", "https://example.com/a/b.parquet"])
    (['s3://lake/orders/'], ['https://example.com/a/b.parquet'])
    """
    folders, single = [], []
    for place in places:
        pattern = re.search(r"[*?\[{]", place)
        if pattern:
            folders.append(place[: place.rindex("/", 0, pattern.start()) + 1])
        else:
            single.append(place)
    return folders, single
