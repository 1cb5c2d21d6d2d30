"""Pilots and the health of this way of working as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ..measure.values import Value
from ..report.meetings import Answer
from ..report.pilot import Compared, Tried
from ..report.weekly import Weekly
from .report_words import Teller, effect_told, plain_text


def render_pilots(pilots: Sequence[Tried], teller: Teller) -> str:
    say = teller.say
    lines = [f"# {say('pilot')}"]
    for it in pilots:
        title = teller.text(it.pilot.title) or plain_text(it.pilot.name)
        last, first = it.during.end - timedelta(days=1), it.during.start
        where = f", {plain_text(it.pilot.where)}" if it.pilot.where else ""
        lines += ["", f"## {title}", ""]
        lines += [
            f"{teller.department(it.pilot.department)}: {first} – {last}{_goes_on(it, teller)}{where}",
            "",
        ]
        for compared in it.metrics:
            lines += _metric(compared, it, teller)
    if not pilots:
        return "\n".join([*lines, "", say("no_pilots")]) + "\n"
    return "\n".join(lines) + "\n"


def _goes_on(it: Tried, teller: Teller) -> str:
    """That the pilot is not over, and until when it goes."""
    end = it.pilot.period.end if it.pilot.period else it.during.end
    if end <= it.during.end:
        return ""
    return f" ({teller.say('goes_on', day=(end - timedelta(days=1)).isoformat())})"


def _metric(it: Compared, tried: Tried, teller: Teller) -> list[str]:
    say = teller.say
    lines = [f"- **{teller.metric(it.metric)}**"]
    sides = [("own_side", it.before, it.during)]
    if tried.pilot.compare_to == "rest":
        sides.append(("rest", it.rest_before, it.rest_during))
    for place, before, during in sides:
        lines.append(
            f"  - {say(place)}: {say('before')} {_cell(before, teller)}, {say('during')} {_cell(during, teller)}"
        )
    key = "of_differences" if tried.pilot.compare_to == "rest" else "difference"
    unit = teller.project.metrics[it.metric].unit
    lines.append(f"  - {say(key)}: {_difference(it, teller)}")
    return [*lines, *([f"  - {effect_told(it.effect, unit, teller)}"] if it.effect else [])]


def _difference(it: Compared, teller: Teller) -> str:
    if it.difference is not None:
        return teller.shift(it.difference, teller.project.metrics[it.metric].unit)
    sides = (it.before, it.during, it.rest_before, it.rest_during)
    still_open = any(value is not None and value.value is not None and not value.complete for value in sides)
    return teller.say("open_difference" if still_open else "no_difference")


def _cell(value: Value | None, teller: Teller) -> str:
    if value is None or value.value is None:
        return "-"
    mark = "" if value.complete else "*"
    counted = f" (n {teller.count(value.n)})" if value.n is not None else ""
    return teller.number(value.value, value.unit) + mark + counted


_SAID = {"silent": "silent_departments"}


def render_health(report: Weekly, answers: Sequence[Answer], teller: Teller) -> str:
    """Self-measurement first, then the four questions, each with the facts that answer it."""
    say, project = teller.say, teller.project
    health = project.organization.health if project.organization else {}
    lines = [f"# {say('health', label=report.label)}", "", f"## {say('measured')}", ""]
    for key, name in health.items():
        value = report.values.get(name)
        said = (
            teller.figure(value)
            if value is not None and value.value is not None
            else say("no_value", metric="").strip(": ")
        )
        lines.append(f"- {say(key)}: **{teller.metric(name)}** {said}")
    lines += ["", f"## {say('questions')}", ""]
    lines += render_questions(answers, teller)
    return "\n".join(lines) + "\n"


def render_questions(answers: Sequence[Answer], teller: Teller) -> list[str]:
    """The four questions, each with the facts that answer it."""
    say, lines = teller.say, []
    for answer in answers:
        state = {True: "yes", False: "no", None: "unknown"}[answer.answer]
        lines.append(f"- **{say(answer.question)}** {say(state)}")
        for fact, names in answer.facts:
            if names:
                told_names = ", ".join(_name(name, teller) for name in names)
                lines.append(f"  - {say(_SAID.get(fact, fact))}: {told_names}")
    if any(answer.answer is False for answer in answers):
        lines += ["", say("restart")]
    return lines


def _name(name: str, teller: Teller) -> str:
    return teller.department(name) if name in teller.project.departments else teller.metric(name)
