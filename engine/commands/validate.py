"""`accord validate`."""

from __future__ import annotations

from .findings import findings_command

command = findings_command(
    "validate",
    "Check structure and references: is every spec well formed, does everything it names exist?",
    lambda journey: journey.structure(),
    rules=False,
)
