"""A metric on the dashboard: its value, how it moved, its trend, and what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor

from ..graph.build import InfluenceGraph
from ..graph.ownership import Ownership
from ..measure.usual import Usual
from ..measure.values import Progress
from ..report.dashboard import Card, Dashboard, Slot
from .dashboard_words import SIGNS, PageTeller
from .graph_view import View
from .html import Html, element, joined, kept_together
from .map_list import definition
from .map_svg import Mark, badge, badge_width
from .trend_svg import Tell, sparkline


@dataclass(frozen=True, slots=True)
class Scene:
    """What all sections are made from."""

    told: Dashboard
    view: View
    teller: PageTeller
    marks: dict[str, Mark]
    sql: dict[str, str]

    @property
    def graph(self) -> InfluenceGraph:
        return self.view.graph

    def ownership(self, name: str) -> Ownership:
        return self.view.ownership[name]


def metric_card(card: Card, scene: Scene) -> Html:
    teller, name = scene.teller, card.metric.name
    of, found = scene.view.answering(name), scene.ownership(name)
    # The marks say the same, unless owners and movers are at odds.
    plain = bool(found.declared) and (found.verdict == "shared" or found.declared == found.movers)
    shared = element("span", teller.say("shared_mark"), class_="tag") if scene.view.is_shared(name) else None
    return element(
        "article",
        element("h4", teller.metric(name)),
        element(
            "p",
            *owners(name, scene),
            " ",
            shared,
            " ",
            element("span", of, class_="aside" if plain else "soft"),
            class_="owners",
        ),
        headline(card, scene),
        element(
            "div",
            sparkline(card.slots, spoken(card, teller), teller_of(card, teller), usual_shown(card)),
            class_="graph",
        ),
        *targets(card, scene),
        behind(card, scene),
        class_=f"card-metric {card.moved}",
        id=f"metric-{name}",
    )


def headline(card: Card, scene: Scene) -> Html:
    """The value with its period, what it is compared with, and whether that is a visible change."""
    teller = scene.teller
    if card.value is None:
        return element("p", why_missing(card, teller), class_="missing")
    value = card.value
    rests, late = teller.rests(value), value.label != scene.told.label
    shown = element("strong", teller.number(value.value, value.unit))
    period = element("span", (value.label or "") + ("," if rests else ""), class_="soft")
    return joined(
        element("p", shown, period, element("span", rests, class_="soft") if rests else None, class_="value"),
        element("p", teller.say("latest"), class_="soft late") if late else None,
        element("p", moved(card, teller), class_="move"),
        element("p", kept_together(teller.compared(value)), class_="soft") if value.change else None,
    )


def moved(card: Card, teller: PageTeller) -> Html:
    return element(
        "span",
        element("b", SIGNS[card.moved], aria_hidden="true"),
        " ",
        teller.say(card.moved),
        class_=f"moved {card.moved}",
    )


def why_missing(card: Card, teller: PageTeller) -> str:
    missing = card.missing
    if missing is None:
        return teller.say("not_known")
    return missing.told if missing.why == "failed" else teller.say(missing.why, told=missing.told)


def targets(card: Card, scene: Scene) -> Iterator[Html]:
    """The targets of key results on the whole metric."""
    teller = scene.teller
    for goal in goals_on(card, scene):
        deadline = goal.deadline.isoformat() if goal.deadline else "-"
        said = teller.say("target", target=teller.number(goal.target, card.metric.unit), deadline=deadline)
        yield element("p", kept_together(said), class_="target-line")


def goals_on(card: Card, scene: Scene) -> list[Progress]:
    return [it for it in scene.told.now.progress if it.metric == card.metric.name and it.where is None]


def owners(name: str, scene: Scene) -> Iterator[Html]:
    """The marks of the departments that answer for a metric or move it."""
    found = scene.ownership(name)
    for it in scene.graph.project.departments:
        if it in found.declared or it in found.movers:
            yield mark(it, scene)


def mark(department: str, scene: Scene) -> Html:
    letters = scene.marks[department]
    size = f'width="{badge_width(letters) + 2:g}" height="18" viewBox="0 0 {badge_width(letters) + 2:g} 18"'
    return Html(f'<svg class="map own" {size} aria-hidden="true">{badge(letters, 1, 1)}</svg>')


def spoken(card: Card, teller: PageTeller) -> str:
    """The trend in words, for who does not see it."""
    known = [slot for slot in card.slots if slot.value is not None]
    values = [slot.value.value for slot in known if slot.value is not None and slot.value.value is not None]
    metric = teller.metric(card.metric.name)
    if not values:
        return teller.say("silent_trend", metric=metric)
    unit = card.metric.unit
    return teller.say(
        "spoken",
        metric=metric,
        count=str(len(known)),
        total=str(len(card.slots)),
        first=known[0].label,
        last=known[-1].label,
        low=teller.number(min(values), unit),
        high=teller.number(max(values), unit),
        now=teller.number(values[-1], unit),
    )


def teller_of(card: Card, teller: PageTeller) -> Tell:
    return lambda value: teller.number(value, card.metric.unit)


def usual_shown(card: Card) -> Usual | None:
    """The usual range, not below zero where the metric never was, nor above all where it is a share."""
    usual = card.usual
    never_below = all((slot.value.value or 0) >= 0 for slot in card.slots if slot.value is not None)
    if usual is None:
        return None
    usual = replace(usual, low=max(usual.low, 0.0)) if never_below else usual
    if card.metric.unit == "percent" and all(_is_share(slot) for slot in card.slots if slot.value is not None):
        usual = replace(usual, high=min(usual.high, 1.0))
    return replace(usual, low=floor(usual.low), high=ceil(usual.high)) if card.metric.unit == "count" else usual


def _is_share(slot: Slot) -> bool:
    above, below = (slot.value.numerator, slot.value.denominator) if slot.value else (None, None)
    return isinstance(above, int) and isinstance(below, int) and 0 <= above <= below


def usual_told(card: Card, teller: PageTeller) -> str:
    usual, unit = usual_shown(card), card.metric.unit
    if usual is None:
        return teller.say("no_usual")
    return teller.say("usual_range", low=teller.number(usual.low, unit), high=teller.number(usual.high, unit))


def behind(card: Card, scene: Scene) -> Html:
    """The definition in words and as written, the figures, and the SQL."""
    teller, name = scene.teller, card.metric.name
    summary = element("summary", teller.say("definition"), element("span", f": {teller.metric(name)}", class_="aside"))
    words = element("p", teller.text(card.metric.description)) if card.metric.description else None
    written = Html("\n".join(definition(scene.view, name, scene.sql.get(name, ""))))
    usual = element("p", usual_told(card, teller), class_="soft") if card.value else None
    return element("details", summary, element("div", words, usual, figures(card, teller), written, class_="behind"))


def figures(card: Card, teller: PageTeller) -> Html | None:
    """The periods as a table, the newest first."""
    rows = []
    for slot in reversed(card.slots):
        if slot.value is None:
            rows.append(element("tr", element("td", slot.label), element("td", teller.say("not_known")), element("td")))
            continue
        said = teller.number(slot.value.value, card.metric.unit)
        note = "" if slot.complete else f" ({teller.say('incomplete')})"
        rows.append(
            element(
                "tr", element("td", slot.label), element("td", said + note), element("td", teller.rests(slot.value))
            )
        )
    if all(slot.value is None for slot in card.slots):
        return None
    head = element(
        "tr", *(element("th", teller.say(it), scope="col") for it in ("what_period", "what_value", "what_rests"))
    )
    said = f"{teller.say('figures')}: {teller.metric(card.metric.name)}"
    table = element("table", element("thead", head), element("tbody", *rows))
    return joined(
        element("p", teller.say("figures"), class_="label"),
        element("div", table, class_="rows", tabindex="0", role="region", aria_label=said),
    )
