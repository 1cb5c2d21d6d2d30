"""A project on its way: specs -> graph and plans -> findings and values."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..diagnostics import Diagnostic, choices, did_you_mean, in_reading_order
from ..errors import EnvironmentFailure, UsageError
from ..graph.build import InfluenceGraph, build
from ..graph.ownership import Ownership, find_ownership
from ..graph.parts import find_parts
from ..load.comments import ADDRESSED
from ..load.project import Loaded
from ..load.resolve import overdue, to_go
from ..model import FileSource, Metric, Profile, Project, QuerySource, Stretch, Table, Test
from ..sql.compile import Compiled, Compiler, tables_of
from ..sql.frame import Frame
from ..sql.lineage import Lineage, describe
from ..sql.refusal import Refusal

if TYPE_CHECKING:  # what measures is imported where it is asked for: a check asks no warehouse
    from ..git.repository import Repository
    from ..measure.run import Request, Runner
    from ..measure.testing import Outcome
    from ..measure.values import Measured, Value
    from ..rules.context import Context
    from ..rules.pack import Rule
    from ..warehouse.protocol import Warehouse
    from ..warehouse.sessions import Sessions


@dataclass
class Journey:
    """One project on its way; each stage is worked out on first use and kept.

    `base` is the project in an earlier revision, for the rules that compare.
    """

    loaded: Loaded
    as_of: datetime
    language: str | None = None
    base: Journey | None = None

    @property
    def project(self) -> Project:
        return self.loaded.project

    @cached_property
    def graph(self) -> InfluenceGraph:
        return build(self.project, find_parts(self.project))

    @cached_property
    def ownership(self) -> Mapping[str, Ownership]:
        return find_ownership(self.graph)

    @cached_property
    def lineage(self) -> Mapping[str, Lineage]:
        return describe(self.project)

    @cached_property
    def compiler(self) -> Compiler:
        return Compiler(self.project)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        from ..rules.pack import load_packs
        from ..rules.settings import apply_settings

        config = self.project.config
        packs = load_packs(config.packs, Path(self.project.root), config.origin, config.parameters)
        return apply_settings(packs, config)

    def with_project(self, project: Project) -> Journey:
        """The same journey with another project, for the question what would be if."""
        return Journey(replace(self.loaded, project=project), self.as_of, self.language, self.base)

    def structure(self) -> tuple[Diagnostic, ...]:
        """Findings of loading and compiling: is every spec well formed, and does everything it names exist?"""
        report = self.project.organization.report if self.project.organization else None
        frame = Frame(self.as_of, report.grain if report else None)
        compiled = self.compiler.check(frame, self.project.config.dialect)
        fresh = [found for found in compiled if not self._follows(found)]
        return tuple(in_reading_order([*self.loaded.findings, *fresh, *self._deprecations()]))

    def _deprecations(self) -> Iterator[Diagnostic]:
        """Metrics that were to be gone by now, and formulas with a metric that is to go."""
        metrics = self.project.metrics
        yield from overdue(self.project, self.as_of.date())
        for name in [name for name, metric in metrics.items() if metric.deprecated]:
            for whole in dict.fromkeys(it.target for it in self.graph.out_of(name) if it.kind == "formula"):
                yield to_go(metrics[name], metrics[whole].origin.span(), f"metric:{whole}")

    def _follows(self, found: Diagnostic) -> bool:
        """Whether a finding only follows from one of loading: told already, or about something that is broken."""
        said = {(earlier.span, earlier.code) for earlier in self.loaded.findings}
        unknown = {earlier.subject for earlier in self.loaded.findings if earlier.code in ("R101", "R102")}
        named = set(re.findall(r"`([a-z][a-z0-9_]*)`", found.message))
        return (
            (found.span, found.code) in said
            or (found.code in ("R101", "C301", "C304") and found.subject in unknown)
            or (found.code in ("R101", "C301") and bool(named & self.project.broken))
        )

    def lint(self) -> tuple[Diagnostic, ...]:
        """Findings of the rules."""
        from ..rules.runner import lint
        from ..rules.settings import with_overrides

        context = self.context()
        found = with_overrides(lint(context, self.rules, self.language), self.rules, self.project.config)
        if not (self.project.config.suppress or any(ADDRESSED.search(source.text) for source in self.project.sources)):
            return found
        from ..rules.facts import lines_of
        from ..rules.suppression import suppress

        return suppress(found, context, self.known_rules, self.mandatory, self.as_of.date(), lines_of(context))

    @cached_property
    def known_rules(self) -> frozenset[str]:
        """The codes of all rules of the packs, of those that are off as well."""
        return frozenset({rule.code for rule in self.rules} | set(self.project.config.rules))

    @property
    def mandatory(self) -> frozenset[str]:
        """The rules that their packs do not allow to be silenced."""
        return frozenset(rule.code for rule in self.rules if rule.mandatory)

    @cached_property
    def repository(self) -> Repository:
        """The git repository that the project lies in; a `UsageError` where it is in none."""
        from ..git.repository import open_repository

        return open_repository(Path(self.project.root))

    def departments_of(self) -> dict[str, tuple[str, ...]]:
        """Who answers for each entity that findings are about: the declared owners, else those who move it."""
        every = tuple(self.project.departments)
        found: dict[str, tuple[str, ...]] = {f"department:{name}": (name,) for name in every}
        found |= {f"lever:{lever.name}": lever.departments for lever in self.project.levers.values()}
        for name, ownership in self.ownership.items():
            found[f"metric:{name}"] = ownership.declared or ownership.movers
        for objective in self.project.objectives.values():
            names = every if objective.departments == "all" else objective.departments
            found[f"objective:{objective.name}"] = names
            for index in range(len(objective.key_results)):
                found[f"key_result:{objective.name}.key_results[{index}]"] = names
        return found

    def context(self) -> Context:
        """What the rules see."""
        from ..rules.context import Context

        return Context(
            self.project,
            self.graph,
            self.ownership,
            self.lineage,
            self.as_of.date(),
            self.loaded.complete,
            self.base.context() if self.base else None,
        )

    def check(self) -> tuple[Diagnostic, ...]:
        return tuple(in_reading_order([*self.structure(), *self.lint()]))

    def metric(self, name: str) -> Metric:
        found = self.project.metrics.get(name)
        if name in self.project.broken:
            raise UsageError(f"`{name}` has findings of its own", hint="`accord check` tells which")
        if found is None:
            hint = did_you_mean(name, self.project.metrics) or f"metrics: {choices(self.project.metrics)}"
            raise UsageError(f"`{name}` is not a metric of this project", hint=hint)
        return found

    def compile(self, names: Iterable[str], frame: Frame, dialect: str) -> Compiled:
        """One statement for `names`; raises `Refusal`."""
        return self.compiler.compile([self.metric(name).name for name in names], frame, dialect)

    def drafts(self, request: Request) -> tuple[str, ...]:
        """The metrics that are asked for and have no definition yet."""
        return tuple(name for name in self._asked(request) if self.project.metrics[name].definition is None)

    def _asked(self, request: Request) -> tuple[str, ...]:
        from ..measure.run import shown

        return tuple(self.metric(name).name for name in request.names or shown(self.project))

    def statements(
        self, request: Request, dialect: str, each: bool, bare: bool = False, tables: Mapping[str, str] | None = None
    ) -> tuple[list[Compiled], list[tuple[str, Refusal]]]:
        """As few statements as the tables allow (or one a metric), and the metrics that cannot be compiled.

        `bare` ones have no order of their own, as what stands inside another statement.
        """
        frame = request.frame(request.wanted)
        names = [name for name in self._asked(request) if self.project.metrics[name].definition is not None]
        groups, refused = self.compiler.together(names, frame, each, bool(request.names))
        order, limit = request.order or (() if bare else None), request.limit
        compiled = []
        for group in groups:
            try:
                compiled.append(self.compiler.compile(group, frame, dialect, order, limit, tables))
                if request.totals:
                    compiled.append(self.compiler.compile(group, replace(frame, by=()), dialect, tables=tables))
            except Refusal as refusal:
                refused.extend((name, refusal) for name in group)
        return compiled, refused

    def values_of(
        self, paths: tuple[str, ...], request: Request, dialect: str, tables: Mapping[str, str] | None = None
    ) -> Compiled:
        """The statement for the values of dimensions; raises `Refusal`."""
        frame = request.frame(None)
        return self.compiler.values(paths, frame, dialect, request.order or None, request.limit, tables)

    def table_of(self, paths: tuple[str, ...], request: Request, profile: Profile | None) -> Table:
        """The values of dimensions, from the profile's warehouse."""
        from ..measure.typed import typed
        from ..warehouse.sessions import Sessions

        tables = self.tables(profile)
        timeout = profile.timeout if profile else None
        warehouse = self.connect(profile)
        with Sessions(warehouse, 1, timeout) as sessions:
            compiled = self.values_of(paths, request, warehouse.dialect, tables)
            for _, unfit in self.unfit(sessions, warehouse.dialect, tables, tables_of(compiled)):
                raise EnvironmentFailure(_whole(unfit))
            found = sessions.execute(compiled.sql)
            types = tuple(column.type for column in compiled.naive.columns)
            return replace(typed(found, types), columns=tuple(out.alias for out in compiled.outputs))

    def profile(self, asked: str | None, untrusted: bool = False) -> Profile | None:
        """The warehouse to ask; none is DuckDB over the project's files. Raises `UsageError`."""
        from ..warehouse.profiles import chosen

        return chosen(self.project.config, asked, os.environ, untrusted)

    def dialect(self, profile: Profile | None) -> str:
        """The SQL that the profile's warehouse speaks."""
        from ..warehouse.connect import profile_dialect

        return profile_dialect(profile, os.environ) if profile else "duckdb"

    def connect(self, profile: Profile | None) -> Warehouse:
        """A session on the profile's warehouse."""
        from ..warehouse.connect import connect
        from ..warehouse.sessions import opened

        return opened(lambda: connect(self.project, profile, os.environ), profile.timeout if profile else None)

    def tables(self, profile: Profile | None) -> dict[str, str]:
        """What the warehouse calls each table of the specs. Files that DuckDB reads keep the dataset's name."""
        from ..warehouse.objects import is_object
        from ..warehouse.profiles import physical

        if profile is None:
            return {}
        unknown = sorted(set(profile.tables) - set(self.project.datasets) - self.project.broken)
        span = profile.origin.value("tables") if profile.origin else None
        if unknown:
            hint = did_you_mean(unknown[0], self.project.datasets) or f"datasets: {choices(self.project.datasets)}"
            raise UsageError(f"`{unknown[0]}` under `tables` is not a dataset", hint=hint, span=span)
        names: dict[str, str] = {}
        reads_files = self.dialect(profile) == "duckdb"
        for dataset in self.project.datasets.values():
            if isinstance(dataset.source, QuerySource):
                continue
            table = self.compiler.catalog.table(dataset)
            own = reads_files and isinstance(dataset.source, FileSource) and dataset.name not in profile.tables
            stored = is_object(profile.tables.get(dataset.name, ""))
            name = dataset.name if stored else table if own else physical(profile, dataset.name, table)
            if names.setdefault(table, name) != name:
                message = f"`{table}` is the table of several datasets and would be called {names[table]} and {name}"
                raise UsageError(message, hint="give these datasets the same table", span=span)
        return names

    def sql(self, *names: str, grain: str | None = None, by: tuple[str, ...] = (), dialect: str | None = None) -> str:
        """One SQL statement for metrics; raises `Refusal` for what cannot be answered, `UsageError` for names."""
        frame = Frame(self.as_of, grain, by)
        return self.compile(names, frame, dialect or self.project.config.dialect).sql

    def values(self, *names: str, grain: str | None = None, by: tuple[str, ...] = ()) -> tuple[Value, ...]:
        """Measured values, as `accord run` shows them. The first metric that has none raises: `Refusal` where the
        question has no right answer, `EnvironmentFailure` where the data cannot be read."""
        from ..measure.run import Request

        measured = self.run(Request(self.as_of, names, grain, by), None)
        for failure in measured.failures:
            if failure.kind == "warehouse":
                raise EnvironmentFailure(f"{failure.metric}: {failure.message}")
            code = failure.finding.code if failure.finding else "C301"
            raise Refusal(code, f"{failure.metric}: {failure.message}")
        return measured.values

    def test(self, tests: Iterable[Test]) -> tuple[Outcome, ...]:
        """The outcome of each metric test, each in a database of its own."""
        from ..measure.testing import run_test
        from ..warehouse.memory import Memory

        outcomes = []
        for test in tests:
            with Memory(self.project.config.timezone) as memory:
                outcomes.append(run_test(self.project, self.compiler, test, self.as_of, memory.create, memory.execute))
        return tuple(outcomes)

    def run(
        self,
        request: Request,
        profile: Profile | None,
        told: Callable[[], None] = lambda: None,
        expected: Callable[[int], None] = lambda _: None,
    ) -> Measured:
        """Values from the profile's warehouse; a table that does not fit its spec fails the metrics that read it, not
        the others. `told` is called after each statement, `expected` with the number of those that are to come."""
        for name in request.names:
            self.metric(name)
        with self._measuring(profile, told, expected) as start:
            return start(self.project).run(request)

    def why(self, name: str, stretches: tuple[Stretch, Stretch], by: str | None, profile: Profile | None) -> Any:
        """What the change of a metric from the first stretch to the second is made of: `measure.why.Explanation`, or
        the `Failure` that tells why it has no value."""
        from ..measure.why import explain_change

        metric = self.metric(name)
        if metric.definition is None:
            raise UsageError(f"`{name}` is a draft: it has no values yet", hint="give it an `expression`")
        with self._measuring(profile) as start:
            return explain_change(self.project, self.graph, start, metric, stretches, by, self.as_of)

    def unfit(
        self, sessions: Sessions, dialect: str, tables: Mapping[str, str], read: Collection[str] | None = None
    ) -> Iterator[tuple[str, Diagnostic]]:
        """Why tables (those that are `read`; none: all), each under its name in the specs, are not what the specs
        say."""
        from ..measure.live import text_time_finding
        from ..sql.text_times import text_times
        from ..warehouse.fit import is_text, mismatches

        catalog, zone = self.compiler.catalog, self.project.config.timezone
        for dataset in self.project.datasets.values():
            table = catalog.table(dataset)
            if read is not None and table not in read:
                continue
            columns, unfit = mismatches(sessions.describe, dialect, dataset, tables.get(table, table))
            for found in unfit:
                yield table, found
            if unfit:
                continue
            source = dataset.source
            text_file = isinstance(source, FileSource) and source.format != "parquet"
            normal = text_file and dialect == "duckdb" and tables.get(table, table) == table
            for asked in text_times(catalog, dataset, is_text(columns, dialect), dialect, tables, normal):
                wrong = text_time_finding(asked, sessions.execute, zone)
                if wrong is not None:
                    yield table, wrong

    @contextmanager
    def _measuring(
        self,
        profile: Profile | None,
        told: Callable[[], None] = lambda: None,
        expected: Callable[[int], None] = lambda _: None,
    ) -> Iterator[Callable[[Project], Runner]]:
        """Runners on the profile's warehouse, for this project or for one with more metrics in it."""
        from ..measure.run import Asking, Runner
        from ..warehouse.sessions import Sessions

        tables = self.tables(profile)
        concurrency, timeout = (profile.concurrency, profile.timeout) if profile else (None, None)
        broken: dict[str, str] = {}
        warehouse = self.connect(profile)
        with Sessions(warehouse, concurrency, timeout, told) as sessions:
            for table, found in self.unfit(sessions, warehouse.dialect, tables):
                broken.setdefault(table, _whole(found))
            asking = Asking(sessions.execute, warehouse.dialect, tables, sessions.map, expected)

            def start(project: Project) -> Runner:
                compiler = self.compiler if project is self.project else Compiler(project)
                return Runner(project, compiler, asking, broken)

            yield start


def _whole(found: Diagnostic) -> str:
    """The message and what to do, in one line."""
    return f"{found.message}; {found.hint}" if found.hint else found.message
