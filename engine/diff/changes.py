"""The values that a comparison gives: each change with whom it touches, and why it breaks something where it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..diagnostics import Diagnostic
from ..graph.ownership import Ownership
from ..graph.routes import Route
from ..model import Revision


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a change reaches, each in project order.

    `computed` are the metrics that are made of what changes by formula, `moved` those that it acts on only through
    influences; `objectives` are measured by what changes or by what is computed from it. North stars are among both.
    """

    departments: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    north_stars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aspect:
    """One property before and after; None where it was not said."""

    name: str
    before: str | None
    after: str | None


BreakingCode = Literal["used", "renamed", "unnoted", "setting"]


@dataclass(frozen=True, slots=True)
class Breaking:
    """Why a change breaks something; `users` are the entities (`objective:stay`) that use the name."""

    code: BreakingCode
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sql:
    """A metric's statement before and after; None where it cannot be compiled or is not defined."""

    before: str | None
    after: str | None


MetricKind = Literal["added", "removed", "renamed", "redefined", "follows", "defined", "undefined", "described"]


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric that came, went, or is another one.

    One that `follows` changes only because of `through`: metrics it is made of. A redefined one whose own words stay
    names in `through` the datasets, dimensions or settings that changed. `influences` came or went with the metric.
    """

    kind: MetricKind
    metric: str
    touched: Touched
    formerly: str | None = None
    breaking: Breaking | None = None
    aspects: tuple[Aspect, ...] = ()
    through: tuple[str, ...] = ()
    sql: Sql | None = None
    notes: tuple[Revision, ...] = ()
    influences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnershipChange:
    """Other declared owners, movers or another verdict; routes of movers that came or went prove it."""

    metric: str
    before: Ownership
    after: Ownership
    touched: Touched
    gained: tuple[Route, ...] = ()
    lost: tuple[Route, ...] = ()

    @property
    def kind(self) -> Literal["changed"]:
        return "changed"


@dataclass(frozen=True, slots=True)
class InfluenceChange:
    """An influence, or that a department does a lever (no effect then)."""

    kind: Literal["added", "cut", "changed"]
    source: str
    target: str
    effect: str | None
    strength: str | None
    lag: str | None
    touched: Touched
    aspects: tuple[Aspect, ...] = ()


GoalKind = Literal["added", "removed", "hardened", "softened", "changed"]


@dataclass(frozen=True, slots=True)
class GoalChange:
    """An objective, one of its key results (`result`, a metric or else a title), or a guardrail of that."""

    kind: GoalKind
    objective: str
    touched: Touched
    result: str | None = None
    measured: bool = False
    guardrail: str | None = None
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry of a collection that has no change of its own kind: it came or went, or says something else."""

    kind: Literal["added", "removed", "changed"]
    collection: str
    name: str
    touched: Touched
    breaking: Breaking | None = None
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting of accord.yml or of the organisation."""

    aspect: Aspect
    touched: Touched
    breaking: Breaking | None

    @property
    def kind(self) -> Literal["changed"]:
        return "changed"


@dataclass(frozen=True, slots=True)
class FindingChange:
    kind: Literal["new", "gone"]
    finding: Diagnostic
    touched: Touched


Change = SettingChange | EntryChange | MetricChange | OwnershipChange | InfluenceChange | GoalChange | FindingChange


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, by area and in project order; `renamed` leads from former names of metrics to those of now."""

    changes: tuple[Change, ...]
    renamed: Mapping[str, str]
    today: date

    @property
    def breaking(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if getattr(change, "breaking", None) is not None)

    @property
    def own(self) -> tuple[Change, ...]:
        """The changes that somebody made: neither findings nor metrics that only follow."""
        return tuple(change for change in self.changes if not isinstance(change, FindingChange) and not follows(change))

    def findings(self, kind: Literal["new", "gone"]) -> tuple[FindingChange, ...]:
        return tuple(change for change in self.changes if isinstance(change, FindingChange) and change.kind == kind)


def follows(change: Change) -> bool:
    """Whether a metric changes only because another one does."""
    return isinstance(change, MetricChange) and change.kind == "follows"
