"""Measured values as a table for people, as JSON, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..measure.values import Change, Measured, Previous, Progress, Value, told
from ..model import Project

Paint = Callable[[str, str], str]
_WORDS = {
    "metric": {"en": "metric", "ru": "метрика"},
    "period": {"en": "period", "ru": "период"},
    "value": {"en": "value", "ru": "значение"},
    "n": {"en": "n", "ru": "n"},
    "change": {"en": "change", "ru": "изменение"},
    "against": {"en": "against", "ru": "против"},
    "want": {"en": "want", "ru": "цель"},
    "goal": {"en": "objective", "ru": "цель"},
    "result": {"en": "key result", "ru": "ключевой результат"},
    "baseline": {"en": "baseline", "ru": "было"},
    "current": {"en": "current", "ru": "сейчас"},
    "target": {"en": "target", "ru": "должно быть"},
    "progress": {"en": "progress", "ru": "пройдено"},
    "deadline": {"en": "deadline", "ru": "срок"},
    "broken": {
        "en": "guardrail broken: {metric} is {current}, {bound} ({objective})",
        "ru": "нарушено условие: {metric} {current}, {bound} ({objective})",
    },
    "at_least": {"en": "at least {bound} wanted", "ru": "нужно не меньше {bound}"},
    "at_most": {"en": "at most {bound} wanted", "ru": "нужно не больше {bound}"},
    "drafts": {"en": "drafts, not measured yet", "ru": "черновики, ещё не измеряются"},
    "incomplete": {
        "en": "* not complete: the period goes on, or windows that start in it are still open",
        "ru": "* не завершено: период продолжается или его окна ещё открыты",
    },
    "left_out": {
        "en": "{metric}: left out, because they end before they start: {count} rows",
        "ru": "{metric}: строк, которые кончаются раньше, чем начинаются, и потому не учтены: {count}",
    },
    "nothing": {"en": "no values", "ru": "значений нет"},
    "total": {"en": "total", "ru": "всего"},
    "as_of": {"en": "as of", "ru": "по состоянию на"},
}
_ARROWS = {"up": "↑", "down": "↓", "hold": "→"}


def render_text(measured: Measured, project: Project, as_of: datetime, language: str, paint: Paint) -> str:
    """A line a value, with unit, n, change (green is better) and wanted direction; then a line a key result."""
    lines = _values(measured, project, language, paint) or [_said("nothing", language)]
    if any(not value.complete for value in measured.values):
        lines += ["", _said("incomplete", language)]
    lines.extend(
        _said("left_out", language).format(metric=value.metric, count=value.left_out)
        for value in measured.values
        if value.left_out
    )
    lines += [_funnel(value, project, language) for value in measured.values if value.steps]
    lines += _goals(measured, project, language, paint)
    if measured.drafts:
        lines += ["", f"{_said('drafts', language)}: {', '.join(measured.drafts)}"]
    lines += ["", f"{_said('as_of', language)} {as_of:%Y-%m-%d %H:%M}"]
    return "\n".join(lines).lstrip("\n") + "\n"


def _values(measured: Measured, project: Project, language: str, paint: Paint) -> list[str]:
    rows = [_cells(value, project, language) for value in measured.values]
    if not rows:
        return []
    head = [_said(key, language) for key in _COLUMNS]
    used = [index for index in range(len(head)) if any(row[index] for row in rows)]
    widths = [max(len(line[index]) for line in [head, *rows]) for index in range(len(head))]
    lines = [paint(_line(head, used, widths), "bold")]
    for row, value in zip(rows, measured.values, strict=True):
        lines.append(_painted(row, used, widths, value, paint))
    return lines


def _funnel(value: Value, project: Project, language: str) -> str:
    """How many passed each step of a funnel."""
    steps = " → ".join(f"{name} {'-' if count is None else f'{count:,}'}" for name, count in value.steps)
    return f"{_cells(value, project, language)[0]}{f' {value.label}' if value.label else ''}: {steps}"


def _goals(measured: Measured, project: Project, language: str, paint: Paint) -> list[str]:
    """Key results by objective: each states its own segment and period, which differ from the table above."""
    found = [(progress, value.unit) for value in measured.values for progress in value.progress]
    if not found:
        return []
    order = {name: index for index, name in enumerate(project.objectives)}
    found.sort(key=lambda item: order[item[0].objective])
    rows = [_goal(progress, unit, project, language) for progress, unit in found]
    head = [_said(key, language) for key in _GOAL_COLUMNS]
    widths = [max(len(line[index]) for line in [head, *rows]) for index in range(len(head))]
    lines = ["", paint("  ".join(c.ljust(w) for c, w in zip(head, widths, strict=True)).rstrip(), "bold")]
    lines += ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    broken = [_broken(progress, project, language) for progress, _ in found]
    return [*lines, *(paint(line, "red") for told in broken for line in told)]


def _goal(progress: Progress, unit: str | None, project: Project, language: str) -> list[str]:
    objective = project.objectives[progress.objective]
    title = objective.title.said_in(language) if objective.title else objective.name
    where = f" · {progress.where}" if progress.where else ""
    label = f" ({progress.label})" if progress.label else ""
    return [
        _short(title, 48),
        f"{_title(progress.metric, project, language)}{where}",
        told(progress.baseline, unit),
        told(progress.current, unit) + (label if progress.current is not None else ""),
        told(progress.target, unit),
        _share(progress),
        progress.deadline.isoformat() if progress.deadline else "",
    ]


def _broken(progress: Progress, project: Project, language: str) -> list[str]:
    lines = []
    for state in progress.guardrails:
        if state.held is not False:
            continue
        unit = project.metrics[state.metric].unit
        key = "at_least" if state.at_least is not None else "at_most"
        bound = _said(key, language).format(bound=told(state.at_least if key == "at_least" else state.at_most, unit))
        title = _title(state.metric, project, language)
        current = told(state.current, unit)
        lines.append(
            _said("broken", language).format(metric=title, current=current, bound=bound, objective=progress.objective)
        )
    return lines


def _title(name: str, project: Project, language: str) -> str:
    title = project.metrics[name].title
    return title.said_in(language) if title else name


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


_COLUMNS = ("metric", "period", "value", "n", "change", "against", "want")
_RIGHT = ("value", "n", "change")
_GOAL_COLUMNS = ("goal", "result", "baseline", "current", "target", "progress", "deadline")


def _cells(value: Value, project: Project, language: str) -> list[str]:
    title = _title(value.metric, project, language)
    group = "".join(f" · {'∅' if part is None else part}" for _, part in value.dimensions)
    group = f" · {_said('total', language)}" if value.total else group
    against = ""
    if value.previous is not None:
        against = f"{told(value.previous.value, value.unit)} ({value.previous.label})"
    return [
        f"{title}{group}",
        (value.label or "") + ("" if value.complete else "*"),
        told(value.value, value.unit),
        "" if value.n is None else f"{value.n:,}",
        changed(value.change, value.unit, language),
        against,
        _ARROWS.get(value.direction or "", ""),
    ]


def changed(change: Change | None, unit: str | None, language: str = "en") -> str:
    """Relative, with percentage points for percentages; scores, and what was zero before, have no relative change.

    >>> changed(Change(0.0153, 0.2195, 1.53), "percent"), changed(Change(18.5, 0.52, None), "points")
    ('+22 % (+1.5 pp)', '+18.5')
    >>> changed(Change(0.25, None, 25.0), "percent"), changed(Change(3, None, None), "count")
    ('+25.0 pp', '+3')
    """
    if change is None:
        return ""
    absolute = signed(change.absolute, unit, language)
    if change.relative is None or unit == "points":
        return absolute
    relative = f"{round(change.relative * 100) + 0:+,} %"
    return relative if change.points is None else f"{relative} ({absolute})"


def signed(value: float | None, unit: str | None, language: str = "en") -> str:
    """A difference in the metric's unit, percent in points.

    >>> signed(0.0153, "percent"), signed(-3.2, "EUR"), signed(0.0153, "percent", "ru"), signed(0.0004, "percent")
    ('+1.5 pp', '-3.20 EUR', '+1.5 п.п.', '+0.04 pp')
    >>> signed(-0.000001, "percent"), signed(0, "count")
    ('0.00 pp', '0')
    """
    if value is None:
        return "-"
    shown = told(abs(value), unit)
    if unit == "percent":
        points = abs(value) * 100
        digits = 1 if not points or points >= 0.05 else 2
        shown = f"{points:,.{digits}f} {'п.п.' if language == 'ru' else 'pp'}"
    if not any(digit in shown for digit in "123456789"):
        return shown
    return f"{'-' if value < 0 else '+'}{shown}"


def _share(progress: Progress) -> str:
    return "-" if progress.share is None else f"{round(progress.share * 100) + 0} %"


def _line(cells: list[str], used: list[int], widths: list[int]) -> str:
    parts = []
    for index in used:
        right = _COLUMNS[index] in _RIGHT
        parts.append(cells[index].rjust(widths[index]) if right else cells[index].ljust(widths[index]))
    return "  ".join(parts).rstrip()


def _painted(cells: list[str], used: list[int], widths: list[int], value: Value, paint: Paint) -> str:
    line = _line(cells, used, widths)
    change = value.change
    if change is None or value.direction not in ("up", "down") or not change.absolute:
        return line
    better = (change.absolute > 0) == (value.direction == "up")
    shown = cells[_COLUMNS.index("change")]
    return line.replace(shown, paint(shown, "green" if better else "red"), 1)


def _said(key: str, language: str) -> str:
    return _WORDS[key].get(language, _WORDS[key]["en"])


# --- for programs


def render_json(measured: Measured, as_of: datetime) -> str:
    """Version 1 of the JSON output: exact numbers, percent values as fractions, ends of periods exclusive."""
    body = {
        "version": 1,
        "as_of": as_of.isoformat(" ", "minutes"),
        "grain": measured.grain,
        "rows": [plain_value(value) for value in measured.values],
        "drafts": list(measured.drafts),
        "errors": [
            {"metric": failure.metric, "kind": failure.kind, "message": failure.message}
            for failure in measured.failures
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2, default=_exact) + "\n"


def plain_value(value: Value) -> dict[str, Any]:
    return {
        "metric": value.metric,
        "period": None
        if value.period is None
        else {
            "start": value.period.start.isoformat(),
            "end": value.period.end.isoformat(),
            "label": value.label,
        },
        "complete": value.complete,
        "dimensions": {name: plain(part) for name, part in value.dimensions},
        "value": plain(value.value),
        "numerator": plain(value.numerator),
        "denominator": plain(value.denominator),
        "n": value.n,
        "left_out": value.left_out,
        "steps": [{"name": name, "count": count} for name, count in value.steps],
        "total": value.total,
        "unit": value.unit,
        "direction": value.direction,
        "previous": _previous(value.previous),
        "change": None
        if value.change is None
        else {
            "absolute": value.change.absolute,
            "relative": value.change.relative,
            "points": value.change.points,
        },
        "progress": [_progress(progress) for progress in value.progress],
    }


def _previous(previous: Previous | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    period = {
        "start": previous.period.start.isoformat(),
        "end": previous.period.end.isoformat(),
        "label": previous.label,
    }
    return {"period": period, "value": plain(previous.value)}


def _progress(progress: Progress) -> dict[str, Any]:
    return {
        "objective": progress.objective,
        "where": progress.where,
        "baseline": plain(progress.baseline),
        "target": None if progress.target is None else float(progress.target),
        "current": plain(progress.current),
        "measured": progress.measured,
        "period": progress.label,
        "deadline": progress.deadline.isoformat() if progress.deadline else None,
        "progress": progress.share,
        "guardrails": [
            {
                "metric": state.metric,
                "at_least": plain(state.at_least),
                "at_most": plain(state.at_most),
                "current": plain(state.current),
                "held": state.held,
            }
            for state in progress.guardrails
        ],
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it; a decimal that a float cannot hold exactly becomes text.

    >>> plain(Decimal("2500315.63")), plain(Decimal("5")), plain(Decimal("0.12345678901234567890"))
    (2500315.63, 5, '0.12345678901234567890')
    """
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _exact(value: Any) -> Any:
    return str(value)


def render_csv(measured: Measured) -> str:
    """One line a value, with a column a dimension and a funnel's step, and `total` where there are totals."""
    steps = list(dict.fromkeys(f"{value.metric}_{step}" for value in measured.values for step, _ in value.steps))
    totals = ["total"] if any(value.total for value in measured.values) else []
    names = list(dict.fromkeys(name for value in measured.values for name, _ in value.dimensions))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    fixed = ("metric", "period_start", "period_end", "complete")
    numbers = (
        "value",
        "numerator",
        "denominator",
        "n",
        "unit",
        "previous",
        "change_relative",
        "change_points",
    )
    writer.writerow([*fixed, *totals, *names, *numbers, *steps])
    for value in measured.values:
        passed = {f"{value.metric}_{step}": count for step, count in value.steps}
        counts = ["" if passed.get(step) is None else passed[step] for step in steps]
        told_total = [str(value.total).lower()] if totals else []
        writer.writerow([*_place(value), *told_total, *_dimensions(value, names), *_numbers(value), *counts])
    return out.getvalue()


def _place(value: Value) -> list[Any]:
    period = value.period
    ends = [period.start.isoformat(), period.end.isoformat()] if period else ["", ""]
    return [value.metric, *ends, str(value.complete).lower()]


def _dimensions(value: Value, names: Iterable[str]) -> list[Any]:
    given = dict(value.dimensions)
    return ["" if given.get(name) is None else given[name] for name in names]


def _numbers(value: Value) -> list[Any]:
    change = value.change
    cells = [value.value, value.numerator, value.denominator, value.n, value.unit]
    cells.append(value.previous.value if value.previous else None)
    cells += [change.relative if change else None, change.points if change else None]
    return ["" if cell is None else plain(cell) for cell in cells]
