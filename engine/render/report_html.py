"""A report's Markdown, as our own renderers write it, as one HTML page; every word of it is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from .html import kept_together
from .page import asset, page

_INLINE = re.compile(r"\\(?P<literal>.)|(?P<bold>\*\*)")


def render_html(markdown: str, language: str) -> str:
    """The page; its title is the first heading."""
    lines = markdown.splitlines()
    title = re.sub(r"\\(.)", r"\1", lines[0].removeprefix("# "))
    body = "\n".join(['<main class="report">', *blocks(markdown), "</main>"])
    return page(title, language, body, (asset("report.css"),))


def blocks(markdown: str, level: int = 1) -> Iterator[str]:
    """The elements; the first heading is of `level`."""
    depth = 0
    for line in markdown.splitlines():
        wanted = 2 if line.startswith("  - ") else 1 if line.startswith("- ") else 0
        while depth > wanted:
            yield "</li></ul>"
            depth -= 1
        if wanted and depth == wanted:
            yield "</li>"
        while depth < wanted:
            yield "<ul>"
            depth += 1
        if wanted:
            yield f"<li>{_inline(line.strip().removeprefix('- '))}"
        elif line.startswith("## "):
            yield f"<h{level + 1}>{_inline(line[3:])}</h{level + 1}>"
        elif line.startswith("# "):
            yield f"<h{level}>{_inline(line[2:])}</h{level}>"
        elif line.startswith("**") and line.endswith("**"):
            yield f"<h{level + 2}>{_inline(line[2:-2])}</h{level + 2}>"
        elif line.startswith("_") and line.endswith("_"):
            yield f"<p><em>{_inline(line[1:-1])}</em></p>"
        elif line:
            yield f"<p>{_inline(line)}</p>"
    yield "</li></ul>" * depth


def _inline(text: str) -> str:
    r"""
    >>> _inline(r"**a \<b\>** & c")
    '<strong>a &lt;b&gt;</strong> &amp; c'
    """
    out: list[str] = []
    at, bold = 0, False
    for match in _INLINE.finditer(text):
        out.append(kept_together(text[at : match.start()]))
        at = match.end()
        if match["literal"]:
            out.append(escape(match["literal"]))
        else:
            out.append("</strong>" if bold else "<strong>")
            bold = not bold
    return "".join([*out, kept_together(text[at:]), "</strong>" if bold else ""])
