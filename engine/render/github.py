"""Findings as workflow commands of GitHub Actions, which shows them at their lines."""

from __future__ import annotations

from .reported import Reported

_COMMAND = {"error": "error", "warning": "warning", "hint": "notice"}


def render_github(reported: Reported) -> str:
    """One command a finding. GitHub shows at most ten of each kind a step; `sarif` has no such limit."""
    lines = []
    for found in reported.findings:
        file, line = reported.place(found)
        properties = {"file": file, "line": str(line)}
        span = found.span
        if span is not None:
            properties["endLine"] = str(span.end_line)
            if span.end_line == span.line:  # columns hold within one line only
                properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
        properties["title"] = f"{found.code} {reported.told(found.code).name}".rstrip()
        told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        message = found.message + (f"\n{found.hint}" if found.hint else "")
        lines.append(f"::{_COMMAND[found.severity]} {told}::{_data(message)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
