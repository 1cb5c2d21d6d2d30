"""Which way a key result's target lies, and what of it has become easier since an earlier revision."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..model import Guardrail, KeyResult, Project

SOFTENED = ("target", "change", "deadline", "guardrails")
SOFTENED_LABELS = {
    "en": {"target": "the target", "change": "the change", "deadline": "the deadline", "guardrails": "the guardrails"},
    "ru": {"target": "цель", "change": "изменение", "deadline": "срок", "guardrails": "ограничения"},
}


def course(project: Project, result: KeyResult) -> str:
    """`with` or `against` the metric's direction; `unclear` where one of the two is not said."""
    metric = project.metrics.get(result.metric or "")
    wanted = {"up": 1, "down": -1}.get(metric.direction or "") if metric else None
    sign = _sign(result)
    if wanted is None or sign == 0:
        return "unclear"
    return "with" if wanted == sign else "against"


def softened(project: Project, before: KeyResult, now: KeyResult) -> tuple[str, ...]:
    """What of `now` asks for less than `before` did."""
    found = []
    if _lowered(_wanted(project, now), before.target, now.target):
        found.append("target")
    if _smaller(before, now):
        found.append("change")
    if before.deadline and (now.deadline is None or now.deadline > before.deadline):
        found.append("deadline")
    if any(_loosened(before.guardrails, now.guardrails)):
        found.append("guardrails")
    return tuple(found)


def _sign(result: KeyResult) -> int:
    if result.change is not None:
        amount = result.change.amount
    elif result.target is not None and isinstance(result.baseline, Decimal):
        amount = result.target - result.baseline
    else:
        return 0
    return (amount > 0) - (amount < 0)


def _wanted(project: Project, result: KeyResult) -> int:
    """1 where more is better, -1 where less is; what the spec does not say is read from the target itself."""
    metric = project.metrics.get(result.metric or "")
    wanted = {"up": 1, "down": -1}.get(metric.direction or "") if metric else None
    return _sign(result) if wanted is None else wanted


def _lowered(wanted: int, before: Decimal | None, now: Decimal | None) -> bool:
    return before is not None and now is not None and (now - before) * wanted < 0


def _smaller(before: KeyResult, now: KeyResult) -> bool:
    """A change of the same kind and sign by less; a target or change that is gone altogether."""
    if before.change is None:
        return before.target is not None and now.target is None and now.change is None
    if now.change is None:
        return now.target is None
    if now.change.kind != before.change.kind:
        return False
    old, new = before.change.amount, now.change.amount
    return (abs(new) < abs(old)) if (old > 0) == (new > 0) else True


def _loosened(before: tuple[Guardrail, ...], now: tuple[Guardrail, ...]) -> Iterator[bool]:
    kept = {guard.metric: guard for guard in now}
    for guard in before:
        other = kept.get(guard.metric)
        yield other is None or (
            (guard.at_least is not None and (other.at_least is None or other.at_least < guard.at_least))
            or (guard.at_most is not None and (other.at_most is None or other.at_most > guard.at_most))
        )
