"""Specs of what a warehouse holds, before there is any project."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..errors import UsageError
from ..formats.tables.propose import Proposal, propose
from ..formats.tables.settings import settings_text
from ..load.discover import CONFIG
from ..load.project import load_config, read_config
from ..model import Project
from ..spans import Source
from ..warehouse.connect import connect
from ..warehouse.profiles import URL, chosen, resolved


def propose_specs(
    root: Path, asked: str | None, untrusted: bool, most: int | None, told: Callable[[], None]
) -> tuple[Proposal, str | None]:
    """Specs of a warehouse's tables; and, where `root` has no `accord.yml` with profiles, the text of one."""
    started = (root / CONFIG).is_file()
    config = load_config(root) if started else read_config(Source(CONFIG, "version: 1\n"))
    profile = chosen(config, asked, os.environ, untrusted)
    if profile is None:
        hint = f"name its URL: --from URL, or {URL} in the environment; or a profile of {root / CONFIG}"
        raise UsageError("no warehouse to read tables from", hint=hint)
    with connect(Project(str(root), config), profile, os.environ) as warehouse:
        proposal = propose(warehouse, profile, most, told)
    address = resolved(profile, root, os.environ)
    return proposal, None if started else settings_text(address, root, hidden=profile.name == URL)
