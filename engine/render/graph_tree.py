"""From the influence graph to a tree for the terminal, from the north star down to the departments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from .graph_view import View, view
from .graph_words import said

_KINDS = ("metric", "lever", "department")
_Branches = Callable[[View, str], Mapping[str, tuple[Relation, ...]]]


def render_tree(
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    centre: str | None = None,
    depth: int | None = None,
    colours: Mapping[str, str] | None = None,
) -> str:
    """What acts on the north star, on that, and so on; then whatever has no path to it.

    With a `centre`: what acts on it, then what it acts on. What stands above is referred to, not repeated.
    With `colours` (department to a style of rich) the text is rich's markup, otherwise it is plain.
    """
    drawn = view(graph, ownership, language, centre, depth, _painter(colours))
    return "\n".join(_whole(drawn) if centre is None else _around(drawn, centre)) + "\n"


def _whole(drawn: View) -> Iterator[str]:
    grown: set[str] = set()
    stars = [name for name in drawn.names if drawn.look(name) == "northStar"]
    if not stars:
        yield said("no_north_star", drawn.language)
    for star in stars:
        yield from _grow(drawn, star, _causes, grown)
    astray = [name for name in _by_kind(drawn, drawn.names) if name not in grown]
    if astray and stars:
        yield ""
        yield said("astray", drawn.language)
    ends = [name for name in astray if not _effects(drawn, name)]
    for name in (*ends, *astray):  # whatever hangs on no end runs in a circle
        if name not in grown:
            yield from _grow(drawn, name, _causes, grown)


def _around(drawn: View, centre: str) -> Iterator[str]:
    yield from _grow(drawn, centre, _causes, set())
    if _effects(drawn, centre):
        yield ""
        yield from _grow(drawn, centre, _effects, set(), said("acts_on", drawn.language))


def _causes(drawn: View, name: str) -> dict[str, tuple[Relation, ...]]:
    """What acts on a metric, and how; whose a lever is stands in its own line."""
    if drawn.graph.kinds[name] == "lever":
        return {}
    return _grouped((it.source, it) for it in drawn.graph.into(name) if it.source in drawn.shown)


def _effects(drawn: View, name: str) -> dict[str, tuple[Relation, ...]]:
    return _grouped((it.target, it) for it in drawn.graph.out_of(name) if it.target in drawn.shown)


def _grouped(relations: Iterable[tuple[str, Relation]]) -> dict[str, tuple[Relation, ...]]:
    groups: dict[str, tuple[Relation, ...]] = {}
    for name, relation in relations:
        groups[name] = (*groups.get(name, ()), relation)
    return groups


def _grow(drawn: View, root: str, branches: _Branches, grown: set[str], heading: str | None = None) -> Iterator[str]:
    """The lines of one tree, under its root or a heading; `grown` gains every name that is written out."""
    waiting: list[tuple[str, str, str, tuple[Relation, ...]]] = [(root, "", "", ())]
    while waiting:
        name, stem, indent, relations = waiting.pop()
        further = branches(drawn, name)
        is_above = name in grown and bool(further)
        yield heading if heading and not stem else stem + _line(drawn, name, relations, is_above)
        if is_above:
            continue
        grown.add(name)
        grown.update(relation.source for relation in drawn.graph.into(name) if relation.kind == "membership")
        last = len(further) - 1
        for at, child in reversed(list(enumerate(_by_kind(drawn, further)))):
            stem, below = ("└── ", "    ") if at == last else ("├── ", "│   ")
            waiting.append((child, indent + stem, indent + below, further[child]))


def _line(drawn: View, name: str, relations: Iterable[Relation], is_above: bool) -> str:
    facts = [said("north_star", drawn.language)] if drawn.look(name) == "northStar" else []
    facts += [drawn.doing(name), *map(drawn.how, relations)]
    facts += [said("above", drawn.language)] if is_above else [drawn.answering(name)]
    told = "; ".join(filter(None, facts))
    return f"{drawn.label(name)}: {told}" if told else drawn.label(name)


def _by_kind(drawn: View, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: _KINDS.index(drawn.graph.kinds[name]))


def _painter(colours: Mapping[str, str] | None) -> Callable[[str, str], str] | None:
    if colours is None:
        return None
    from rich.markup import escape

    def paint(name: str, text: str) -> str:
        return f"[{colours[name]}]{escape(text)}[/]" if name in colours else escape(text)

    return paint
