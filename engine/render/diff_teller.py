"""A difference in sentences, English or Russian: what text and Markdown lay out. Names stand in backticks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import unified_diff

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
    Sql,
    Touched,
    follows,
)
from ..diff.reports import COLLECTIONS
from ..diff.values import Compared
from ..graph.routes import Route
from ..measure.values import told as value_told
from ..model import Project
from .diff_words import NOUNS, WORDS, say
from .graph_words import said as map_said

_MOST = 5  # names in a list of what a change only acts on


@dataclass(frozen=True, slots=True)
class Line:
    """One change, told: a headline, what there is to add, the lines of SQL that differ, and whom it touches."""

    headline: str
    breaking: bool
    details: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()
    touches: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[Line, ...]


class Teller:
    """Tells the changes of a difference between two projects in one language, with values where they were measured."""

    def __init__(
        self, difference: Difference, before: Project, after: Project, language: str, values: Iterable[Compared] = ()
    ) -> None:
        self.difference, self.before, self.after, self.language = difference, before, after, language
        self.inline = True
        self.values: dict[str, list[Compared]] = {}
        for value in values:
            self.values.setdefault(value.metric, []).append(value)

    def summary(self) -> str:
        """How many changes, how many of them breaking, how many findings came and went."""
        changes, broken = len(self.difference.own), len(self.difference.breaking)
        new, gone = (len(self.difference.findings(kind)) for kind in ("new", "gone"))
        if not changes + new + gone:
            return self._say("none")
        parts = [self._count("changes", changes) + self._count("broken", broken)] if changes else []
        parts += [self._count(word, number) for word, number in (("came", new), ("went", gone)) if number]
        return "; ".join(parts)

    def _count(self, word: str, number: int) -> str:
        return self._say(word if number != 1 else f"{word}_1", number=number or ("none", 0)[self.language == "ru"])

    def sections(self, values: bool = True) -> list[Section]:
        """The changes by area, with `values` where they are told; metrics that only follow others share one line."""
        self.inline = values
        told: dict[str, list[Line]] = {}
        following: list[MetricChange] = []
        for change in self.difference.changes:
            if isinstance(change, MetricChange) and follows(change):
                following.append(change)
                continue
            told.setdefault(_area(change), []).append(self._line(change))
        if following:
            told.setdefault("metrics", []).append(self._following(following))
        order = ("settings", "entries", "metrics", "ownership", "influences", "objectives", "reports", "findings")
        return [Section(self._say(area), tuple(told[area])) for area in order if area in told]

    def value_lines(self, metric: str) -> tuple[str, ...]:
        """What was measured by both definitions, in a sentence each."""
        lines: list[str] = []
        if not self.inline:
            return ()
        for it in self.values.get(metric, ()):
            lines += self.failures(it)
            if it.before is not None or it.after is not None:
                lines.append(self._say("value", label=self.label(it), before=shown(it, 0), after=shown(it, 1)))
        return tuple(dict.fromkeys(lines))

    def failures(self, value: Compared) -> list[str]:
        """Why a side has no value."""
        told = [(self._say(f"side_{side}"), message) for side, message in value.failures]
        return [self._say("no_value", side=side, message=message) for side, message in told]

    def label(self, value: Compared) -> str:
        return value.label or self._say("total")

    def _say(self, word: str, **names: object) -> str:
        return say(word, self.language, **names)

    # --- one change

    def _line(self, change: Change) -> Line:
        broken = getattr(change, "breaking", None)
        details: list[str] = []
        if broken is not None:
            details.append(self._breaking(broken, change))
        sql: tuple[str, ...] = ()
        match change:
            case MetricChange():
                headline = self._metric(change, details)
                sql = _lines_of(change.sql) if change.kind == "redefined" else ()
            case OwnershipChange():
                headline = self._ownership(change, details)
            case InfluenceChange():
                headline = self._influence(change)
            case GoalChange():
                headline = self._goal(change)
            case SettingChange():
                headline = self._aspect(change.aspect)
            case EntryChange():
                noun = NOUNS[change.collection][self.language == "ru"]
                word = {"added": "new_entry", "removed": "gone_entry", "changed": "other_entry"}[change.kind]
                headline = self._say(word, noun=noun, name=f"`{change.name}`")
                details.extend(map(self._aspect, change.aspects))
            case FindingChange(kind, found):
                headline = self._say(kind, severity=found.severity, code=found.code, message=found.message)
        return Line(headline, broken is not None, tuple(details), sql, self._touches(change.touched))

    def _metric(self, change: MetricChange, details: list[str]) -> str:
        if change.through:
            details.append(self._say("unchanged_words", through=_names(change.through)))
        details.extend(f"{it.day}: {it.note.said_in(self.language) if it.note else ''}" for it in change.notes)
        if change.influences:
            pairs = ", ".join(f"`{source}` → `{target}`" for source, target in change.influences)
            details.append(self._say("went_with" if change.kind == "removed" else "came_with", names=pairs))
        if change.kind in ("redefined", "defined", "undefined"):
            details.extend(self.value_lines(change.metric))
        aspects = "; ".join(map(self._aspect, change.aspects))
        return self._say(change.kind, name=self._titled(change.metric), formerly=change.formerly, aspects=aspects)

    def _following(self, changes: list[MetricChange]) -> Line:
        """Each with what it changes through, said once where neighbours share it."""
        told: list[tuple[str, list[str]]] = []
        for change in changes:
            way = self._say("through", names=_names(change.through))
            if told and told[-1][0] == way:
                told[-1][1].append(change.metric)
            else:
                told.append((way, [change.metric]))
        names = ", ".join(f"{_names(metrics)} {way}" for way, metrics in told)
        values = tuple(f"`{change.metric}` {line}" for change in changes for line in self.value_lines(change.metric))
        return Line(self._say("follow", names=names), False, values)

    def _ownership(self, change: OwnershipChange, details: list[str]) -> str:
        old, new = change.before, change.after
        parts = []
        if old.verdict != new.verdict:
            parts.append(self._say(f"became_{new.verdict}"))
        if old.declared != new.declared:
            pair = {"before": self._departments(old.declared), "after": self._departments(new.declared)}
            parts.append(self._say("owned", **pair))
        if old.movers != new.movers:
            pair = {"before": self._departments(old.movers), "after": self._departments(new.movers)}
            parts.append(self._say("moved_by", **pair))
        details.extend(self._say("gained", route=self._route(route)) for route in change.gained)
        details.extend(self._say("lost", route=self._route(route)) for route in change.lost)
        return f"{self._titled(change.metric)}: {'; '.join(parts)}"

    def _route(self, route: Route) -> str:
        way = " → ".join(f"`{name}`" for name in route.nodes)
        effect, strength = (map_said(word, self.language) for word in (route.effect, route.strength))
        lag = f", {map_said('lag', self.language, period=route.lag_text)}" if route.lag else ""
        return f"{way} ({effect}, {strength}{lag})"

    def _influence(self, change: InfluenceChange) -> str:
        source, target = f"`{change.source}`", f"`{change.target}`"
        if change.kind == "changed":
            aspects = "; ".join(map(self._aspect, change.aspects))
            return self._say("influence_changed", source=source, target=target, aspects=aspects)
        what = self._say("does", source=source, target=target)
        if change.effect is not None:
            lag = f", {map_said('lag', self.language, period=change.lag)}" if change.lag else ""
            strength = map_said(change.strength or "medium", self.language)
            what = f"{source} {map_said(change.effect, self.language)} {target} ({strength}{lag})"
        return self._say(f"influence_{change.kind}", what=what)

    def _goal(self, change: GoalChange) -> str:
        name = f"`{change.objective}`"
        if change.result is None and change.aspect is None:
            return self._say(f"objective_{change.kind}", name=name)
        result = f"`{change.result}`" if change.measured else f'"{change.result}"'
        if change.aspect is None:
            return self._say(f"result_{change.kind}", name=name, result=result)
        place = name if change.result is None else f"{name}, {result}"
        aspect = self._aspect(change.aspect)
        if change.guardrail:
            aspect = f"{self._say('guardrail', name=f'`{change.guardrail}`')} {aspect}"
        return f"{place}: {self._say(change.kind)}, {aspect}"

    def _breaking(self, broken: Breaking, change: Change) -> str:
        using = ", ".join(map(self._subject, broken.users))
        word = {"renamed": "renamed_used", "used": "used" if isinstance(change, MetricChange) else "entry_used"}
        formerly = getattr(change, "formerly", None)
        key = word.get(broken.code, broken.code)
        return self._say(key, users=using, formerly=formerly, today=self.difference.today)

    def _subject(self, subject: str) -> str:
        kind, _, name = subject.partition(":")
        source, arrow, target = name.partition("->")
        return f"{kind} `{source}` → `{target}`" if arrow else f"{kind} `{name}`"

    def _aspect(self, aspect: Aspect) -> str:
        name = self._say(aspect.name) if aspect.name in WORDS else aspect.name
        before, after = ("-" if it is None else it for it in (aspect.before, aspect.after))
        return f"{name} {before} → {after}"

    # --- whom it touches

    def _touches(self, touched: Touched) -> str | None:
        parts = []
        if touched.departments:
            every = set(self.after.departments) | set(self.before.departments)
            whole = set(touched.departments) >= every and len(every) > 1
            parts.append(self._say("all") if whole else self._departments(touched.departments))
        if touched.objectives:
            word = "objective" if len(touched.objectives) == 1 else "objectives_touched"
            parts.append(self._say(word, names=_names(touched.objectives)))
        if any(name not in {*touched.computed, *touched.moved} for name in touched.north_stars):
            parts.append(self._say("star"))
        stars = [name for name in touched.north_stars if name in touched.computed]
        computed = [name for name in touched.computed if name not in stars]
        if stars:
            rest = self._say("and", names=_names(computed)) if computed else ""
            parts.append(self._say("computed_star", star=_names(stars)) + rest)
        elif computed:
            parts.append(self._say("computed", names=_names(computed)))
        parts.extend(self._acts(touched))
        return self._say("touches", parts="; ".join(parts)) if parts else None

    def _acts(self, touched: Touched) -> list[str]:
        stars = [name for name in touched.north_stars if name in touched.moved]
        others = [name for name in touched.moved if name not in stars]
        names = _names(others[:_MOST])
        if len(others) > _MOST:
            names += self._say("more", count=len(others) - _MOST)
        if stars:
            return [self._say("acts_star", star=_names(stars)) + (self._say("on", names=names) if others else "")]
        return [self._say("acts", names=names)] if others else []

    def _departments(self, names: Iterable[str]) -> str:
        told = []
        for name in names:
            department = self.after.departments.get(name) or self.before.departments.get(name)
            told.append(department.title.said_in(self.language) if department and department.title else name)
        return ", ".join(told) or self._say("nobody")

    def _titled(self, metric: str) -> str:
        found = self.after.metrics.get(metric) or self.before.metrics.get(metric)
        title = f" ({' '.join(found.title.said_in(self.language).split())})" if found and found.title else ""
        return f"`{metric}`{title}"


def shown(value: Compared, side: int) -> str:
    """The value before (0) or after (1), with its unit."""
    return value_told((value.before, value.after)[side], value.unit)


def _area(change: Change) -> str:
    if isinstance(change, EntryChange) and change.collection in COLLECTIONS:
        return "reports"
    areas: tuple[tuple[type, str], ...] = (
        (SettingChange, "settings"),
        (EntryChange, "entries"),
        (MetricChange, "metrics"),
        (OwnershipChange, "ownership"),
        (InfluenceChange, "influences"),
        (GoalChange, "objectives"),
        (FindingChange, "findings"),
    )
    return next(area for kind, area in areas if isinstance(change, kind))


def _lines_of(sql: Sql | None) -> tuple[str, ...]:
    """The lines that differ, each with one line around them."""
    if sql is None or not (sql.before or sql.after):
        return ()
    lines = unified_diff((sql.before or "").splitlines(), (sql.after or "").splitlines(), n=1, lineterm="")
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
