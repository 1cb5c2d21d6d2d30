"""A difference as JSON, version 1."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..diff.changes import (
    Aspect,
    Breaking,
    Change,
    Difference,
    EntryChange,
    FindingChange,
    GoalChange,
    InfluenceChange,
    MetricChange,
    OwnershipChange,
    SettingChange,
    Touched,
)
from ..diff.values import Compared
from ..graph.ownership import Ownership
from ..graph.routes import Route
from .values import plain


def render_json(difference: Difference, before: str, after: str | None, as_of: str, values: Iterable[Compared]) -> str:
    """Each change with its `area` and `kind`, whom it touches, and why it breaks something (or null)."""
    measured: dict[str, list[Compared]] = {}
    for value in values:
        measured.setdefault(value.metric, []).append(value)
    body = {
        "version": 1,
        "as_of": as_of,
        "before": before,
        "after": after,
        "breaking": len(difference.breaking),
        "renamed": [{"before": former, "after": now} for former, now in difference.renamed.items()],
        "changes": [_change(change, measured) for change in difference.changes],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _change(change: Change, measured: dict[str, list[Compared]]) -> dict[str, Any]:
    area, told = _told(change, measured)
    return {
        "area": area,
        "kind": change.kind,
        **told,
        "breaking": _breaking(getattr(change, "breaking", None)),
        "touches": _touched(change.touched),
    }


def _told(change: Change, measured: dict[str, list[Compared]]) -> tuple[str, dict[str, Any]]:
    match change:
        case MetricChange():
            return "metric", {
                "metric": change.metric,
                "formerly": change.formerly,
                "aspects": [_aspect(it) for it in change.aspects],
                "through": list(change.through),
                "sql": {"before": change.sql.before, "after": change.sql.after} if change.sql else None,
                "notes": [{"date": str(it.day), "note": str(it.note)} for it in change.notes],
                "influences": [{"from": source, "to": target} for source, target in change.influences],
                "values": [_value(it) for it in measured.get(change.metric, ())] if _has_values(change) else [],
            }
        case OwnershipChange():
            return "ownership", {
                "metric": change.metric,
                "before": _ownership(change.before),
                "after": _ownership(change.after),
                "gained": [_route(it) for it in change.gained],
                "lost": [_route(it) for it in change.lost],
            }
        case InfluenceChange():
            told = {"from": change.source, "to": change.target, "effect": change.effect}
            aspects = [_aspect(it) for it in change.aspects]
            return "influence", {**told, "strength": change.strength, "lag": change.lag, "aspects": aspects}
        case GoalChange():
            return "objective", {
                "objective": change.objective,
                "metric": change.result if change.measured else None,
                "title": None if change.measured else change.result,
                "guardrail": change.guardrail,
                "aspect": _aspect(change.aspect) if change.aspect else None,
            }
        case SettingChange():
            return "setting", {"aspect": _aspect(change.aspect)}
        case EntryChange():
            return "entry", {
                "collection": change.collection,
                "name": change.name,
                "aspects": [_aspect(it) for it in change.aspects],
            }
        case FindingChange(_, found):
            told = {"code": found.code, "severity": found.severity, "message": found.message}
            return "finding", {**told, "subject": found.subject}


def _has_values(change: MetricChange) -> bool:
    return change.kind in ("redefined", "follows", "defined", "undefined")


def _aspect(aspect: Aspect) -> dict[str, Any]:
    return {"name": aspect.name, "before": aspect.before, "after": aspect.after}


def _breaking(breaking: Breaking | None) -> dict[str, Any] | None:
    return None if breaking is None else {"because": breaking.code, "users": list(breaking.users)}


def _touched(touched: Touched) -> dict[str, list[str]]:
    names = ("departments", "objectives", "computed", "moved", "north_stars")
    return {name: list(getattr(touched, name)) for name in names}


def _ownership(found: Ownership) -> dict[str, Any]:
    names = ("movers", "contributors", "declared")
    return {"verdict": found.verdict, **{name: list(getattr(found, name)) for name in names}}


def _route(route: Route) -> dict[str, Any]:
    return {"nodes": list(route.nodes), "effect": route.effect, "strength": route.strength, "lag": route.lag_text}


def _value(it: Compared) -> dict[str, Any]:
    period = {"start": str(it.period.start), "end": str(it.period.end), "label": it.label} if it.period else None
    return {
        "unit": it.unit,
        "period": period,
        "before": plain(it.before),
        "after": plain(it.after),
        "failures": [{"side": side, "message": message} for side, message in it.failures],
    }
