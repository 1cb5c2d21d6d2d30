"""Outcomes of metric tests: a line each, and a table of what differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from ..measure.testing import Outcome

_HEAD = ("row", "metric", "expected", "found")


def render_text(outcomes: Sequence[Outcome], paint: Callable[[str, str], str]) -> str:
    lines: list[str] = []
    for outcome in outcomes:
        mark = paint("pass", "green") if outcome.passed else paint("FAIL", "red")
        lines.append(f"{mark}  {outcome.test.name}" + (f": {outcome.problem}" if outcome.problem else ""))
        lines.extend(_table(outcome))
    passed = sum(outcome.passed for outcome in outcomes)
    lines += ["", f"{passed} of {len(outcomes)} tests passed"] if outcomes else ["the specs have no tests"]
    return "\n".join(lines) + "\n"


def _table(outcome: Outcome) -> list[str]:
    if not outcome.differences:
        return []
    rows = [_HEAD, *((it.row or "total", it.column, it.expected, it.found) for it in outcome.differences)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(_HEAD))]
    return [
        "      " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def render_json(outcomes: Sequence[Outcome], paint: Callable[[str, str], str]) -> str:
    """Version 1 of the JSON output."""
    items = [
        {
            "name": outcome.test.name,
            "passed": outcome.passed,
            "problem": outcome.problem,
            "differences": [
                {"row": it.row, "metric": it.column, "expected": it.expected, "found": it.found}
                for it in outcome.differences
            ],
        }
        for outcome in outcomes
    ]
    return json.dumps({"version": 1, "tests": items}, ensure_ascii=False, indent=2) + "\n"
