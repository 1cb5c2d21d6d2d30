"""Findings as text with excerpt and caret, as one line each, or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..catalogue import CODES
from ..diagnostics import SEVERITIES, Diagnostic
from ..spans import Source, Span

Paint = Callable[[str, str], str]
_COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}


def unpainted(text: str, style: str) -> str:
    return text


def render_findings(
    findings: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    names: Mapping[str, str] | None = None,
    paint: Paint = unpainted,
) -> str:
    """Each finding with the line it is about, a caret below it, and how to mend it."""
    blocks = []
    for found in findings:
        lines = [_head(found, names or {}, paint)]
        if found.span is not None:
            lines.extend(_excerpt(found.span, sources, paint, _COLOURS[found.severity]))
        lines.extend(_notes(found, paint))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def render_concise(
    findings: Iterable[Diagnostic], names: Mapping[str, str] | None = None, paint: Paint = unpainted
) -> str:
    """One line a finding."""
    return "".join(_head(found, names or {}, paint) + "\n" for found in findings)


def render_json(
    findings: Iterable[Diagnostic],
    names: Mapping[str, str],
    as_of: str,
    statistics: Mapping[str, list[dict[str, Any]]] | None = None,
) -> str:
    """Version 1 of the JSON output; lines and columns count from 1, ends are exclusive."""
    items = [_item(found, names) for found in findings]
    counts = Counter(item["severity"] for item in items)
    summary = {severity: counts.get(severity, 0) for severity in SEVERITIES}
    body: dict[str, Any] = {"version": 1, "as_of": as_of, "findings": items, "summary": summary}
    if statistics is not None:
        body["statistics"] = statistics
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def summary(findings: Iterable[Diagnostic], what: str) -> str:
    """The last line: how many findings of each severity, or that there are none.

    >>> summary([], "4 metrics")
    'no findings in 4 metrics'
    """
    counts = Counter(found.severity for found in findings)
    if not counts:
        return f"no findings in {what}"
    parts = [f"{counts[s]} {s}{'' if counts[s] == 1 else 's'}" for s in SEVERITIES if counts[s]]
    return f"{', '.join(parts)} in {what}"


def _item(found: Diagnostic, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": _name(found.code, names),
        "severity": found.severity,
        "message": found.message,
        "hint": found.hint,
        "subject": found.subject,
        "location": _location(found.span),
        "related": [{"message": item.message, "location": _location(item.span)} for item in found.related],
    }


def _location(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _name(code: str, names: Mapping[str, str]) -> str:
    return names.get(code) or (CODES[code].name if code in CODES else "")


def _head(found: Diagnostic, names: Mapping[str, str], paint: Paint) -> str:
    place = f"{found.span.file}:{found.span.line}:{found.span.column}: " if found.span else ""
    label = paint(f"{found.severity}[{found.code}]", _COLOURS[found.severity])
    return f"{paint(place, 'bold')}{label} {_name(found.code, names)}: {found.message}"


def _excerpt(span: Span, sources: Mapping[str, Source], paint: Paint, colour: str) -> list[str]:
    source = sources.get(span.file)
    if source is None or not source.text:
        return []
    line = source.line(span.line)
    if len(line) > 240:
        return []
    width = len(str(span.line))
    end = span.end_column if span.end_line == span.line else len(line) + 1
    indent = "".join("\t" if char == "\t" else " " for char in line[: span.column - 1])
    caret = paint("^" * max(end - span.column, 1), colour)
    bar = " " * width + " |"
    return [bar, f"{span.line} | {line}", f"{bar} {indent}{caret}"]


def _notes(found: Diagnostic, paint: Paint) -> list[str]:
    margin = " " * (len(str(found.span.line)) if found.span else 1)
    lines = []
    for item in found.related:
        place = f"{item.span.file}:{item.span.line}: " if item.span else ""
        lines.append(f"{margin} = {paint('note', 'bold')}: {place}{item.message}")
    if found.hint:
        lines.append(f"{margin} = {paint('hint', 'bold')}: {found.hint}")
    return lines
