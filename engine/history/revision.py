"""The revision of the specs: git's HEAD, with `+` where they differ from it."""

from __future__ import annotations

import subprocess
from pathlib import Path


def revision_of(root: Path) -> str:
    """`6b0b8b5c1d2e`, `6b0b8b5c1d2e+` for specs that are not committed, nothing outside git."""
    head = _git(root, "rev-parse", "--short=12", "HEAD")
    if head is None:
        return ""
    changed = _git(root, "status", "--porcelain", "--", "*.yml", "*.yaml")
    return head.strip() + ("" if changed == "" else "+")


def _git(root: Path, *arguments: str) -> str | None:
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
