"""Objectives of two sides: what is asked for more, for less, or otherwise; which way is more, the metric says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from ..model import Change, Direction, Guardrail, KeyResult, Metric, Objective, Stretch
from .changes import Aspect, GoalChange, GoalKind, Touched
from .side import Side
from .touched import touched_by_goal

Pair = tuple[KeyResult, KeyResult]


def compare_goals(before: Side, after: Side, renamed: Mapping[str, str]) -> Iterator[GoalChange]:
    old, new = before.project.objectives, after.project.objectives
    for name, objective in new.items():
        if name in old:
            yield from _Goal(before, after, renamed, old[name], objective).changes()
        else:
            yield GoalChange("added", name, touched_by_goal(after, objective))
    for name, objective in old.items():
        if name not in new:
            yield GoalChange("removed", name, touched_by_goal(before, objective))


class _Goal:
    """One objective on both sides."""

    def __init__(self, before: Side, after: Side, renamed: Mapping[str, str], old: Objective, new: Objective) -> None:
        self.before, self.after, self.renamed = before, after, renamed
        self.old, self.new = old, new

    def changes(self) -> Iterator[GoalChange]:
        old, new = self.old, self.new
        for name, one, other in (
            ("departments", _named(old.departments), _named(new.departments)),
            ("period", _stretch(old.period), _stretch(new.period)),
            ("supports", old.supports, new.supports),
        ):
            if one != other:
                touching = touched_by_goal(self.after, new), touched_by_goal(self.before, old)
                yield GoalChange("changed", new.name, _both(self.after, *touching), aspect=Aspect(name, one, other))
        pairs, gone, come = self._paired()
        for pair in pairs:
            yield from self._result(pair)
        for result in come:
            yield self._told("added", result, self.after, new)
        for result in gone:
            yield self._told("removed", result, self.before, old)

    def _paired(self) -> tuple[list[Pair], list[KeyResult], list[KeyResult]]:
        """Key results that belong together: of one metric and segment, else of one metric, else of one title."""
        gone, come = list(self.old.key_results), list(self.new.key_results)
        pairs: list[Pair] = []
        for key in (
            lambda it: (self._metric(it), it.where) if it.metric else None,
            self._metric,
            lambda it: None if it.metric else str(it.title),
        ):
            for result in list(come):
                match = next((it for it in gone if key(it) is not None and key(it) == key(result)), None)
                if match is not None:
                    pairs.append((match, result))
                    gone.remove(match)
                    come.remove(result)
        order = {id(result): at for at, result in enumerate(self.new.key_results)}
        return sorted(pairs, key=lambda pair: order[id(pair[1])]), gone, come

    def _metric(self, result: KeyResult) -> str | None:
        return self.renamed.get(result.metric, result.metric) if result.metric else None

    def _result(self, pair: Pair) -> Iterator[GoalChange]:
        old, new = pair
        yield from self._target(old, new)
        if old.deadline != new.deadline:
            later = None if old.deadline is None or new.deadline is None else new.deadline > old.deadline
            kind: GoalKind = "changed" if later is None else "softened" if later else "hardened"
            yield self._told(
                kind, new, self.after, self.new, Aspect("deadline", _text(old.deadline), _text(new.deadline))
            )
        for name in ("where", "measured"):
            one, other = getattr(old, name), getattr(new, name)
            if one != other:
                yield self._told("changed", new, self.after, self.new, Aspect(name, one, other))
        yield from self._guardrails(old, new)

    def _target(self, old: KeyResult, new: KeyResult) -> Iterator[GoalChange]:
        """One change for the target however it is written; a baseline counts where the target rests on it."""
        unit, kind = self._unit(new.metric), self._harder(old, new)
        then, now = _target(old, unit), _target(new, unit)
        if then != now:
            aspect = Aspect(now[0] if then[0] == now[0] else "target", then[1], now[1])
            yield self._told(kind, new, self.after, self.new, aspect)
            kind = "changed"  # the target's change tells already what both come to
        baselines = _baseline(old.baseline, unit), _baseline(new.baseline, unit)
        if baselines[0] != baselines[1]:
            yield self._told(kind, new, self.after, self.new, Aspect("baseline", *baselines))

    def _harder(self, old: KeyResult, new: KeyResult) -> GoalKind:
        """Whether more is asked for: by the values to be reached where both are known, else by the change wanted."""
        up = self._up(old, new)
        if up is None or old.where != new.where:  # of other customers another value may be as hard
            return "changed"
        reached = [_reached(it) for it in (old, new)]
        if None not in reached:
            return _more(reached[0], reached[1], up)
        changes = [it.change for it in (old, new)]
        same = changes[0] is not None and changes[1] is not None and changes[0].kind == changes[1].kind
        if same and old.baseline == new.baseline:
            return _more(changes[0].amount, changes[1].amount, up)  # type: ignore[union-attr]  # neither is None
        return "changed"

    def _up(self, old: KeyResult, new: KeyResult) -> bool | None:
        """Which way the value is to go; None where that cannot be told, or is not the same on both sides."""
        metrics = [_metric_of(side, it) for side, it in ((self.before, old), (self.after, new))]
        if len({metric.unit if metric else None for metric in metrics}) > 1:
            return None
        ways = [self._way(side, it) for side, it in ((self.before, old), (self.after, new))]
        return ways[0] if ways[0] == ways[1] else None

    def _way(self, side: Side, result: KeyResult) -> bool | None:
        metric = _metric_of(side, result)
        direction: Direction | None = metric.direction if metric else None
        if direction is not None:
            return None if direction == "hold" else direction == "up"
        if result.change is not None and result.change.amount:
            return result.change.amount > 0
        if isinstance(result.baseline, Decimal) and result.target is not None and result.target != result.baseline:
            return result.target > result.baseline
        return None

    def _guardrails(self, old: KeyResult, new: KeyResult) -> Iterator[GoalChange]:
        then, now = _bounds(old.guardrails, self.renamed), _bounds(new.guardrails, {})
        for name, key in dict.fromkeys((*now, *then)):
            one, other = then.get((name, key)), now.get((name, key))
            if one == other:
                continue
            unit = self._unit(name)
            kind: GoalKind = "hardened" if one is None else "softened"
            if one is not None and other is not None:
                kind = _more(one, other, key == "at_least")
            aspect = Aspect(key, _amount(one, unit), _amount(other, unit))
            yield self._told(kind, new, self.after, self.new, aspect, name)

    def _unit(self, metric: str | None) -> str | None:
        found = self.after.project.metrics.get(metric or "") or self.before.project.metrics.get(metric or "")
        return found.unit if found else None

    def _told(
        self,
        kind: GoalKind,
        result: KeyResult,
        side: Side,
        objective: Objective,
        aspect: Aspect | None = None,
        guardrail: str | None = None,
    ) -> GoalChange:
        label = result.metric or (str(result.title) if result.title else "")
        reach = touched_by_goal(side, objective, result.metric)
        return GoalChange(kind, objective.name, reach, label, result.metric is not None, guardrail, aspect)


def _metric_of(side: Side, result: KeyResult) -> Metric | None:
    return side.project.metrics.get(result.metric or "")


def _target(result: KeyResult, unit: str | None) -> tuple[str, str | None]:
    """What is wanted, and as what it is written."""
    if result.change is not None:
        return "change", _change(result.change, unit)
    return "target", _amount(result.target, unit)


def _more(old: Decimal | None, new: Decimal | None, up: bool) -> GoalKind:
    assert old is not None
    assert new is not None
    return "changed" if old == new else "hardened" if (new > old) == up else "softened"


def _reached(result: KeyResult) -> Decimal | None:
    """The value to be reached, where no measuring is needed to tell it."""
    return result.reached(result.baseline if isinstance(result.baseline, Decimal) else None)


def _bounds(guardrails: Iterable[Guardrail], renamed: Mapping[str, str]) -> dict[tuple[str, str], Decimal]:
    """The strictest bound of each kind on each metric."""
    found: dict[tuple[str, str], Decimal] = {}
    for it in guardrails:
        name = renamed.get(it.metric, it.metric)
        for key, bound, strictest in (("at_least", it.at_least, max), ("at_most", it.at_most, min)):
            if bound is not None:
                found[name, key] = strictest(bound, found.get((name, key), bound))
    return found


def _both(side: Side, one: Touched, other: Touched) -> Touched:
    departments = {*one.departments, *other.departments}
    known = (*side.project.departments, *other.departments)
    ordered = tuple(dict.fromkeys(name for name in known if name in departments))
    return Touched(ordered, tuple(dict.fromkeys((*one.objectives, *other.objectives))))


def _named(departments: tuple[str, ...] | str) -> str:
    return departments if isinstance(departments, str) else ", ".join(departments)


def _stretch(stretch: Stretch | None) -> str | None:
    return None if stretch is None else f"{stretch.start} to {stretch.end - timedelta(days=1)}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _amount(value: Decimal | None, unit: str | None) -> str | None:
    """As a spec writes it: `60 %`, `100`."""
    if value is None:
        return None
    return f"{_plain(value * 100)} %" if unit == "percent" else _plain(value)


def _change(change: Change, unit: str | None) -> str:
    sign = "+" if change.amount >= 0 else ""
    if change.kind == "absolute":
        return sign + (_amount(change.amount, unit) or "")
    return f"{sign}{_plain(change.amount * 100)} {'%' if change.kind == 'relative' else 'pp'}"


def _baseline(baseline: Decimal | Stretch | None, unit: str | None) -> str | None:
    return _stretch(baseline) if isinstance(baseline, Stretch) else _amount(baseline, unit)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
