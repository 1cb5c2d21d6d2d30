"""Tables, joins and time spines as entries of `datasets`, `relationships` and `calendars`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...diagnostics import Diagnostic
from ..names import our_name
from .conditions import Home
from .joins import DayStep, Step
from .manifest import Dimension, SemanticModel, TimeSpine
from .tables import FieldSpec, Table, build_table

Spec = dict[str, Any]
_SPINES = ("second", "minute", "hour", "day")


def dataset(table: Table, entities: Mapping[str, str], ways: Mapping[str, str]) -> Spec:
    """`entities` are our names for dbt's; `ways` lead to those of other models that a row belongs to, by our names."""
    model = table.model
    spec: Spec = {"name": table.name, "source": model.table}
    if model.title:
        spec["title"] = model.title
    if model.description and model.description.strip() != model.name:
        spec["description"] = " ".join(model.description.split())
    keys = list(table.identities())
    primary = [list(key) for entity, key in keys if entity.kind in ("primary", "natural")]
    unique = [list(key) for entity, key in keys if entity.kind == "unique"]
    if primary:
        spec["primary_key"] = primary[0]
    if unique:
        spec["unique_keys"] = unique
    if table.time is not None:
        spec["time"] = table.time
    named = {**{entities[name]: field for name, field in table.entities.items()}, **ways}
    if named:
        spec["entities"] = named
    bounds = {
        it.bound: table.dimensions[it.name] for it in model.dimensions if it.bound and it.name in table.dimensions
    }
    if len(bounds) == 2:
        spec["valid"] = {"from": bounds["from"], "to": bounds["to"]}
    spec["fields"] = [_field(it) for it in table.fields.values()]
    return spec


def _field(spec: FieldSpec) -> Any:
    keys = {
        "name": spec.name,
        "title": spec.title,
        "description": " ".join(spec.description.split()) if spec.description else None,
        "expression": spec.expression,
        "datatype": spec.datatype,
    }
    written = {key: value for key, value in keys.items() if value is not None}
    return spec.name if len(written) == 1 else written


def relationship(step: Step, tables: Mapping[str, Table]) -> Spec:
    source, target = tables[step.source], tables[step.target]
    named = {} if step.name == target.name else {"as": step.name}
    columns = {"from_columns": list(step.from_columns), "to_columns": list(step.to_columns)}
    return {"from": source.name, "to": target.name, **named, **columns}


def day_relationship(step: DayStep) -> Spec:
    named = {} if step.name == step.calendar else {"as": step.name}
    columns = {"from_columns": [step.field], "to_columns": [step.column]}
    return {"from": step.table.name, "to": step.calendar, **named, **columns}


def spine_name(spine: TimeSpine, taken: set[str]) -> str:
    name = our_name(spine.table.rsplit(".", 1)[-1])
    return f"{name}_calendar" if name in taken else name


def spine_entries(spine: TimeSpine, name: str) -> tuple[Spec, Spec, list[Diagnostic]]:
    """The dataset and the calendar of a time spine."""
    day = spine.grain not in ("hour", "minute", "second")
    kind, datatype = ("DATE", "Date") if day else ("TIMESTAMP", "DateTime")
    column = our_name(spine.column)
    grains = {our_name(custom): column for custom, column in spine.customs} if spine.grain == "day" else {}
    fields: list[Any] = [{"name": column, "expression": f"CAST({spine.column} AS {kind})", "datatype": datatype}]
    for custom, written in grains.items():
        fields.append(custom if custom == written else {"name": custom, "expression": written})
    entry = {"name": name, "source": spine.table, "primary_key": [column], "time": column, "fields": fields}
    calendar = {"name": name, "dataset": name, "day": column, "grains": list(grains), "spine": spine.grain}
    findings = []
    if spine.customs and not grains:
        message = f"granularities of a spine of {spine.grain}s are not imported: a calendar's grains are made of days"
        findings.append(_left(message, spine, "custom_granularities"))
    return entry, calendar, findings


def spine_home(spine: TimeSpine, name: str) -> Home:
    """The rows of a time spine, which are their time and the calendar's periods that it lies in."""
    made = [Dimension(custom, column, None, False, None, None, None, spine.place) for custom, column in spine.customs]
    time = Dimension(spine.column, spine.column, spine.grain, False, None, None, None, spine.place)
    model = SemanticModel(name, spine.table, spine.place, spine.column, dimensions=(time, *made))
    table, _ = build_table(model, name)
    return Home(table, table.time)


def unusable(spine: TimeSpine) -> Diagnostic | None:
    """Why a time spine is left out."""
    if spine.grain in _SPINES:
        return None
    return _left(f"the time spine `{spine.table}` is not imported: no spine of {spine.grain}s is read", spine)


def _left(message: str, spine: TimeSpine, *keys: str) -> Diagnostic:
    return Diagnostic("F103", "hint", message, spine.place.at(*keys).span(), f"time spine:{spine.table}")
