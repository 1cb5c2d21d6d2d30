"""Compiles metrics to one SQL statement: build, align, optimise, emit; what cannot be is a finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..errors import UsageError
from ..formula.expr import Column, Expr
from ..formula.functions import type_of
from ..model import Dataset, Metric, Objective, Period, Project
from .builders.builder import Builder
from .builders.built import Built, aligned
from .catalog import Catalog
from .dialects import DIALECTS
from .emit import emit
from .frame import Condition, Frame
from .optimise import optimise
from .plan import Item, Node, Scan, inputs_of
from .plan import Project as Projection
from .refusal import Refusal

Part = Literal["value", "numerator", "denominator", "n", "left_out", "step"]
_PARTS: tuple[Part, ...] = ("value", "numerator", "denominator", "n", "left_out")


@dataclass(frozen=True, slots=True)
class Output:
    """A column of the statement: which part of which metric (which step of a funnel), or a key (`metric` is None)."""

    alias: str
    metric: str | None = None
    part: Part | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement for `metrics`. `naive` and `plan` are the tree before and after the optimiser."""

    metrics: tuple[str, ...]
    outputs: tuple[Output, ...]
    naive: Node
    plan: Node
    sql: str
    dialect: str


class Compiler:
    """Compiles metrics of one project; datasets, formulas and plans that recur are worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.catalog = Catalog(project)

    def check(self, frame: Frame, dialect: str) -> tuple[Diagnostic, ...]:
        """Why metrics, key results and datasets cannot be compiled; drafts are left alone."""
        findings: list[Diagnostic] = []
        asked = [(name, frame) for name in self.project.metrics]
        asked += [(name, replace(frame, where=(where,))) for name, where in self._filtered_results()]
        for name, wanted in asked:
            if self.project.metrics[name].definition is None:
                continue
            try:
                self.compile([name], wanted, dialect)
            except Refusal as refusal:
                findings.extend([refusal.finding] if refusal.finding else [])
        for dataset in self.project.datasets.values():
            findings.extend(self._dataset(dataset.name))
            findings.extend(self._given(dataset))
        return tuple(dict.fromkeys(findings))

    def _given(self, dataset: Dataset) -> Iterable[Diagnostic]:
        """Columns that tests give to a dataset and that it does not read."""
        tests = [test for test in self.project.tests.values() if dataset.name in test.given]
        try:
            known = self.catalog.columns(dataset) if tests else {}
        except Refusal:
            return  # a fault of the dataset, which is found there
        for test in tests:
            rows = test.given[dataset.name]
            for index, column in ((i, name) for i, row in enumerate(rows) for name in row if name not in known):
                span = test.origin.key("given", dataset.name, index, column)
                hint = did_you_mean(column, known) or f"columns: {choices(known)}"
                message = f"`{column}` is not a column of the dataset `{dataset.name}`"
                yield Diagnostic("R103", "error", message, span, f"test:{test.name}", hint)

    def _filtered_results(self) -> Iterable[tuple[str, Condition]]:
        """Key results that narrow their metric, with the condition they narrow it by."""
        for objective in self.project.objectives.values():
            for index, result in enumerate(objective.key_results):
                name = result.metric
                if result.where is not None and name is not None and name in self.project.metrics:
                    yield name, condition_of(objective, index, result.where)

    def _dataset(self, name: str) -> Iterable[Diagnostic]:
        """Faults in the query and the fields of a dataset, whether or not a metric uses them."""
        dataset = self.project.datasets[name]
        for make in (
            lambda: self.catalog.query(dataset),
            *(_field(self.catalog, dataset, f) for f in dataset.fields),
        ):
            try:
                make()
            except Refusal as refusal:
                yield refusal.finding or Diagnostic(
                    refusal.code,
                    "error",
                    refusal.message,
                    dataset.origin.span(),
                    f"dataset:{name}",
                    refusal.hint,
                )

    def traits(self, name: str, frame: Frame) -> tuple[tuple[tuple[Period, ...], ...], bool]:
        """How long after its end a period of the metric is complete (every one of the lengths must have passed), and
        whether its value grows with the length of the period. Raises `Refusal`."""
        built = Builder(self.catalog, frame).metric(name)
        return built.lag, built.additive

    def compile(self, names: list[str], frame: Frame, dialect: str) -> Compiled:
        """One statement; raises `Refusal` for the first metric that cannot be part of it."""
        if dialect not in DIALECTS:
            hint = did_you_mean(dialect, DIALECTS) or f"one of {choices(DIALECTS)}"
            raise UsageError(f"`{dialect}` is not a dialect", hint=hint)
        builder = Builder(self.catalog, frame)
        parts = aligned(self.catalog, [builder.metric(name) for name in names], "metrics", counts=False)
        keys = parts[0].keys
        taken: set[str] = set()
        outputs: list[Output] = [Output(_alias(key.name, taken)) for key in keys]
        items: list[Item] = [(key, key) for key in keys]
        for name, part in zip(names, parts, strict=True):
            for kind, expr in _columns(part):
                alias = _alias(name if kind == "value" else f"{name}_{kind}", taken)
                items.append((self.catalog.fresh(alias, type_of(expr)), expr))
                outputs.append(Output(alias, name, kind))
            for step, expr in part.steps:
                alias = _alias(f"{name}_{step}", taken)
                items.append((self.catalog.fresh(alias, type_of(expr)), expr))
                outputs.append(Output(alias, name, "step", step))
        naive = Projection(parts[0].node, tuple(items))
        wanted = tuple(column for column, _ in items)
        plan = optimise(naive, frozenset(column.id for column in wanted))
        pairs = tuple((column, output.alias) for column, output in zip(wanted, outputs, strict=True))
        sql = self._text(names, plan, pairs, len(keys), frame, dialect)
        return Compiled(tuple(names), tuple(outputs), naive, plan, sql, dialect)

    def _text(
        self,
        names: list[str],
        plan: Node,
        pairs: tuple[tuple[Column, str], ...],
        keys: int,
        frame: Frame,
        dialect: str,
    ) -> str:
        form = DIALECTS[dialect]
        tree: Any = emit(plan, pairs, keys, form, self.project.config.week_start)
        comments = [_comment(self.project.metrics[name], self.project.config.language) for name in names]
        text = tree.sql(dialect=dialect, pretty=True, comments=False, copy=False)
        settings = f"\nSETTINGS {', '.join(form.settings)}" if form.settings else ""
        as_of = frame.as_of.isoformat(" ", "minutes")
        return "\n".join([*comments, f"-- as of {as_of}", f"{text}{settings}"]) + "\n"


def condition_of(objective: Objective, index: int, where: str) -> Condition:
    """The condition of a key result, with the place it is written at."""
    path = ("key_results", index, "where")
    return Condition(where, objective.origin, path, f"objective:{objective.name}")


def tables_of(compiled: Compiled) -> frozenset[str]:
    """The tables that a statement reads."""
    found: set[str] = set()
    pending: list[Node] = [compiled.plan]
    while pending:
        node = pending.pop()
        if isinstance(node, Scan) and node.query is None:
            found.add(node.table)
        pending.extend(inputs_of(node))
    return frozenset(found)


def _field(catalog: Catalog, dataset: Any, name: str) -> Any:
    return lambda: catalog.field(dataset, name)


def _columns(built: Built) -> Iterable[tuple[Part, Expr]]:
    """The parts to show; `n` is left out where it is the denominator."""
    for part in _PARTS:
        expr: Expr | None = getattr(built, part)
        if expr is not None and not (part == "n" and expr == built.denominator):
            yield part, expr


def _alias(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    taken.add(candidate)
    return candidate


def _comment(metric: Metric, language: str) -> str:
    title = metric.title.said_in(language) if metric.title else metric.kind
    unit = f" ({metric.unit})" if metric.unit else ""
    return f"-- {metric.name}: {' '.join(title.split())}{unit}"
