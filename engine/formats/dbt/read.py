"""Documents of a dbt project -> its manifest; an entry that cannot be read is a finding and is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ...diagnostics import Diagnostic
from ...spans import Origin
from .manifest import (
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Dimension,
    Entity,
    Filter,
    Manifest,
    Measure,
    MeasureInput,
    Metric,
    MetricInput,
    NonAdditive,
    Place,
    Ratio,
    SavedQuery,
    SemanticModel,
    Simple,
    TimeSpine,
    Window,
)
from .reader import Broken, Reader

AGGREGATIONS = ("sum", "count", "count_distinct", "average", "min", "max", "median", "percentile", "sum_boolean")
GRAINS = (
    *("nanosecond", "microsecond", "millisecond", "second", "minute", "hour"),
    *("day", "week", "month", "quarter", "year"),
)
_REF = re.compile(r"(?:ref|source)\(\s*(?:['\"][^'\"]+['\"]\s*,\s*)?['\"]([^'\"]+)['\"]\s*\)\Z")
_TABLE = re.compile(r"[^. \t\r\n;'\"`()]+(\.[^. \t\r\n;'\"`()]+){0,2}\Z")
_WINDOW = re.compile(r"([0-9]+) +([a-z_]+)\Z")
T = TypeVar("T")


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
        _keep(item, "semantic model", _model, found.models)
    for item in _either(read, "metrics", "metric"):
        _keep(item, "metric", _metric, found.metrics)
    for item in _either(read, "saved_queries", "saved_query"):
        _keep(item, "saved query", _saved, found.saved)
    for build, items in (
        (_configuration, _either(read, "", "project_configuration")),
        (_dbt_model, _either(read, "models", "")),
    ):
        for item in items:
            try:
                build(item, found)
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


def _keep(read: Reader, noun: str, build: Callable[[Reader], T], into: list[T]) -> None:
    name = read.data.get("name")
    read.subject = f"{noun}:{name}" if isinstance(name, str) else None
    try:
        into.append(build(read))
    except Broken:
        if isinstance(name, str):
            place = read.place.at("name")
            message = f"the {noun} `{name}` is left out: it cannot be read"
            read.findings.append(Diagnostic("F102", "warning", message, place.span(), read.subject))


def _unlike(items: list[Any], findings: list[Diagnostic], noun: str) -> tuple[Any, ...]:
    """The first of each name; a second one is a finding."""
    seen: dict[str, Any] = {}
    for item in items:
        if item.name in seen:
            message = f"the {noun} `{item.name}` is declared twice; the second one is left out"
            findings.append(Diagnostic("F101", "error", message, item.place.at("name").span(), f"{noun}:{item.name}"))
        seen.setdefault(item.name, item)
    return tuple(seen.values())


# --- semantic models


def _model(read: Reader) -> SemanticModel:
    name = read.needed("name")
    defaults = read.part("defaults")
    time = defaults.text("agg_time_dimension") if defaults else None
    model = SemanticModel(
        name,
        _table(read),
        read.place,
        time,
        read.text("primary_entity"),
        tuple(_each(read, "entities", _entity)),
        tuple(_each(read, "dimensions", _dimension)),
        tuple(_each(read, "measures", _measure)),
        read.text("label"),
        read.text("description"),
    )
    read.done()
    return model


def _each(read: Reader, key: str, build: Callable[[Reader], T]) -> Iterator[T]:
    """What can be read of a list; an entry that cannot is a finding already."""
    for item in read.parts(key):
        try:
            yield build(item)
        except Broken:
            continue


def _table(read: Reader) -> str:
    """The table behind a model or spine: `schema.table` of the relation, or the name within `ref('...')`."""
    relation = read.part("node_relation")
    if relation is not None:
        parts = (relation.text("database"), relation.text("schema_name"), relation.needed("alias"))
        relation.done("relation_name")
        return _checked_table(read, ".".join(part for part in parts if part), relation.place)
    written = read.needed("model")
    match = _REF.search(written)
    if match is None:
        read.report("F101", f"`{written}` is not ref('...')", read.place.at("model"))
        raise Broken
    return _checked_table(read, match[1], read.place.at("model"))


def _checked_table(read: Reader, table: str, place: Place) -> str:
    if not _TABLE.match(table):
        read.report("F101", f"`{table}` is not a name of a table that statements could use", place)
        raise Broken
    return table


def _entity(read: Reader) -> Entity:
    name = read.needed("name")
    kind = read.word("type", ("primary", "unique", "foreign", "natural"))
    read.value("role")
    entity = Entity(name, kind, read.text("expr") or name, read.place)  # type: ignore[arg-type]  # one of the words
    read.done("description", "label")
    return entity


def _dimension(read: Reader) -> Dimension:
    name = read.needed("name")
    grain, bound = None, None
    params = read.part("type_params")
    if read.word("type", ("time", "categorical")) == "time":
        grain = params.word("time_granularity", GRAINS) if params else "day"
        validity = params.part("validity_params") if params else None
        if validity is not None:
            start, end = validity.flag("is_start"), validity.flag("is_end")
            bound = "from" if start else "to" if end else None
    if params is not None:
        params.done("time_granularity")
    dimension = Dimension(
        name,
        read.text("expr") or name,
        grain,
        read.flag("is_partition"),
        bound,  # type: ignore[arg-type]  # one of the two
        read.text("label"),
        read.text("description"),
        read.place,
    )
    read.done()
    return dimension


def _measure(read: Reader) -> Measure:
    name = read.needed("name")
    params = read.part("agg_params")
    measure = Measure(
        name,
        read.word("agg", AGGREGATIONS),
        read.text("expr") or name,
        read.place,
        read.text("agg_time_dimension"),
        params.number("percentile") if params else None,
        params.flag("use_discrete_percentile") if params else False,
        params.flag("use_approximate_percentile") if params else False,
        _non_additive(read),
        read.flag("create_metric"),
        read.text("label"),
        read.text("description"),
    )
    read.text("create_metric_display_name")
    if params is not None:
        params.done()
    read.done()
    return measure


def _non_additive(read: Reader) -> NonAdditive | None:
    part = read.part("non_additive_dimension")
    if part is None:
        return None
    choice = part.word("window_choice", ("min", "max"), "min")
    found = NonAdditive(
        part.needed("name"), "first" if choice == "min" else "last", part.texts("window_groupings"), part.place
    )
    part.done()
    return found


# --- metrics


def _metric(read: Reader) -> Metric:
    name = read.needed("name")
    kind = read.word("type", _DEFINITIONS)
    params = read.part("type_params")
    if params is None:
        read.report("F101", "`type_params` is missing here", read.place)
        raise Broken
    definition = _DEFINITIONS[kind](params)
    params.done("input_measures")
    metric = Metric(
        name,
        definition,
        read.place,
        _filters(read),
        read.text("time_granularity"),
        read.text("label"),
        read.text("description"),
    )
    read.done()
    return metric


def _simple(params: Reader) -> Definition:
    return Simple(_measure_input(params, "measure"))


def _ratio(params: Reader) -> Definition:
    sides = []
    for key in ("numerator", "denominator"):
        side = _metric_input(params, key)
        if side.offset or side.to_start_of:
            params.report("F101", f"the {key} of a ratio has no offset", side.place)
            raise Broken
        sides.append(side)
    return Ratio(*sides)


def _derived(params: Reader) -> Definition:
    inputs = tuple(_input_of(item) for item in params.parts("metrics", bare="name"))
    return Derived(params.needed("expr"), inputs)


def _cumulative(params: Reader) -> Definition:
    inner = params.part("cumulative_type_params")
    where = inner if inner is not None else params
    agg = where.word("period_agg", ("first", "last", "average"), "first")
    windows = [_window(where, "window"), _window(params, "window")]  # dbt's manifest says both twice
    starts = [where.text("grain_to_date"), params.text("grain_to_date")]
    metric = _metric_input(where, "metric") if where.has("metric") else None
    measure = None if metric is not None else _measure_input(params, "measure")
    if inner is not None:
        inner.done()
    return Cumulative(measure, metric, windows[0] or windows[1], starts[0] or starts[1], agg)  # type: ignore[arg-type]  # one of the words


def _conversion(params: Reader) -> Definition:
    part = params.part("conversion_type_params")
    if part is None:
        params.report("F101", "`conversion_type_params` is missing here", params.place)
        raise Broken
    base, target = _measure_input(part, "base_measure"), _measure_input(part, "conversion_measure")
    rate = part.word("calculation", ("conversion_rate", "conversions"), "conversion_rate") == "conversion_rate"
    constants = [
        (item.needed("base_property"), item.needed("conversion_property"), item.place)
        for item in part.parts("constant_properties")
    ]
    definition = Conversion(
        base,
        target,
        part.needed("entity"),
        _window(part, "window"),
        "rate" if rate else "number",
        tuple(constants),
    )
    part.done()
    return definition


_DEFINITIONS: dict[str, Callable[[Reader], Definition]] = {
    "simple": _simple,
    "ratio": _ratio,
    "derived": _derived,
    "cumulative": _cumulative,
    "conversion": _conversion,
}


def _measure_input(read: Reader, key: str) -> MeasureInput:
    if not isinstance(read.data.get(key), dict):
        return MeasureInput(read.needed(key), read.place.at(key))
    part = read.part(key)
    assert part is not None
    part.text("alias")  # a name for SQL that nobody writes
    found = MeasureInput(
        part.needed("name"), part.place, _filters(part), part.flag("join_to_timespine"), part.number("fill_nulls_with")
    )
    part.done()
    return found


def _metric_input(read: Reader, key: str) -> MetricInput:
    if not isinstance(read.data.get(key), dict):
        return MetricInput(read.needed(key), read.place.at(key))
    part = read.part(key)
    assert part is not None
    return _input_of(part)


def _input_of(part: Reader) -> MetricInput:
    found = MetricInput(
        part.needed("name"),
        part.place,
        _filters(part),
        part.text("alias"),
        _window(part, "offset_window"),
        part.text("offset_to_grain"),
    )
    part.done()
    return found


def _filters(read: Reader) -> tuple[Filter, ...]:
    """`filter` is a text, a list of texts, or dbt's own `{where_filters: [{where_sql_template}]}`."""
    value, place = read.value("filter"), read.place.at("filter")
    if isinstance(value, dict):
        value, place = value.get("where_filters") or [], place.at("where_filters")
    listed = value if isinstance(value, list) else []
    items = [(value, place)] if isinstance(value, str) else [(it, place.at(i)) for i, it in enumerate(listed)]
    if value is not None and not isinstance(value, (str, list)):
        read.report("F101", "a filter is a text or a list of texts", place)
        raise Broken
    found = []
    for item, at in items:
        template = item.get("where_sql_template") if isinstance(item, dict) else item
        if not isinstance(template, str):
            read.report("F101", "a filter is a text", at)
            raise Broken
        found.append(Filter(template, at.at("where_sql_template") if isinstance(item, dict) else at))
    return tuple(found)


def _window(read: Reader, key: str) -> Window | None:
    value, place = read.value(key), read.place.at(key)
    if value is None:
        return None
    written = f"{value.get('count')} {value.get('granularity')}" if isinstance(value, dict) else str(value)
    match = _WINDOW.match(written.lower().strip())
    if match is None:
        read.report("F101", f"`{written}` is not a length of time such as `7 days`", place)
        raise Broken
    unit = match[2].removesuffix("s") if match[2].removesuffix("s") in GRAINS else match[2]
    return Window(int(match[1]), unit, place)


# --- the project


def _configuration(read: Reader, found: _Lists) -> None:
    for item in read.parts("time_spine_table_configurations"):  # the older way, often given beside the newer one
        _keep(item, "time spine", _old_spine, found.spines)
    for item in read.parts("time_spines"):
        _keep(item, "time spine", _spine, found.spines)
    read.done("dsi_package_version")


def _old_spine(read: Reader) -> TimeSpine:
    table, column = (
        _checked_table(read, read.needed("location"), read.place.at("location")),
        _column(read, "column_name"),
    )
    return TimeSpine(table, column, read.word("grain", GRAINS), (), read.place)


def _spine(read: Reader) -> TimeSpine:
    table, column = _table(read), read.part("primary_column")
    if column is None:
        read.report("F101", "`primary_column` is missing here", read.place)
        raise Broken
    name, grain = _column(column, "name"), column.word("time_granularity", GRAINS)
    return TimeSpine(table, name, grain, _customs(read), read.place)


def _column(read: Reader, key: str) -> str:
    """A column's name as SQL takes it without quotes."""
    name = read.needed(key)
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        read.report("F101", f"`{name}` is not the name of a column", read.place.at(key))
        raise Broken
    return name


def _customs(read: Reader) -> tuple[tuple[str, str], ...]:
    found = []
    for item in read.parts("custom_granularities"):
        name = item.needed("name")
        found.append((name, _column(item, "column_name" if item.has("column_name") else "name")))
        item.done("description")
    read.done("name")
    return tuple(found)


def _dbt_model(read: Reader, found: _Lists) -> None:
    """Properties of a dbt model: its time spine; everything else there is about building the table."""
    name = read.data.get("name")
    read.subject = f"model:{name}"
    if read.has("semantic_model"):
        message = "`semantic_model` inside a model is not imported: only models under `semantic_models` are"
        span = read.place.at("semantic_model").key()
        read.findings.append(Diagnostic("F102", "warning", message, span, read.subject))
    if read.has("time_spine"):
        _keep(read, "time spine", _spine_model, found.spines)


def _spine_model(read: Reader) -> TimeSpine:
    spine = read.part("time_spine")
    assert spine is not None
    column = _column(spine, "standard_granularity_column")
    grains = {it.text("name"): it for it in read.parts("columns")}
    grain = grains[column].word("granularity", GRAINS) if column in grains else "day"
    return TimeSpine(read.needed("name"), column, grain, _customs(spine), read.place)


# --- saved queries


def _saved(read: Reader) -> SavedQuery:
    name = read.needed("name")
    params = read.part("query_params")
    if params is None:
        read.report("F101", "`query_params` is missing here", read.place)
        raise Broken
    where = tuple(it.text for it in _filters(_renamed(params)))
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
