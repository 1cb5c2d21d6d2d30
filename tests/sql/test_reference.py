"""Random small tables: the statements give what the plain reading of the language gives, row by row in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sql.frame import Condition, Frame
from tests.sql.reference import Asked, Moment, Row, at, cohort, conversion, duration, retention, row_duration
from tests.sql.shop import compiled, project_of, tables

AS_OF = datetime(2026, 1, 12, 12)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Tables = dict[str, list[Row]]
Reference = Callable[[Asked, Tables], dict[Any, float | None]]

# Each metric: how it is written, the dataset that it counts at, and the plain reading.
SPECS: dict[str, tuple[str, str, Reference]] = {}


def metric(name: str, spec: str, reference: Reference) -> None:
    home = re.search(r"(?:base|cohort|from): (?:\{event: )?(\w+)", spec)
    assert home is not None
    SPECS[name] = (f"{{name: {name}, {spec}}}", home.group(1), reference)


def is_x(row: Row) -> bool:
    return row.group == "x"


def is_k(row: Row) -> bool:
    return row.kind == "k"


def converts(base: str, target: str, within: timedelta, count: str, **options: Any) -> Reference:
    return lambda asked, given: conversion(asked, given[base], given[target], within, count, **options)


def returns(start: str, back: str, window: str, length: timedelta, unit: timedelta) -> Reference:
    return lambda asked, given: retention(asked, given[start], given[back], window, length, unit)


def pays(start: str, within: timedelta | None, aggregate: str, skip: bool) -> Reference:
    return lambda asked, given: cohort(asked, given[start], given["orders"], within, aggregate, skip=skip)


def takes(start: str, finish: str, aggregate: str, options: dict[str, Any]) -> Reference:
    days = finish == "logins"
    return lambda asked, given: duration(asked, given[start], given[finish], aggregate, days=days, **options)


def lasts(aggregate: str, options: dict[str, Any]) -> Reference:
    return lambda asked, given: row_duration(asked, given["tickets"], aggregate, **options)


def conversions(count: str) -> None:
    def told(base: str, target: str, within: str) -> str:
        return f"type: conversion, entity: customer, base: {base}, target: {target}, within: {within}, count: {count}"

    x, k = "{event: tickets, where: topic = 'x'}", "{event: orders, where: status = 'k'}"
    first, first_order = "{event: tickets, pick: first}", "{event: orders, pick: first}"
    every: list[tuple[str, str, Reference]] = [
        ("plain", told("tickets", "orders", "2 days"), converts("tickets", "orders", 2 * DAY, count)),
        ("again", told("tickets", "tickets", "2 days"), converts("tickets", "tickets", 2 * DAY, count)),
        ("days", told("logins", "orders", "2 days"), converts("logins", "orders", 2 * DAY, count)),
        ("to_days", told("orders", "logins", "3 days"), converts("orders", "logins", 3 * DAY, count)),
        ("hours", told("tickets", "orders", "18 hours"), converts("tickets", "orders", 18 * HOUR, count)),
        (
            "filtered",
            told(x, k, "3 days"),
            converts("tickets", "orders", 3 * DAY, count, base_where=is_x, target_where=is_k),
        ),
        (
            "kept",
            told("tickets", "orders", "3 days") + ", where: topic = 'x'",
            converts("tickets", "orders", 3 * DAY, count, base_where=is_x),
        ),
        (
            "first",
            told(first, "orders", "3 days"),
            converts("tickets", "orders", 3 * DAY, count, base_pick="first"),
        ),
        (
            "first_target",
            told("tickets", first_order, "3 days"),
            converts("tickets", "orders", 3 * DAY, count, target_pick="first"),
        ),
        (
            "same",
            told("tickets", "tickets", "5 days") + ", same: [topic]",
            converts("tickets", "tickets", 5 * DAY, count, same=True),
        ),
    ]
    for name, spec, reference in every:
        metric(f"{name}_{count}", spec, reference)


def retentions(window: str) -> None:
    kind = "type: retention, entity: customer"
    for start, back in (("tickets", "orders"), ("orders", "orders"), ("logins", "orders"), ("tickets", "logins")):
        spec = f"{kind}, cohort: {start}, return: {back}, {window}: 2 days"
        metric(f"{start}_{window}_{back}", spec, returns(start, back, window, 2 * DAY, DAY))
    spec = f"{kind}, cohort: tickets, return: orders, {window}: 12 hours"
    metric(f"{window}_hours", spec, returns("tickets", "orders", window, 12 * HOUR, HOUR))


def cohorts(aggregate: str) -> None:
    kind = f"type: cohort, entity: customer, value: SUM(orders.amount), aggregate: {aggregate}"
    for start in ("tickets", "orders", "logins"):
        for skip in (False, True):
            name, spec = f"{start}_{aggregate}_{skip}".lower(), f"{kind}, cohort: {start}"
            spec += ", missing: skip" if skip else ""
            metric(name, spec, pays(start, None, aggregate, skip))
            metric(f"{name}_soon", f"{spec}, within: 3 days", pays(start, 3 * DAY, aggregate, skip))


WRITTEN = {"counted_at": "counted_at: start", "within": "within: 3 days", "until_now": "unfinished: until_now"}
OPTIONS: dict[str, dict[str, Any]] = {
    "": {},
    "_soon": {"within": 3 * DAY},
    "_start": {"counted_at": "start"},
    "_start_soon": {"counted_at": "start", "within": 3 * DAY},
    "_now": {"counted_at": "start", "until_now": True},
    "_now_soon": {"counted_at": "start", "until_now": True, "within": 3 * DAY},
}


def durations(aggregate: str) -> None:
    kind = f"type: duration, aggregate: {aggregate}, unit: hours"
    for name, options in OPTIONS.items():
        said = "".join(f", {WRITTEN[key]}" for key in options)
        for start, finish in (
            ("tickets", "orders"),
            ("tickets", "tickets"),
            ("logins", "orders"),
            ("orders", "logins"),
        ):
            spec = f"{kind}, entity: customer, from: {start}, to: {finish}{said}"
            metric(f"{start}_{finish}_{aggregate}{name}", spec, takes(start, finish, aggregate, options))
        if "within" not in options:
            spec = f"{kind}, from: tickets.opened_at, to: tickets.resolved_at{said}"
            metric(f"row_{aggregate}{name}", spec, lasts(aggregate, options))
    spec = f"{kind}, entity: customer, from: {{event: tickets, pick: first}}, to: orders"
    metric(f"first_{aggregate}", spec, takes("tickets", "orders", aggregate, {"start_pick": "first"}))


for _count in ("base", "targets", "entities"):
    conversions(_count)
for _window in ("at", "within", "after"):
    retentions(_window)
for _aggregate in ("mean", "median", "max", "sum"):
    cohorts(_aggregate)
for _aggregate in ("mean", "median", "max"):
    durations(_aggregate)

MOMENTS = st.one_of(st.none(), st.integers(0, 28).map(lambda half: datetime(2026, 1, 1) + half * 12 * HOUR))
DAYS = st.one_of(st.none(), st.integers(0, 13).map(lambda days: date(2026, 1, 1) + days * DAY))
ENTITIES = st.sampled_from(["a", "a", "b", "c", None])
GROUPS = st.sampled_from(["x", "y", None])


def rows(table: str, moments: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Row]]:
    row = st.tuples(
        ENTITIES, moments, MOMENTS, GROUPS, st.sampled_from(["k", "l", None]), st.sampled_from([None, 0, 1, 2, 5, 10])
    )
    return st.lists(row, max_size=most).map(
        lambda found: [Row(table, f"{table[0]}{number}", *values) for number, values in enumerate(found)]
    )


GIVEN = st.fixed_dictionaries(
    {"tickets": rows("tickets", MOMENTS, 8), "orders": rows("orders", MOMENTS, 8), "logins": rows("logins", DAYS, 6)}
)
COLUMNS = {
    "tickets": ("ticket_id", "customer_id", "opened_at", "resolved_at", "topic", "kind", "minutes"),
    "orders": ("order_id", "customer_id", "ordered_at", "paid_at", "channel", "status", "amount"),
    "logins": ("login_id", "customer_id", "day", None, "feature", None, None),
}


def week(moment: Moment) -> date:
    day = at(moment).date()
    return day - timedelta(days=day.weekday())


ASKED = {
    "total": (Frame(AS_OF), Asked(AS_OF)),
    "week": (Frame(AS_OF, "week"), Asked(AS_OF, by=lambda _, counted: week(counted))),
}
# The column that is `group` in the reference has another name in each table: only tickets are asked by it.
BY_TOPIC = {
    "topic": (Frame(AS_OF, by=("topic",)), Asked(AS_OF, by=lambda row, _: row.group)),
    "where": (Frame(AS_OF, where=(Condition("topic = 'x'"),)), Asked(AS_OF, where=is_x)),
    "both": (
        Frame(AS_OF, "week", ("kind",), (Condition("topic = 'x' OR topic IS NULL"),)),
        Asked(
            AS_OF,
            where=lambda row: row.group in ("x", None),
            by=lambda row, counted: (week(counted), row.kind),
        ),
    ),
}


@cache
def shop() -> duckdb.DuckDBPyConnection:
    return tables(project_of(specs()), {})


@cache
def specs() -> str:
    return "\n".join(["metrics:", *(f"  - {spec}" for spec, _, _ in SPECS.values())])


@cache
def statement(name: str, frame: Frame) -> str:
    return compiled(project_of(specs()), [name], frame).sql


def filled(given: Tables) -> duckdb.DuckDBPyConnection:
    connection = shop()
    for table, columns in COLUMNS.items():
        connection.execute(f"DELETE FROM {table}")
        named = [column for column in columns if column]
        values = [[value for value, column in zip(told(row), columns, strict=True) if column] for row in given[table]]
        if values:
            places = ", ".join("?" * len(named))
            connection.executemany(f"INSERT INTO {table} ({', '.join(named)}) VALUES ({places})", values)
    return connection


def told(row: Row) -> tuple[Any, ...]:
    return row.key, row.entity, row.time, row.end, row.group, row.kind, row.amount


def assert_same(name: str, given: Tables) -> None:
    connection = filled(given)
    _, home, reference = SPECS[name]
    asked = ASKED | (BY_TOPIC if home == "tickets" else {})
    for how, (frame, plain) in asked.items():
        found = {}
        for row in connection.execute(statement(name, frame)).fetchall():
            keys = len(frame.by) + (frame.grain is not None)
            key: Any = tuple(row[:keys])
            found[key if keys > 1 else key[0] if keys else None] = row[keys]
        wanted = reference(plain, given)
        assert rounded(found) == rounded(wanted), (name, how, statement(name, frame))


def rounded(values: dict[Any, Any]) -> dict[Any, float]:
    """Groups without a value say nothing."""
    return {key: float(f"{float(value):.9g}") for key, value in values.items() if value is not None}


@given(GIVEN, st.sampled_from(list(SPECS)))
@settings(max_examples=120)
def test_random_tables(given: Tables, name: str) -> None:
    assert_same(name, given)


@pytest.mark.heavy
@pytest.mark.parametrize("name", SPECS)
def test_many_random_tables(name: str) -> None:
    @given(GIVEN)
    @settings(max_examples=30)
    def check(given: Tables) -> None:
        assert_same(name, given)

    check()
