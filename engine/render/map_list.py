"""From the part of an influence map that is shown to a list in HTML, with what stands behind the picture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape

from ..graph.build import Relation
from .graph_view import Look, View
from .map_layout import Columns
from .map_svg import Mark, badge, marks
from .map_words import told

_GROUPS: tuple[tuple[Look, str], ...] = (
    ("northStar", "northStars"),
    ("department", "departments"),
    ("lever", "levers"),
    ("metric", "metrics"),
)
_SKIPPED = frozenset(("name", "title", "description", "role", "owners"))


def render_list(drawn: View, columns: Columns, sql: Mapping[str, str], above: str = "h2") -> str:
    """North star, departments, levers and metrics, each to be opened; `sql` has a statement or why there is none."""
    marked, level = marks(drawn), f"h{int(above[1]) + 1}"
    lines = []
    for look, heading in _GROUPS:
        names = [name for column in columns for name in column if drawn.look(name) == look]
        if names:
            lines += [f"<{level}>{escape(told(heading, drawn.language))}</{level}>"]
        for name in names:
            lines += _entry(drawn, marked, name, sql.get(name, ""))
    return "\n".join(lines)


def _entry(drawn: View, marked: Mapping[str, Mark], name: str, sql: str) -> Iterator[str]:
    said = drawn.answering(name) or drawn.doing(name)
    yield f'<details class="entry" id="about-{escape(name)}" data-name="{escape(name)}">'
    yield f"<summary>{_own_mark(marked, name)}{escape(drawn.title(name))}"
    yield f' <span class="soft">{escape(said)}</span></summary>' if said else "</summary>"
    yield '<div class="about">'
    yield f'<p class="soft">{escape(told(drawn.look(name), drawn.language))}, <code>{escape(name)}</code></p>'
    yield from _texts(drawn, name)
    incoming, outgoing = drawn.graph.into(name), drawn.graph.out_of(name)
    yield from _ties(drawn, "causes", [(it.source, it) for it in incoming if it.source in drawn.shown])
    yield from _ties(drawn, "effects", [(it.target, it) for it in outgoing if it.target in drawn.shown])
    if drawn.graph.kinds[name] == "metric":
        yield from definition(drawn, name, sql)
    yield "</div></details>"


def _own_mark(marked: Mapping[str, Mark], name: str) -> str:
    if name not in marked:
        return ""
    drawing = badge(marked[name], 1, 1)
    return f'<svg class="map own" width="34" height="18" viewBox="0 0 34 18" aria-hidden="true">{drawing}</svg> '


def _texts(drawn: View, name: str) -> Iterator[str]:
    project = drawn.graph.project
    text = project.metrics[name].description if name in project.metrics else None
    if drawn.graph.kinds[name] == "department":
        text = project.departments[name].answers_for
    if text is not None:
        yield f"<p>{escape(text.said_in(drawn.language))}</p>"


def _ties(drawn: View, heading: str, others: list[tuple[str, Relation]]) -> Iterator[str]:
    if not others:
        return
    yield f'<p class="label">{escape(told(heading, drawn.language))}</p><ul>'
    for name, relation in others:
        how = drawn.how(relation)
        because = relation.stated.because if relation.stated else None
        reason = f": {because.said_in(drawn.language)}" if because else ""
        yield (
            f'<li><a href="#about-{escape(name)}" data-go="{escape(name)}">{escape(drawn.title(name))}</a>'
            f' <span class="soft">{escape(how + reason)}</span></li>'
        )
    yield "</ul>"


def definition(drawn: View, name: str, sql: str) -> Iterator[str]:
    """A metric's definition as it is written, and its SQL or why there is none."""
    metric = drawn.graph.project.metrics[name]
    yield f'<p class="label">{escape(told("definition", drawn.language))}</p>'
    if metric.definition is None:
        yield f"<p>{escape(told('draft', drawn.language))}</p>"
        return
    written = [f"type: {metric.kind}"] if "type" not in metric.origin.data else []
    for key, value in metric.origin.data.items():
        if key not in _SKIPPED:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            written.append(f"{key}: {' '.join(text.split())}")
    yield f"<pre>{escape(chr(10).join(written))}</pre>"
    if sql:
        yield f'<p class="label">SQL</p><pre>{escape(sql.strip())}</pre>'
