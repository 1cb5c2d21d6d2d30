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
    "target": {"en": "target", "ru": "ориентир"},
    "progress": {"en": "progress", "ru": "путь"},
    "drafts": {"en": "drafts, not measured yet", "ru": "черновики, ещё не измеряются"},
    "incomplete": {
        "en": "* not complete: the period goes on, or windows that start in it are still open",
        "ru": "* не завершено: период продолжается или его окна ещё открыты",
    },
    "left_out": {
        "en": "{metric}: {count} rows end before they start and are left out",
        "ru": "{metric}: строк, которые кончаются раньше, чем начинаются, и потому не учтены: {count}",
    },
    "as_of": {"en": "as of", "ru": "по состоянию на"},
}
_ARROWS = {"up": "↑", "down": "↓", "hold": "→"}


def render_text(measured: Measured, project: Project, as_of: datetime, language: str, paint: Paint) -> str:
    """A table: one line a value, with unit, n, change (green is better), wanted direction, target and progress."""
    rows = [_cells(value, project, language) for value in measured.values]
    head = [_WORDS[key].get(language, _WORDS[key]["en"]) for key in _COLUMNS]
    used = [index for index in range(len(head)) if any(row[index] for row in rows)]
    widths = [max(len(line[index]) for line in [head, *rows]) for index in range(len(head))] if rows else []
    lines = []
    if rows:
        lines.append(paint(_line(head, used, widths), "bold"))
        for row, value in zip(rows, measured.values, strict=True):
            lines.append(_painted(row, used, widths, value, paint))
    if any(not value.complete for value in measured.values):
        lines += ["", _said("incomplete", language)]
    lines.extend(
        _said("left_out", language).format(metric=value.metric, count=value.left_out)
        for value in measured.values
        if value.left_out
    )
    if measured.drafts:
        lines += ["", f"{_said('drafts', language)}: {', '.join(measured.drafts)}"]
    lines += ["", f"{_said('as_of', language)} {as_of:%Y-%m-%d %H:%M}"]
    return "\n".join(lines).lstrip("\n") + "\n"


_COLUMNS = ("metric", "period", "value", "n", "change", "against", "want", "target", "progress")
_RIGHT = ("value", "n", "change")


def _cells(value: Value, project: Project, language: str) -> list[str]:
    metric = project.metrics[value.metric]
    title = metric.title.said_in(language) if metric.title else value.metric
    group = "".join(f" · {'∅' if part is None else part}" for _, part in value.dimensions)
    progress = value.progress[0] if value.progress else None
    against = ""
    if value.previous is not None:
        against = f"{told(value.previous.value, value.unit)} ({value.previous.label})"
    return [
        f"{title}{group}",
        (value.label or "") + ("" if value.complete else "*"),
        told(value.value, value.unit),
        "" if value.n is None else f"{value.n:,}",
        changed(value.change, value.unit),
        against,
        _ARROWS.get(value.direction or "", ""),
        "" if progress is None else told(progress.target, value.unit),
        _share(progress),
    ]


def changed(change: Change | None, unit: str | None) -> str:
    """Relative, with percentage points for percentages; scores have no relative change.

    >>> changed(Change(0.0153, 0.2195, 1.53), "percent"), changed(Change(18.5, 0.52, None), "points")
    ('+22 % (+1.5 pp)', '+18.5')
    """
    if change is None:
        return ""
    if change.relative is None or unit == "points":
        return f"{change.absolute:+,.1f}" if change.points is None else f"{change.points:+.1f} pp"
    relative = f"{change.relative * 100:+,.0f} %"
    return relative if change.points is None else f"{relative} ({change.points:+.1f} pp)"


def _share(progress: Progress | None) -> str:
    if progress is None or progress.share is None:
        return ""
    return f"{progress.share * 100:.0f} %"


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
        "rows": [_row(value) for value in measured.values],
        "drafts": list(measured.drafts),
        "errors": [
            {"metric": failure.metric, "kind": failure.kind, "message": failure.message}
            for failure in measured.failures
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2, default=_exact) + "\n"


def _row(value: Value) -> dict[str, Any]:
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
        "baseline": plain(progress.baseline),
        "target": plain(progress.target),
        "current": plain(progress.current),
        "measured": progress.measured,
        "deadline": progress.deadline.isoformat() if progress.deadline else None,
        "progress": progress.share,
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
    """One line a value; dimensions as `name=value` pairs of their own columns."""
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
    writer.writerow([*fixed, *names, *numbers])
    for value in measured.values:
        writer.writerow([*_place(value), *_dimensions(value, names), *_numbers(value)])
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
    return ["" if cell is None else cell for cell in cells]
