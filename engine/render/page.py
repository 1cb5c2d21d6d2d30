"""From a body, styles and scripts to one HTML file that needs no network: the shell of every page."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

_TOKENS = re.compile(r"(--[a-z-]+):\s*([^;]+);")


def asset(name: str) -> str:
    """The text of a file of `render/assets`."""
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


def page(
    title: str,
    language: str,
    body: str,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    *,
    live: bool = False,
) -> str:
    """One HTML file: light, dark and print by `page.css`, then `styles`; `body` is HTML, escaped by its maker.

    Its content policy forbids every request and admits these styles and scripts alone, by their hashes: a style
    attribute or a script that got into the body does nothing. A `live` page may ask the server that it came from.

    >>> page("A <b>", "en", "<p>text</p>").count("<b>")
    0
    """
    sheets = (asset("page.css"), *styles)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hashes(sheets)}",
            f"script-src {_hashes(scripts)}",
            *(["connect-src 'self'"] if live else []),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(title)}</title>",
        *(f"<style>{sheet}</style>" for sheet in sheets),
    ]
    ends = [f"<script>{script}</script>" for script in scripts]
    lines = ["<!doctype html>", f'<html lang="{escape(language)}">', "<head>", *head, "</head>", "<body>", body]
    return "\n".join([*lines, *ends, "</body>", "</html>"]) + "\n"


def resolved(sheet: str) -> str:
    """The same rules with colours written out, light and then dark, for files that are read by more than browsers."""
    light, dark = (dict(_TOKENS.findall(block)) for block in asset("page.css").split("@media", 2)[:2])
    return f"{_put_in(sheet, light)}\n@media (prefers-color-scheme: dark) {{\n{_put_in(sheet, light | dark)}}}\n"


def _put_in(sheet: str, tokens: dict[str, str]) -> str:
    return re.sub(r"var\((--[a-z-]+)\)", lambda found: tokens[found[1]], sheet)


def _hashes(texts: Sequence[str]) -> str:
    digests = [b64encode(sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
