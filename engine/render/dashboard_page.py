"""The dashboard as one HTML page without network: sections in the order of a reader in a hurry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..graph.build import InfluenceGraph
from ..graph.ownership import Ownership
from ..report.dashboard import Dashboard, Moved
from ..report.meetings import broken
from .dashboard_cards import Scene, mark
from .dashboard_metrics import metrics
from .dashboard_star import customers, star, steps
from .dashboard_words import SIGNS, WORDS, PageTeller
from .graph_view import view
from .html import Html, element, joined, kept_together
from .map_page import render_board
from .map_svg import Tone, map_style, marks
from .page import asset, page
from .report_html import blocks
from .report_state import render_questions
from .report_weekly import alarm_lines, broken_line, losses_told, render_weekly
from .report_words import Teller
from .trend_svg import hatch

Section = Callable[[Scene], Html | None]
_TONES: Mapping[Moved, Tone] = {"wanted": "good", "unwanted": "bad", "usual": "flat", "unknown": "unknown"}


def render_dashboard(
    told: Dashboard,
    graph: InfluenceGraph,
    ownership: Mapping[str, Ownership],
    language: str = "en",
    *,
    sql: Mapping[str, str] | None = None,
    complete: bool = True,
    live: bool = False,
) -> str:
    """The page; `sql` holds a statement a metric. `live` has it ask its own server whether it is still current."""
    drawn, teller = view(graph, ownership, language), PageTeller(graph.project, language)
    scene = Scene(told, drawn, teller, dict(marks(drawn)), dict(sql or {}))
    organization = graph.project.organization
    owner = (teller.text(organization.title) or organization.name) if organization else ""
    title = ": ".join(filter(None, (teller.say("dashboard"), owner)))
    made = [(key, found) for key, section in SECTIONS if (found := section(scene)) is not None]
    body = element(
        "main",
        _head(scene, title, complete),
        _contents(made, teller),
        _roles(scene),
        _alarms(scene),
        *(
            element("section", element("h2", teller.say(key)), found, id=key.replace("_", "-"), class_="part")
            for key, found in made
        ),
        hatch(),
        element("footer", teller.say("made"), class_="soft"),
        class_="dashboard",
    )
    styles = (map_style(), asset("map-page.css"), asset("report.css"), asset("dashboard.css"), _role_style(scene))
    scripts = (asset("map.js"), asset("dashboard.js"), *([asset("live.js")] if live else []))
    return page(title, language, body, styles, scripts, live=live)


def _head(scene: Scene, title: str, complete: bool) -> Html:
    teller, told = scene.teller, scene.told
    as_of = teller.say("as_of", moment=f"{told.as_of:%Y-%m-%d %H:%M}")
    return element(
        "header",
        element("h1", title),
        element(
            "p", element("strong", kept_together(teller.say("period", label=told.label))), ", ", kept_together(as_of)
        ),
        element("p", teller.say("public"), class_="soft"),
        None if complete else element("p", teller.say("incomplete_specs"), class_="notice bad"),
    )


def _contents(made: list[tuple[str, Html]], teller: PageTeller) -> Html:
    links = (element("a", teller.say(key), href=f"#{key.replace('_', '-')}") for key, _ in made)
    return element("nav", *links, class_="contents no-print", aria_label=teller.say("contents"))


def _roles(scene: Scene) -> Html | None:
    """The filter by department: radio buttons that the style sheet reads, so that it works without script."""
    teller, departments = scene.teller, scene.graph.project.departments
    if not departments:
        return None
    choices = [
        ("", teller.say("everybody"), None),
        *((it, teller.department(it), mark(it, scene)) for it in departments),
    ]
    buttons = (
        element(
            "label",
            element("input", type="radio", name="role", id=f"role-{name or '-all'}", value=name, checked=not name),
            " ",
            drawing,
            title,
        )
        for name, title, drawing in choices
    )
    count = element(
        "span",
        role="status",
        id="role-status",
        class_="soft",
        data_said=teller.say("now_shown", count="{count}", total="{total}"),
    )
    return element("fieldset", element("legend", teller.say("role")), *buttons, count, class_="roles no-print")


def _role_style(scene: Scene) -> str:
    """Names of departments are words of lower-case letters, digits and underscores, so they are safe here."""
    rule = 'main:has(#role-{0}:checked) [data-for]:not([data-for~="{0}"])'
    rules = [rule.format(name) for name in scene.graph.project.departments]
    return ",\n".join(rules) + " { display: none; }" if rules else ""


def _alarms(scene: Scene) -> Html:
    """What rings, on top; that nothing does is said as well."""
    teller, now = scene.teller, scene.told.now
    markdown = Teller(teller.project, teller.language)
    lines = [
        *alarm_lines(now, markdown, ringing=True),
        *(broken_line(it, state, markdown) for it, state in broken(now)),
    ]
    if lines:
        inside = Html("\n".join(blocks("\n".join(lines))))
        return element("section", element("h2", teller.say("alarms")), inside, class_="notice bad alarms", id="alarms")
    key = "no_alarms" if now.alarms else "without_alarms"
    return element("p", teller.say(key, count=str(len(now.alarms))), class_="notice", id="alarms")


def _map(scene: Scene) -> Html:
    teller, found = scene.teller, scene.told.cards
    tones: dict[str, Tone] = {name: _TONES[card.moved] for name, card in found.items()}
    notes = {}
    for name, card in found.items():
        change = teller.change(card.value) if card.value is not None and card.value.change else ""
        notes[name] = f"{SIGNS[card.moved]} {change}".strip()
    legend = (
        element("li", element("span", SIGNS[it], class_=f"swatch {it}", aria_hidden="true"), " ", teller.say(it))
        for it in _TONES
    )
    board = render_board(scene.view, {}, tones=tones, notes=notes, heading="h3", folded=True)
    return joined(element("p", teller.say("map_lead")), element("ul", *legend, class_="legend-list moves"), Html(board))


def _reports(scene: Scene) -> Html:
    """The reports, the newest open."""
    markdown = Teller(scene.teller.project, scene.teller.language)
    return joined(
        *(
            element(
                "details",
                element("summary", scene.teller.say("weekly", label=report.label)),
                element("div", Html("\n".join(blocks(render_weekly(report, markdown), 3))), class_="report"),
                id=f"report-{report.label}",
                open=at == 0,
            )
            for at, report in enumerate(scene.told.reports)
        )
    )


def _losses(scene: Scene) -> Html | None:
    """What was lost in money, and what winning a customer costs against keeping one."""
    lines = losses_told(scene.told.now, Teller(scene.teller.project, scene.teller.language))
    return element("div", Html("\n".join(blocks("\n".join(lines)))), class_="report") if lines else None


def _diagnosis(scene: Scene) -> Html | None:
    if not scene.told.diagnosis:
        return None
    lines = render_questions(scene.told.diagnosis, Teller(scene.teller.project, scene.teller.language))
    return element("div", Html("\n".join(blocks("\n".join(lines)))), class_="report")


# In the order of a reader in a hurry: the key of a section's heading, and what makes it (nothing: it is left out).
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("north_star", star),
    ("customers", customers),
    ("steps", steps),
    ("metrics", metrics),
    ("map", _map),
    ("losses", _losses),
    ("reports", _reports),
    ("diagnosis", _diagnosis),
)


def render_notice(key: str, text: str, language: str) -> str:
    """A live page that says why there is no dashboard: `broken_specs`, `broken_run`."""
    title, lead = (WORDS[it][1 if language == "ru" else 0] for it in (key, "broken_lead"))
    told = (element("h1", title), element("p", lead), element("pre", text))
    body = element("main", *told, class_="dashboard")
    return page(title, language, body, (asset("dashboard.css"),), (asset("live.js"),), live=True)
