"""The reports as JSON: each figure with its metric, period and what it is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..graph.ownership import Ownership
from ..measure.effects import Effect
from ..measure.usual import Usual
from ..measure.values import Progress, Value
from ..report.customers import Answered
from ..report.late import Late
from ..report.losses import LossesTold
from ..report.meetings import Answer, agenda, joint, together
from ..report.pilot import Tried
from ..report.segments import Segments
from ..report.weekly import AlarmTold, BlockerTold, ChangeTold, Weekly, grade
from .values import plain, plain_value


def weekly_json(report: Weekly) -> str:
    return _dump(
        {
            **_head("weekly", report),
            "customers": [_answered(it) for it in report.customers],
            "shared": [plain_value(value) for value in report.shared],
            "departments": [
                {
                    "department": section.department.name,
                    "changes": [_change(it) for it in section.changes],
                    "blockers": [_blocker(it) for it in section.blockers],
                    "own": [plain_value(value) for value in section.own],
                }
                for section in report.sections
            ],
            "objectives": [_progress(it) for it in report.progress],
            "late": [_late(it) for it in report.late],
            "alarms": [_alarm(it) for it in report.alarms],
            "losses": _losses(report.losses),
            "everybody_wins_business_loses": None if report.paradox is None else report.paradox.verdict,
            "mismatches": [it.name for it in report.mismatches],
            "missing": [{"metric": it.metric, "why": it.why, "told": it.told or None} for it in report.missing],
        }
    )


def agenda_json(report: Weekly) -> str:
    found = agenda(report)
    return _dump(
        {
            **_head("agenda", report),
            **{
                key: [{**plain_value(value), "usual": _usual(report.usual[value.metric])} for value in values]
                for key, values in (
                    ("worked", found.worked),
                    ("did_not", found.did_not),
                    ("within", found.within),
                    ("untold", found.untold),
                )
            },
            "late": [_late(it) for it in report.late],
            "alarms": [_alarm(it) for it in found.ringing],
            "guardrails": [state.metric for _, state in found.broken],
            "blockers": [_blocker(it) for it in found.open],
            "mismatches": [it.name for it in report.mismatches],
        }
    )


def retro_json(report: Weekly, ownership: Mapping[str, Ownership]) -> str:
    wins = [
        {"departments": list(movers), **plain_value(value), "usual": _usual(report.usual[value.metric])}
        for value, movers in joint(report, ownership)
    ]
    blockers = [_blocker(it) for section in report.sections for it in section.blockers]
    return _dump(
        {
            **_head("retro", report),
            "wins": wins,
            "together": [_change(it) for it in together(report)],
            "blockers": blockers,
        }
    )


def _usual(found: Usual | None) -> dict[str, Any] | None:
    return None if found is None else {"low": found.low, "high": found.high, "periods": found.periods}


def pilots_json(pilots: Sequence[Tried]) -> str:
    told = [
        {
            "pilot": it.pilot.name,
            "department": it.pilot.department,
            "compare_to": it.pilot.compare_to,
            "start": it.during.start.isoformat(),
            "end": it.during.end.isoformat(),
            "before": {"start": it.earlier.start.isoformat(), "end": it.earlier.end.isoformat()},
            "metrics": [
                {
                    "metric": one.metric,
                    "before": _optional(one.before),
                    "during": _optional(one.during),
                    "rest_before": _optional(one.rest_before),
                    "rest_during": _optional(one.rest_during),
                    "difference": one.difference,
                    "measured": _effect(one.effect),
                }
                for one in it.metrics
            ],
        }
        for it in pilots
    ]
    return _dump({"version": 1, "report": "pilot", "pilots": told})


def health_json(report: Weekly, answers: Sequence[Answer], health: Mapping[Any, str]) -> str:
    asked = [
        {"question": it.question, "answer": it.answer, "facts": {key: list(names) for key, names in it.facts}}
        for it in answers
    ]
    measured = {key: _optional(report.values.get(name)) for key, name in health.items()}
    return _dump({**_head("health", report), "measured": measured, "questions": asked})


def _head(kind: str, report: Weekly) -> dict[str, Any]:
    period = {"start": report.period.start.isoformat(), "end": report.period.end.isoformat(), "label": report.label}
    return {"version": 1, "report": kind, "period": period, "as_of": report.as_of.isoformat()}


def _answered(it: Answered) -> dict[str, Any]:
    return {
        "question": it.question,
        "metric": it.asked.metric,
        "by": it.asked.by,
        "value": _optional(it.value),
        "groups": None if it.segments is None else _segments(it.segments),
    }


def _segments(found: Segments) -> dict[str, Any]:
    shown = [
        {
            "group": None if it.name is None else str(it.name),
            "value": plain(it.value.value),
            "numerator": plain(it.value.numerator),
            "denominator": plain(it.value.denominator),
        }
        for it in found.shown
    ]
    return {"first": found.first, "last": found.last, "shown": shown, "hidden": found.hidden, "why": found.reason}


def _losses(it: LossesTold) -> dict[str, Any]:
    found = [
        {
            "metric": loss.metric,
            "value": _optional(loss.value),
            "formula": loss.formula or None,
            "parts": [
                {"metric": part.metric, "value": plain(part.value.value) if part.value else None} for part in loss.parts
            ],
            "lacking": list(loss.lacking),
        }
        for loss in it.losses
    ]
    costs = {"winning": _optional(it.winning), "keeping": _optional(it.keeping), "times": it.times}
    return {"metrics": found, **costs}


def _late(it: Late) -> dict[str, Any]:
    return {
        "dataset": it.dataset,
        "latest": it.latest.isoformat() if it.latest else None,
        "allowed": str(it.allowed),
        "metrics": list(it.metrics),
        "failed": it.failed,
    }


def _change(it: ChangeTold) -> dict[str, Any]:
    return {
        "change": it.change.name,
        "departments": list(it.change.departments),
        "date": it.change.day.isoformat() if it.change.day else None,
        "expects": [
            {
                "metric": seen.expected.metric,
                "effect": seen.expected.effect,
                "where": seen.expected.where,
                "too_early": seen.early,
                "value": _optional(seen.value),
                "measured": _effect(seen.effect),
            }
            for seen in it.seen
        ],
        "answers": [blocker.name for blocker in it.answers],
    }


def _blocker(it: BlockerTold) -> dict[str, Any]:
    return {"blocker": it.blocker.name, "asks": it.blocker.asks, "answered_by": [by.name for by in it.answered_by]}


def _alarm(it: AlarmTold) -> dict[str, Any]:
    values = [plain_value(value) for value in it.values]
    return {"alarm": it.alarm.name, "when": it.alarm.when, "rings": it.rings, "values": values}


def _progress(it: Progress) -> dict[str, Any]:
    return {
        "objective": it.objective,
        "metric": it.metric,
        "where": it.where,
        "period": it.label,
        "current": plain(it.current),
        "baseline": plain(it.baseline),
        "target": plain(it.target),
        "progress": it.share,
        "grade": grade(it.share),
        "broken": [state.metric for state in it.guardrails if state.held is False],
    }


def _effect(it: Effect | None) -> dict[str, Any] | None:
    if it is None:
        return None
    return {
        "verdict": it.verdict,
        "estimate": it.estimate,
        "low": it.low,
        "high": it.high,
        "periods": {"before": it.n_before, "after": it.n_after},
        "other_changes": list(it.overlapping),
        "reason": it.reason or None,
    }


def _optional(value: Value | None) -> dict[str, Any] | None:
    return None if value is None else plain_value(value)


def _dump(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n"
