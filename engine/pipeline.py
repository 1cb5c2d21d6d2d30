"""The whole journey, and the only module that knows it: specs -> project -> graph and plans -> findings and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .diagnostics import Diagnostic, choices, did_you_mean, in_reading_order
from .errors import EnvironmentFailure, UsageError
from .graph.build import InfluenceGraph, build
from .graph.ownership import Ownership, find_ownership
from .graph.parts import find_parts
from .load.discover import CONFIG, chosen
from .load.project import Loaded, load, load_texts
from .measure.run import Request, Runner, shown
from .measure.testing import Outcome, run_test
from .measure.values import Measured, Value
from .model import Metric, Project, Table, Test
from .sql.compile import Compiled, Compiler
from .sql.frame import Frame
from .sql.lineage import Lineage, describe
from .sql.refusal import Refusal
from .warehouse.duckdb import DuckDB
from .warehouse.memory import Memory

if TYPE_CHECKING:
    from .rules.context import Context
    from .rules.pack import Rule


_COMMENT = re.compile(r"#\s*accord(?:\s*:|\s+ignore\b)", re.IGNORECASE)


@dataclass
class Journey:
    """One project on its way; each stage is worked out on first use and kept."""

    loaded: Loaded
    as_of: datetime
    language: str | None = None

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
        from .rules.pack import load_packs
        from .rules.settings import apply_settings

        config = self.project.config
        return apply_settings(load_packs(config.packs, Path(self.project.root), config.origin), config)

    def structure(self) -> tuple[Diagnostic, ...]:
        """Findings of loading and compiling: is every spec well formed, and does everything it names exist?"""
        report = self.project.organization.report if self.project.organization else None
        frame = Frame(self.as_of, report.grain if report else None)
        compiled = self.compiler.check(frame, self.project.config.dialect)
        fresh = [found for found in compiled if not self._follows(found)]
        return tuple(in_reading_order([*self.loaded.findings, *fresh]))

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
        from .rules.runner import lint

        context = self.context()
        found = lint(context, self.rules, self.language)
        if not (self.project.config.suppress or any(_COMMENT.search(source.text) for source in self.project.sources)):
            return found
        from .rules.facts import lines_of
        from .rules.suppression import suppress

        return suppress(found, context, self.known_rules, self.mandatory, self.as_of.date(), lines_of(context))

    @cached_property
    def known_rules(self) -> frozenset[str]:
        """The codes of all rules of the packs, of those that are off as well."""
        return frozenset({rule.code for rule in self.rules} | set(self.project.config.rules))

    @property
    def mandatory(self) -> frozenset[str]:
        """The rules that their packs do not allow to be silenced."""
        return frozenset(rule.code for rule in self.rules if getattr(rule, "mandatory", False))

    def before(self, revision: str) -> Journey | None:
        """The project as it was where this branch left `revision`, under today's rules; `None` where it was not yet
        a project that can be used."""
        from .git.repository import open_repository
        from .load.project import ConfigError, load_files

        root = Path(self.project.root)
        repository = open_repository(root)
        base = repository.merge_base(revision, "HEAD")
        config = repository.read(base, lambda path: path == CONFIG)
        if not config:
            return None
        try:
            wanted = load_files(config, root).project.config
        except ConfigError:
            return None
        paths = set(chosen(repository.tree(base), wanted.include, wanted.exclude))
        files = repository.read(base, lambda path: path in paths or path == CONFIG)
        journey = Journey(load_files(files, root), self.as_of, self.language)
        journey.rules = self.rules
        return journey

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
        from .rules.context import Context

        return Context(self.project, self.graph, self.ownership, self.lineage, self.loaded.complete)

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
                    compiled.append(self.compiler.compile(group, replace(frame, by=()), dialect))
            except Refusal as refusal:
                refused.extend((name, refusal) for name in group)
        return compiled, refused

    def values_of(self, paths: tuple[str, ...], request: Request, dialect: str) -> Compiled:
        """The statement for the values of dimensions; raises `Refusal`."""
        return self.compiler.values(paths, request.frame(None), dialect, request.order or None, request.limit)

    def table_of(self, paths: tuple[str, ...], request: Request, database: Path | None) -> Table:
        """The values of dimensions, from DuckDB."""
        compiled = self.values_of(paths, request, "duckdb")
        with DuckDB(self.project, database) as warehouse:
            return replace(warehouse.execute(compiled.sql), columns=tuple(out.alias for out in compiled.outputs))

    def sql(self, *names: str, grain: str | None = None, by: tuple[str, ...] = (), dialect: str | None = None) -> str:
        """One SQL statement for metrics; raises `Refusal` for what cannot be answered, `UsageError` for names."""
        frame = Frame(self.as_of, grain, by)
        return self.compile(names, frame, dialect or self.project.config.dialect).sql

    def values(self, *names: str, grain: str | None = None, by: tuple[str, ...] = ()) -> tuple[Value, ...]:
        """Measured values, as `accord run` shows them. The first metric that has none raises: `Refusal` where the
        question has no right answer, `EnvironmentFailure` where the data cannot be read."""
        measured = self.run(Request(self.as_of, names, grain, by), None)
        for failure in measured.failures:
            if failure.kind == "warehouse":
                raise EnvironmentFailure(f"{failure.metric}: {failure.message}")
            code = failure.finding.code if failure.finding else "C301"
            raise Refusal(code, f"{failure.metric}: {failure.message}")
        return measured.values

    def test(self, tests: Iterable[Test]) -> tuple[Outcome, ...]:
        """The outcome of each metric test, each in a database of its own."""
        outcomes = []
        for test in tests:
            with Memory(self.project.config.timezone) as memory:
                outcomes.append(run_test(self.project, self.compiler, test, self.as_of, memory.create, memory.execute))
        return tuple(outcomes)

    def run(self, request: Request, database: Path | None) -> Measured:
        """Values from DuckDB; a table that does not fit its spec fails the metrics that read it, not the others."""
        for name in request.names:
            self.metric(name)
        broken: dict[str, str] = {}
        with DuckDB(self.project, database) as warehouse:
            for dataset in self.project.datasets.values():
                for finding in warehouse.mismatches(dataset):
                    broken.setdefault(self.compiler.catalog.table(dataset), finding.message)
            return Runner(self.project, self.compiler, warehouse.execute, broken).run(request)


def load_project(path: str | Path, as_of: datetime | None = None) -> Journey:
    """The project in the folder `path`. Raises `UsageError` where `accord.yml` is missing or cannot be used.

    >>> project = load_project("specs/demo")
    >>> [found.code for found in project.check()]
    ['A104']
    >>> project.ownership["retention_30d"].movers
    ('product', 'support')
    >>> print(project.sql("new_leads", dialect="snowflake").splitlines()[-1])
      created_at < CAST('2026-11-16 09:00:00' AS TIMESTAMPNTZ)
    >>> [value.value for value in project.values("new_leads", grain="week")][-1]
    102
    """
    root = Path(path)
    if not (root / CONFIG).is_file():
        raise UsageError(f"no {CONFIG} in {root}")
    return open_project(root, as_of, datetime.now(UTC))


def open_project(root: Path, as_of: datetime | None, now: datetime, language: str | None = None) -> Journey:
    """The journey of the project in `root`. `as_of` goes before `accord.yml`, which goes before the start of today.

    `now` carries its zone; today is the day that it is in the project's zone. `language` is that of the messages.
    """
    loaded = load(root)
    config = loaded.project.config
    today = datetime.combine(now.astimezone(ZoneInfo(config.timezone)).date(), time())
    return Journey(loaded, as_of or config.as_of or today, language)


def context_of(text: str) -> Context:
    """What the rules see of a spec given as text; for the tests inside packs."""
    journey = Journey(load_texts({"test.yml": text}), datetime(2026, 1, 1))
    return journey.context()
