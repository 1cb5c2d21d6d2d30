"""The `accord.yml` of a project whose specs were proposed: where its tables are, without any secret."""

from __future__ import annotations

import os
from pathlib import Path

from ...addresses import scheme, secrets_of
from ...warehouse.connect import dialect_of
from ...warehouse.profiles import FILES, URL
from ..text import flow

_TEXT = """\
version: 1
language: en
timezone: UTC  # where days begin, and the zone of times that name none
dialect: {dialect}
warehouse:
  default: main
  profiles:
    main: {profile}
"""


def settings_text(address: str, folder: Path, hidden: bool) -> str:
    """`address` as it was resolved. One with a secret, or that is `hidden`, stays in the environment."""
    secret = hidden or any(secrets_of(address))
    url = f"${{{URL}}}" if secret else _from(folder, address)
    return _TEXT.format(dialect=dialect_of(address), profile=flow({"url": url}))


def _from(folder: Path, address: str) -> str:
    """The address, with the path of a file as seen from the project."""
    head, _, rest = address.partition("://")
    path, mark, options = rest.partition("?")
    path = path.removeprefix("/")
    if scheme(address) not in FILES or path in ("", ":memory:"):
        return address
    try:
        relative = Path(os.path.relpath(path, folder.absolute())).as_posix()
    except ValueError:  # another drive
        relative = path
    return f"{head}:///{relative}{mark}{options}"
