"""The forms that an influence map can take, by the name of their format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .graph_dot import render_dot
from .graph_json import render_json
from .graph_mermaid import render_mermaid
from .graph_tree import render_tree
from .map_page import render_html
from .map_svg import render_svg

DRAWINGS: Mapping[str, Callable[..., str]] = {
    "tree": render_tree,
    "mermaid": render_mermaid,
    "dot": render_dot,
    "json": render_json,
    "svg": render_svg,
    "html": render_html,
}
