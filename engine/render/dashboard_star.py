"""The top of the dashboard: the north star, the four questions about customers, and the key results."""

from __future__ import annotations

from collections.abc import Iterator

from ..measure.values import Progress
from ..model import KeyResult, Objective
from ..report.dashboard import Asked, Card
from ..report.segments import Segments
from ..report.weekly import grade
from .dashboard_cards import (
    Scene,
    behind,
    goals_on,
    headline,
    owners,
    spoken,
    targets,
    teller_of,
    usual_shown,
    usual_told,
)
from .dashboard_words import PageTeller
from .figures import localised
from .html import Html, element, joined, kept_together
from .trend_svg import trend


def star(scene: Scene) -> Html:
    """The north star with its trend and target."""
    teller = scene.teller
    if not scene.told.stars:
        return element("p", teller.say("no_star"), class_="missing")
    return joined(
        *(_star(card, scene) for card in scene.told.stars), element("p", teller.say("reading"), class_="soft reading")
    )


def _star(card: Card, scene: Scene) -> Html:
    teller, name = scene.teller, card.metric.name
    target = next(targets(card, scene), None) or element("p", teller.say("no_target"), class_="soft")
    return element(
        "div",
        element(
            "div",
            element("h3", teller.metric(name)),
            element("p", teller.text(card.metric.description), class_="soft") if card.metric.description else None,
            headline(card, scene),
            element("p", usual_told(card, teller), class_="soft") if card.value else None,
            target,
            element(
                "p",
                *owners(name, scene),
                " ",
                element("span", scene.view.answering(name), class_="soft"),
                class_="owners",
            ),
        ),
        element("div", _trend(card, scene, 400), class_="graph"),
        class_="star",
    )


def customers(scene: Scene) -> Html | None:
    """The four questions about customers."""
    if not scene.told.questions:
        return None
    asked = scene.told.questions
    splits = (_segments(it.segments, it, scene) for it in asked if it.segments)
    return element("div", *(_question(it, scene) for it in asked), *splits, class_="questions")


def _question(it: Asked, scene: Scene) -> Html:
    teller, card = scene.teller, it.card
    return element(
        "article",
        element("h3", teller.say(it.question)),
        element("p", teller.metric(card.metric.name), class_="soft"),
        headline(card, scene),
        element("p", usual_told(card, teller), class_="soft") if card.value else None,
        element("div", _trend(card, scene), class_="graph"),
        behind(card, scene),
        class_=f"question {card.moved}",
        id=f"question-{it.question}",
    )


def _segments(found: Segments, of: Asked, scene: Scene) -> Html:
    """The groups as bars against the largest value, with figures; what is hidden is said."""
    teller, project, card = scene.teller, scene.graph.project, of.card
    dimension = project.dimensions.get(found.by)
    fields = [it for dataset in project.datasets.values() for it in dataset.fields.values() if it.name == found.by]
    title = dimension.title if dimension and dimension.title else next((it.title for it in fields if it.title), None)
    by = teller.text(title) if title else found.by
    least = str(project.config.smallest_group)
    key = f"groups_{found.reason or 'none_small'}"
    note = element("p", teller.say(key, count=str(found.hidden), least=least), class_="soft")
    title_ = teller.say(of.question)
    if found.first:
        title_ += " " + teller.say("by_groups", by=by, first=found.first, last=found.last)
    head = element("h3", kept_together(title_))
    top = max((float(it.value.value or 0) for it in found.shown), default=0.0)
    rows = []
    for it in found.shown:
        share = max(float(it.value.value or 0), 0.0) / top if top > 0 else 0.0
        name = teller.say("no_group") if it.name is None else str(it.name)
        bar = element(
            "svg",
            element("rect", width=100, height=10, class_="whole"),
            element("rect", width=round(100 * share, 1), height=10, class_="filled"),
            viewBox="0 0 100 10",
            preserveAspectRatio="none",
            aria_hidden="true",
            class_="bar-line",
        )
        rests = element("span", teller.rests(it.value), class_="soft")
        said = element("span", teller.number(it.value.value, card.metric.unit), " ", rests)
        rows.append(element("li", element("span", name), said, bar))
    metric = element("p", teller.metric(card.metric.name), class_="soft")
    listed = element("ul", *rows, class_="segments") if rows else None
    return element("article", head, metric, listed, note, class_="question split", id=f"split-{of.question}")


def _trend(card: Card, scene: Scene, width: float = 292) -> Html:
    """With a target where it is one of such periods: of what is added up over another length it would mislead."""
    teller, unit = scene.teller, card.metric.unit
    goals = [it for it in goals_on(card, scene) if it.measured == scene.told.grain and it.target is not None]
    target = None
    if goals and goals[0].target is not None:
        said = teller.say("target_short", target=teller.number(goals[0].target, unit))
        target = (float(goals[0].target), said)
    return trend(card.slots, spoken(card, teller), teller_of(card, teller), usual_shown(card), target, width)


# --- key results


def steps(scene: Scene) -> Html:
    """The objectives with their key results and grades."""
    objectives = list(_objectives(scene))
    if not objectives:
        return element("p", scene.teller.say("no_results"), class_="missing")
    return element("div", *objectives, class_="objectives")


def _objectives(scene: Scene) -> Iterator[Html]:
    teller, project = scene.teller, scene.graph.project
    progress = scene.told.now.progress
    for objective in project.objectives.values():
        names = tuple(project.departments) if objective.departments == "all" else objective.departments
        title = teller.text(objective.title) if objective.title else objective.name
        yield element(
            "article",
            element("h3", title),
            element("p", ", ".join(teller.department(it) for it in names), class_="soft"),
            element("ul", *(_result(it, _progress(objective, it, progress), scene) for it in objective.key_results)),
            class_="objective",
            data_for=" ".join(names),
        )


def _progress(objective: Objective, result: KeyResult, progress: tuple[Progress, ...]) -> Progress | None:
    return next(
        (it for it in progress if (it.objective, it.metric, it.where) == (objective.name, result.metric, result.where)),
        None,
    )


def _result(result: KeyResult, it: Progress | None, scene: Scene) -> Html:
    teller, project = scene.teller, scene.graph.project
    metric = teller.metric(result.metric) if result.metric and result.metric in project.metrics else ""
    title = teller.text(result.title) if result.title else metric
    where = f" ({result.where})" if result.where and not result.title else ""
    head = element("p", title + where, class_="result")
    if it is None or result.metric is None:
        said = teller.say("unmeasured") if result.metric is None else teller.say("no_value", metric=metric)
        return element("li", head, element("p", said, class_="missing"))
    if it.hidden:
        return element("li", head, element("p", teller.say("hidden", metric=metric), class_="missing"))
    unit, mark = project.metrics[result.metric].unit, grade(it.share)
    figures = teller.say(
        "goal" if it.current is not None else "goal_ahead",
        current=teller.number(it.current, unit) + (f" ({it.label})" if it.label else ""),
        target=teller.number(it.target, unit),
        baseline=teller.number(it.baseline, unit),
        deadline=it.deadline.isoformat() if it.deadline else "-",
    )
    said = teller.say("no_grade") if mark is None else _grade(mark, teller)
    meter = element("meter", value=mark, min="0", max="1", aria_label=said) if mark is not None else None
    about = element("p", f"{metric}: " if result.title else "", kept_together(figures), class_="soft")
    return element("li", head, element("p", meter, " ", said, class_="grade"), about, *_guards(it, scene))


def _grade(mark: float, teller: PageTeller) -> str:
    return teller.say("grade_of", grade=localised(f"{mark:.1f}", teller.language))


def _guards(it: Progress, scene: Scene) -> Iterator[Html]:
    """The guardrails that do not hold."""
    teller, project = scene.teller, scene.graph.project
    for state in it.guardrails:
        if state.held is False:
            unit = project.metrics[state.metric].unit
            key, bound = ("at_least", state.at_least) if state.at_least is not None else ("at_most", state.at_most)
            current = teller.number(state.current, unit) + (f" ({it.label})" if it.label else "")
            wanted = teller.say(key, bound=teller.number(bound, unit))
            said = teller.say("broken", metric=teller.metric(state.metric), current=current, bound=wanted)
            yield element("p", element("b", "✗", aria_hidden="true"), " ", said, class_="broken")
