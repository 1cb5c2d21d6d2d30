"""One of the two states that are compared: a project with what was worked out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..diagnostics import Diagnostic
from ..graph.build import InfluenceGraph
from ..graph.ownership import Ownership
from ..model import FileSource, Project
from ..sql.compile import Compiler
from ..sql.frame import Frame
from ..sql.refusal import Refusal
from .meaning import canonical, meaning


@dataclass(frozen=True, slots=True)
class Side:
    """`departments` are those that findings are about by subject; `folder` is how paths of findings begin."""

    project: Project
    graph: InfluenceGraph
    ownership: Mapping[str, Ownership]
    compiler: Compiler
    findings: tuple[Diagnostic, ...]
    departments: Mapping[str, tuple[str, ...]]
    folder: str
    as_of: datetime
    _plans: dict[str, tuple[str, ...] | None] = field(default_factory=dict)

    def plan(self, metric: str) -> tuple[str, ...] | None:
        """What the metric's plans say, whatever things are called there; None where it has none.

        In total, by month and by day: what a spec says of periods shows only where there are some.
        """
        if metric not in self._plans:
            frames = (Frame(self.as_of), Frame(self.as_of, "month"), Frame(self.as_of, "day"))
            self._plans[metric] = self._digests(metric, frames)
        return self._plans[metric]

    def _digests(self, metric: str, frames: tuple[Frame, ...]) -> tuple[str, ...] | None:
        if self.project.metrics[metric].definition is None:
            return None
        sources = {
            self.compiler.catalog.table(it): meaning(it.source)
            for it in self.project.datasets.values()
            if isinstance(it.source, FileSource)
        }
        found, refused = [], 0
        for frame in frames:
            try:
                found.append(canonical(self.compiler.compile([metric], frame, "duckdb").plan, sources))
            except Refusal as refusal:
                found.append(refusal.code)
                refused += 1
        return None if refused == len(frames) else tuple(found)

    def sql(self, metric: str, grain: str | None, dialect: str) -> str | None:
        """The statement without its comments; None where there is none."""
        if self.project.metrics[metric].definition is None:
            return None
        try:
            sql = self.compiler.compile([metric], Frame(self.as_of, grain), dialect).sql
        except Refusal:
            return None
        return "".join(line for line in sql.splitlines(keepends=True) if not line.startswith("--"))
