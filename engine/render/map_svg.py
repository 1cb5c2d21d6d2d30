"""From the part of an influence map that is shown to SVG: a drawing to put into a page, or a file of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from .graph_view import View, view
from .map_layout import GAP_X, WIDTH, Box, Columns, arrange, place
from .map_text import width as text_width
from .map_text import wrap
from .map_words import told
from .page import asset, resolved

Tone = Literal["good", "bad", "flat", "unknown"]

_LINE, _PAD, _MARK = 16, 8, 20
_FOOT = 0.88  # the size of the type at the foot of a card, against that of titles
_BOLD = 1.14  # how much wider bold type is
_COLOURS = 7  # of Okabe and Ito, in map.css; further departments take them again and are told apart by their letters


@dataclass(frozen=True, slots=True)
class Mark:
    """How a department is recognised: its letters and the number of its colour."""

    letters: str
    colour: int


def draw_map(
    drawn: View,
    columns: Columns | None = None,
    *,
    shown: Collection[str] | None = None,
    tones: Mapping[str, Tone] | None = None,
    notes: Mapping[str, str] | None = None,
    interactive: bool = False,
) -> str:
    """The map as one `<svg>` element; the page that takes it in needs the styles of `map_style()`.

    `tones` colour metrics by how they moved, `notes` add a short text to a node (`+22 %`). Only `shown` is placed and
    visible; the rest is there for `map.js`. `interactive` makes buttons of the nodes.
    """
    columns = arrange(drawn) if columns is None else columns
    chosen = drawn.shown if shown is None else frozenset(shown)
    marked = marks(drawn)
    cards = {name: _Card(drawn, marked, name, (notes or {}).get(name, "")) for name in drawn.names}
    layout = place(
        [[name for name in column if name in chosen] for column in columns],
        {name: card.height for name, card in cards.items()},
    )
    row = {name: f"{at}:{place}" for at, column in enumerate(columns) for place, name in enumerate(column)}
    lines = [
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:g} {layout.height:g}"'
        f' width="{layout.width:g}" height="{layout.height:g}" role="{"group" if interactive else "img"}"'
        f' aria-label="{escape(told("map", drawn.language))}">',
        _MARKERS,
        '<g class="ties" aria-hidden="true">',
        *(_tie(it, layout.boxes) for it in drawn.relations()),
        "</g>",
    ]
    for name in [name for column in columns for name in column]:
        tone = (tones or {}).get(name)
        lines += cards[name].drawn(layout.boxes.get(name), row[name], tone, interactive)
    return "\n".join([*lines, "</svg>"])


def render_svg(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    centre: str | None = None,
    depth: int | None = None,
) -> str:
    """A file of its own, with its legend; light or dark as the reader's system is."""
    drawn = view(graph, ownership, language, centre, depth)
    columns = arrange(drawn)
    inner = draw_map(drawn, columns)
    size = place(columns, {name: _Card(drawn, {}, name, "").height for name in drawn.names})
    across = max(size.width, 420.0)
    legend, below = _legend_rows(drawn, across)
    tall = size.height + below
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:g} {tall:g}" width="{across:g}"'
        f' height="{tall:g}" role="img" aria-label="{escape(told("map", language))}">'
    )
    ground = f'<rect class="ground" width="{across:g}" height="{tall:g}"/>'
    legend = f'<g transform="translate(0 {size.height:g})">{legend}</g>'
    return "\n".join([head, f"<style>{resolved(map_style())}</style>", ground, inner, legend, "</svg>"]) + "\n"


def map_style() -> str:
    """The style sheet of `draw_map` and `legend`, in the colours of `page.css`."""
    return asset("map.css")


def marks(drawn: View) -> Mapping[str, Mark]:
    """The mark of each department of the project: letters that no other has, a colour by its place."""
    found: dict[str, Mark] = {}
    taken: set[str] = set()
    for at, name in enumerate(drawn.graph.named("department")):
        title = "".join(char for char in drawn.title(name).upper() if char.isalnum()) or name.upper()
        tries = [
            title[:1],
            *(title[0] + char for char in title[1:]),
            *(f"{title[0]}{count}" for count in range(2, 9999)),
        ]
        letters = next(text for text in tries if text not in taken)
        taken.add(letters)
        found[name] = Mark(letters, at % _COLOURS)
    return found


def legend(drawn: View) -> Iterator[tuple[str, str]]:
    """What the map's signs mean: a small `<svg>` and its words."""
    for drawing, word in _signs(drawn):
        size = 'width="40" height="18" viewBox="0 0 40 18"'
        yield f'<svg class="map sign" {size} aria-hidden="true">{drawing}</svg>', word


def badge(mark: Mark, x: float, y: float) -> str:
    """A department's mark."""
    width = badge_width(mark)
    return (
        f'<g class="badge colour{mark.colour}" transform="translate({x:g} {y:g})"><rect width="{width:g}" height="16"'
        f' rx="4"/><text x="{width / 2:g}" y="12">{escape(mark.letters)}</text></g>'
    )


def badge_width(mark: Mark) -> float:
    """How wide the mark is drawn."""
    return max(18.0, text_width(mark.letters) * 0.9 + 8)


@dataclass(frozen=True, slots=True)
class _Card:
    """A node's box: its title in lines, below it who is concerned."""

    view: View
    marked: Mapping[str, Mark]
    name: str
    note: str

    @property
    def lines(self) -> tuple[str, ...]:
        bold = self.view.look(self.name) in ("department", "northStar")
        return wrap(self.view.title(self.name), (WIDTH - 2 * _PAD) / (_BOLD if bold else 1))

    @property
    def concerned(self) -> tuple[str, ...]:
        """The departments whose marks stand on the card."""
        kind = self.view.graph.kinds[self.name]
        if kind == "department":
            return (self.name,)
        if kind == "lever":
            return tuple(it.source for it in self.view.graph.into(self.name))
        return self.view.ownership[self.name].movers

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE * len(self.lines) + _MARK

    def drawn(self, box: Box | None, row: str, tone: Tone | None, interactive: bool) -> Iterator[str]:
        drawn, name = self.view, self.name
        shared = drawn.is_shared(name)
        look = drawn.look(name)
        classes = ["node", look, *(["shared"] if shared else []), *([f"tone-{tone}"] if tone else [])]
        told_of = ": ".join(filter(None, (drawn.title(name), self.said)))
        button = f' role="button" tabindex="0" aria-label="{escape(told_of)}"' if interactive else ""
        where = f' transform="translate({box.x:g} {box.y:g})"' if box else ' hidden="hidden" display="none"'
        data = f' data-name="{escape(name)}" data-title="{escape(drawn.title(name))}"'
        data += f' data-at="{row}" data-height="{self.height:g}"'
        data += f' data-departments="{escape(" ".join(self.concerned))}"' if interactive else ""
        yield f'<g class="{" ".join(classes)}"{where}{data}{button}>'
        yield f"<title>{escape(told_of)}</title>"
        if shared:
            yield f'<rect class="outer" x="-3" y="-3" width="{WIDTH + 6}" height="{self.height + 6:g}" rx="10"/>'
        yield f'<rect class="card" width="{WIDTH}" height="{self.height:g}" rx="7"/>'
        for at, line in enumerate(self.lines):
            yield f'<text x="{_PAD}" y="{_PAD + 11 + at * _LINE}">{escape(line)}</text>'
        yield from self._foot(shared, interactive)
        yield "</g>"

    @property
    def said(self) -> str:
        look = self.view.look(self.name)
        words = [told(look, self.view.language), self.note, self.view.answering(self.name)]
        if look == "lever":
            words = [self.view.doing(self.name)]
        return ", ".join(filter(None, words))

    def _foot(self, shared: bool, interactive: bool) -> Iterator[str]:
        y = self.height - _PAD - 13
        words = self.note or (told("shared", self.view.language) if shared else "")
        room = WIDTH - 2 * _PAD - (text_width(words) * _FOOT + 6 if words else 0)
        x, left = float(_PAD), [self.marked[it] for it in self.concerned if it in self.marked]
        while left:
            needed = badge_width(left[0]) + (24 if len(left) > 1 else 0)
            if x - _PAD + needed > room:
                yield f'<text class="foot" x="{x:g}" y="{y + 12:g}">+{len(left)}</text>'
                break
            yield badge(left[0], x, y)
            x += badge_width(left.pop(0)) + 4
        if words:
            yield f'<text class="foot end" x="{WIDTH - _PAD}" y="{y + 12:g}">{escape(words)}</text>'


def _tie(relation: Relation, boxes: Mapping[str, Box]) -> str:
    classes = ["tie", relation.kind, relation.effect or "plain", relation.strength or "weak"]
    source, target = boxes.get(relation.source), boxes.get(relation.target)
    path = f' d="{_curve(source, target)}"' if source and target else ' hidden="hidden" display="none"'
    ends = f' data-from="{escape(relation.source)}" data-to="{escape(relation.target)}"'
    return f'<path class="{" ".join(classes)}"{path}{ends}/>'


def _curve(source: Box, target: Box) -> str:
    """From the right side of a box to the left side of another; back or down its own column by the right side."""
    x, y = source.x + WIDTH, source.y + source.height / 2
    to_x, to_y = target.x - 3, target.y + target.height / 2
    if target.x > source.x:
        bend = max(GAP_X, (to_x - x) / 2)
        return f"M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
    to_x = target.x + WIDTH + 3
    out = max(x, to_x) + GAP_X * 0.8
    lower = to_y + (target.height / 4 if source is target else 0)
    return f"M{x:g} {y:g}C{out:g} {y:g} {out:g} {lower:g} {to_x:g} {lower:g}"


def _signs(drawn: View) -> Iterator[tuple[str, str]]:
    for effect in ("raises", "lowers", "unclear"):
        line = f'<path class="tie {effect} medium" d="M2 9H31"/><path class="head {effect}" d="M30 4L39 9L30 14z"/>'
        yield line, told(effect, drawn.language)
    widths = "".join(f'<path class="tie raises {it}" d="M2 {y}H38"/>' for it, y in _WIDTHS)
    yield widths, told("strengths", drawn.language)
    diamond = '<path class="head raises" d="M29 9L34 4L39 9L34 14z"/>'
    yield f'<path class="tie raises strong" d="M2 9H31"/>{diamond}', told("by_formula", drawn.language)
    yield '<path class="tie membership plain weak" d="M2 9H38"/>', told("does", drawn.language)
    box = '<rect class="outer" x="4" y="1" width="32" height="16" rx="6"/>'
    yield (
        f'<g class="node metric shared">{box}<rect class="card" x="7" y="4" width="26" height="10" rx="3"/></g>',
        told("shared_metric", drawn.language),
    )
    for name, mark in marks(drawn).items():
        yield badge(mark, (40 - badge_width(mark)) / 2, 1), drawn.title(name)


def _legend_rows(drawn: View, across: float) -> tuple[str, float]:
    """The legend in rows of a drawing `across` pixels wide, and how much room they take."""
    parts, x, y = [], 12.0, 8.0
    for drawing, words in _signs(drawn):
        needed = 46 + text_width(words) + 18
        if x + needed > across and x > 12:
            x, y = 12.0, y + 24
        text = f'<text x="46" y="13">{escape(words)}</text>'
        parts.append(f'<g class="legend" transform="translate({x:g} {y:g})">{drawing}{text}</g>')
        x += needed
    return "".join(parts), y + 30


_WIDTHS = (("weak", 3), ("medium", 9), ("strong", 15))
_MARKERS = "<defs>{}</defs>".format(
    "".join(
        f'<marker id="to-{effect}-{kind}" class="{effect}" viewBox="0 0 10 10" refX="{refer}" refY="5"'
        f' markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="{shape}"/></marker>'
        for effect in ("raises", "lowers", "unclear")
        for kind, shape, refer in (("causal", "M0 0L10 5L0 10z", 7), ("formula", "M0 5L5 0L10 5L5 10z", 7))
    )
)
