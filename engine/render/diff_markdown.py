"""A difference as Markdown, for a comment on a change or the summary of a workflow."""

from __future__ import annotations

import re

from .diff_teller import Line, Teller, shown
from .diff_words import say
from .findings_markdown import inert

_NAME = re.compile(r"(`[a-z][a-z0-9_]*(?:: \[[^`\n]*\])?`)")


def render_markdown(teller: Teller, heading: str, as_of: str) -> str:
    """Nothing that stands in a spec becomes a link, an image, a heading or a mention."""
    language = teller.language
    out = ["## accord diff", "", f"{_text(heading)} ({say('as_of', language)} {as_of}): {teller.summary()}."]
    for section in teller.sections(values=False):
        out += ["", f"### {section.title}", ""]
        for line in section.lines:
            out += _item(line, language)
    out += _values(teller)
    return "\n".join(out) + "\n"


def _item(line: Line, language: str) -> list[str]:
    mark = f"**{say('breaking', language)}** " if line.breaking else ""
    told = [*line.details, *([line.touches] if line.touches else [])]
    out = [f"- {mark}{_text(line.headline)}", *(f"  - {_text(detail)}" for detail in told)]
    if line.sql:
        fence = "`" * max(3, 1 + max((len(run) for text in line.sql for run in re.findall("`+", text)), default=0))
        out += ["", f"  {fence}diff", *(f"  {text}" for text in line.sql), f"  {fence}"]
    return out


def _values(teller: Teller) -> list[str]:
    rows = [it for values in teller.values.values() for it in values]
    if not rows:
        return []
    words = (
        ("Values on the same data", "Значения на одних и тех же данных"),
        ("| Metric | Period | Before | After |", "| Метрика | Период | Было | Стало |"),
    )
    title, head = (pair[teller.language == "ru"] for pair in words)
    table = [f"| `{it.metric}` | {_text(teller.label(it))} | {shown(it, 0)} | {shown(it, 1)} |" for it in rows]
    failed = dict.fromkeys(line for it in rows if it.failures for line in teller.failures(it))
    return ["", f"### {title}", "", head, "|---|---|---:|---:|", *table, *(f"\n{_text(line)}" for line in failed)]


def _text(text: str) -> str:
    """Names in code, all else as text."""
    return "".join(part if _NAME.fullmatch(part) else inert(part) for part in _NAME.split(" ".join(text.split())))
