"""Metrics of two sides: which came, went, were renamed, and are computed in another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model import Metric
from .changes import Aspect, Breaking, MetricChange, Sql
from .meaning import definition, filtered_by, meaning, mentioned
from .side import Side
from .touched import touched
from .users import users

_SHARED = ("datasets", "relationships", "dimensions", "calendars", "entities")  # what definitions rest on
SETTINGS = ("timezone", "week_start")
_DESCRIBED = ("role", "unit", "direction")


def renamed_metrics(before: Side, after: Side) -> dict[str, str]:
    """Former names to those of now: as `renamed_from` says, else the only metrics on both sides with one plan."""
    gone = [name for name in before.project.metrics if name not in after.project.metrics]
    come = [name for name in after.project.metrics if name not in before.project.metrics]
    found: dict[str, str] = {}
    for name in come:
        for former in after.project.metrics[name].renamed_from:
            if former in gone and former not in found and name not in found.values():
                found[former] = name
    plans: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for side, names, at in ((before, gone, 0), (after, come, 1)):
        for name in names:
            plan = None if name in found or name in found.values() else side.plan(name)
            if plan is not None:
                plans.setdefault(plan, ([], []))[at].append(name)
    for old, new in plans.values():
        if len(old) == len(new) == 1:
            found[old[0]] = new[0]
    return found


def compare_metrics(before: Side, after: Side, renamed: Mapping[str, str]) -> Iterator[MetricChange]:
    """Changes of metrics in project order, those that are gone last."""
    formerly = {now: former for former, now in renamed.items()}
    pairs = {
        name: formerly.get(name, name)
        for name in after.project.metrics
        if name in formerly or name in before.project.metrics
    }
    another = _computed_otherwise(before, after, pairs, renamed)
    compared = _Compared(before, after, pairs, renamed, another)
    for name in after.project.metrics:
        if name in pairs:
            yield from compared.metric(name)
        else:
            yield MetricChange("added", name, touched(after, [name]), influences=_influences(after, name))
    for name in before.project.metrics:
        if name not in after.project.metrics and name not in renamed:
            yield _removed(before, name, after)


def _removed(before: Side, name: str, after: Side) -> MetricChange:
    """A metric that was announced to go, and whose day is over, breaks nothing."""
    deprecated = before.project.metrics[name].deprecated
    announced = deprecated is not None and deprecated.until is not None and deprecated.until < after.as_of.date()
    using = () if announced else users(before.project, "metrics", name)
    breaking = Breaking("used", using) if using else None
    return MetricChange(
        "removed", name, touched(before, [name]), breaking=breaking, influences=_influences(before, name)
    )


def _influences(side: Side, name: str) -> tuple[tuple[str, str], ...]:
    said = [(it.source, it.target) for it in side.project.influences if name in (it.source, it.target)]
    return tuple(dict.fromkeys(said))


def changed_settings(before: Side, after: Side) -> list[str]:
    old, new = before.project.config, after.project.config
    return [name for name in SETTINGS if getattr(old, name) != getattr(new, name)]


def _computed_otherwise(
    before: Side, after: Side, pairs: Mapping[str, str], renamed: Mapping[str, str]
) -> frozenset[str]:
    """The metrics (names of now) with another plan, where either has one."""
    same_ground = not changed_settings(before, after) and all(
        meaning(getattr(before.project, name)) == meaning(getattr(after.project, name)) for name in _SHARED
    )
    metrics = after.project.metrics
    own = {
        name
        for name, former in pairs.items()
        if definition(metrics[name]) != definition(before.project.metrics[former], renamed)
    }
    suspects = set(pairs)
    if same_ground:  # then a plan can only differ with words of its own, or of a metric that it mentions
        mentions = {name: mentioned(metric) & metrics.keys() for name, metric in metrics.items()}
        suspects = own | (metrics.keys() - pairs.keys())
        while grown := {name for name in pairs.keys() - suspects if mentions[name] & suspects}:
            suspects |= grown
    found = set()
    for name in suspects & pairs.keys():
        plans = before.plan(pairs[name]), after.plan(name)
        if plans[0] != plans[1] or (plans == (None, None) and name in own):
            found.add(name)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Compared:
    before: Side
    after: Side
    pairs: Mapping[str, str]
    renamed: Mapping[str, str]
    another: frozenset[str]

    def metric(self, name: str) -> Iterator[MetricChange]:
        former = self.pairs[name]
        old, new = self.before.project.metrics[former], self.after.project.metrics[name]
        if former != name:
            using = () if former in new.renamed_from else users(self.before.project, "metrics", former)
            breaking = Breaking("renamed", using) if using else None
            yield MetricChange("renamed", name, touched(self.after, [name]), former, breaking)
        if name in self.another:
            yield self._otherwise(name, old, new)
        aspects = tuple(
            Aspect(key, getattr(old, key), getattr(new, key))
            for key in _DESCRIBED
            if getattr(old, key) != getattr(new, key)
        )
        if aspects or (new.deprecated is None) != (old.deprecated is None):
            yield self._described(name, aspects, old, new)

    def _described(self, name: str, aspects: tuple[Aspect, ...], old: Metric, new: Metric) -> MetricChange:
        notes = tuple(note for note in new.revisions if note not in old.revisions)
        ends = [str(it.deprecated.until) if it.deprecated else None for it in (old, new)]
        if ends[0] != ends[1]:
            aspects = (*aspects, Aspect("deprecated", *ends))
        unit = any(aspect.name == "unit" and aspect.before is not None for aspect in aspects)
        breaking = Breaking("unnoted") if unit and not notes else None
        return MetricChange("described", name, touched(self.after, [name]), None, breaking, aspects, notes=notes)

    def _otherwise(self, name: str, old: Metric, new: Metric) -> MetricChange:
        notes = tuple(note for note in new.revisions if note not in old.revisions)
        sql = self._sql(name)
        reach = touched(self.after, [name])
        if old.definition is None:
            return MetricChange("defined", name, reach, sql=sql, notes=notes)
        if new.definition is None:
            return MetricChange("undefined", name, reach, None, None if notes else Breaking("unnoted"), notes=notes)
        own = definition(new) != definition(old, self.renamed)
        formula = {it.source for it in self.after.graph.into(name) if it.kind == "formula"} | filtered_by(new)
        parts = tuple(it for it in self.after.project.metrics if it in formula & self.another)
        if not own and parts:
            return MetricChange("follows", name, reach, through=parts, sql=sql)
        through = () if own else self._ground()
        breaking = None if notes else Breaking("unnoted")
        return MetricChange("redefined", name, reach, None, breaking, through=through, sql=sql, notes=notes)

    def _ground(self) -> tuple[str, ...]:
        """The datasets and other collections whose change alone makes metrics other ones."""
        found = list(changed_settings(self.before, self.after))
        for collection in _SHARED:
            old, new = getattr(self.before.project, collection), getattr(self.after.project, collection)
            if collection in ("relationships", "calendars") or not isinstance(new, Mapping):
                found += [collection] if meaning(old) != meaning(new) else []
            else:
                names = (it for it in dict.fromkeys((*new, *old)))
                found += [it for it in names if meaning(old.get(it)) != meaning(new.get(it))]
        return tuple(dict.fromkeys(found))

    def _sql(self, name: str) -> Sql:
        """In total, or by month where only periods tell the two apart."""
        dialect = self.after.project.config.dialect
        former, told = self.pairs[name], Sql(None, None)
        for grain in (None, "month", "day"):
            found = Sql(self.before.sql(former, grain, dialect), self.after.sql(name, grain, dialect))
            told = told if told.before or told.after else found
            if (found.before or "").replace(former, name) != (found.after or ""):
                return found
        return told
