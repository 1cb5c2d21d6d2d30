"""The weakest places of an influence map and what a change would do to it, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from ..graph.ownership import Ownership
from ..graph.routes import Route
from ..graph.weak import Weak
from ..graph.what_if import Moved, Rerouted
from .explain import route_data, route_text
from .graph_view import View
from .graph_words import period_said

_WORDS: Mapping[str, Mapping[str, str]] = {
    "hanging": {"en": "Hangs on one department (nobody else moves it)", "ru": "Держится на одном отделе"},
    "without_effect": {"en": "Departments without effect on the north star", "ru": "Отделы, не влияющие на результат"},
    "contradictions": {"en": "Contradictory ways", "ru": "Противоречивые пути"},
    "raises": {"en": "raises by", "ru": "повышает через"},
    "lowers": {"en": "lowers by", "ru": "снижает через"},
    "circles": {"en": "Circles of influences", "ru": "Круги влияния"},
    "members": {"en": "all of", "ru": "вместе:"},
    "slowest": {"en": "The longest lag to the north star", "ru": "Самый долгий путь к результату"},
    "pairs": {
        "en": "Pairs that share most and have no interface manager",
        "ru": "Пары с общими метриками без интерфейсного менеджера",
    },
    "shares": {"en": "{count} shared: {metrics}", "ru": "общих {count}: {metrics}"},
    "none": {"en": "none", "ru": "нет"},
    "would": {"en": "Would change", "ru": "Изменится"},
    "nothing": {"en": "nothing", "ru": "ничего"},
    "ownership": {"en": "Who answers", "ru": "Кто отвечает"},
    "verdict": {"en": "verdict", "ru": "вывод"},
    "movers": {"en": "movers", "ru": "влияют прямо"},
    "contributors": {"en": "contributors", "ru": "влияют через другие метрики"},
    "nobody": {"en": "nobody", "ru": "никто"},
    "routes": {"en": "Routes", "ru": "Пути"},
    "lost": {"en": "no route any more", "ru": "пути больше нет"},
    "fresh": {"en": "no route before", "ru": "пути не было"},
    "new": {"en": "New findings", "ru": "Новые замечания"},
    "gone": {"en": "Findings gone", "ru": "Замечания, которых не станет"},
}


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change does: ownership, routes and findings that differ."""

    changes: tuple[str, ...]
    moved: tuple[Moved, ...]
    rerouted: tuple[Rerouted, ...]
    new: tuple[Diagnostic, ...]
    gone: tuple[Diagnostic, ...]


def render_weak(weak: Weak, drawn: View) -> str:
    """Every kind of weak place, also where there is none: what was looked for is said."""
    return "\n\n".join("\n".join(block) for block in _weak(weak, drawn)) + "\n"


def render_weak_json(weak: Weak) -> str:
    body = {
        "version": 1,
        "hangs_on_one": [{"department": name, "metrics": metrics} for name, metrics in weak.hanging.items()],
        "without_effect": weak.without_effect,
        "contradictions": [{"raises": it.raising, "lowers": it.lowering} for it in weak.contradictions],
        "circles": [{"shortest": it.shortest, "members": it.members} for it in weak.circles],
        "longest_lag": {"route": weak.slowest.nodes, "lag": " + ".join(map(str, weak.slowest.lag))}
        if weak.slowest
        else None,
        "pairs_without_interface": [{"between": it.departments, "metrics": it.metrics} for it in weak.pairs],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def render_effects(effects: Effects, language: str) -> str:
    """What would be different, metric by metric; one line says so where nothing is."""
    lines = [f"{_word('would', language)}: {'; '.join(effects.changes)}"]
    if not (effects.moved or effects.rerouted or effects.new or effects.gone):
        return f"{lines[0]}\n  {_word('nothing', language)}\n"
    if effects.moved:
        lines += ["", f"{_word('ownership', language)}:"]
    for it in effects.moved:
        lines += [f"  {it.metric}", *_differences(it, language)]
    if effects.rerouted:
        lines += ["", f"{_word('routes', language)}:"]
    for route in effects.rerouted:
        lines += [f"  {route.department} -> {route.metric}"]
        lines += [f"    - {route_text(route.before, language) if route.before else _word('fresh', language)}"]
        lines += [f"    + {route_text(route.after, language) if route.after else _word('lost', language)}"]
    for key, found in (("new", effects.new), ("gone", effects.gone)):
        if found:
            lines += ["", f"{_word(key, language)}:", *(f"  {it.severity} {it.code} {it.message}" for it in found)]
    return "\n".join(lines) + "\n"


def render_effects_json(effects: Effects) -> str:
    body = {
        "version": 1,
        "changes": effects.changes,
        "ownership": [
            {"metric": it.metric, "before": _owned(it.before), "after": _owned(it.after)} for it in effects.moved
        ],
        "routes": [
            {"metric": it.metric, "department": it.department, "before": _route(it.before), "after": _route(it.after)}
            for it in effects.rerouted
        ],
        "findings": {key: [_finding(it) for it in getattr(effects, key)] for key in ("new", "gone")},
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _weak(weak: Weak, drawn: View) -> Iterator[list[str]]:
    language = drawn.language
    by_department = weak.hanging.items()
    yield _block("hanging", language, [f"{drawn.title(name)}: {', '.join(metrics)}" for name, metrics in by_department])
    yield _block("without_effect", language, [drawn.label(name) for name in weak.without_effect])
    ways = []
    for it in weak.contradictions:
        ways += [f"{it.raising[0]} -> {it.raising[-1]}"]
        ways += [f"  {_word('raises', language)} {' -> '.join(it.raising)}"]
        ways += [f"  {_word('lowers', language)} {' -> '.join(it.lowering)}"]
    yield _block("contradictions", language, ways)
    circles = []
    for circle in weak.circles:
        circles.append(" -> ".join((*circle.shortest, circle.shortest[0])))
        if len(circle.members) > len(circle.shortest):
            circles.append(f"  {_word('members', language)} {', '.join(circle.members)}")
    yield _block("circles", language, circles)
    slowest = weak.slowest
    lag = " + ".join(period_said(it, language) for it in slowest.lag) if slowest else ""
    yield _block("slowest", language, [f"{' -> '.join(slowest.nodes)}: {lag}"] if slowest else [])
    pairs = []
    for at, pair in enumerate(weak.pairs, 1):
        shares = _word("shares", language).format(count=len(pair.metrics), metrics=", ".join(pair.metrics))
        pairs.append(f"{at}. {' + '.join(map(drawn.title, pair.departments))}: {shares}")
    yield _block("pairs", language, pairs)


def _block(key: str, language: str, lines: Sequence[str]) -> list[str]:
    return [f"{_word(key, language)}:", *(f"  {line}" for line in lines or [_word("none", language)])]


def _differences(it: Moved, language: str) -> Iterator[str]:
    if it.before.verdict != it.after.verdict:
        yield f"    {_word('verdict', language)}: {it.before.verdict} -> {it.after.verdict}"
    for key in ("movers", "contributors"):
        before, after = getattr(it.before, key), getattr(it.after, key)
        if before != after:
            nobody = _word("nobody", language)
            yield f"    {_word(key, language)}: {', '.join(before) or nobody} -> {', '.join(after) or nobody}"


def _owned(ownership: Ownership) -> dict[str, Any]:
    return {key: getattr(ownership, key) for key in ("verdict", "movers", "contributors", "declared")}


def _route(route: Route | None) -> dict[str, Any] | None:
    return route_data(route) if route else None


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {"code": found.code, "severity": found.severity, "subject": found.subject, "message": found.message}


def _word(key: str, language: str) -> str:
    return _WORDS[key].get(language, _WORDS[key]["en"])
