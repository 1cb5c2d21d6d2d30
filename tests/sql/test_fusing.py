"""Metrics asked for together are what they are alone, and no pass of the optimiser changes a value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.load.project import load
from engine.model import FileSource, Project
from engine.sql.compile import Compiler
from engine.sql.frame import Condition, Frame
from engine.sql.refusal import Refusal
from tests.sql.shop import AS_OF, comparable, compiled, project_of, rows_of, tables, unoptimised

DEMO = Path(__file__).parents[2] / "specs" / "demo"
GRAINS = [None, "week", "month"]
BY: list[tuple[str, ...]] = [(), ("channel",)]
WHERE: list[tuple[str, ...]] = [(), ("channel = 'content'",), ("channel IS NULL OR channel <> 'ads'",)]
RANGES = [(None, None), (date(2026, 8, 3), date(2026, 10, 5))]

Values = dict[tuple[Any, ...], dict[str, Any]]  # by key: the metric's columns


@cache
def demo() -> tuple[Project, duckdb.DuckDBPyConnection]:
    project = load(DEMO).project
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for dataset in project.datasets.values():
        assert isinstance(dataset.source, FileSource)
        file = DEMO / dataset.source.file
        read = "read_csv" if dataset.source.format == "csv" else "read_parquet"
        connection.execute(f'CREATE TABLE "{dataset.name}" AS SELECT * FROM {read}(?)', [str(file)])
    return project, connection


def frame(grain: Any, by: tuple[str, ...], where: tuple[str, ...], between: tuple[Any, Any]) -> Frame:
    as_of = demo()[0].config.as_of
    assert as_of is not None
    start, end = between
    return Frame(as_of, grain, by, tuple(map(Condition, where)), start, end)


@cache
def alone(name: str, asked: Frame) -> Values | None:
    """The metric's values by key, asked for alone; `None` where it cannot be asked for so."""
    project, connection = demo()
    try:
        return values_of(project, connection, (name,), asked)[name]
    except Refusal:
        return None


def values_of(
    project: Project, connection: duckdb.DuckDBPyConnection, names: tuple[str, ...], asked: Frame
) -> dict[str, Values]:
    """Each metric's columns by key, without those that are null throughout."""
    statement = compiled(project, names, asked)
    found: dict[str, Values] = {name: {} for name in names}
    for row in connection.execute(statement.sql).fetchall():
        pairs = list(zip(statement.outputs, row, strict=True))
        key = tuple(value for output, value in pairs if output.metric is None)
        for name in names:
            parts = {str(output.part): value for output, value in pairs if output.metric == name}
            if any(value is not None for value in parts.values()):
                assert key not in found[name]
                found[name][key] = parts
    return found


def assert_fused(names: tuple[str, ...], asked: Frame) -> None:
    singles = {name: alone(name, asked) for name in names}
    answerable = tuple(name for name in names if singles[name] is not None)
    if len(answerable) < 2:
        return
    together = values_of(*demo(), answerable, asked)
    for name in answerable:
        assert rounded(together[name]) == rounded(singles[name] or {}), name


def rounded(values: Values) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    return {key: comparable([parts]) for key, parts in values.items()}


NAMES = st.lists(st.sampled_from(sorted(load(DEMO).project.metrics)), min_size=2, max_size=8, unique=True).map(tuple)
FRAMES = st.builds(frame, st.sampled_from(GRAINS), st.sampled_from(BY), st.sampled_from(WHERE), st.sampled_from(RANGES))


@given(NAMES, FRAMES)
@settings(max_examples=40)
def test_metrics_of_the_demo_together(names: tuple[str, ...], asked: Frame) -> None:
    assert_fused(names, asked)


@pytest.mark.heavy
@given(NAMES, FRAMES)
@settings(max_examples=1_000)
def test_many_metrics_of_the_demo_together(names: tuple[str, ...], asked: Frame) -> None:
    assert_fused(names, asked)


@pytest.mark.parametrize("by", BY, ids=["total", "channel"])
@pytest.mark.parametrize("grain", GRAINS, ids=str)
def test_all_that_can_be_asked_together(grain: str | None, by: tuple[str, ...]) -> None:
    asked = frame(grain, by, (), RANGES[0])
    names = tuple(name for name in demo()[0].metrics if alone(name, asked) is not None)
    assert len(names) > (10 if not by else 3)
    assert_fused(names, asked)


@pytest.mark.parametrize("by", BY, ids=["total", "channel"])
@pytest.mark.parametrize("grain", GRAINS, ids=str)
def test_the_optimiser_changes_no_value(grain: str | None, by: tuple[str, ...]) -> None:
    project, connection = demo()
    asked = frame(grain, by, (), RANGES[0])
    names = [name for name in project.metrics if alone(name, asked) is not None]
    for chosen in ([*names], *([name] for name in names)):
        statement = compiled(project, chosen, asked)
        plain = rows_of(connection, unoptimised(project, statement))
        assert comparable(plain) == comparable(rows_of(connection, statement.sql)), chosen


# One dataset, and everything that two inputs can differ by.
INPUTS = {
    "all_orders": "COUNT(orders.order_id)",
    "amounts": "COUNT(orders.amount)",
    "buyers": "COUNT(DISTINCT orders.customer_id)",
    "revenue": "SUM(orders.amount)",
    "mean": "AVG(orders.amount)",
    "middle": "MEDIAN(orders.amount)",
    "largest": "MAX(orders.amount)",
    "regions_of": "COUNT(DISTINCT orders.customers.region_id)",
    "net": "SUM(orders.amount) - COALESCE(SUM(orders.cost), 0)",
    "share": "COUNT(orders.amount) / COUNT(orders.order_id)",
    "free": "SUM(orders.amount) FILTER (WHERE gift) / SUM(orders.amount)",
}
CONDITIONS = {
    "": None,
    "_paid": "status = 'paid'",
    "_open": "status = 'open'",
    "_lost": "status = 'lost'",
    "_gift": "gift",
    "_or": "status = 'paid' OR gift",
    "_pro": "customers.plan = 'pro'",
    "_late": "paid_at > ordered_at",
    "_loyal": "metric(all_orders, customer) > 1",
}
ORDERS = """
order_id customer_id ordered_at       paid_at          amount cost status gift  channel
o1       a           2026-01-01T10:00 2026-01-05T10:00 10     4    paid   true  web
o2       a           2026-01-31T10:00 2026-02-05T10:00 20     -    paid   false web
o3       a           2026-02-01T10:00 -                -      2    open   -     shop
o4       b           2026-02-02T10:00 2026-02-02T10:00 30     1    paid   false -
o5       b           2026-03-02T10:00 -                40     8    open   true  -
o6       c           2026-03-03T10:00 2026-03-01T10:00 50     -    -      false shop
o7       -           2026-03-04T10:00 2026-04-01T10:00 60     3    paid   true  tv
o8       lost        2026-05-04T10:00 2026-04-01T10:00 0      3    open   true  tv
"""
CUSTOMERS = """
customer_id plan region_id
a           pro  r1
b           free r2
c           -    -
"""


def shop_specs() -> str:
    lines = ["metrics:"]
    for name, expression in INPUTS.items():
        for suffix, where in CONDITIONS.items():
            kept = f', where: "{where}"' if where else ""
            lines.append(f'  - {{name: {name}{suffix}, expression: "{expression}"{kept}}}')
    lines.append("  - {name: revenue_then, expression: SUM(orders.amount), time: orders.paid_at}")
    lines.append("  - {name: count_then, expression: COUNT(orders.order_id), where: gift, time: orders.paid_at}")
    return "\n".join(lines)


@cache
def shop() -> tuple[Project, duckdb.DuckDBPyConnection]:
    project = project_of(shop_specs())
    return project, tables(project, {"orders": ORDERS, "customers": CUSTOMERS})


@cache
def alone_in_the_shop(name: str, grain: Any, by: tuple[str, ...]) -> Values:
    return values_of(*shop(), (name,), Frame(AS_OF, grain, by))[name]


SHOP_NAMES = sorted(project_of(shop_specs()).metrics)


@given(
    st.lists(st.sampled_from(SHOP_NAMES), min_size=2, max_size=12, unique=True),
    st.sampled_from([None, "month", "day"]),
    st.sampled_from([(), ("channel",), ("status",), ("customers.plan", "gift")]),
)
def test_what_differs_by_a_filter_only(names: list[str], grain: Any, by: tuple[str, ...]) -> None:
    together = values_of(*shop(), tuple(names), Frame(AS_OF, grain, by))
    for name in names:
        assert rounded(together[name]) == rounded(alone_in_the_shop(name, grain, by)), name


@pytest.mark.parametrize("grain", [None, "month"], ids=str)
def test_every_pair_that_differs_by_a_filter_only(grain: Any) -> None:
    names = [f"all_orders{suffix}" for suffix in CONDITIONS] + [f"revenue{suffix}" for suffix in CONDITIONS]
    for pair in combinations([*names, "revenue_then", "count_then"], 2):
        together = values_of(*shop(), pair, Frame(AS_OF, grain))
        for name in pair:
            assert rounded(together[name]) == rounded(alone_in_the_shop(name, grain, ())), pair


@pytest.mark.parametrize("make", [list, reversed], ids=["forwards", "backwards"])
def test_all_of_them_at_once_in_one_scan(make: Callable[[list[str]], Any]) -> None:
    project, connection = shop()
    names = tuple(make([name for name in SHOP_NAMES if "loyal" not in name and "then" not in name]))
    asked = Frame(AS_OF, "month", ("channel",))
    sql = compiled(project, names, asked).sql
    assert sql.upper().count("FROM ORDERS") == 1
    together = values_of(project, connection, names, asked)
    for name in names:
        assert rounded(together[name]) == rounded(alone_in_the_shop(name, "month", ("channel",))), name


def test_hundreds_of_metrics_go_into_one_statement() -> None:
    lines = [f"  - {{name: m{n}, expression: SUM(orders.amount), where: 'amount > {n}'}}" for n in range(400)]
    project = project_of("\n".join(["metrics:", *lines]))
    names = tuple(project.metrics)
    found = values_of(project, tables(project, {"orders": ORDERS}), names, Frame(AS_OF))
    assert [found[f"m{n}"].get((), {}).get("value") for n in (0, 19, 59, 60, 399)] == [210, 200, 60, None, None]


def test_one_compiler_for_many_questions() -> None:
    """What a compiler keeps from one question does not show in the next."""
    project, connection = shop()
    compiler = Compiler(project)
    grains: tuple[Any, ...] = (None, "month")
    for as_of in (AS_OF, datetime(2026, 2, 15)):
        for grain in grains:
            for where in ((), (Condition("gift"),), (Condition("NOT gift"),)):
                asked = Frame(as_of, grain, (), where)
                names = ["revenue_paid", "mean", "all_orders_loyal"]
                sql = compiler.compile(names, asked, "duckdb").sql
                fresh = compiled(project, names, asked).sql
                assert comparable(rows_of(connection, sql)) == comparable(rows_of(connection, fresh))


def test_a_run_asks_once_for_all_metrics_of_the_same_tables() -> None:
    """One statement over everything would hold the results of every table at the same time."""
    project, _ = demo()
    names = ["csat", "new_leads", "nps_first_use", "time_on_site", "lead_conversion", "bounce_rate", "lead_quality"]
    groups = Compiler(project).apart(names, frame("week", (), (), (None, None)))
    expected = [["csat", "nps_first_use"], ["new_leads", "lead_quality"], ["time_on_site", "bounce_rate"]]
    assert sorted(groups) == sorted([*expected, ["lead_conversion"]])
