"""Findings as a Code Quality report of GitLab."""

from __future__ import annotations

import json

from .reported import Reported, fingerprints

_SEVERITY = {"error": "major", "warning": "minor", "hint": "info"}


def render_gitlab(reported: Reported) -> str:
    """A list, empty without findings; lines count from 1."""
    items = []
    for found, mark in zip(reported.findings, fingerprints(reported.findings), strict=True):
        file, line = reported.place(found)
        items.append(
            {
                "description": f"{found.code}: {found.message}",
                "check_name": f"{found.code} {reported.told(found.code).name}".rstrip(),
                "fingerprint": mark,
                "severity": _SEVERITY[found.severity],
                "location": {"path": file, "lines": {"begin": line}},
            }
        )
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
