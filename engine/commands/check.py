"""`accord check`."""

from __future__ import annotations

from .findings import findings_command

command = findings_command("check", "Validate, lint and compile the project; for CI.", lambda journey: journey.check())
