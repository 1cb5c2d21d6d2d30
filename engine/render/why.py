"""Why a metric moved: its parts and segments as small tables, then questions; as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..measure.asking import Side
from ..measure.influences import Question
from ..measure.split import Segment
from ..measure.values import told
from ..measure.why import Explanation, Part
from ..model import Project
from .graph_words import period_said
from .values import Paint, plain, signed

_WORDS = {
    "part": {"en": "part", "ru": "часть"},
    "does": {"en": "adds", "ru": "вклад"},
    "total": {"en": "together", "ru": "вместе"},
    "share": {"en": "share", "ru": "доля"},
    "rate": {"en": "rate", "ru": "значение"},
    "mix": {"en": "mix", "ru": "состав"},
    "by": {"en": "by {by}", "ru": "{by}"},
    "numerator": {"en": "numerator", "ru": "числитель"},
    "denominator": {"en": "denominator", "ru": "знаменатель"},
    "not_split": {"en": "not split over a formula: {why}", "ru": "по формуле не разложить: {why}"},
    "no_segments": {"en": "not split by {by}: {why}", "ru": "по {by} не разложить: {why}"},
    "questions": {
        "en": "to ask about (declared influences; no verdicts):",
        "ru": "о чём спросить (заявленные влияния; не выводы):",
    },
    "raises": {"en": "did {source} raise {target}?", "ru": "{source}: это подняло {target}?"},
    "lowers": {"en": "did {source} lower {target}?", "ru": "{source}: это снизило {target}?"},
    "fell_raises": {
        "en": "did {source} lower {target}, having fallen?",
        "ru": "{source}: снизилось — это снизило {target}?",
    },
    "fell_lowers": {
        "en": "did {source} raise {target}, having fallen?",
        "ru": "{source}: снизилось — это подняло {target}?",
    },
    "none": {
        "en": "no declared influence moved in the fitting direction",
        "ru": "ни одно заявленное влияние не сдвинулось в подходящую сторону",
    },
    "unknown": {
        "en": "influences without values then: {names}",
        "ru": "влияния, у которых тогда нет значений: {names}",
    },
    "lag": {"en": "after {lag}", "ru": "через {lag}"},
    "open": {
        "en": "* not complete: it goes on, or windows that start in it are still open",
        "ru": "* не завершено: период продолжается или его окна ещё открыты",
    },
    "lengths": {
        "en": "the stretches have {0} and {1} days: whatever sums up over days differs for that alone",
        "ru": "в отрезках {0} и {1} дней: всё, что суммируется по дням, уже поэтому различается",
    },
    "only": {
        "en": "rate and mix: its own value changed; its share in the whole changed",
        "ru": "значение — изменилось своё значение; состав — изменилась доля в целом",
    },
    "same": {"en": "no change", "ru": "без изменений"},
    "as_of": {"en": "as of", "ru": "по состоянию на"},
}


def render_text(found: Explanation, project: Project, as_of: datetime, language: str, paint: Paint) -> str:
    lines = [paint(_headline(found, project, language), "bold")]
    for block in _blocks(found, project, language):
        lines.append("")
        if isinstance(block, str):
            lines.append(block)
            continue
        widths = [max(len(row[at]) for row in block) for at in range(len(block[0]))]
        for place, row in enumerate(block):
            cells = [
                cell.rjust(w) if at else cell.ljust(w) for at, (cell, w) in enumerate(zip(row, widths, strict=True))
            ]
            line = "  ".join(cells).rstrip()
            lines.append(line if place else paint(line, "bold"))
    return "\n".join([*lines, "", _as_of(as_of, language)]) + "\n"


def render_markdown(found: Explanation, project: Project, as_of: datetime, language: str) -> str:
    lines = [f"**{_escaped(_headline(found, project, language))}**"]
    for block in _blocks(found, project, language):
        lines.append("")
        if isinstance(block, str):
            lines += [_escaped(line).replace("  ? ", "- ", 1) for line in block.split("\n")]
            continue
        for place, row in enumerate(block):
            lines.append("| " + " | ".join(map(_escaped, row)) + " |")
            if not place:
                lines.append("|---" + "|---:" * (len(row) - 1) + "|")
    return "\n".join([*lines, "", _as_of(as_of, language)]) + "\n"


def _escaped(text: str) -> str:
    """Markdown's own signs and HTML in what specs and data say are shown, not obeyed.

    >>> _escaped("a|b *c* <i>")
    'a\\\\|b \\\\*c\\\\* &lt;i>'
    """
    for sign in "\\|*_`[":
        text = text.replace(sign, "\\" + sign)
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _as_of(as_of: datetime, language: str) -> str:
    return f"{_said('as_of', language)} {as_of:%Y-%m-%d %H:%M}"


def _headline(found: Explanation, project: Project, language: str) -> str:
    unit = project.metrics[found.metric].unit
    sides = " → ".join(_side(side, unit) for side in (found.before, found.after))
    change = signed(found.change, unit, language) if found.change else _said("same", language)
    return f"{_title(found.metric, project, language)} ({found.metric}): {sides}: {change}"


def _side(side: Side, unit: str | None) -> str:
    return f"{told(side.value, unit)} ({side.label}{'' if side.complete else '*'})"


def _blocks(found: Explanation, project: Project, language: str) -> Iterable[str | list[list[str]]]:
    """Tables and paragraphs, in the order in which one reads them."""
    unit = project.metrics[found.metric].unit
    labels = [found.before.label, found.after.label]
    if found.parts:
        rows = [_part(part, project, unit, language) for part in found.parts]
        whole = signed(float(sum(part.part for part in found.parts)), unit, language)
        head = [_said("part", language), *labels, _said("does", language)]
        yield [head, *rows, [_said("total", language), "", "", whole]]
    elif found.not_split and not found.segments:
        yield _said("not_split", language).format(why=found.not_split)
    if found.segments:
        yield _table(found, _dimension(found.by or "", project, language), labels, unit, language)
        if any(it.share_before or it.share_after for it in found.segments):
            yield _said("only", language)
    elif found.no_segments:
        yield _said("no_segments", language).format(by=found.by, why=found.no_segments)
    notes = [_said("lengths", language).format(*found.lengths)] if found.lengths else []
    sides = [found.before, found.after, *(side for it in found.questions for side in (it.before, it.after))]
    notes += [] if all(side.complete for side in sides) else [_said("open", language)]
    if notes:
        yield "\n".join(notes)
    asked = [f"  ? {_question(question, project, language)}" for question in found.questions]
    lines = [_said("questions", language), *asked] if asked else [_said("none", language)] if found.change else []
    if found.unknown:
        lines.append(_said("unknown", language).format(names=", ".join(found.unknown)))
    if lines:
        yield "\n".join(lines)


def _part(part: Part, project: Project, unit: str | None, language: str) -> list[str]:
    title = _said(part.name, language) if part.name in ("numerator", "denominator") else part.name
    if part.metric == part.name:
        title = _title(part.metric, project, language)
    return [title, told(part.before, part.unit), told(part.after, part.unit), signed(float(part.part), unit, language)]


def _table(found: Explanation, by: str, labels: list[str], unit: str | None, language: str) -> list[list[str]]:
    """A line a segment; a sum has neither shares nor mix."""
    shares = any(it.share_before or it.share_after for it in found.segments)
    head = [_said("by", language).format(by=by), *labels]
    head += [_said(key, language) for key in ("share", "rate", "mix", "total")] if shares else [_said("does", language)]
    rows = [head]
    for it in found.segments:
        name = "∅" if it.name is None else str(it.name)
        row = [name, *(told(None if value is None else float(value), unit) for value in (it.before, it.after))]
        if shares:
            row.append(" → ".join(f"{float(share) * 100:.1f} %" for share in (it.share_before, it.share_after)))
            row += [signed(float(part), unit, language) for part in (it.rate, it.mix)]
        rows.append([*row, signed(float(it.rate + it.mix), unit, language)])
    sums = [float(sum(part)) for part in zip(*((it.rate, it.mix) for it in found.segments), strict=True)]
    last = [_said("total", language), "", ""]
    last += ["", *(signed(part, unit, language) for part in sums)] if shares else []
    return [*rows, [*last, signed(sum(sums), unit, language)]]


def _question(it: Question, project: Project, language: str) -> str:
    key = it.effect if it.moved == "up" else f"fell_{it.effect}"
    source, target = (f"«{_title(name, project, language)}»" for name in (it.metric, it.target))
    unit = project.metrics[it.metric].unit
    text = _said(key, language).format(source=source, target=target)
    text += f" {_side(it.before, unit)} → {_side(it.after, unit)}"
    facts = [_LEVELS[it.stated.strength][0 if language != "ru" else 1]]
    if it.stated.lag is not None:
        facts.append(_said("lag", language).format(lag=period_said(it.stated.lag, language)))
    return f"{text}; {', '.join(facts)}"


_LEVELS = {"strong": ("strong", "сильное"), "medium": ("medium", "среднее"), "weak": ("weak", "слабое")}


def _dimension(name: str, project: Project, language: str) -> str:
    known = project.dimensions.get(name)
    return known.title.said_in(language).lower() if known and known.title else name


def _title(name: str, project: Project, language: str) -> str:
    title = project.metrics[name].title
    return title.said_in(language) if title else name


def _said(key: str, language: str) -> str:
    return _WORDS[key].get(language, _WORDS[key]["en"])


# --- for programs


def render_json(found: Explanation, as_of: datetime) -> str:
    """Version 1: percent values as fractions, contributions in the metric's unit, ends of periods exclusive."""
    body = {
        "version": 1,
        "as_of": as_of.isoformat(" ", "minutes"),
        "metric": found.metric,
        "before": _told_side(found.before),
        "after": _told_side(found.after),
        "change": found.change,
        "parts": [
            {
                "name": part.name,
                "metric": part.metric,
                "before": plain(part.before),
                "after": plain(part.after),
                "part": float(part.part),
            }
            for part in found.parts
        ],
        "not_split": found.not_split,
        "by": found.by,
        "segments": [_segment(segment) for segment in found.segments],
        "no_segments": found.no_segments,
        "days": list(found.lengths) if found.lengths else None,
        "questions": [_asked(question) for question in found.questions],
        "unknown": list(found.unknown),
    }
    return json.dumps(body, ensure_ascii=False, indent=2, default=str) + "\n"


def _told_side(side: Side) -> dict[str, Any]:
    return {
        "start": side.period.start.isoformat(),
        "end": side.period.end.isoformat(),
        "label": side.label,
        "value": plain(side.value),
        "complete": side.complete,
    }


def _segment(it: Segment) -> dict[str, Any]:
    return {
        "name": plain(it.name),
        "before": None if it.before is None else float(it.before),
        "after": None if it.after is None else float(it.after),
        "share_before": float(it.share_before),
        "share_after": float(it.share_after),
        "rate": float(it.rate),
        "mix": float(it.mix),
    }


def _asked(it: Question) -> dict[str, Any]:
    return {
        "metric": it.metric,
        "target": it.target,
        "effect": it.effect,
        "strength": it.stated.strength,
        "lag": None if it.stated.lag is None else str(it.stated.lag),
        "moved": it.moved,
        "before": _told_side(it.before),
        "after": _told_side(it.after),
    }
