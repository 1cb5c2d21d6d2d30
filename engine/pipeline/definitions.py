"""The SQL of every metric, for pages that show it on demand."""

from __future__ import annotations

from ..sql.frame import Frame
from ..sql.refusal import Refusal
from .journey import Journey


def statements(journey: Journey, grain: str | None = None) -> dict[str, str]:
    """The SQL of every metric that has a definition, or as a comment why it has none."""
    frame, dialect = Frame(journey.as_of, grain), journey.project.config.dialect
    found = {}
    for metric in journey.project.metrics.values():
        if metric.definition is not None and metric.name not in journey.project.broken:
            try:
                found[metric.name] = journey.compile([metric.name], frame, dialect).sql
            except Refusal as refusal:
                found[metric.name] = f"-- {refusal.code}: {refusal.message}"
    return found
