"""The responsibility matrix as CSV, Markdown and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO

from ..graph.matrix import Cell, Matrix
from ..model import Department, Metric, Project

_WORDS: Mapping[str, Mapping[str, str]] = {
    "metric": {"en": "metric", "ru": "метрика"},
    "title": {"en": "title", "ru": "название"},
    "verdict": {"en": "verdict", "ru": "вывод"},
    "single": {"en": "single", "ru": "единоличная"},
    "shared": {"en": "shared", "ru": "общая"},
    "answers": {"en": "answers", "ru": "отвечает"},
    "moves": {"en": "moves", "ru": "влияет прямо"},
    "contributes": {"en": "contributes", "ru": "влияет через другие метрики"},
    "nothing": {"en": "nothing", "ru": "ничего"},
    "and": {"en": "{0} and {1}", "ru": "{0}, {1}"},
    "without": {"en": "answers without influence", "ru": "отвечает, не влияя"},
}


def render_csv(matrix: Matrix, project: Project, language: str) -> str:
    """A line a metric, a column a department, in words of `language`; the columns bear the departments' names."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(_word(key, language) for key in ("metric", "title", "verdict")), *matrix.departments])
    for row in matrix.rows:
        title = _safe(_title(project.metrics[row.metric], language))
        writer.writerow([row.metric, title, _word(row.verdict, language), *(_said(it, language) for it in row.cells)])
    return out.getvalue()


def render_markdown(matrix: Matrix, project: Project, language: str) -> str:
    """A table for a page; who answers stands in bold, an empty cell means nothing."""
    heads = [_title(project.departments[name], language) for name in matrix.departments]
    lines = [_line([_word("metric", language), _word("verdict", language), *heads])]
    lines.append("|" + "---|" * (len(heads) + 2))
    for row in matrix.rows:
        cells = [_bold(it, language) for it in row.cells]
        lines.append(
            _line([_title(project.metrics[row.metric], language), _word(row.verdict, language), *cells], raw=2)
        )
    return "\n".join(lines) + "\n"


def render_json(matrix: Matrix, project: Project, language: str) -> str:
    """Version 1: for every metric and department whether it answers, and `moves`, `contributes` or `nothing`."""
    rows = [
        {
            "metric": row.metric,
            "title": _title(project.metrics[row.metric], language),
            "verdict": row.verdict,
            "departments": [
                {"department": name, "answers": cell.answers, "reach": cell.reach}
                for name, cell in zip(matrix.departments, row.cells, strict=True)
            ],
        }
        for row in matrix.rows
    ]
    return json.dumps({"version": 1, "metrics": rows}, ensure_ascii=False, indent=2) + "\n"


FORMS: Mapping[str, Callable[[Matrix, Project, str], str]] = {
    "csv": render_csv,
    "markdown": render_markdown,
    "json": render_json,
}


def _said(cell: Cell, language: str) -> str:
    if not cell.answers:
        return _word(cell.reach, language)
    if cell.reach == "nothing":
        return _word("without", language)
    return _word("and", language).format(_word("answers", language), _word(cell.reach, language))


def _bold(cell: Cell, language: str) -> str:
    if not cell.answers and cell.reach == "nothing":
        return ""
    return f"**{_said(cell, language)}**" if cell.answers else _said(cell, language)


def _line(cells: list[str], raw: int = 0) -> str:
    """`raw`: from this cell on the text is ours and needs no escape."""
    escaped = [text if raw and at >= raw else _escaped(text) for at, text in enumerate(cells)]
    return "| " + " | ".join(escaped) + " |"


def _escaped(text: str) -> str:
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, "\\" + sign)
    return text


def _safe(text: str) -> str:
    """A spreadsheet would run a text that begins like a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _title(entity: Metric | Department, language: str) -> str:
    return " ".join((entity.title.said_in(language) if entity.title else entity.name).split())


def _word(key: str, language: str) -> str:
    return _WORDS[key].get(language, _WORDS[key]["en"])
