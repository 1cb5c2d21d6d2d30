"""A project from its folder, or from a text."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..errors import UsageError
from ..load.discover import CONFIG
from ..load.project import load, load_texts
from .journey import Journey

if TYPE_CHECKING:
    from ..rules.context import Context


def load_project(path: str | Path, as_of: datetime | None = None) -> Journey:
    """The project in the folder `path`. Raises `UsageError` where `accord.yml` is missing or cannot be used.

    >>> project = load_project("specs/demo")
    >>> [found.code for found in project.check()]
    ['A104']
    >>> project.ownership["retention_30d"].movers
    ('product', 'support')
    >>> print(project.sql("new_leads", dialect="snowflake").splitlines()[-1])
      created_at < CAST('2026-11-16 09:00:00' AS TIMESTAMPNTZ)
    >>> [value.value for value in project.values("new_leads", grain="week")][-1]
    102
    """
    root = Path(path)
    if not (root / CONFIG).is_file():
        raise UsageError(f"no {CONFIG} in {root}")
    return open_project(root, as_of, datetime.now(UTC))


def open_project(root: Path, as_of: datetime | None, now: datetime, language: str | None = None) -> Journey:
    """The journey of the project in `root`. `as_of` goes before `accord.yml`, which goes before the start of today.

    `now` carries its zone; today is the day that it is in the project's zone. `language` is that of the messages.
    """
    loaded = load(root)
    config = loaded.project.config
    today = datetime.combine(now.astimezone(ZoneInfo(config.timezone)).date(), time())
    return Journey(loaded, as_of or config.as_of or today, language)


def context_of(text: str) -> Context:
    """What the rules see of a spec given as text; for the tests inside packs."""
    journey = Journey(load_texts({"test.yml": text}), datetime(2026, 1, 1))
    return journey.context()
