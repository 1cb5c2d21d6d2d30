"""Time spines, which dbt has in three places -> values."""

from __future__ import annotations

from ...diagnostics import Diagnostic
from .manifest import TimeSpine
from .read_table import checked_table, read_column, read_table
from .reader import GRAINS, Broken, Reader, keep


def read_configuration(read: Reader, into: list[TimeSpine]) -> None:
    """The time spines of `project_configuration`."""
    for item in read.parts("time_spine_table_configurations"):  # the older way, often given beside the newer one
        keep(item, "time spine", _old_spine, into)
    for item in read.parts("time_spines"):
        keep(item, "time spine", _spine, into)
    read.done("dsi_package_version")


def _old_spine(read: Reader) -> TimeSpine:
    table = checked_table(read, read.needed("location"), read.place.at("location"))
    return TimeSpine(table, read_column(read, "column_name"), read.word("grain", GRAINS), (), read.place)


def _spine(read: Reader) -> TimeSpine:
    table, column = read_table(read), read.part("primary_column")
    if column is None:
        read.report("F101", "`primary_column` is missing here", read.place)
        raise Broken
    name, grain = read_column(column, "name"), column.word("time_granularity", GRAINS)
    return TimeSpine(table, name, grain, _customs(read), read.place)


def _customs(read: Reader) -> tuple[tuple[str, str], ...]:
    found = []
    for item in read.parts("custom_granularities"):
        name = item.needed("name")
        found.append((name, read_column(item, "column_name" if item.has("column_name") else "name")))
        item.done("description")
    read.done("name")
    return tuple(found)


def read_dbt_model(read: Reader, into: list[TimeSpine]) -> None:
    """Properties of a dbt model: its time spine; everything else there is about building the table."""
    name = read.data.get("name")
    read.subject = f"model:{name}"
    if read.has("semantic_model"):
        message = "`semantic_model` inside a model is not imported: only models under `semantic_models` are"
        span = read.place.at("semantic_model").key()
        read.findings.append(Diagnostic("F102", "warning", message, span, read.subject))
    if read.has("time_spine"):
        keep(read, "time spine", _spine_model, into)


def _spine_model(read: Reader) -> TimeSpine:
    spine = read.part("time_spine")
    assert spine is not None
    column = read_column(spine, "standard_granularity_column")
    grains = {it.text("name"): it for it in read.parts("columns")}
    grain = grains[column].word("granularity", GRAINS) if column in grains else "day"
    return TimeSpine(read.needed("name"), column, grain, _customs(spine), read.place)
