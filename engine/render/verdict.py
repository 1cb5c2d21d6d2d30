"""Who answers for each metric, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..graph.ownership import Ownership
from ..model import Project


def render_verdicts(
    project: Project, ownership: Mapping[str, Ownership], language: str, paint: Callable[[str, str], str]
) -> str:
    """A line a metric that is shown: its verdict and the departments that move it; single owners last."""
    rows = []
    for metric in project.metrics.values():
        if metric.role == "component":
            continue
        found = ownership[metric.name]
        movers = [project.departments[name].title for name in found.movers]
        names = [title.said_in(language) if title else name for title, name in zip(movers, found.movers, strict=True)]
        everyone = len(found.movers) == len(project.departments) > 1
        who = {"en": "all", "ru": "все"}.get(language, "all") if everyone else ", ".join(names)
        title = metric.title.said_in(language) if metric.title else metric.name
        rows.append((found.verdict != "shared", title, found.verdict, who or "-"))
    width = max((len(row[1]) for row in rows), default=0)
    words = {
        "shared": {"en": "shared", "ru": "общая"},
        "single": {"en": "single", "ru": "единоличная"},
    }
    told = {verdict: texts.get(language, texts["en"]) for verdict, texts in words.items()}
    longest = max(map(len, told.values()))
    lines = []
    for single, title, verdict, who in sorted(rows, key=lambda row: row[0]):
        mark = told[verdict].ljust(longest)
        lines.append(f"{title.ljust(width)}  {mark if single else paint(mark, 'yellow')}  {who}")
    return "\n".join(lines) + "\n"
