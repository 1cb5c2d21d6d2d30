"""Compiles metrics to one SQL statement: build, align, optimise, emit; what cannot be is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..errors import UsageError
from ..formula.expr import Aggregated, Cast, Expr
from ..formula.functions import type_of
from ..model import Dataset, Metric, Objective, Period, Project
from .alarms import faults_of_alarms
from .builders.builder import Builder
from .builders.built import Built, aligned
from .catalog import Catalog
from .dialects import DIALECTS
from .emit import emit
from .frame import Condition, Frame
from .optimise import optimise
from .plan import Aggregate, Item, Node, Scan, inputs_of
from .plan import Project as Projection
from .refusal import Refusal, written_at

TOGETHER = 100  # metrics in one statement, where nobody says how many: beyond that it is hard to read
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
        asked += [(name, replace(frame, where=(where,))) for name, where in self._filtered()]
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
        findings.extend(self._questions(frame, dialect))
        findings.extend(faults_of_alarms(self.project))
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

    def _questions(self, frame: Frame, dialect: str) -> Iterable[Diagnostic]:
        """Questions whose metric cannot be split as they want it."""
        organization = self.project.organization
        for name, question in organization.questions.items() if organization else ():
            metric = self.project.metrics.get(question.metric)
            if question.by is None or metric is None or metric.definition is None:
                continue
            try:
                self.compile([metric.name], replace(frame, by=(question.by,)), dialect)
            except Refusal as refusal:
                if refusal.finding is None and organization is not None:
                    span, subject = organization.origin.value("questions", name, "by"), f"question:{name}"
                    yield Diagnostic(refusal.code, "error", refusal.message, span, subject, refusal.hint)

    def _filtered(self) -> Iterable[tuple[str, Condition]]:
        """Key results, changes and pilots that narrow a metric, with the condition they narrow it by."""
        for change in self.project.changes.values():
            for index, expected in enumerate(change.expects):
                if expected.where is not None and expected.metric in self.project.metrics:
                    path = ("expects", index, "where")
                    yield expected.metric, Condition(expected.where, change.origin, path, f"change:{change.name}")
        for pilot in self.project.pilots.values():
            for measured in pilot.metrics:
                if pilot.where is not None and measured in self.project.metrics:
                    yield measured, Condition(pilot.where, pilot.origin, ("where",), f"pilot:{pilot.name}")
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

    def compile(
        self,
        names: list[str],
        frame: Frame,
        dialect: str,
        order: tuple[str, ...] | None = None,
        limit: int | None = None,
        tables: Mapping[str, str] | None = None,
    ) -> Compiled:
        """One statement; raises `Refusal` for the first metric that cannot be part of it.

        `order` names columns of the answer, `-` before those whose largest value comes first; without it the keys.
        `tables` says what tables are called in the SQL where that is not their name.
        """
        _known_dialect(dialect)
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
        comments = [_comment(self.project.metrics[name], self.project.config.language) for name in names]
        naive = Projection(parts[0].node, tuple(items))
        named = dict(zip(frame.by, (out.alias for out in outputs[frame.grain is not None :]), strict=False))
        asked = _ordered(order, outputs, named)
        return self._compiled(tuple(names), tuple(outputs), naive, asked, limit, comments, frame, dialect, tables)

    def values(
        self,
        paths: tuple[str, ...],
        frame: Frame,
        dialect: str,
        order: tuple[str, ...] | None = None,
        limit: int | None = None,
        tables: Mapping[str, str] | None = None,
    ) -> Compiled:
        """The combinations of values that dimensions of one dataset have; `dataset.field` or a path from there."""
        _known_dialect(dialect)
        starts = list(dict.fromkeys(path.split(".")[0] for path in paths))
        if len(starts) > 1:
            hint = "ask for one dataset at a time, or for a metric by these dimensions"
            raise Refusal("C301", f"{choices(starts)} have no rows in common", hint=hint, asked=True)
        if starts[0] not in self.project.datasets:
            hint = did_you_mean(starts[0], self.project.datasets) or f"datasets: {choices(self.project.datasets)}"
            raise Refusal("R101", f"`{starts[0]}` is not a dataset: write `dataset.field`", hint=hint, asked=True)
        rows = Builder(self.catalog, frame).rows(self.project.datasets[starts[0]])
        rows.keep(*frame.conditions(rows))
        if frame.start is not None or frame.end is not None:
            rows.keep(*frame.range(rows.time(None)))
        items = replace(frame, by=tuple(path.partition(".")[2] for path in paths)).dimensions(rows)
        taken: set[str] = set()
        outputs = tuple(Output(_alias(column.name, taken)) for column, _ in items)
        naive = Aggregate(rows.rows(), items, (), "values")
        asked = _ordered(order, outputs, dict(zip(paths, (out.alias for out in outputs), strict=True)))
        comments = [f"-- values of {', '.join(paths)}"]
        return self._compiled((), outputs, naive, asked, limit, comments, frame, dialect, tables)

    def together(
        self, names: list[str], frame: Frame, each: bool, named: bool
    ) -> tuple[list[list[str]], list[tuple[str, Refusal]]]:
        """The metrics of each statement, and those that have none.

        What is named goes into one statement; otherwise a statement has at most `TOGETHER` metrics, those of the same
        tables first, so that each table is read as seldom as can be.
        """
        tables: dict[str, frozenset[str]] = {}
        refused: list[tuple[str, Refusal]] = []
        for name in names:
            try:
                tables[name] = _tables(Builder(self.catalog, frame).metric(name).node)
            except Refusal as refusal:
                refused.append((name, refusal))
        known = list(tables)
        if each:
            return [[name] for name in known], refused
        if named or len(known) <= TOGETHER:
            return [known] if known else [], refused
        first = {found: index for index, found in reversed(list(enumerate(tables.values())))}
        known.sort(key=lambda name: first[tables[name]])
        return [known[index : index + TOGETHER] for index in range(0, len(known), TOGETHER)], refused

    def apart(self, names: list[str], frame: Frame) -> list[list[str]]:
        """The metrics by the set of tables that they read, those without an answer by themselves.

        A statement over one set shares its scans; one over several sets holds all of their results at the same time.
        """
        groups: dict[frozenset[str], list[str]] = {}
        for name in names:
            try:
                tables = _tables(Builder(self.catalog, frame).metric(name).node)
            except Refusal:
                tables = frozenset({f"-- {name}"})
            groups.setdefault(tables, []).append(name)
        return list(groups.values())

    def calendar(self, grain: str, dialect: str, tables: Mapping[str, str] | None = None) -> Compiled:
        """First and last day of each period of a calendar."""
        calendar = self.catalog.calendar(grain)
        assert calendar is not None
        scan = self.catalog.scan(calendar, calendar.dataset, grain)
        day, name = scan.columns[0], next(column for column in scan.columns if column.name == grain)
        fresh = self.catalog.fresh
        ends: tuple[Item, ...] = (
            (fresh("first", "date"), Aggregated("min", Cast(day, "date"))),
            (fresh("last", "date"), Aggregated("max", Cast(day, "date"))),
        )
        node = Aggregate(scan, ((fresh("period", name.type), name),), ends, "periods")
        outputs = tuple(Output(column.name) for column in node.columns)
        frame = Frame(datetime.max)
        comments = [f"-- {grain} of {calendar.name}"]
        return self._compiled((), outputs, node, (), None, comments, frame, dialect, tables)

    def _compiled(
        self,
        names: tuple[str, ...],
        outputs: tuple[Output, ...],
        naive: Node,
        order: tuple[tuple[str, bool], ...],
        limit: int | None,
        comments: list[str],
        frame: Frame,
        dialect: str,
        tables: Mapping[str, str] | None = None,
    ) -> Compiled:
        form = DIALECTS[dialect]
        plan = optimise(naive, frozenset(column.id for column in naive.columns))
        pairs = tuple((column, output.alias) for column, output in zip(naive.columns, outputs, strict=True))
        first = self.project.metrics[names[0]] if names else None
        placed = nullcontext() if first is None else written_at(first.origin, (), f"metric:{first.name}")
        with placed:  # what the dialect cannot say is told at the metric
            tree: Any = emit(plan, pairs, order, form, self.project.config.week_start, limit, tables or {})
        as_of = [f"-- as of {frame.as_of.isoformat(' ', 'minutes')}"] if names else []
        sql = "\n".join([*comments, *as_of, form.printed(tree, dialect)]) + "\n"
        return Compiled(names, outputs, naive, plan, sql, dialect)


def _known_dialect(dialect: str) -> None:
    if dialect not in DIALECTS:
        hint = did_you_mean(dialect, DIALECTS) or f"one of {choices(DIALECTS)}"
        raise UsageError(f"`{dialect}` is not a dialect", hint=hint)


def _ordered(
    order: tuple[str, ...] | None, outputs: Iterable[Output], named: Mapping[str, str]
) -> tuple[tuple[str, bool], ...]:
    """Aliases and whether they fall; by default all keys rise. `named` are keys as they were asked for."""
    known = [output.alias for output in outputs]
    if order is None:
        return tuple((output.alias, False) for output in outputs if output.metric is None)
    wanted = [(named.get(asked.removeprefix("-"), asked.removeprefix("-")), asked[0] == "-") for asked in order]
    for name, _ in wanted:
        if name not in known:
            hint = did_you_mean(name, known) or f"columns: {choices(known, 30)}"
            raise Refusal("C301", f"`{name}` is no column of the answer to order by", hint=hint, asked=True)
    return tuple(wanted)


def condition_of(objective: Objective, index: int, where: str) -> Condition:
    """The condition of a key result, with the place it is written at."""
    path = ("key_results", index, "where")
    return Condition(where, objective.origin, path, f"objective:{objective.name}")


def tables_of(compiled: Compiled, queries: bool = False) -> frozenset[str]:
    """The tables that a statement reads; with `queries` the datasets that are queries over them, too."""
    return _tables(compiled.plan, queries)


def _tables(plan: Node, queries: bool = False) -> frozenset[str]:
    found: set[str] = set()
    pending: list[Node] = [plan]
    while pending:
        node = pending.pop()
        if isinstance(node, Scan) and (queries or node.query is None):
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
