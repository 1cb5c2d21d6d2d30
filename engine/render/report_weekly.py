"""The weekly report, the agenda and the retrospective as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ..graph.ownership import Ownership
from ..measure.values import GuardrailState, Progress, Value
from ..report.customers import Answered
from ..report.losses import in_words
from ..report.meetings import agenda, joint, together
from ..report.segments import Segments
from ..report.weekly import AlarmTold, BlockerTold, ChangeTold, Section, Weekly, grade
from .figures import localised
from .report_words import Teller, day_told, effect_told, plain_text

MOST = 5  # groups of a question: the rest are counted


def render_weekly(report: Weekly, teller: Teller) -> str:
    """Shared metrics first, a section a department, goals, alarms, broken promises, what has no value."""
    say = teller.say
    lines = [*_head("weekly", report, teller), "", f"## {say('shared')}", ""]
    if report.customers:
        lines += [f"**{say('customers')}**", "", *customers_told(report.customers, teller)]
        lines += ["", f"**{say('every_shared')}**", ""]
    lines += [_line(value, teller) for value in report.shared]
    for section in report.sections:
        lines += ["", f"## {teller.department(section.department.name)}", *_section(section, teller)]
    lines += _part("goals", [line for it in report.progress for line in _goal(it, report, teller)], teller)
    lines += _part("alarms", alarm_lines(report, teller), teller)
    lines += _part("losses", losses_told(report, teller), teller)
    lines += _part("mismatches", _mismatches(report, teller), teller)
    lines += _part("missing", _missing(report, teller), teller)
    return "\n".join([*lines, "", f"_{say('caveat')}_"]) + "\n"


def render_agenda(report: Weekly, teller: Teller) -> str:
    """What worked, what did not, how to improve: metrics and causes, never a name beside a bad number."""
    found = agenda(report)
    asked = alarm_lines(report, teller, ringing=True)
    asked += [broken_line(it, state, teller) for it, state in found.broken]
    asked += [f"- {_asked(value, report, teller)}" for value in found.did_not]
    open_ = [f"- {teller.text(it.blocker.text)} — {_answer(it, teller)}" for it in found.open]
    ordinary = [*_names("within_names", found.within, teller), *_names("untold_names", found.untold, teller)]
    lines = [
        *_head("agenda", report, teller),
        *_part(
            "worked", [f"{_line(it, teller)}; {_usual(it, report, teller)}" for it in found.worked], teller, always=True
        ),
        *_part("did_not", asked, teller, always=True),
        *_part("within", ordinary, teller),
        *_part("improve", [*open_, *_plans(report, teller)], teller, always=True),
        *_part("mismatches", _mismatches(report, teller), teller),
    ]
    return "\n".join(lines) + "\n"


def render_retro(report: Weekly, ownership: Mapping[str, Ownership], teller: Teller) -> str:
    """What was good, what hindered, how to work together better; joint results to publish."""
    wins = []
    for value, movers in joint(report, ownership):
        names = ", ".join(teller.department(name) for name in movers)
        figure = f"{teller.figure(value)}; {_usual(value, report, teller)}"
        wins.append("- " + teller.say("win", departments=names, metric=teller.metric(value.metric), figure=figure))
    hindered = [
        f"- {teller.text(it.blocker.text)} — {_answer(it, teller)}"
        for section in report.sections
        for it in section.blockers
    ]
    hindered += _mismatches(report, teller)
    done = [line for it in together(report) for line in _change(it, None, teller)]
    lines = [
        *_head("retro", report, teller),
        *_part("wins", wins, teller, always=True),
        *_part("together", done, teller, always=True),
        *_part("hinders", hindered, teller, always=True),
        *_part(
            "interaction",
            [_alarm(it, teller) for it in report.alarms if it.rings] + _plans(report, teller),
            teller,
            always=True,
        ),
        "",
        f"_{teller.say('caveat')}_",
    ]
    return "\n".join(lines) + "\n"


def customers_told(answers: Iterable[Answered], teller: Teller) -> list[str]:
    """Each question with its figure; below it the groups, but for small ones."""
    lines = []
    for it in answers:
        known = it.value is not None and it.value.value is not None
        figure = teller.figure(it.value) if it.value is not None and known else teller.say("no_value_yet")
        lines.append(f"- {teller.say(it.question)} **{teller.metric(it.asked.metric)}**: {figure}")
        if it.segments is not None:
            lines += [f"  - {line}" for line in _groups(it.segments, teller)]
    return lines


def _groups(found: Segments, teller: Teller) -> Iterator[str]:
    span = f"{found.first} – {found.last}"
    for it in found.shown[:MOST]:
        name = teller.say("no_group") if it.name is None else plain_text(str(it.name))
        rests = ", ".join(part for part in (span, teller.rests(it.value)) if part)
        yield f"{name}: {teller.number(it.value.value, it.value.unit)} ({rests})"
    if len(found.shown) > MOST:
        yield teller.say("more", count=str(len(found.shown) - MOST))
    if found.reason:
        least = str(teller.project.config.smallest_group)
        yield teller.say(f"groups_{found.reason}", count=str(found.hidden), least=least)


def late_told(report: Weekly, teller: Teller) -> list[str]:
    """Each dataset that is late: since when, and what rests on it."""
    say, moment = teller.say, f"{report.as_of:%Y-%m-%d %H:%M}"
    lines = []
    for it in report.late:
        if it.failed is not None:
            said = say("late_failed", why=plain_text(it.failed))
        elif it.latest is None:
            said = say("late_none", moment=moment)
        else:
            latest = f"{it.latest:%Y-%m-%d %H:%M}" if isinstance(it.latest, datetime) else it.latest.isoformat()
            said = say("late_since", latest=latest, allowed=str(it.allowed), moment=moment)
        lines.append(f"- **{say('rings')}: {say('late')}. {teller.dataset(it.dataset)}**: {said}")
        if it.metrics:
            lines.append("  - " + say("rest_on", names=", ".join(teller.metric(name) for name in it.metrics)))
    return lines


def losses_told(report: Weekly, teller: Teller) -> list[str]:
    """Each loss with what it is made of, in words and in figures; then what winning costs against keeping."""
    lines = []
    for it in report.losses.losses:
        if it.value is not None:
            said = teller.figure(it.value)
        elif it.lacking:
            said = teller.say("no_loss", names=", ".join(teller.metric(name) for name in it.lacking))
        else:
            said = teller.say("no_value_yet")
        lines.append(f"- **{teller.metric(it.metric)}**: {said}")
        known = {
            part.metric: teller.number(part.value.value, part.value.unit) for part in it.parts if part.value is not None
        }
        if it.value is not None and it.formula:
            words = in_words(it.formula, {name: teller.metric(name) for name in teller.project.metrics}, plain_text)
            lines.append(f"  - {words} = {in_words(it.formula, known, plain_text)}" if known else f"  - {words}")
    winning, keeping, times = report.losses.winning, report.losses.keeping, report.losses.times
    if winning is not None and keeping is not None and times is not None:
        both = "; ".join(f"{teller.metric(it.metric)} {teller.number(it.value, it.unit)}" for it in (winning, keeping))
        lines.append(
            f"- {teller.say('times', times=localised(f'{times:,.1f}', teller.language))}: {both} ({winning.label})"
        )
    elif report.losses.asked.winning is not None:
        lines.append(f"- {teller.say('no_times')}")
    return lines


def _head(kind: str, report: Weekly, teller: Teller) -> list[str]:
    return [
        f"# {teller.say(kind, label=report.label)}",
        "",
        teller.say("as_of", moment=f"{report.as_of:%Y-%m-%d %H:%M}"),
    ]


def _part(key: str, lines: list[str], teller: Teller, always: bool = False) -> list[str]:
    if not lines and not always:
        return []
    return ["", f"## {teller.say(key)}", "", *(lines or [f"- {teller.say('none')}"])]


def _line(value: Value, teller: Teller) -> str:
    return f"- **{teller.metric(value.metric)}**: {teller.figure(value)}"


def _section(section: Section, teller: Teller) -> Iterator[str]:
    say = teller.say
    yield ""
    yield f"**{say('changed')}**"
    yield ""
    if not section.changes:
        yield f"- {say('nothing')}"
    for change in section.changes:
        yield from _change(change, section.department.name, teller)
    if section.blockers:
        yield from ("", f"**{say('blockers')}**", "")
        for it in section.blockers:
            yield f"- {teller.text(it.blocker.text)} — {_answer(it, teller)}"
    if section.own:
        yield from ("", f"**{say('own')}**", "")
        yield from (_line(value, teller) for value in section.own)


def _change(told_: ChangeTold, department: str | None, teller: Teller) -> Iterator[str]:
    say, change = teller.say, told_.change
    others = [teller.department(name) for name in change.departments if name != department]
    notes = [say("earlier", day=day_told(change.day))]
    notes += [say("with", names=", ".join(others))] if department and others else [", ".join(others)] if others else []
    yield f"- {teller.text(change.what)} ({'; '.join(notes)})"
    for seen in told_.seen:
        name = teller.metric(seen.expected.metric)
        where = f" ({plain_text(seen.expected.where)})" if seen.expected.where else ""
        if seen.hidden:
            said = say("hidden", metric=name + where)
        elif seen.value is None or seen.value.value is None:
            said = say("no_value", metric=name + where)
        elif seen.early:
            said = say("too_early", metric=name + where, label=seen.value.label or "")
        else:
            unit = teller.project.metrics[seen.expected.metric].unit
            said = f"{name}{where}: {teller.figure(seen.value)}; {effect_told(seen.effect, unit, teller)}"
        yield f"  - {said}"
    if not told_.seen:
        yield f"  - {say('no_metric')}"
    if change.because:
        yield f"  - {say('why')}: {teller.text(change.because)}"
    for blocker in told_.answers:
        yield "  - " + say("removes", department=teller.department(blocker.department), text=teller.text(blocker.text))
    if change.plan:
        yield f"  - {say('plan')}: {teller.text(change.plan)}"


def _answer(it: BlockerTold, teller: Teller) -> str:
    asks = teller.say("asks", department=teller.department(it.blocker.asks)) if it.blocker.asks else ""
    answers = [
        teller.say(
            "answered",
            department=", ".join(teller.department(name) for name in by.departments),
            what=teller.text(by.what),
        )
        for by in it.answered_by
    ]
    return "; ".join([*([asks] if asks else []), *(answers or [teller.say("unanswered")])])


def _goal(it: Progress, report: Weekly, teller: Teller) -> Iterator[str]:
    unit = teller.project.metrics[it.metric].unit
    if it.hidden:
        where = f" ({plain_text(it.where or '')})"
        yield "- " + teller.say("hidden", metric=f"**{teller.metric(it.metric)}**{where}")
        return
    mark = grade(it.share)
    current = teller.number(it.current, unit) + (f" ({it.label})" if it.label else "")
    figures = teller.say(
        "goal",
        current=current,
        target=teller.number(it.target, unit),
        baseline=teller.number(it.baseline, unit),
        deadline=day_told(it.deadline),
    )
    where = f" ({plain_text(it.where)})" if it.where else ""
    late = it.current is None and it.until is not None and it.metric in report.behind
    grade_ = localised(f"{mark:.1f}", teller.language) if mark is not None else ""
    said = teller.say(_ungraded(it, late)) if mark is None else teller.say("grade", grade=grade_)
    objective = teller.project.objectives[it.objective]
    of = teller.text(objective.title) or plain_text(objective.name)
    yield f"- {of}: **{teller.metric(it.metric)}**{where}: {said}; {figures}"
    for state in it.guardrails:
        if state.held is False:
            yield f"  {broken_line(it, state, teller)}"


def _ungraded(it: Progress, late: bool) -> str:
    """Why a key result has no grade."""
    if late:
        return "no_grade_late"
    if it.until is None:
        return "no_grade"
    if it.current is None:
        return "no_current"
    return "no_baseline" if it.baseline is None or it.target is None else "no_way"


def broken_line(it: Progress, state: GuardrailState, teller: Teller) -> str:
    unit = teller.project.metrics[state.metric].unit
    key, bound = ("at_least", state.at_least) if state.at_least is not None else ("at_most", state.at_most)
    current = teller.number(state.current, unit) + (f" ({it.label})" if it.label else "")
    wanted = teller.say(key, bound=teller.number(bound, unit))
    return "- " + teller.say("broken", metric=teller.metric(state.metric), current=current, bound=wanted)


def alarm_lines(report: Weekly, teller: Teller, *, ringing: bool = False) -> list[str]:
    """Which data is late, and the alarms of the report, or only those that ring."""
    rings = report.paradox is not None and report.paradox.verdict is True
    lines = _paradox(report, teller) if rings or not ringing else []
    return [
        *late_told(report, teller),
        *lines,
        *(_alarm(it, teller) for it in report.alarms if it.rings or not ringing),
    ]


def _alarm(it: AlarmTold, teller: Teller) -> str:
    title = teller.text(it.alarm.title) or teller.text(it.alarm.ask) or plain_text(it.alarm.name)
    figures = "; ".join(f"{teller.metric(v.metric)} {teller.number(v.value, v.unit)} ({v.label})" for v in it.values)
    if it.rings is None:
        return f"- {title}: {teller.say('untold')}"
    if not it.rings:
        return f"- {title}: {teller.say('silent')}. {figures}"
    ask = f" {teller.text(it.alarm.ask)}" if it.alarm.title and it.alarm.ask else ""
    return f"- **{teller.say('rings')}: {title}**. {figures}.{ask}"


def _paradox(report: Weekly, teller: Teller) -> list[str]:
    paradox = report.paradox
    if paradox is None:
        return []
    if paradox.verdict is False:
        return [f"- {teller.say('paradox')}: {teller.say('silent')}"]
    if paradox.verdict is None:
        known = {who for who, it in paradox.activities if it.change is not None}
        names = [teller.department(it.department.name) for it in report.sections if it.department.name not in known]
        said = teller.say("paradox_untold", names=", ".join(names)) if names else teller.say("untold")
        return [f"- {teller.say('paradox')}: {said}"]
    moved = [*(it for _, it in paradox.activities), *paradox.losses]
    figures = "; ".join(f"{teller.metric(it.metric)} {teller.moved(report.values[it.metric])}" for it in moved)
    return [f"- **{teller.say('rings')}: {teller.say('paradox')}**. {figures}"]


def _mismatches(report: Weekly, teller: Teller) -> list[str]:
    lines = []
    for it in report.mismatches:
        by = teller.say("by", department=teller.department(it.promised_by)) if it.promised_by else ""
        lines.append(
            "- " + teller.say("mismatch", by=by, promised=teller.text(it.promised), actual=teller.text(it.actual))
        )
    return lines


def _missing(report: Weekly, teller: Teller) -> list[str]:
    lines = []
    for it in report.missing:
        key = "late_value" if it.why == "late" else it.why
        said = plain_text(it.told) if it.why == "failed" else teller.say(key, told=it.told)
        lines.append(f"- {teller.metric(it.metric)}: {said}")
    return lines


def _asked(value: Value, report: Weekly, teller: Teller) -> str:
    compared = teller.compared(value)
    figure = f"{teller.number(value.value, value.unit)} ({value.label})" + (f", {compared}" if compared else "")
    range_ = _usual(value, report, teller)
    return teller.say("ask_why", metric=teller.metric(value.metric), value=figure, usual=range_)


def _usual(value: Value, report: Weekly, teller: Teller) -> str:
    range_ = report.usual[value.metric]
    if range_ is None:
        return ""
    low = max(0.0, range_.low) if value.unit == "count" else range_.low
    return teller.say("usual", low=teller.number(low, value.unit), high=teller.number(range_.high, value.unit))


def _names(key: str, values: Iterable[Value], teller: Teller) -> list[str]:
    names = ", ".join(teller.metric(value.metric) for value in values)
    return [f"- {teller.say(key, names=names)}"] if names else []


def _plans(report: Weekly, teller: Teller) -> list[str]:
    changes = {it.change.name: it.change for section in report.sections for it in section.changes}
    return [f"- {teller.say('plan')}: {teller.text(it.plan)}" for it in changes.values() if it.plan]
