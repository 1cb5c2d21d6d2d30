"""The import as a whole: a dbt project's path goes in; spec files, findings and what the names became come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ...diagnostics import Diagnostic, in_reading_order
from ...load.project import load_texts
from ...spans import Source, Span
from ...sql.compile import Compiler
from ...sql.frame import Frame
from ..names import our_name, unlike
from ..text import spec_text
from .conditions import Conditions, FilterError
from .datasets import dataset, day_relationship, relationship, spine_entries, spine_name, unusable
from .documents import read_documents
from .joins import Joins, Unmapped, find_joins
from .manifest import Manifest, MeasureInput, Metric, Simple
from .metrics import Metrics, Spec, measures_of
from .read import read_manifest
from .reader import GRAINS
from .saved import told
from .tables import Table, build_table
from .ways import told_apart

CONFIG = """\
version: 1
extends: []  # the rules ask who answers for what: take this line out once there are departments
"""


@dataclass(slots=True)
class Translation:
    """What the parts of a manifest became; `specs` are the metrics that could be written, by dbt's name."""

    manifest: Manifest
    tables: dict[str, Table]
    joins: Joins
    metrics: Metrics
    specs: dict[str, Spec]
    spines: dict[str, str]


@dataclass(slots=True)
class Imported:
    """Spec files by name, findings, and the texts that these point into."""

    files: dict[str, str]
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    translation: Translation


def import_dbt(path: Path) -> Imported:
    """Reads `path`, a folder or file, and translates it; raises `UsageError` where there is nothing to read."""
    documents = read_documents(path)
    manifest, findings = read_manifest(documents.origins)
    writing = _Writing(manifest, [*documents.findings, *findings])
    translation = writing.translate()
    files = writing.checked(translation)
    translation.metrics.conditions.settled = True
    writing.findings.extend(told(query, translation.metrics) for query in manifest.saved_queries)
    found = tuple(in_reading_order(writing.findings))
    return Imported(files, found, documents.sources, translation)


@dataclass(slots=True)
class _Writing:
    manifest: Manifest
    findings: list[Diagnostic]
    places: dict[str, Span] = field(default_factory=dict)

    def translate(self) -> Translation:
        tables = self._tables()
        joins = find_joins(tables)
        self.findings.extend(joins.findings)
        entities = self._names(*self._entities())
        customs = {name for spine in self.manifest.spines for name, _ in spine.customs}
        metrics = self._all_metrics()
        names = self._names(metrics, "metric", {name: it.place.at("name").span() for name, it in metrics.items()})
        spines = self._spines(tables)
        for spine in self.manifest.spines:
            if spine.customs and spine.grain == "day" and spine.table in spines:
                joins.add_calendar(spines[spine.table], our_name(spine.column))
        conditions = Conditions(joins, names, entities, customs, (*GRAINS, *sorted(customs)))
        made = Metrics(self.manifest, joins, conditions, metrics, names)
        conditions.homes = made.homes
        specs = self._specs(made)
        return Translation(self.manifest, tables, joins, made, specs, spines)

    def _spines(self, tables: Mapping[str, Table]) -> dict[str, str]:
        """The names of the datasets that time spines become, by table."""
        spines: dict[str, str] = {}
        taken = {table.name for table in tables.values()}
        for spine in self.manifest.spines:
            left_out = unusable(spine)
            if left_out is not None:
                self.findings.append(left_out)
            else:
                spines[spine.table] = spine_name(spine, taken)
                taken.add(spines[spine.table])
        return spines

    def _tables(self) -> dict[str, Table]:
        tables: dict[str, Table] = {}
        for model in self.manifest.models:
            name = unlike(our_name(model.name), [table.name for table in tables.values()])
            tables[model.name], findings = build_table(model, name)
            self.findings.extend(findings)
            self.places[f"dataset:{name}"] = model.place.at("name").span()
            self._renamed("semantic model", model.name, name, model.place.at("name").span())
        return tables

    def _entities(self) -> tuple[list[str], str, dict[str, Span]]:
        """Every entity's name, with the place of its first use."""
        places: dict[str, Span] = {}
        for model in self.manifest.models:
            for entity in model.entities:
                places.setdefault(entity.name, entity.place.at("name").span())
        return list(places), "entity", places

    def _names(self, written: Iterable[str], noun: str, places: Mapping[str, Span]) -> dict[str, str]:
        """Our name for each of dbt's; one that changes is told."""
        found: dict[str, str] = {}
        for name in written:
            found[name] = unlike(our_name(name), list(found.values()))
            self._renamed(noun, name, found[name], places[name])
        return found

    def _renamed(self, noun: str, before: str, after: str, span: Span) -> None:
        if before != after:
            message = f"the {noun} `{before}` is called `{after}` in the specs"
            self.findings.append(Diagnostic("F103", "hint", message, span, f"{noun}:{before}"))

    def _all_metrics(self) -> dict[str, Metric]:
        """Declared metrics, then those that measures ask for."""
        found = {metric.name: metric for metric in self.manifest.metrics}
        used = {it.name for metric in found.values() for it in measures_of(metric)}
        for model in self.manifest.models:
            for measure in model.measures:
                if measure.is_metric and measure.name not in found:
                    given = MeasureInput(measure.name, measure.place.at("name"))
                    title, text = measure.title, measure.description
                    found[measure.name] = Metric(
                        measure.name, Simple(given), measure.place, title=title, description=text
                    )
                elif measure.name not in used:
                    message = f"the measure `{measure.name}` is used by no metric: it has a field, but no value"
                    self.findings.append(
                        Diagnostic("F103", "hint", message, measure.place.span(), f"semantic model:{model.name}")
                    )
        return found

    def _specs(self, metrics: Metrics) -> dict[str, Spec]:
        specs: dict[str, Spec] = {}
        for name, metric in metrics.all.items():
            self.places[f"metric:{metrics.names[name]}"] = metric.place.at("name").span()
            try:
                specs[name] = metrics.spec(name)
            except Unmapped as error:
                span = error.span if isinstance(error, FilterError) else None
                self._left_out(f"metric:{name}", error.message, error.hint, span or metric.place.at("name").span())
                continue
            self._told(metrics, metric)
        return specs

    def _told(self, metrics: Metrics, metric: Metric) -> None:
        """What is written otherwise than it stands in dbt, though the metric is imported."""
        subject = f"metric:{metric.name}"
        if metric.grain is not None:
            message = f"`time_granularity: {metric.grain}` is not imported: a question says its own grain"
            span = metric.place.at("time_granularity").span()
            self.findings.append(Diagnostic("F103", "hint", message, span, subject))
        for given in measures_of(metric):
            _, measure = metrics.measured(given)
            if given.spine:
                message = (
                    f"periods without rows are listed for every combination of dimensions that `{metric.name}` has; "
                    "MetricFlow lists them once, without dimensions"
                )
                self.findings.append(Diagnostic("F103", "hint", message, given.place.span(), subject))
            if measure.approximate:
                message = f"`{metric.name}` is computed exactly, not approximately"
                self.findings.append(Diagnostic("F103", "hint", message, given.place.span(), subject))

    def _left_out(self, subject: str, message: str, hint: str | None, span: Span | None) -> None:
        noun, name = subject.split(":", 1)
        told = f"the {noun} `{name}` is left out: {message}"
        self.findings.append(Diagnostic("F102", "warning", told, span, subject, hint))

    # --- files

    def checked(self, translation: Translation) -> dict[str, str]:
        """The files, without what the engine refuses: that is told at its place in dbt's files."""
        while True:
            files = self._files(translation)
            refused = self._refused(files, translation)
            if not refused:
                return files
            for name in refused:
                del translation.specs[name]

    def _files(self, translation: Translation) -> dict[str, str]:
        tables, conditions = translation.tables, translation.metrics.conditions
        datasets = [dataset(table, conditions.entities, _ways(table, translation)) for table in tables.values()]
        calendars = []
        for spine in self.manifest.spines:
            if spine.table in translation.spines:
                entry, calendar, findings = spine_entries(spine, translation.spines[spine.table])
                datasets.append(entry)
                calendars.append(calendar)
                self.findings.extend(it for it in findings if it not in self.findings)
        shared = [{"name": name, "fields": list(paths)} for name, paths in translation.metrics.shared.items()]
        model = {
            "entities": [{"name": name} for name in (*conditions.entities.values(), *conditions.ways)],
            "datasets": datasets,
            "relationships": [
                *(relationship(step, tables) for step in translation.joins.all()),
                *(day_relationship(step) for step in translation.joins.days.values()),
            ],
            "dimensions": shared,
            "calendars": calendars,
        }
        files = {"accord.yml": CONFIG, "datasets.yml": spec_text(model)}
        helpers = translation.metrics.helpers
        metrics = [
            spec
            for name, own in translation.specs.items()
            for spec in ([helpers[name], own] if name in helpers else [own])
        ]
        if metrics:
            files["metrics.yml"] = spec_text({"metrics": metrics})
        return files

    def _refused(self, files: Mapping[str, str], translation: Translation) -> list[str]:
        """Metrics that the engine has errors on, with everything that is made of them."""
        specs = {name: text for name, text in files.items() if name != "accord.yml"}
        loaded = load_texts(specs, files["accord.yml"])
        frame = Frame(datetime(2000, 1, 1))
        found = [*loaded.findings, *Compiler(loaded.project).check(frame, "duckdb")]
        reasons = {it.subject: it for it in reversed(found) if it.severity == "error" and it.subject}
        refused = []
        for name in translation.specs:
            ours = f"metric:{translation.metrics.names[name]}"
            helper = f"metric:{translation.metrics.helpers.get(name, {}).get('name')}"
            faults = [fault for subject in (helper, ours) if (fault := reasons.pop(subject, None))]
            if faults:
                self._left_out(f"metric:{name}", faults[0].message, faults[0].hint, self.places.get(ours))
                refused.append(name)
        if not refused:
            self._unplaced(reasons)
        return refused

    def _unplaced(self, reasons: Mapping[str, Diagnostic]) -> None:
        for subject, fault in reasons.items():
            message = f"the spec that was written for it has a fault: {fault.message}"
            span = self.places.get(subject)
            self.findings.append(Diagnostic("F102", "warning", message, span, subject, fault.hint))


def _ways(table: Table, translation: Translation) -> dict[str, str]:
    """Where a row's entities of other models are found, if it could be unclear."""
    conditions = translation.metrics.conditions
    ways = {conditions.entities[name]: path for name, path in told_apart(translation.joins, table).items()}
    for name, way in conditions.ways.items():
        path = way.paths.get(table.name) or table.entities.get(way.entity)
        if path is not None:
            ways[name] = path
    return ways
