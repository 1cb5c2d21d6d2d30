"""Imports a case's manifest, asks the case's question, runs the SQL on its tables and compares the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from engine.errors import AccordError
from engine.formats.dbt.bounds import as_bound
from engine.formats.dbt.convert import Imported, import_dbt
from engine.formats.dbt.datasets import spine_home
from engine.formats.dbt.joins import Unmapped
from engine.formats.dbt.manifest import Filter, TimeSpine
from engine.formats.dbt.names import LinkedName, linked_name
from engine.formats.dbt.query import Question, Questions
from engine.formats.dbt.saved import filter_of, group, order_of, ordering_of
from engine.formats.names import our_name
from engine.load.project import load_texts
from engine.sql.compile import Compiler
from engine.sql.frame import Condition, Frame
from engine.sql.refusal import Refusal
from tests.conformance.cases import Case
from tests.conformance.compare import difference

DIFFERENCES = Path(__file__).with_name("differences.yml")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`listed` is a difference that is meant; its reason stands in differences.yml."""

    id: str
    status: str
    reason: str | None = None
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class _Query:
    """What is asked, in dbt's terms."""

    metrics: tuple[str, ...]
    group_by: tuple[LinkedName, ...]
    filters: tuple[Filter, ...]
    order: tuple[str, ...]
    limit: int | None


class _Refused(Exception):
    """The question cannot be asked, or has no answer."""


@dataclass(slots=True)
class _Model:
    """An imported manifest with its compiler."""

    imported: Imported
    compiler: Compiler
    questions: Questions


@dataclass(slots=True)
class Runner:
    """Runs cases; each manifest is imported once."""

    manifests: Path
    tables: Path
    differences: Mapping[str, str] = field(default_factory=dict)
    _models: dict[str, _Model] = field(default_factory=dict)
    _connection: Any = None

    def verdict(self, case: Case) -> Verdict:
        """What became of the case; nothing that goes wrong in it ends the run."""
        verdict = self._verdict(case)
        if verdict.status != "pass" and case.id in self.differences:
            told = f"{self.differences[case.id]} ({verdict.status}: {verdict.reason})"
            return Verdict(case.id, "listed", told, verdict.sql)
        return verdict

    def rows(self, sql: str) -> dict[str, Any]:
        """What a statement gives on the tables of the cases, as a case expects it."""
        rows = self._execute(sql)
        return {"columns": [it[0] for it in self._connection.description], "rows": rows}

    def _verdict(self, case: Case) -> Verdict:
        sql = None
        try:
            sql, columns = self._compiled(case)
            rows = self._execute(sql)
        except (_Refused, Unmapped, Refusal) as error:
            return Verdict(case.id, "refused", getattr(error, "message", None) or str(error), sql)
        except (AccordError, duckdb.Error) as error:
            return Verdict(case.id, "error", f"{type(error).__name__}: {str(error).splitlines()[0]}", sql)
        except Exception as error:
            return Verdict(case.id, "error", f"{type(error).__name__}: {error}", sql)
        missing = [column for column in case.columns if column.lower() not in columns]
        if missing:
            return Verdict(case.id, "fail", f"no column {missing[0]}, but {', '.join(columns)}", sql)
        places = [columns.index(column.lower()) for column in case.columns]
        found = [tuple(row[place] for place in places) for row in rows]
        differs = difference(case.rows, found, in_order=case.check_order)
        return Verdict(case.id, "fail" if differs else "pass", differs, sql)

    # --- the question

    def _compiled(self, case: Case) -> tuple[str, list[str]]:
        """The statement, and dbt's names of its columns (empty where dbt has none)."""
        model = self._model(case.folder)
        query = self._query(case, model)
        if not query.metrics:
            return self._values(query, case, model)
        asked = model.questions.question(query.metrics, query.group_by, query.filters, case.stretch)
        left_out = [name for name in query.metrics if name not in model.imported.translation.specs]
        if left_out:
            raise _Refused(self._why(left_out[0], model))
        asked = self._on_spine(asked, query.metrics, model)
        where = tuple(Condition(text) for text in asked.where)
        as_of = self._as_of(model)
        frame = Frame(as_of, asked.grain, asked.by, where, as_bound(asked.start), as_bound(asked.end))
        orderings = [ordering_of(text, model.questions.conditions.grains) for text in query.order]
        order = order_of(orderings, asked, model.questions.metrics)
        compiled = model.compiler.compile(list(asked.metrics), frame, "duckdb", order, query.limit)
        keys = [key.column for key in asked.keys if key.by is None] + [key.column for key in asked.keys if key.by]
        ours = dict(zip(asked.metrics, query.metrics, strict=True))
        names = [ours[out.metric] if out.part == "value" and out.metric else "" for out in compiled.outputs]
        return compiled.sql, [name.lower() for name in (*keys, *names[len(keys) :])]

    def _query(self, case: Case, model: _Model) -> _Query:
        """The case's own words, after those of the saved query that it may name."""
        grains = model.questions.conditions.grains
        groups = tuple(_group_by(it.name, it.grain, it.part, grains) for it in case.group_by)
        own = _Query(case.metrics, groups, case.filters(), case.order, case.limit)
        if case.saved_query is None:
            return own
        found = {it.name: it for it in model.imported.translation.manifest.saved_queries}
        if case.saved_query not in found:
            raise _Refused(f"no saved query `{case.saved_query}`")
        saved = found[case.saved_query]
        filters = tuple(filter_of(text, f"{case.id}#{index}") for index, text in enumerate(saved.where))
        return _Query(
            (*saved.metrics, *own.metrics),
            (*(group(text, grains) for text in saved.group_by), *own.group_by),
            (*filters, *own.filters),
            own.order or saved.order_by,
            saved.limit if own.limit is None else own.limit,
        )

    def _values(self, query: _Query, case: Case, model: _Model) -> tuple[str, list[str]]:
        """The statement for dimensions without metrics."""
        translation = model.imported.translation
        spines = [
            spine_home(it, translation.spines[it.table])
            for it in translation.manifest.spines
            if it.table in translation.spines
        ]
        asked = model.questions.values(query.group_by, query.filters, case.stretch, spines)
        where = tuple(Condition(text) for text in asked.where)
        frame = Frame(self._as_of(model), where=where, start=as_bound(asked.start), end=as_bound(asked.end))
        paths = tuple(key.by or "" for key in asked.keys)
        orderings = [ordering_of(text, model.questions.conditions.grains) for text in query.order]
        order = order_of(orderings, asked, model.questions.metrics)
        compiled = model.compiler.values(paths, frame, "duckdb", order, query.limit)
        columns = [key.column for key in asked.keys]
        if not case.min_max:
            return compiled.sql, columns
        ends = [f'{end}("{out.alias}")' for out in compiled.outputs for end in ("MIN", "MAX")]
        sql = f"SELECT {', '.join(ends)} FROM (\n{compiled.sql})"
        return sql, [f"{column}__{end}" for column in columns for end in ("min", "max")]

    @staticmethod
    def _why(metric: str, model: _Model) -> str:
        told = [it.message for it in model.imported.findings if it.subject == f"metric:{metric}"]
        return told[0] if told else f"the metric {metric} is not imported"

    def _on_spine(self, asked: Question, names: Sequence[str], model: _Model) -> Question:
        """MetricFlow lists every unit of the spine's table; ours begins where the metric's rows do unless told."""
        if asked.grain is None or not any(map(model.questions.metrics.lists_periods, names)):
            return asked
        fine = asked.grain in ("second", "minute", "hour")
        spine = self._spine(model, asked.grain if fine else "day")
        if spine is None:
            return asked
        first, after = self._ends(spine)
        start, end = asked.start or first, asked.end or after
        return Question(asked.metrics, asked.grain, asked.keys, asked.where, start, end)

    def _as_of(self, model: _Model) -> datetime:
        """The end of the spine of days: MetricFlow knows no other now."""
        spine = self._spine(model, "day")
        return self._ends(spine)[1] if spine is not None else datetime(2100, 1, 1)

    @staticmethod
    def _spine(model: _Model, grain: str) -> TimeSpine | None:
        spines = model.imported.translation.manifest.spines
        return next((spine for spine in spines if spine.grain == grain), None)

    def _ends(self, spine: TimeSpine) -> tuple[datetime, datetime]:
        step = timedelta(**{f"{spine.grain}s": 1})
        sql = f"SELECT MIN({spine.column})::TIMESTAMP, MAX({spine.column})::TIMESTAMP FROM {spine.table}"
        ((first, last),) = self._execute(sql)
        return first, last + step

    # --- the world

    def _model(self, folder: str) -> _Model:
        if folder not in self._models:
            with tempfile.TemporaryDirectory() as copy:
                imported = import_dbt(self._filled_in(folder, Path(copy)))
            specs = {name: text for name, text in imported.files.items() if name != "accord.yml"}
            project = load_texts(specs, imported.files["accord.yml"]).project
            compiler = Compiler(project)
            grains = [our_name(name) for spine in imported.translation.manifest.spines for name, _ in spine.customs]
            periods = {grain: self._execute(compiler.calendar(grain, "duckdb").sql) for grain in grains}
            self._models[folder] = _Model(imported, compiler, Questions(imported.translation.metrics, periods))
        return self._models[folder]

    def _filled_in(self, folder: str, copy: Path) -> Path:
        """MetricFlow's tests name the schema of the tables where they run."""
        for path in sorted((self.manifests / folder).rglob("*.yaml")):
            target = copy / path.relative_to(self.manifests / folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace("$source_schema", "main"), encoding="utf-8")
        return copy

    def _execute(self, sql: str) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = duckdb.connect()
            for path in sorted(self.tables.glob("*.parquet")):
                rows = f"SELECT * FROM read_parquet('{path.as_posix()}')"
                self._connection.execute(f'CREATE TABLE main."{path.stem}" AS {rows}')
        return list(self._connection.execute(sql).fetchall())


def _group_by(name: str, grain: str | None, part: str | None, grains: Sequence[str]) -> LinkedName:
    found = linked_name(name, grains)
    return LinkedName(found.links, found.element, grain or found.grain, part or found.part)


def read_differences(path: Path = DIFFERENCES) -> dict[str, str]:
    """The differences that are meant, by case, with the reason."""
    return {item["id"]: item["reason"] for item in yaml.safe_load(path.read_text(encoding="utf-8")) or ()}
