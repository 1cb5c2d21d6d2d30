"""Values of metrics in two stretches of time, each kind of question asked in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ..model import Period, Project, Stretch
from ..sql.refusal import Refusal
from . import periods
from .run import Request, Runner
from .values import Failure, Number, Value

Start = Callable[[Project], Runner]


@dataclass(frozen=True, slots=True)
class Side:
    """The metric in one of the two stretches; not `complete` while it goes on or windows that start in it are open."""

    period: Stretch
    label: str
    value: Number
    complete: bool


class Asker:
    """Asks for values in both stretches, each kind of question in one go."""

    def __init__(self, project: Project, start: Start, stretches: tuple[Stretch, Stretch], as_of: datetime) -> None:
        self.project, self.start, self.stretches, self.as_of = project, start, stretches, as_of
        self.runner = start(project)
        self.failures: dict[str, Failure] = {}

    def both(
        self,
        names: Iterable[str],
        lag: Period | None = None,
        by: tuple[str, ...] = (),
        project: Project | None = None,
    ) -> dict[str, tuple[Value, Value]]:
        """The totals of both stretches, moved back by `lag`; with `by` use `rows`."""
        first, second = ({it.metric: it for it in side} for side in self.rows(names, lag, by, project))
        return {name: (first[name], second[name]) for name in first.keys() & second.keys()}

    def rows(
        self, names: Iterable[str], lag: Period | None, by: tuple[str, ...], project: Project | None
    ) -> tuple[tuple[Value, ...], ...]:
        runner = self.runner if project is None else self.start(project)
        found = []
        for stretch in self.stretches:
            at = stretch if lag is None else periods.moved_back(stretch, lag)
            measured = runner.run(Request(self.as_of, tuple(names), "all", by, None, at.start, at.end))
            self.failures |= {failure.metric: failure for failure in measured.failures}
            found.append(measured.values)
        return tuple(found)

    def traits(self, name: str) -> tuple[periods.Lag, bool]:
        try:
            return self.runner.compiler.traits(name, Request(self.as_of).frame(None))
        except Refusal:
            return (), False

    def side(self, name: str, value: Value, at: Stretch) -> Side:
        assert value.value is not None
        return Side(at, self.label(at), value.value, periods.complete(at.end, self.traits(name)[0], self.as_of))

    def label(self, at: Stretch) -> str:
        return periods.told(at, self.project.config.week_start)
