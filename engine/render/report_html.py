"""A report's Markdown, as our own renderers write it, as one HTML page; every word of it is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from .page import asset, page

_INLINE = re.compile(r"\\(?P<literal>.)|(?P<bold>\*\*)")


def render_html(markdown: str, language: str) -> str:
    """The page; its title is the first heading."""
    lines = markdown.splitlines()
    title = re.sub(r"\\(.)", r"\1", lines[0].removeprefix("# "))
    body = "\n".join(["<main>", *_blocks(lines), "</main>"])
    return page(title, language, body, (asset("report.css"),))


def _blocks(lines: list[str]) -> Iterator[str]:
    depth = 0
    for line in lines:
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
            yield f"<h2>{_inline(line[3:])}</h2>"
        elif line.startswith("# "):
            yield f"<h1>{_inline(line[2:])}</h1>"
        elif line.startswith("**") and line.endswith("**"):
            yield f"<h3>{_inline(line[2:-2])}</h3>"
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
    out, at, bold = [], 0, False
    for match in _INLINE.finditer(text):
        out.append(escape(text[at : match.start()]))
        at = match.end()
        if match["literal"]:
            out.append(escape(match["literal"]))
        else:
            out.append("</strong>" if bold else "<strong>")
            bold = not bold
    return "".join([*out, escape(text[at:]), "</strong>" if bold else ""])
