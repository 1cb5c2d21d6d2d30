"""How many findings each rule and each department has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .reported import Reported

NOBODY = "(no department)"


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers by rule and by department, the greatest first; what two departments answer for counts in both."""

    rules: tuple[tuple[str, int], ...]
    departments: tuple[tuple[str, int], ...]


def counted(reported: Reported) -> Counted:
    rules: Counter[str] = Counter()
    departments: Counter[str] = Counter()
    for found in reported.findings:
        rules[f"{found.code} {reported.told(found.code).name}".rstrip()] += 1
        departments.update(reported.departments.get(found.subject or "", ()) or (NOBODY,))
    return Counted(_ordered(rules), _ordered(departments))


def render_statistics(reported: Reported) -> str:
    """Two aligned lists; nothing without findings."""
    numbers = counted(reported)
    if not numbers.rules:
        return ""
    return f"{_block('rule', numbers.rules)}\n{_block('department', numbers.departments)}"


def _block(title: str, rows: tuple[tuple[str, int], ...]) -> str:
    width = max(len(title), *(len(name) for name, _ in rows))
    lines = [(title, "findings"), *((name, f"{number:,}") for name, number in rows)]
    return "".join(f"{name.ljust(width)}  {number.rjust(8)}\n" for name, number in lines)


def _ordered(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
