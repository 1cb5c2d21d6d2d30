"""Everything about a department, a lever or an objective: what it says and does, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from ..graph.build import InfluenceGraph, Relation
from ..graph.ownership import Ownership
from ..graph.routes import Route, route_from, routes_to
from ..graph.weak import find_hanging
from ..model import KeyResult, Objective
from ..spans import Source
from .explain import Paint, route_data, route_text
from .findings import render_findings
from .graph_view import View, view

_WORDS: Mapping[str, Mapping[str, str]] = {
    "department": {"en": "department", "ru": "подразделение"},
    "lever": {"en": "lever", "ru": "действие"},
    "objective": {"en": "objective", "ru": "цель"},
    "answers_for": {"en": "answers for", "ru": "отвечает за"},
    "lead": {"en": "lead", "ru": "руководитель"},
    "result": {"en": "your work and the result", "ru": "ваша работа и результат"},
    "no_route": {"en": "no way to the north star `{star}`", "ru": "нет пути к результату `{star}`"},
    "levers": {"en": "levers", "ru": "действия"},
    "acts": {"en": "acts on", "ru": "влияет на"},
    "both": {"en": "answers for and moves", "ru": "отвечает и влияет прямо"},
    "owns": {"en": "answers for without moving it", "ru": "отвечает, но прямо не влияет"},
    "moves": {"en": "moves without answering for it", "ru": "влияет прямо, но не отвечает"},
    "contributes": {"en": "contributes to", "ru": "влияет через другие метрики"},
    "shares": {"en": "shares with", "ru": "общие метрики с отделами"},
    "manager": {"en": "interface manager {name}", "ru": "интерфейсный менеджер {name}"},
    "no_manager": {"en": "no interface manager", "ru": "интерфейсного менеджера нет"},
    "depends": {"en": "nobody else moves", "ru": "кроме него никто не влияет на"},
    "goals": {"en": "objectives", "ru": "цели"},
    "done_by": {"en": "done by", "ru": "делают"},
    "nobody": {"en": "nobody", "ru": "никто"},
    "period": {"en": "period", "ru": "период"},
    "of": {"en": "departments", "ru": "подразделения"},
    "supports": {"en": "supports", "ru": "ведёт к цели"},
    "supported": {"en": "supported by", "ru": "к ней ведут"},
    "must_move": {"en": "who must move what", "ru": "кто на что должен повлиять"},
    "must": {"en": "{who} must move `{metric}`", "ru": "{who}: повлиять на `{metric}`"},
    "helps": {"en": "{who} can help through other metrics", "ru": "{who}: может помочь через другие метрики"},
    "outside": {
        "en": "{who} moves `{metric}` and is not in the objective",
        "ru": "{who}: влияет на `{metric}`, в цели нет",
    },
    "idle": {
        "en": "{who} is in the objective and reaches none of it",
        "ru": "{who}: есть в цели, но не влияет ни на что",
    },
    "unmeasured": {"en": "no metric: {title}", "ru": "без метрики: {title}"},
    "guardrails": {"en": "guardrails", "ru": "ограничения"},
    "findings": {"en": "findings", "ru": "замечания"},
    "none": {"en": "none", "ru": "нет"},
}


@dataclass(frozen=True, slots=True)
class Told:
    """A title, paragraphs of a heading and its lines, and the same as data."""

    title: str
    said: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    data: Mapping[str, Any]


def tell(graph: InfluenceGraph, ownership: Mapping[str, Ownership], name: str, language: str) -> Told:
    """Everything about a department or lever, else about the objective of that name."""
    drawn = view(graph, ownership, language)
    kind = graph.kinds.get(name)
    if kind == "department":
        return _department(drawn, name)
    return _lever(drawn, name) if kind == "lever" else _objective(drawn, graph.project.objectives[name])


def render_text(
    told: Told,
    findings: Sequence[Diagnostic],
    language: str,
    sources: Mapping[str, Source],
    names: Mapping[str, str],
    paint: Paint,
) -> str:
    lines = [paint(told.title, "bold"), *told.said]
    for heading, section in told.sections:
        if section:
            lines += ["", f"{_word(heading, language)}:", *(f"  {line}" for line in section)]
    shown = render_findings(tuple(findings), sources, names, paint)
    lines += ["", f"{_word('findings', language)}: {'' if shown else _word('none', language)}".rstrip()]
    return "\n".join(lines) + "\n" + shown


def render_json(told: Told, findings: Sequence[Diagnostic]) -> str:
    """Version 1; routes as for a metric."""
    found = [{"code": it.code, "message": it.message} for it in findings]
    return json.dumps({"version": 1, **told.data, "findings": found}, ensure_ascii=False, indent=2) + "\n"


def _department(drawn: View, name: str) -> Told:
    graph, language = drawn.graph, drawn.language
    department = graph.project.departments[name]
    said = []
    if department.answers_for:
        said.append(f"{_word('answers_for', language)}: {department.answers_for.said_in(language)}")
    if department.lead:
        said.append(f"{_word('lead', language)}: {_person(drawn, department.lead)}")
    routes = {star: _own(routes_to(graph, star), name) for star in graph.north_stars}
    levers = [it.target for it in graph.out_of(name) if it.kind == "membership"]
    own = [it for it in graph.out_of(name) if it.kind == "causal"]
    reached = _reached(drawn, name)
    shared = _shared(drawn, name)
    hanging = find_hanging(graph, drawn.ownership).get(name, ())
    goals = _goals(drawn, {*reached["moves"], *reached["contributes"]})
    lever_lines = [f"{drawn.label(lever)}: {_acting(drawn, graph.out_of(lever))}" for lever in levers]
    sections = (
        ("result", tuple(_to_star(routes, language))),
        ("levers", tuple(lever_lines)),
        ("acts", tuple(f"{drawn.label(it.target)}: {drawn.how(it)}" for it in own)),
        ("both", tuple(_metric(drawn, it) for it in reached["owns"] if it in reached["moves"])),
        ("owns", tuple(_metric(drawn, it) for it in reached["owns"] if it not in reached["moves"])),
        ("moves", tuple(_metric(drawn, it) for it in reached["moves"] if it not in reached["owns"])),
        ("contributes", tuple(_metric(drawn, it) for it in reached["contributes"] if it not in reached["owns"])),
        ("shares", tuple(_sharing(drawn, name, other, metrics) for other, metrics in shared.items())),
        ("depends", tuple(drawn.label(it) for it in hanging)),
        ("goals", tuple(goals)),
    )
    data = {
        "department": name,
        "routes": [route_data(it) for it in routes.values() if it],
        "levers": levers,
        "answers_for": reached["owns"],
        "moves": reached["moves"],
        "contributes": reached["contributes"],
        "shares_with": [
            {"department": other, "metrics": metrics, "interface_manager": _manager(drawn, name, other)}
            for other, metrics in shared.items()
        ],
        "nobody_else_moves": hanging,
        "objectives": goals,
    }
    return Told(f"{name} - {drawn.title(name)}", tuple(said), sections, data)


def _lever(drawn: View, name: str) -> Told:
    graph, language = drawn.graph, drawn.language
    doing = [it.source for it in graph.into(name)]
    acting = [it for it in graph.out_of(name) if it.kind == "causal"]
    routes = {star: route_from(graph, name, star) for star in graph.north_stars}
    who = ", ".join(map(drawn.title, doing)) or _word("nobody", language)
    sections = (
        ("acts", tuple(f"{drawn.label(it.target)}: {drawn.how(it)}{_because(drawn, it)}" for it in acting)),
        ("result", tuple(_to_star(routes, language))),
    )
    data = {
        "lever": name,
        "departments": doing,
        "acts_on": [{"metric": it.target, "effect": it.effect, "strength": it.strength} for it in acting],
        "routes": [route_data(it) for it in routes.values() if it],
    }
    return Told(f"{name} - {drawn.title(name)}", (f"{_word('done_by', language)}: {who}",), sections, data)


def _objective(drawn: View, objective: Objective) -> Told:
    project, language = drawn.graph.project, drawn.language
    named = tuple(project.departments) if objective.departments == "all" else objective.departments
    departments = tuple(name for name in project.departments if name in named)
    said = [f"{_word('of', language)}: {', '.join(map(drawn.title, departments)) or _word('nobody', language)}"]
    written = objective.origin.data
    period = written.get("period") or " .. ".join(str(written[key]) for key in ("start", "deadline") if key in written)
    if period:
        said.append(f"{_word('period', language)}: {period}")
    if objective.supports:
        said.append(f"{_word('supports', language)}: {objective.supports}")
    below = [it.name for it in project.objectives.values() if it.supports == objective.name]
    if below:
        said.append(f"{_word('supported', language)}: {', '.join(below)}")
    results = [it for it in objective.key_results if it.metric in drawn.ownership]
    reaching = {who for it in results for who in _all_reaching(drawn.ownership[it.metric or ""])}
    idle = [name for name in departments if name not in reaching and results]
    texts = written.get("key_results") or [{}] * len(objective.key_results)
    lines = [
        line
        for it, text in zip(objective.key_results, texts, strict=True)
        for line in _result(drawn, it, _wanted(text), departments)
    ]
    lines += [_word("idle", language).format(who=drawn.title(name)) for name in idle]
    title = objective.title.said_in(language) if objective.title else objective.name
    data = {
        "objective": objective.name,
        "departments": departments,
        "supports": objective.supports,
        "supported_by": below,
        "key_results": [
            {
                "metric": it.metric,
                "movers": drawn.ownership[it.metric or ""].movers,
                "contributors": drawn.ownership[it.metric or ""].contributors,
                "guardrails": [guard.metric for guard in it.guardrails],
            }
            for it in results
        ],
        "without_effect": idle,
    }
    return Told(f"{objective.name} - {title}", tuple(said), (("must_move", tuple(lines)),), data)


def _result(drawn: View, result: KeyResult, wanted: str, departments: Sequence[str]) -> Iterator[str]:
    language = drawn.language
    if result.metric not in drawn.ownership:
        yield _word("unmeasured", language).format(
            title=result.title.said_in(language) if result.title else result.metric
        )
        return
    metric = result.metric or ""
    found = drawn.ownership[metric]
    yield f"{drawn.label(metric)}{wanted}"
    for key, names in (
        ("must", [it for it in found.movers if it in departments]),
        ("helps", [it for it in found.contributors if it in departments]),
        ("outside", [it for it in found.movers if it not in departments]),
    ):
        for name in names:
            yield "  " + _word(key, language).format(who=drawn.title(name), metric=metric)
    if not found.movers:
        yield "  " + _word("must", language).format(who=_word("nobody", language), metric=metric)
    if result.guardrails:
        yield f"  {_word('guardrails', language)}: {', '.join(it.metric for it in result.guardrails)}"


def _wanted(written: Mapping[str, Any]) -> str:
    """The change or target and the deadline as the spec writes them."""
    parts = [str(written[key]) for key in ("change", "target", "deadline") if key in written]
    return f": {', '.join(parts)}" if parts else ""


def _to_star(routes: Mapping[str, Route | None], language: str) -> Iterator[str]:
    for star, route in routes.items():
        yield route_text(route, language) if route else _word("no_route", language).format(star=star)


def _own(routes: Sequence[Route], department: str) -> Route | None:
    return next((it for it in routes if it.department == department), None)


def _reached(drawn: View, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"owns": [], "moves": [], "contributes": []}
    for metric, owned in drawn.ownership.items():
        if drawn.has_owner(metric):
            for key, who in (("owns", owned.declared), ("moves", owned.movers), ("contributes", owned.contributors)):
                if name in who:
                    found[key].append(metric)
    return found


def _shared(drawn: View, name: str) -> dict[str, list[str]]:
    """By department, the metrics that both move; those with most first."""
    found: dict[str, list[str]] = {}
    for metric, owned in drawn.ownership.items():
        if drawn.has_owner(metric) and name in owned.movers:
            for other in owned.movers:
                if other != name:
                    found.setdefault(other, []).append(metric)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


def _sharing(drawn: View, name: str, other: str, metrics: Sequence[str]) -> str:
    manager = _manager(drawn, name, other)
    key = "manager" if manager else "no_manager"
    told = _word(key, drawn.language).format(name=_person(drawn, manager or ""))
    return f"{drawn.title(other)} ({told}): {', '.join(metrics)}"


def _manager(drawn: View, name: str, other: str) -> str | None:
    pairs = drawn.graph.project.interfaces
    return next((it.manager for it in pairs if {*it.between} == {name, other}), None)


def _person(drawn: View, name: str) -> str:
    person = drawn.graph.project.people.get(name)
    return person.title.said_in(drawn.language) if person and person.title else name


def _goals(drawn: View, metrics: set[str]) -> list[str]:
    goals = drawn.graph.project.objectives.values()
    return [it.name for it in goals if any(result.metric in metrics for result in it.key_results)]


def _acting(drawn: View, relations: Sequence[Relation]) -> str:
    return "; ".join(f"{it.target} ({drawn.how(it)})" for it in relations)


def _because(drawn: View, relation: Relation) -> str:
    because = relation.stated.because if relation.stated else None
    return f"; {because.said_in(drawn.language)}" if because else ""


def _metric(drawn: View, name: str) -> str:
    return f"{drawn.label(name)}: {drawn.answering(name)}"


def _all_reaching(found: Ownership) -> tuple[str, ...]:
    return (*found.movers, *found.contributors)


def _word(key: str, language: str) -> str:
    return _WORDS[key].get(language, _WORDS[key]["en"])
