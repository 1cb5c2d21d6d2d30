"""What the dashboard shows: which values it needs, each measured once, and what is made of them."""

from __future__ import annotations

from ..measure import periods
from ..measure.values import Measured
from ..model import Profile
from ..report.dashboard import QUESTIONS, Asked, Dashboard, cards
from ..report.everybody import for_everybody
from ..report.weekly import Weekly, asked_by
from .journey import Journey
from .reporting import diagnosis, read, reported, weekly


def dashboard(journey: Journey, *, reports: int = 4, profile: Profile | None = None) -> tuple[Dashboard, Measured]:
    """The page's values as of now, with the last `reports` result reports, each as it was known in its time.

    Raises `UsageError` where the organisation does not say how often it reports.
    """
    project, grain = journey.project, reported(journey).grain
    asked = asked_by(project)
    report, readings = read(journey, None, profile)
    found = cards(project, report, {name: readings.series.get((name, None), ()) for name in asked}, grain)
    answered = tuple(
        Asked(it.question, found[it.asked.metric], it.segments)
        for it in sorted(report.customers, key=lambda it: QUESTIONS.index(it.question))
        if it.asked.metric in found
    )
    told = Dashboard(
        as_of=journey.as_of,
        grain=grain,
        label=report.label,
        stars=tuple(card for card in found.values() if card.metric.role == "north_star"),
        questions=answered,
        cards=found,
        reports=tuple(
            for_everybody(it, project.config.smallest_group)
            for it in (report, *_earlier(journey, report, reports - 1, profile))
        ),
        diagnosis=diagnosis(journey, report),
    )
    return told, readings.latest


def _earlier(journey: Journey, report: Weekly, count: int, profile: Profile | None) -> list[Weekly]:
    """The reports before `report`, back to the first one that has any value."""
    found: list[Weekly] = []
    grain, period = reported(journey).grain, report.period
    while len(found) < count:
        period = periods.before(period, grain)
        earlier, _ = weekly(journey, period, profile)
        if all(value.value is None for value in earlier.values.values()):
            break
        found.append(earlier)
    return found
