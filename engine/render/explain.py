"""Everything about one metric, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from ..graph.build import Relation
from ..graph.ownership import Ownership
from ..graph.routes import Route
from ..model import Metric, Objective, Project, Text
from ..spans import Source
from .findings import render_findings
from .graph_words import period_said, said

Paint = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Explained:
    """A metric with its proven ownership, the metrics it is made of and acts on, its goals, findings and SQL."""

    metric: Metric
    ownership: Ownership
    parts: tuple[str, ...]
    feeds: tuple[str, ...]
    goals: tuple[Objective, ...]
    findings: tuple[Diagnostic, ...]
    sql: str | None = None
    reasons: tuple[Relation, ...] = ()


_WORDS: Mapping[str, Mapping[str, str]] = {
    "definition": {"en": "definition", "ru": "определение"},
    "verdict": {"en": "verdict", "ru": "вывод"},
    "declared": {"en": "declared owners", "ru": "названы владельцами"},
    "movers": {"en": "movers", "ru": "влияют прямо"},
    "contributors": {"en": "contributors", "ru": "влияют через другие метрики"},
    "nobody": {"en": "nobody", "ru": "никто"},
    "single": {"en": "single: {who} answers alone", "ru": "единоличная: отвечает {who}"},
    "shared": {"en": "shared: {who} answer together", "ru": "общая: вместе отвечают {who}"},
    "no_mover": {"en": "shared: no department moves it", "ru": "общая: ни один отдел на неё не влияет"},
    "not_single": {
        "en": "shared: {who} alone moves it, but is not its one declared owner",
        "ru": "общая: влияет только {who}, но единственным владельцем не назван",
    },
    "routes": {"en": "routes", "ru": "пути влияния"},
    "why": {"en": "why", "ru": "почему"},
    "parts": {"en": "made of", "ru": "состоит из"},
    "feeds": {"en": "acts on", "ru": "влияет на"},
    "goals": {"en": "objectives", "ru": "цели"},
    "findings": {"en": "findings", "ru": "замечания"},
    "none": {"en": "none", "ru": "нет"},
    "draft": {"en": "draft, no definition yet", "ru": "черновик, определения ещё нет"},
    "weakest": {"en": "weakest part {strength}", "ru": "самое слабое звено: {strength}"},
}


def render_text(
    explained: Explained,
    project: Project,
    language: str,
    sources: Mapping[str, Source],
    names: Mapping[str, str],
    paint: Paint,
) -> str:
    metric, ownership = explained.metric, explained.ownership
    lines = [paint(f"{metric.name} - {_text(metric.title, language) or metric.name}", "bold")]
    if metric.description is not None:
        lines.append(metric.description.said_in(language))
    facts = [metric.kind if metric.definition else _word("draft", language)]
    facts += [part for part in (metric.role, metric.unit, metric.direction) if part]
    lines += ["", f"{_word('definition', language)}: {', '.join(facts)}", *_definition(metric)]
    lines += ["", f"{_word('verdict', language)}: {paint(_verdict(ownership, project, language), 'bold')}"]
    for key, who in (
        ("movers", ownership.movers),
        ("contributors", ownership.contributors),
        ("declared", ownership.declared),
    ):
        lines.append(f"  {_word(key, language)}: {_departments(who, project, language) or _word('nobody', language)}")
    if ownership.routes:
        lines += ["", f"{_word('routes', language)}:"]
        lines.extend(f"  {route_text(route, language)}" for route in ownership.routes)
    if explained.reasons:
        lines += ["", f"{_word('why', language)}:"]
        lines.extend(f"  {it.source}: {_because(it, language)}" for it in explained.reasons)
    for key, listed in (("parts", explained.parts), ("feeds", explained.feeds)):
        if listed:
            lines += ["", f"{_word(key, language)}: {', '.join(listed)}"]
    if explained.goals:
        goals = [
            f"{goal.name} ({_text(goal.title, language)})" if goal.title else goal.name for goal in explained.goals
        ]
        lines += ["", f"{_word('goals', language)}: {'; '.join(goals)}"]
    if explained.sql:
        lines += ["", explained.sql.rstrip("\n")]
    shown = render_findings(explained.findings, sources, names, paint)
    lines += ["", f"{_word('findings', language)}: {_word('none', language) if not shown else ''}".rstrip()]
    return "\n".join(lines) + "\n" + shown


def render_json(explained: Explained, project: Project) -> str:
    """Version 1: ownership with its routes, and the findings' codes."""
    metric, ownership = explained.metric, explained.ownership
    language = project.config.language
    body = {
        "version": 1,
        "metric": metric.name,
        "type": metric.kind,
        "role": metric.role,
        "unit": metric.unit,
        "direction": metric.direction,
        "verdict": ownership.verdict,
        "movers": ownership.movers,
        "contributors": ownership.contributors,
        "declared": ownership.declared,
        "routes": [route_data(route) for route in ownership.routes],
        "because": [{"from": it.source, "because": _because(it, language)} for it in explained.reasons],
        "made_of": explained.parts,
        "acts_on": explained.feeds,
        "objectives": [goal.name for goal in explained.goals],
        "findings": [{"code": found.code, "message": found.message} for found in explained.findings],
        "sql": explained.sql,
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _because(relation: Relation, language: str) -> str:
    return _text(relation.stated.because, language) if relation.stated else ""


def _word(key: str, language: str) -> str:
    return _WORDS[key].get(language, _WORDS[key]["en"])


def _text(text: Text | None, language: str) -> str:
    return text.said_in(language) if text is not None else ""


def _verdict(ownership: Ownership, project: Project, language: str) -> str:
    if not ownership.movers:
        return _word("no_mover", language)
    who = _departments(ownership.movers, project, language)
    if ownership.verdict == "shared" and len(ownership.movers) == 1:
        return _word("not_single", language).format(who=who)
    return _word("single" if ownership.verdict == "single" else "shared", language).format(who=who)


def _departments(names: tuple[str, ...], project: Project, language: str) -> str:
    titles = [_text(project.departments[name].title, language) or name for name in names]
    return ", ".join(titles)


def _definition(metric: Metric) -> list[str]:
    """What the spec says of how the metric is computed, as it was written."""
    skipped = {"name", "title", "description", "type", "role", "owners", "direction", "unit"}
    lines = []
    for key, value in metric.origin.data.items():
        if key not in skipped:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append(f"  {key}: {' '.join(text.split())}")
    return lines


def route_text(route: Route, language: str) -> str:
    """`marketing -> targeting -raises-> new_leads -by formula-> lead_conversion (weakest part medium, ...)`."""
    out = ""
    for step in route.steps:
        arrow = ""
        if step.acts == "causal":
            arrow = f" -{said(step.effect or 'unclear', language)}->"
        elif step.acts == "formula":
            arrow = f" -{said('formula', language)}->"
        else:
            arrow = " ->"
        out += f"{step.node}{arrow} "
    details = [_word("weakest", language).format(strength=said(route.strength, language))]
    if route.lag:
        details.append(said("lag", language, period=" + ".join(period_said(part, language) for part in route.lag)))
    return f"{out}{route.metric} ({', '.join(details)})"


def route_data(route: Route) -> dict[str, Any]:
    return {
        "department": route.steps[0].node,
        "standing": route.standing,
        "steps": [
            {
                "node": step.node,
                "kind": step.kind,
                "acts": step.acts,
                "effect": step.effect,
                "strength": step.strength,
            }
            for step in route.steps
        ],
        "metric": route.metric,
        "strength": route.strength,
        "effect": route.effect,
        "lag": route.lag_text or None,
    }
