"""`accord lint`."""

from __future__ import annotations

from .findings import findings_command

command = findings_command("lint", "Run the rules of the project's packs.", lambda journey: journey.lint())
