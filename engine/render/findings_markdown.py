"""Findings as a Markdown summary, for a comment on a change or the summary of a workflow."""

from __future__ import annotations

import re

from .findings import summary
from .reported import Reported
from .statistics import counted

_ACTIVE = re.compile(r"([\\`*_\[\]<>|#!~&])")


def render_markdown(reported: Reported) -> str:
    """How many there are, by rule, and each with its place."""
    out = ["## accord", "", escaped(summary(reported.findings, reported.scope)) + "."]
    if reported.findings:
        out += ["", "| Place | Severity | Rule | Finding |", "|---|---|---|---|"]
        for found in reported.findings:
            file, line = reported.place(found)
            rule = f"{found.code} {reported.told(found.code).name}".rstrip()
            message = found.message + (f" ({found.hint})" if found.hint else "")
            out.append(f"| {escaped(f'{file}:{line}')} | {found.severity} | {escaped(rule)} | {escaped(message)} |")
        out += ["", "| Rule | Findings |", "|---|---:|"]
        out += [f"| {escaped(name)} | {number} |" for name, number in counted(reported).rules]
    return "\n".join(out) + "\n"


def escaped(text: str) -> str:
    """Text as text, in one line."""
    return inert(" ".join(text.split()))


def inert(text: str) -> str:
    """Nothing in a spec becomes a link, an image, a heading or a mention."""
    return _ACTIVE.sub(r"\\\1", text).replace("@", "@\u200b")
