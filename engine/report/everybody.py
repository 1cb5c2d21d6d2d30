"""A report as everybody may see it."""

from __future__ import annotations

from dataclasses import replace

from .weekly import ChangeTold, Seen, Weekly


def for_everybody(report: Weekly, least: int) -> Weekly:
    """The report without values of segments that rest on fewer than `least` cases, or on nobody knows how many."""

    def told(it: ChangeTold) -> ChangeTold:
        return replace(it, seen=tuple(replace(seen, hidden=_is_small(seen, least)) for seen in it.seen))

    sections = (replace(it, changes=tuple(told(change) for change in it.changes)) for it in report.sections)
    progress = (
        replace(it, hidden=it.where is not None and it.current is not None and (it.cases or 0) < least)
        for it in report.progress
    )
    return replace(report, sections=tuple(sections), progress=tuple(progress))


def _is_small(seen: Seen, least: int) -> bool:
    value = seen.value
    return seen.expected.where is not None and value is not None and (value.cases or 0) < least
