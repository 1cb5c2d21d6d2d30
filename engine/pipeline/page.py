"""The dashboard's page from a project on its way."""

from __future__ import annotations

from ..measure.values import Measured
from ..model import Profile
from ..render.dashboard_page import render_dashboard
from .dashboard import dashboard
from .definitions import statements
from .journey import Journey
from .reporting import reported


def page_of(
    journey: Journey, reports: int, profile: Profile | None, language: str | None = None, *, live: bool = False
) -> tuple[str, Measured]:
    """The HTML text, and what was measured for it."""
    told, measured = dashboard(journey, reports=reports, profile=profile)
    text = render_dashboard(
        told,
        journey.graph,
        journey.ownership,
        language or journey.project.config.language,
        sql=statements(journey, reported(journey).grain),
        complete=journey.loaded.complete,
        live=live,
    )
    return text, measured
