"""Findings as a Markdown summary, for a comment on a change or the summary of a workflow."""

from __future__ import annotations

import re

from .findings import summary
from .reported import Reported
from .statistics import counted

_ACTIVE = re.compile(r"([\\`*_\[\]<>|#!~&])")


def render_markdown(reported: Reported) -> str:
    """How many there are, by rule, and each with its place."""
    out = ["## accord", "", _text(summary(reported.findings, reported.scope)) + "."]
    if reported.findings:
        out += ["", "| Place | Severity | Rule | Finding |", "|---|---|---|---|"]
        for found in reported.findings:
            file, line = reported.place(found)
            rule = f"{found.code} {reported.told(found.code).name}".rstrip()
            message = found.message + (f" ({found.hint})" if found.hint else "")
            out.append(f"| {_text(f'{file}:{line}')} | {found.severity} | {_text(rule)} | {_text(message)} |")
        out += ["", "| Rule | Findings |", "|---|---:|"]
        out += [f"| {_text(name)} | {number} |" for name, number in counted(reported).rules]
    return "\n".join(out) + "\n"


def _text(text: str) -> str:
    """Text as text: nothing in a spec becomes a link, an image or a heading."""
    return _ACTIVE.sub(r"\\\1", " ".join(text.split())).replace("@", "@\u200b")
