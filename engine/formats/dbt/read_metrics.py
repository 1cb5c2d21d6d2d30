"""Metrics as dbt writes them -> values."""

from __future__ import annotations

import re
from collections.abc import Callable

from .manifest import (
    Conversion,
    Cumulative,
    Definition,
    Derived,
    Filter,
    MeasureInput,
    Metric,
    MetricInput,
    Ratio,
    Simple,
    Window,
)
from .reader import GRAINS, Broken, Reader

_WINDOW = re.compile(r"([0-9]+) +([a-z_]+)\Z")


def read_metric(read: Reader) -> Metric:
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
        read_filters(read),
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
        part.needed("name"),
        part.place,
        read_filters(part),
        part.flag("join_to_timespine"),
        part.number("fill_nulls_with"),
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
        read_filters(part),
        part.text("alias"),
        _window(part, "offset_window"),
        part.text("offset_to_grain"),
    )
    part.done()
    return found


def read_filters(read: Reader) -> tuple[Filter, ...]:
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
