"""Documents of a dbt project -> its manifest; an entry that cannot be read is a finding and is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...diagnostics import Diagnostic
from ...spans import Origin
from .manifest import Manifest, Metric, Place, SavedQuery, SemanticModel, TimeSpine
from .read_metrics import read_filters, read_metric
from .read_models import read_model
from .read_spines import read_configuration, read_dbt_model
from .reader import Broken, Reader, keep


@dataclass(slots=True)
class _Lists:
    models: list[SemanticModel] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    spines: list[TimeSpine] = field(default_factory=list)
    saved: list[SavedQuery] = field(default_factory=list)


def read_manifest(origins: list[Origin]) -> tuple[Manifest, list[Diagnostic]]:
    """Everything that the documents declare, in reading order."""
    found, findings = _Lists(), list[Diagnostic]()
    for origin in origins:
        _document(Reader(origin.data, Place(origin), findings), found)
    spines = {spine.table: spine for spine in found.spines}  # the newer way comes after the older one
    models = _unlike(found.models, findings, "semantic model")
    metrics = _unlike(found.metrics, findings, "metric")
    return Manifest(models, metrics, tuple(spines.values()), tuple(found.saved)), findings


def _document(read: Reader, found: _Lists) -> None:
    for item in _either(read, "semantic_models", "semantic_model"):
        keep(item, "semantic model", read_model, found.models)
    for item in _either(read, "metrics", "metric"):
        keep(item, "metric", read_metric, found.metrics)
    for item in _either(read, "saved_queries", "saved_query"):
        keep(item, "saved query", _saved, found.saved)
    for build, items in (
        (read_configuration, _either(read, "", "project_configuration")),
        (read_dbt_model, _either(read, "models", "")),
    ):
        for item in items:
            try:
                build(item, found.spines)
            except Broken:
                continue


def _either(read: Reader, many: str, one: str) -> Iterator[Reader]:
    """The entries under the key of a list, and the one under the key of a single entry."""
    try:
        single = read.part(one) if one else None
        listed = list(read.parts(many)) if many else []
    except Broken:
        return
    yield from ([single] if single is not None else [])
    yield from listed


def _unlike(items: list[Any], findings: list[Diagnostic], noun: str) -> tuple[Any, ...]:
    """The first of each name; a second one is a finding."""
    seen: dict[str, Any] = {}
    for item in items:
        if item.name in seen:
            message = f"the {noun} `{item.name}` is declared twice; the second one is left out"
            findings.append(Diagnostic("F101", "error", message, item.place.at("name").span(), f"{noun}:{item.name}"))
        seen.setdefault(item.name, item)
    return tuple(seen.values())


def _saved(read: Reader) -> SavedQuery:
    name = read.needed("name")
    params = read.part("query_params")
    if params is None:
        read.report("F101", "`query_params` is missing here", read.place)
        raise Broken
    where = tuple(it.text for it in read_filters(_renamed(params)))
    limit = params.number("limit")
    query = SavedQuery(
        name,
        read.place,
        params.texts("metrics"),
        params.texts("group_by"),
        where,
        params.texts("order_by"),
        None if limit is None else int(limit),
    )
    params.done("where")
    read.done("description", "label", "exports")
    return query


def _renamed(params: Reader) -> Reader:
    """The same mapping, its `where` read like a filter."""
    return Reader({"filter": params.data.get("where")}, params.place, params.findings, params.subject)
