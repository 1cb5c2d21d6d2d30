"""Two sides in, all that the change means out."""

from __future__ import annotations

from itertools import chain

from .changes import Change, Difference
from .entries import compare_entries, compare_findings
from .goals import compare_goals
from .influences import compare_influences
from .metrics import compare_metrics, renamed_metrics
from .ownership import compare_ownership
from .reports import compare_reports
from .settings import compare_settings
from .side import Side


def compare(before: Side, after: Side) -> Difference:
    """Every change in meaning from `before` to `after`; how specs are written, and words for people, mean nothing."""
    renamed = renamed_metrics(before, after)
    changes: chain[Change] = chain(
        compare_settings(before, after),
        compare_entries(before, after),
        compare_metrics(before, after, renamed),
        compare_ownership(before, after, renamed),
        compare_influences(before, after, renamed),
        compare_goals(before, after, renamed),
        compare_reports(before, after, renamed),
        compare_findings(before, after, renamed),
    )
    return Difference(tuple(changes), renamed, after.as_of.date())
