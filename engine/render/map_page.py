"""From the influence map to one HTML file without network: the picture, and everything on it as a list."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ..graph.analysis import neighbourhood
from ..graph.build import InfluenceGraph
from ..graph.ownership import Ownership
from .graph_view import View, view
from .map_layout import GAP_X, GAP_Y, MARGIN, WIDTH, arrange
from .map_list import render_list
from .map_svg import Tone, draw_map, legend, map_style
from .map_words import told
from .page import asset, page

MOST = 80  # nodes that one picture shows at once; a larger map opens on a neighbourhood


def render_html(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    centre: str | None = None,
    depth: int | None = None,
    sql: Mapping[str, str] | None = None,
) -> str:
    """The whole map, or what is around `centre`; `sql` holds a statement a metric, for those that have one."""
    drawn = view(graph, ownership, language, centre, depth)
    organization = graph.project.organization
    titled = organization.title if organization else None
    owner = titled.said_in(language) if titled else organization.name if organization else ""
    title = ": ".join(filter(None, (told("map", language), owner)))
    skip = f'<a class="skip" href="#list">{escape(told("to_list", language))}</a>'
    body = "\n".join(("<main>", skip, f"<h1>{escape(title)}</h1>", render_board(drawn, sql or {}, centre), "</main>"))
    return page(title, language, body, (map_style(), asset("map-page.css")), (asset("map.js"),))


def render_board(
    drawn: View,
    sql: Mapping[str, str],
    centre: str | None = None,
    *,
    tones: Mapping[str, Tone] | None = None,
    notes: Mapping[str, str] | None = None,
    heading: str = "h2",
    folded: bool = False,
) -> str:
    """The picture with its search, filter, legend and list, for a page that has the styles and `map.js`.

    `tones` and `notes` are those of `draw_map`; `folded` has the list to be opened.
    """
    language = drawn.language
    columns = arrange(drawn)
    first = opening(drawn, centre)
    picture = draw_map(drawn, columns, shown=first, tones=tones, notes=notes, interactive=True)
    departments = "".join(
        f'<option value="{escape(name)}">{escape(drawn.title(name))}</option>'
        for name in drawn.graph.named("department")
        if name in drawn.shown
    )
    signs = "".join(f"<li>{drawing} {escape(words)}</li>" for drawing, words in legend(drawn))

    def word(key: str) -> str:
        return escape(told(key, language, count="{count}", total="{total}"), quote=True)

    box = f"{WIDTH} {GAP_X} {GAP_Y} {MARGIN}"
    listed = f'<div class="list">\n{render_list(drawn, columns, sql, heading)}\n</div>'
    if folded:
        listed = f'<details id="list"><summary>{word("list")}</summary>{listed}</details>'
    else:
        listed = f'<{heading} id="list" tabindex="-1">{word("list")}</{heading}>{listed}'
    data = f'data-most="{MOST}" data-box="{box}" data-showing="{word("showing")}" data-found="{word("found")}"'
    return f"""<div class="map-root" {data}>
<p class="soft">{word("lead")}</p>
<div class="bar no-print" role="search">
<label>{word("search")} <input id="search" type="search" autocomplete="off"></label>
<label>{word("filter")} <select id="filter"><option value="">{word("all")}</option>{departments}</select></label>
<button id="size" type="button" aria-pressed="false">{word("fit")}</button>
<button id="back" type="button" hidden>{word("whole")}</button>
<button id="picture" type="button" aria-expanded="false" aria-controls="stage">{word("picture")}</button>
<span id="status" role="status" class="soft"></span>
</div>
<div class="board">
<div id="stage" class="stage" tabindex="0" role="region" aria-label="{word("map")}">
{picture}
</div>
<aside id="panel" class="panel no-print" aria-live="polite" aria-label="{word("definition")}" hidden>
<button id="close" type="button">{word("close")}</button>
<{heading} id="panel-title" tabindex="-1"></{heading}>
<button id="around" type="button">{word("around")}</button>
<div id="panel-body"></div>
</aside>
</div>
<{heading}>{word("legend")}</{heading}>
<ul class="legend-list">{signs}</ul>
{listed}
</div>"""


def opening(drawn: View, centre: str | None = None) -> frozenset[str]:
    """What the picture shows at first: everything, or as many steps around the north star as it can hold.

    Where one step is too much already, the nearest in project order are taken.
    """
    if len(drawn.names) <= MOST:
        return drawn.shown
    stars = [name for name in drawn.names if drawn.look(name) == "northStar"]
    middle = centre or (stars or list(drawn.names))[0]
    best = frozenset((middle,))
    for depth in range(1, len(drawn.names)):
        wider = neighbourhood(drawn.graph, middle, depth) & drawn.shown
        if len(wider) > MOST:
            room = [name for name in drawn.names if name in wider - best]
            return best if len(best) > 1 else best | frozenset(room[: MOST - 1])
        if wider == best:
            break
        best = wider
    return best
