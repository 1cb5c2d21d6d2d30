"""What the warehouse says of the specs, before anything is measured."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Diagnostic, in_reading_order
from ..measure.live import Planned, data_findings, planned
from ..model import Profile
from ..sql.data_checks import data_checks
from ..sql.frame import Frame
from ..warehouse.sessions import Sessions
from .journey import Journey


@dataclass(frozen=True, slots=True)
class Live:
    """What was found in the warehouse, findings of the structure included, and what it says of the statements."""

    findings: tuple[Diagnostic, ...]
    planned: Planned


def live(journey: Journey, profile: Profile | None, most: int | None = None) -> Live:
    """Findings of the warehouse: tables and columns, each metric's statement as it would be planned, then the data.

    Nothing that aggregates metrics is run. Statements that would read more than `most` rows are findings.
    """
    tables = journey.tables(profile)
    report = journey.project.organization.report if journey.project.organization else None
    frame = Frame(journey.as_of, report.grain if report else None)
    warehouse = journey.connect(profile)
    with Sessions(warehouse, 1, profile.timeout if profile else None) as sessions:
        findings = [found for _, found in journey.unfit(sessions, warehouse.dialect, tables)]
        unread = frozenset(found.subject.removeprefix("dataset:") for found in findings if found.subject)
        plan = Planned(0, None, None, ())
        if not findings:
            plan = planned(journey.compiler, frame, warehouse.dialect, tables, sessions.explain, most)
        checks = data_checks(journey.compiler.catalog, warehouse.dialect, journey.as_of, tables)
        findings += [*plan.findings, *data_findings(checks, sessions.execute, journey.as_of, unread)]
    return Live(tuple(in_reading_order([*journey.structure(), *findings])), plan)
