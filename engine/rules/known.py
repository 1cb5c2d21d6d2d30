"""Findings that were there before, by rule and entity: of an earlier revision, or in a baseline file.

Lines, messages and order do not matter, so edits around a finding leave it known. Where an entity has more findings
of a rule than before, all of them are shown: which of them is the new one cannot be told. Findings of the engine
itself are compared with their message as well, because each is a fault of its own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalogue import CODES
from ..diagnostics import Diagnostic
from ..errors import EnvironmentFailure, UsageError

Key = tuple[str, str]
VERSION = 1


def key(found: Diagnostic, folder: str) -> Key:
    """What a finding is known by: its code, and the entity or else the file that it is about."""
    about = found.subject or (f"file:{found.span.file.removeprefix(folder)}" if found.span else "project")
    return (found.code, f"{about} {found.message}" if found.code in CODES else about)


def brought(
    now: Iterable[Diagnostic], before: Iterable[Diagnostic], folder: str, folder_before: str
) -> tuple[Diagnostic, ...]:
    """The findings of `now` that `before` had not."""
    return beyond(tuple(now), Counter(key(found, folder_before) for found in before), folder)


def beyond(now: tuple[Diagnostic, ...], known: Counter[Key], folder: str) -> tuple[Diagnostic, ...]:
    counts = Counter(key(found, folder) for found in now)
    return tuple(found for found in now if counts[key(found, folder)] > known[key(found, folder)])


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many findings of each rule each entity is known to have."""

    path: Path
    known: Counter[Key]

    def gone(self, now: Iterable[Diagnostic], folder: str) -> dict[Key, int]:
        """Entries that are found no longer, or less often, with how many are left."""
        counts = Counter(key(found, folder) for found in now)
        return {entry: counts[entry] for entry, number in sorted(self.known.items()) if counts[entry] < number}


def write_baseline(path: Path, findings: Iterable[Diagnostic], folder: str, within: Counter[Key] | None = None) -> int:
    """Writes the findings of rules (`within` what was known already); those of the engine are not to be lived with.

    Tells how many there are.
    """
    known = Counter(key(found, folder) for found in findings if found.code not in CODES)
    if within is not None:
        known &= within
    entries = [{"code": code, "subject": about, "count": number} for (code, about), number in sorted(known.items())]
    text = json.dumps({"version": VERSION, "findings": entries}, ensure_ascii=False, indent=2) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentFailure(f"cannot write {path}: {error.strerror}") from error
    return known.total()


def read_baseline(path: Path) -> Baseline:
    """The baseline in `path`; what cannot be read as one is a `UsageError`, so that nothing passes by mistake."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = f"`accord check --write-baseline {path}` writes one"
        raise UsageError(f"cannot read the baseline {path}: {error.strerror}", hint=hint) from error
    except ValueError as error:
        raise UsageError(f"the baseline {path} is not JSON: {error}") from error
    if not isinstance(body, dict) or type(body.get("version")) is not int:
        raise UsageError(f"{path} is not a baseline: it has no `version`")
    if body["version"] != VERSION:
        raise UsageError(f"the baseline {path} has version {body['version']}; this accord reads version {VERSION}")
    if set(body) != {"version", "findings"} or not isinstance(body["findings"], list):
        raise UsageError(f"the baseline {path} holds `version` and `findings`, and nothing else")
    known: Counter[Key] = Counter()
    for number, entry in enumerate(body["findings"], 1):
        about = _entry(path, number, entry, known)
        known[about] = entry["count"]
    return Baseline(path, known)


def _entry(path: Path, number: int, entry: Any, known: Counter[Key]) -> Key:
    fits = isinstance(entry, dict) and set(entry) == {"code", "subject", "count"}
    if not fits or not isinstance(entry["code"], str) or not isinstance(entry["subject"], str):
        raise UsageError(f"entry {number} of the baseline {path} is not `code`, `subject` and `count`")
    if type(entry["count"]) is not int or entry["count"] < 1:
        raise UsageError(f"entry {number} of the baseline {path}: `count` is a number from 1 on")
    if entry["code"] in CODES:
        raise UsageError(f"entry {number} of the baseline {path}: {entry['code']} cannot be silenced")
    if (entry["code"], entry["subject"]) in known:
        raise UsageError(f"entry {number} of the baseline {path} is there twice")
    return entry["code"], entry["subject"]
