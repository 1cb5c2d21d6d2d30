"""Semantic models as dbt writes them -> values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from .manifest import Dimension, Entity, Measure, NonAdditive, SemanticModel
from .read_table import read_table
from .reader import GRAINS, Broken, Reader

AGGREGATIONS = ("sum", "count", "count_distinct", "average", "min", "max", "median", "percentile", "sum_boolean")
T = TypeVar("T")


def read_model(read: Reader) -> SemanticModel:
    name = read.needed("name")
    defaults = read.part("defaults")
    time = defaults.text("agg_time_dimension") if defaults else None
    model = SemanticModel(
        name,
        read_table(read),
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
