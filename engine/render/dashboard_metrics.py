"""The metrics on the dashboard: what each department is there for, then the metrics by who answers for them."""

from __future__ import annotations

from ..report.dashboard import groups
from .dashboard_cards import Scene, mark, metric_card
from .html import Html, element, joined


def metrics(scene: Scene) -> Html:
    """Shared ones first; each metric once, marked with the departments it concerns."""
    project = scene.graph.project
    found = groups(project, scene.view.ownership, scene.told.cards)
    parts = []
    for names, cards in found.items():
        heading = element("h3", *(mark(it, scene) for it in names), " ", _title(names, scene))
        concerned = dict.fromkeys(names)
        for card in cards:
            concerned.update(dict.fromkeys(_concerned(card.metric.name, scene)))
        shown = (
            element("div", metric_card(it, scene), data_for=" ".join(_concerned(it.metric.name, scene)), class_="cell")
            for it in cards
        )
        grid = element("div", *shown, class_="cards")
        parts.append(
            element("section", heading, grid, data_for=" ".join(concerned), class_=f"group n{min(len(cards), 4)}")
        )
    return joined(_departments(scene), element("div", *parts, class_="groups"))


def _title(names: tuple[str, ...], scene: Scene) -> str:
    teller = scene.teller
    if not names:
        return teller.say("nobody_answers")
    if len(names) == len(scene.graph.project.departments) > 1:
        return teller.say("all_of_us")
    said = " + ".join(teller.department(it) for it in names)
    return teller.say("alone", name=said) if len(names) == 1 else said


def _concerned(metric: str, scene: Scene) -> tuple[str, ...]:
    """The departments that own a metric or move it."""
    found = scene.ownership(metric)
    return tuple(it for it in scene.graph.project.departments if it in found.declared or it in found.movers)


def _departments(scene: Scene) -> Html | None:
    """What each department answers for and does."""
    teller, project = scene.teller, scene.graph.project
    if not project.departments:
        return None
    panels = []
    for name, department in project.departments.items():
        levers = [teller.text(it.title) or it.name for it in project.levers.values() if name in it.departments]
        person = project.people.get(department.lead or "")
        lead = f"{teller.say('lead')}: {teller.text(person.title) or person.name}" if person else None
        does = element(
            "details",
            element(
                "summary",
                f"{teller.say('does')} ({len(levers)})",
                element("span", f": {teller.department(name)}", class_="aside"),
            ),
            element("ul", *(element("li", it) for it in levers)),
        )
        answers = (
            f"{teller.say('answers_for')}: {teller.text(department.answers_for)}" if department.answers_for else None
        )
        panels.append(
            element(
                "article",
                element("h3", mark(name, scene), " ", teller.department(name)),
                element("p", answers) if answers else None,
                element("p", lead, class_="soft") if lead else None,
                does if levers else None,
                class_="dept",
                data_for=name,
            )
        )
    return element("div", *panels, class_="departments")
