"""Loads a project: every spec file below its root, decoded and resolved, with all findings of the way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from ..diagnostics import Diagnostic, Related, choices, did_you_mean
from ..errors import UsageError
from ..model import Config, Project
from ..spans import Key, Mark, Origin, Source
from . import decode, decode_loop, resolve, schema
from .discover import CONFIG, is_pack, matches, spec_files, spec_paths
from .events import parse
from .read import decode_bytes, read_text

_NAMED = (
    "people",
    "departments",
    "entities",
    "levers",
    "datasets",
    "dimensions",
    "calendars",
    "metrics",
    "objectives",
    "changes",
    "blockers",
    "mismatches",
    "alarms",
    "pilots",
    "tests",
)
ABOUT_FILES = ("R201", "R202", "R203")  # findings on what lies beside the specs
_SHARED_NAMESPACE = ("departments", "levers", "metrics")
_DECODE: Mapping[str, Any] = {
    "organization": decode.organization,
    "people": decode.person,
    "departments": decode.department,
    "interfaces": decode.interface,
    "entities": decode.entity,
    "levers": decode.lever,
    "influences": decode.influence,
    "datasets": decode.dataset,
    "relationships": decode.relationship,
    "dimensions": decode.dimension,
    "calendars": decode.calendar,
    "metrics": decode.metric,
    "changes": decode_loop.change,
    "blockers": decode_loop.blocker,
    "mismatches": decode_loop.mismatch,
    "alarms": decode_loop.alarm,
    "pilots": decode_loop.pilot,
    "tests": decode.test,
}
# Words that no dialect takes as a bare column or table name.
RESERVED = frozenset(
    """
    all and any array as asc between by case cast check column constraint create cross current_date desc distinct
    drop else end except exists false fetch for foreign from full group having in inner insert intersect into is
    join lateral left like limit natural not null offset on or order outer primary references right rows select
    set some table then to true union unique update user using values when where window with
    """.split()
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project as far as it could be read, and what was found on the way.

    `complete` is false where a file or an entity could not be read: the absence of something proves nothing then.
    `skipped` are files that were found but belong to another tool.
    """

    project: Project
    findings: tuple[Diagnostic, ...]
    complete: bool = True
    skipped: tuple[str, ...] = ()

    def require(self, what: str, otherwise: str) -> None:
        """Raises `UnreadableSpecs` where something could not be read, and would be taken for something that is not
        there. Files that datasets name may be elsewhere: nothing of the specs is lost without them."""
        errors = [found for found in self.findings if found.severity == "error" and found.code not in ABOUT_FILES]
        if errors:
            number = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
            raise UnreadableSpecs(f"{what} have {number}, so {otherwise}", tuple(errors))


def load(root: Path) -> Loaded:
    """The project whose `accord.yml` lies in `root`; a fault in `accord.yml` itself is a `ConfigError`."""
    config = load_config(root)
    found, unused = spec_files(root, config.include, config.exclude)
    paths = {relative: path for relative, path in found.items() if not is_pack(relative, config.packs)}
    gathered = _Gathered()
    for pattern in unused:
        gathered.findings.append(_unused_pattern(config, pattern))
    by_hand = config.include != ("**/*.yml", "**/*.yaml")
    for patterns in (*(item.paths for item in config.suppress), *(item.paths for item in config.overrides)):
        for pattern in patterns:
            if not any(matches(pattern, relative) for relative in paths):
                gathered.findings.append(_unused_pattern(config, pattern))
    folder = shown_folder(root)
    for relative, path in paths.items():
        gathered.add(*read_text(path, folder + relative), by_hand)
    project = gathered.finish(root, config)
    gathered.findings.extend(resolve.files(project, root))
    return Loaded(project, tuple(gathered.findings), gathered.complete, tuple(gathered.skipped))


def load_files(files: Mapping[str, bytes], root: Path) -> Loaded:
    """The project as `files` (by path below its folder, `accord.yml` among them) held it; `root` names it.

    The files that datasets read are not looked for: what is said about them belongs to today.
    """
    source, findings = decode_bytes(files[CONFIG], CONFIG)
    if source is None:
        raise ConfigError(findings)
    config = read_config(source)
    by_hand = config.include != ("**/*.yml", "**/*.yaml")
    gathered = _Gathered()
    for path in spec_paths(files, config.include, config.exclude):
        if not is_pack(path, config.packs):
            gathered.add(*decode_bytes(files[path], path), by_hand)
    project = gathered.finish(root, config)
    return Loaded(project, tuple(gathered.findings), gathered.complete, tuple(gathered.skipped))


def load_texts(texts: Mapping[str, str], config: str = "version: 1\n") -> Loaded:
    """A project from texts in memory, by their path; for tests of rules. Files of datasets are not looked for."""
    gathered = _Gathered()
    for path, text in texts.items():
        source, findings = decode_bytes(text.encode(), path)
        gathered.findings.extend(findings)
        if source is not None:
            gathered.take(source, True)
    project = gathered.finish(Path(), read_config(Source(CONFIG, config)))
    return Loaded(project, tuple(gathered.findings), gathered.complete)


def shown_folder(root: Path) -> str:
    """How paths below `root` begin in messages: as seen from the working folder, with `/` everywhere."""
    try:
        relative = os.path.relpath(root.resolve(), Path.cwd())
    except ValueError:  # another drive
        relative = str(root.resolve())
    return "" if relative == "." else Path(relative).as_posix() + "/"


class UnreadableSpecs(UsageError):
    """Specs that something cannot be made of; carries the errors in them."""

    def __init__(self, message: str, findings: tuple[Diagnostic, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class ConfigError(UsageError):
    """`accord.yml` cannot be used; carries every finding on it."""

    def __init__(self, findings: tuple[Diagnostic, ...]) -> None:
        super().__init__("accord.yml cannot be used")
        self.findings = findings


def load_config(root: Path) -> Config:
    source, findings = read_text(root / CONFIG, shown_folder(root) + CONFIG)
    if source is None:
        raise ConfigError(findings)
    return read_config(source)


def read_config(source: Source) -> Config:
    findings = list(parse(source))
    root = source.root
    if root is None and not any(found.severity == "error" for found in findings):
        findings = [
            Diagnostic(
                "S103",
                "error",
                "the key `version` is missing here",
                source.span(0, 0),
                hint="write `version: 1`",
            )
        ]
    elif root is not None and not isinstance(root, dict):
        findings.append(Diagnostic("S009", "error", "accord.yml is not a mapping", source.span(0, 1)))
    if isinstance(root, dict):
        origin = Origin(source, root, source.marks[0][0])
        findings.extend(schema.check("project", origin, None))
        if not any(found.severity == "error" for found in findings):
            reader = decode.Reader(origin, None)
            config = decode.config(reader)
            findings.extend(reader.findings)
            findings.extend(resolve.time_zone(config.timezone, config.origin, None))
            if not _settled(config, findings):
                return config
    raise ConfigError(tuple(findings))


def _settled(config: Config, findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings that count: `off` as the setting of a rule is a word of ours, however old readers take it."""
    ours = {config.origin.value("rules", code) for code in config.rules}
    return [found for found in findings if found.code != "S008" or found.span not in ours]


def _unused_pattern(config: Config, pattern: str) -> Diagnostic:
    places: list[tuple[tuple[Key, ...], tuple[str, ...]]] = [
        (("files", "include"), config.include),
        (("files", "exclude"), config.exclude),
        *((("suppress", index, "paths"), item.paths) for index, item in enumerate(config.suppress)),
        *((("overrides", index, "paths"), item.paths) for index, item in enumerate(config.overrides)),
    ]
    path, patterns = next(place for place in places if pattern in place[1])
    span = config.origin.value(*path, patterns.index(pattern))
    return Diagnostic("R203", "error", f"the pattern `{pattern}` matches no file", span)


@dataclass(slots=True)
class _Gathered:
    """Collections as they fill up, file by file."""

    findings: list[Diagnostic] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    items: dict[str, list[tuple[Origin, str | None]]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    skipped: list[str] = field(default_factory=list)
    unread: bool = False

    @property
    def complete(self) -> bool:
        return not any(found.severity == "error" for found in self.findings)

    def add(self, source: Source | None, findings: Iterable[Diagnostic], by_hand: bool) -> None:
        """A file as it was read, with what was found on the way; `None` where it could not be."""
        self.findings.extend(findings)
        if source is not None:
            self.take(source, by_hand)
        else:
            self.unread = True

    def take(self, source: Source, by_hand: bool) -> None:
        findings = parse(source)
        root = source.root
        if not by_hand and _foreign(source):
            self.skipped.append(source.path)
            return
        self.findings.extend(findings)
        self.sources.append(source)
        if root is None:
            self.unread = self.unread or any(found.severity == "error" for found in findings)
            return
        whole = Origin(source, root, source.marks[0][0])
        if not isinstance(root, dict):
            span = whole.value()
            message = "a spec file is a mapping of collections (`metrics:`, `departments:`, ...)"
            self.findings.append(Diagnostic("S009", "error", message, span))
            return
        self._collections(whole)

    def _collections(self, whole: Origin) -> None:
        unknown = [key for key in whole.data if key not in schema.KINDS]
        for key in unknown:
            hint = did_you_mean(key, schema.KINDS)
            if len(unknown) == len(whole.data):
                hint = hint or "not a spec file? leave it out with `files: {exclude: [...]}` in accord.yml"
            hint = hint or f"known collections: {choices(schema.KINDS)}"
            message = f"`{key}` is not a collection of the language"
            self.findings.append(Diagnostic("S101", "error", message, whole.key(key), hint=hint))
        for collection, kind in schema.KINDS.items():
            if collection not in whole.data:
                continue
            value, marks = whole.data[collection], whole.source.marks[id(whole.data)]
            if collection == "organization":
                self._item(collection, kind, whole, value, marks[collection])
            elif value is None:
                continue
            elif not isinstance(value, list):
                message = f"`{collection}` must be a list of entries, each starting with `- `"
                self.findings.append(Diagnostic("S102", "error", message, whole.value(collection)))
            else:
                inner = whole.source.marks[id(value)]
                for index, item in enumerate(value):
                    self._item(collection, kind, whole, item, inner[index])

    def _item(self, collection: str, kind: str, whole: Origin, data: Any, mark: Mark) -> None:
        name = data.get("name") if isinstance(data, dict) else None
        subject = f"{kind}:{name}" if isinstance(name, str) else None
        if not isinstance(data, dict):
            message = f"an entry of `{collection}` must be a mapping"
            span = whole.source.span(mark.start, mark.end)
            self.findings.append(Diagnostic("S102", "error", message, span))
            return
        origin = Origin(whole.source, data, mark)
        findings = schema.check(kind, origin, subject)
        if findings:
            self.findings.extend(findings)
            if isinstance(name, str):
                self.broken.add(name)
            return
        self.items.setdefault(collection, []).append((origin, subject))

    def finish(self, root: Path, config: Config) -> Project:
        decoded: dict[str, list[Any]] = {}
        for collection, build in _DECODE.items():
            decoded[collection] = [self._decode(build, *item) for item in self.items.get(collection, ())]
        units = {metric.name: metric.unit for metric in decoded["metrics"]}
        decoded["objectives"] = [
            self._decode(lambda read: decode.objective(read, units), *item) for item in self.items.get("objectives", ())
        ]
        tables = {collection: self._by_name(decoded[collection]) for collection in _NAMED}
        self._one_namespace(tables)
        organizations = decoded["organization"]
        for second in organizations[1:]:
            related = (Related("the first one stands here", organizations[0].origin.span()),)
            message = "`organization` is described twice"
            self.findings.append(Diagnostic("S201", "error", message, second.origin.span(), related=related))
        project = Project(
            root=str(root),
            config=config,
            sources=tuple(self.sources),
            organization=organizations[0] if organizations else None,
            interfaces=tuple(decoded["interfaces"]),
            influences=tuple(decoded["influences"]),
            relationships=tuple(decoded["relationships"]),
            broken=frozenset(self.broken),
            **cast(Any, tables),
        )
        if not self.unread:
            self.findings.extend(resolve.resolve(project))
        return replace(project, config=config)

    def _decode(self, build: Any, origin: Origin, subject: str | None) -> Any:
        reader = decode.Reader(origin, subject)
        entity = build(reader)
        self.findings.extend(reader.findings)
        if reader.findings and subject:
            self.broken.add(subject.split(":", 1)[1])
        return entity

    def _by_name(self, entities: list[Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for entity in entities:
            if entity.name in out:
                self._twice(entity, out[entity.name])
            elif entity.name in RESERVED:
                message = f"`{entity.name}` is a keyword of SQL and cannot be a name"
                self.findings.append(Diagnostic("S202", "error", message, entity.origin.span()))
            out.setdefault(entity.name, entity)
        return out

    def _one_namespace(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        seen: dict[str, Any] = {}
        for collection in _SHARED_NAMESPACE:
            for name, entity in tables[collection].items():
                if name in seen:
                    self._twice(entity, seen[name])
                seen.setdefault(name, entity)

    def _twice(self, entity: Any, first: Any) -> None:
        span = first.origin.span()
        related = (Related(f"it is declared in {span.file}:{span.line} already", span),)
        message = f"the name `{entity.name}` is given twice"
        hint = "departments, levers and metrics share one set of names" if type(entity) is not type(first) else None
        self.findings.append(Diagnostic("S201", "error", message, entity.origin.span(), hint=hint, related=related))


_FOREIGN = (
    {"jobs", "on"},  # GitHub workflow
    {"runs", "name"},  # GitHub action
    {"models"},  # dbt properties
    {"sources", "version"},
    {"semantic_models"},
    {"seeds", "version"},
    {"snapshots", "version"},
    {"exposures", "version"},
    {"macros", "version"},
    {"config-version"},
    {"model-paths"},
    {"packages"},
    {"stages"},
    {"services"},
    {"repos"},
    {"apiVersion", "kind"},
    {"apiVersion", "version"},  # Helm chart
    {"AWSTemplateFormatVersion"},
    {"openapi"},
    {"pool", "steps"},  # Azure pipeline
    {"site_name"},
    {"saved_queries"},
    {"groups", "version"},
    {"unit_tests", "version"},
    {"data_tests", "version"},
    {"tasks", "version"},
    {"updates", "version"},
    {"dependencies", "name"},
)
_TOP_KEY = re.compile(r"^([A-Za-z][\w-]*):", re.MULTILINE)


def _foreign(source: Source) -> bool:
    """Whether a file that the default patterns found belongs to another tool: it has that tool's keys.

    A file that cannot be read to its end (several documents, templates) is known by the keys at the start of its lines.
    """
    root = source.root
    keys = set(_TOP_KEY.findall(source.text)) if root is None else set(root) if isinstance(root, dict) else set()
    ours = keys & schema.KINDS.keys()
    if ours:
        return ours == {"metrics"} and _of_dbt(keys, root)
    return source.path.rsplit("/", 1)[-1].startswith(".") or any(marks <= keys for marks in _FOREIGN)


def _of_dbt(keys: set[str], root: Any) -> bool:
    """Metrics of dbt stand under the same key as ours."""
    if keys & {"semantic_models", "saved_queries"}:
        return True
    if not isinstance(root, dict):
        return False
    metrics = root["metrics"] if isinstance(root["metrics"], list) else []
    return root.get("version") == 2 or any(isinstance(item, dict) and "type_params" in item for item in metrics)
