"""Reads the files of a dbt project into documents whose every value knows where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...diagnostics import Diagnostic
from ...errors import UsageError
from ...load.events import parse
from ...load.read import read_text
from ...spans import Origin, Source

KEYS = frozenset(
    ("semantic_models", "semantic_model", "metrics", "metric", "project_configuration", "saved_queries", "saved_query")
)
_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_SKIPPED = ("target", "dbt_packages", "dbt_modules", "node_modules")


@dataclass(slots=True)
class Documents:
    """Documents that speak of the semantic layer; `sources` are the texts that findings point into, by path."""

    origins: list[Origin] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)


def read_documents(path: Path) -> Documents:
    """Every document below the folder `path`, or of the one file that it names."""
    if not path.exists():
        raise UsageError(f"no such file or folder: {path}")
    found = Documents()
    for file in _files(path):
        source, findings = read_text(file, file.as_posix())
        found.findings.extend(findings)
        if source is not None:
            found.sources[source.path] = source
            _take(source, found)
    if not found.origins and not found.findings:
        hint = "name the folder with `semantic_models:` and `metrics:`, or a semantic_manifest.json"
        raise UsageError(f"nothing of dbt's semantic layer in {path}", hint=hint)
    return found


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return (path,)
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in (".yml", ".yaml")
        and file.is_file()
        and not any(part in _SKIPPED or part.startswith(".") for part in file.relative_to(path).parts)
    )


def _take(source: Source, found: Documents) -> None:
    """The documents of one file; files of dbt that say nothing about the semantic layer are passed over."""
    for document in _documents(source):
        findings = [it for it in parse(document) if it.code != "S010"]
        root = document.root
        ours = isinstance(root, dict) and (KEYS & root.keys() or _models(root))
        if ours:
            found.origins.append(Origin(document, root, document.marks[0][0]))
        if ours or (root is None and re.search(rf"^(?:{'|'.join(KEYS)}):", document.text, re.MULTILINE)):
            found.findings.extend(findings)


def _models(root: dict[str, Any]) -> bool:
    """Whether properties of dbt models tell of time spines or semantic models."""
    models = root.get("models")
    return isinstance(models, list) and any(
        isinstance(it, dict) and it.keys() & {"time_spine", "semantic_model"} for it in models
    )


def _documents(source: Source) -> Iterator[Source]:
    """Each document as a source of its own, with blank lines before it so that its lines keep their numbers."""
    starts = [match.start() for match in _START.finditer(source.text)]
    for start, end in zip([0, *starts], [*starts, len(source.text)], strict=True):
        text = source.text[start:end]
        if text.startswith("---"):
            text = f"   {text[3:]}"
        if text.strip():
            yield Source(source.path, "\n" * source.text.count("\n", 0, start) + text)
