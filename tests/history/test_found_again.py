"""What is recorded is what the last run found, of one warehouse, and can be reached whatever the metric became."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.report.test_hurried import ROWS, SPECS, written
from tests.report.told import accord, heard

CHANNELS = """id,at,bought,paid,channel
1,2026-02-23,true,2,ads
2,2026-02-24,true,5,
"""
WITH_CHANNEL = SPECS.replace("      - {name: paid,", "      - {name: channel, datatype: String}\n      - {name: paid,")
WEEKS = ("--grain", "week")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return written(tmp_path)


def lines(shop: Path, metric: str, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        accord("history", metric, "-p", str(shop), "--format", "json", *arguments)
    )["lines"]
    return found


def values(shop: Path, metric: str, *arguments: str) -> list[Any]:
    return [[it["value"] for it in line["values"]] for line in lines(shop, metric, *arguments)]


def record(shop: Path, *arguments: str) -> None:
    accord("run", "-p", str(shop), "--record", *arguments)


def exported(shop: Path) -> list[str]:
    return accord("history", "export", "-p", str(shop)).removesuffix("\n").split("\n")


def test_groups_sum_to_the_whole_after_a_correction(tmp_path: Path) -> None:
    shop = written(tmp_path, WITH_CHANNEL, CHANNELS)
    record(shop, "money", *WEEKS, "--by", "channel")
    assert {
        tuple(line["dimensions"].items()): line["values"][0]["value"]
        for line in lines(shop, "money", "--by", "channel")
    } == {
        (("channel", "ads"),): 2.0,
        (("channel", None),): 5.0,
    }
    (shop / "visits.csv").write_text(CHANNELS.replace("5,\n", "5,ads\n"), encoding="utf-8")
    record(shop, "money", *WEEKS, "--by", "channel")
    assert sorted(values(shop, "money", "--by", "channel"), key=str) == [[7.0], [None]]


def test_a_week_whose_rows_are_gone_has_no_value_any_more(shop: Path) -> None:
    record(shop, "visitors", *WEEKS)
    assert values(shop, "visitors") == [[2, 4]]
    kept = "\n".join(line for line in ROWS.splitlines() if "2026-02-1" not in line)
    (shop / "visits.csv").write_text(kept + "\n", encoding="utf-8")
    record(shop, "visitors", *WEEKS, "--start", "2026-02-23")  # of the week before nothing was asked
    record(shop, "money", *WEEKS)  # nor of that metric
    assert values(shop, "visitors") == [[2, 4]]
    accord("run", "-p", str(shop), "--record", "visitors", *WEEKS, "--as-of", "2026-03-01")  # knows less
    assert values(shop, "visitors") == [[2, 4]]
    record(shop, "visitors", *WEEKS)
    assert values(shop, "visitors") == [[None, 4]]


def test_a_metric_that_failed_found_nothing_out(shop: Path) -> None:
    record(shop, "visitors", *WEEKS)
    (shop / "visits.csv").write_text("id\n1\n", encoding="utf-8")
    accord("run", "-p", str(shop), "--record", "visitors", *WEEKS, exit=4)
    assert values(shop, "visitors") == [[2, 4]]


def test_warehouses_are_lines_of_their_own(shop: Path) -> None:
    with duckdb.connect(str(shop / "prod.db")) as database:
        database.execute(
            "CREATE TABLE v2 AS SELECT 1::BIGINT id, DATE '2026-02-23' \"at\", TRUE bought, 9.0::DOUBLE paid"
        )
    config = shop / "accord.yml"
    profile = "warehouse: {profiles: {prod: {url: 'duckdb:///prod.db', tables: {visits: v2}}}}\n"
    config.write_text(config.read_text(encoding="utf-8") + profile, encoding="utf-8")
    record(shop, "conversion", *WEEKS, "--profile", "prod")
    record(shop, "conversion", *WEEKS)
    told = [
        (line["warehouse"], line["current"], [it["value"] for it in line["values"]])
        for line in lines(shop, "conversion")
    ]
    assert told == [(None, True, [0.0, 0.25]), ("prod", True, [1.0])]
    assert "warehouse prod" in accord("history", "conversion", "-p", str(shop))
    # Another table is another definition there, and none here.
    config.write_text(config.read_text(encoding="utf-8").replace("visits: v2", "visits: v3"), encoding="utf-8")
    assert [line["current"] for line in lines(shop, "conversion")] == [True, False]


def test_a_history_from_before_warehouses_is_read(shop: Path) -> None:
    record(shop, "visitors", *WEEKS)
    import sqlite3

    names = "metric grain start dimensions condition fingerprint end label value numerator denominator n unit"
    names += " revision as_of"
    columns = ", ".join(f'"{name}"' for name in names.split())
    with sqlite3.connect(shop / ".accord" / "history.sqlite") as database:
        database.execute(f"CREATE TABLE old AS SELECT {columns} FROM record")
        database.execute("DROP TABLE record")
        key = "metric, grain, start, dimensions, condition, fingerprint"
        database.execute(f"CREATE TABLE record ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
        database.execute("INSERT INTO record SELECT * FROM old")
        database.execute("DROP TABLE old")
        database.execute("PRAGMA user_version = 1")
    assert values(shop, "visitors") == [[2, 4]]
    plain = [json.loads(line) for line in exported(shop)]
    lines_ = "\n".join(json.dumps({key: it[key] for key in it if key != "warehouse"}) for it in plain)
    (shop / "old.jsonl").write_text(lines_ + "\n", encoding="utf-8")
    assert "0 of 2" in heard("history", "import", str(shop / "old.jsonl"), "-p", str(shop))[1]


def test_text_does_not_bring_back_what_a_run_of_that_moment_replaced(shop: Path) -> None:
    record(shop, "conversion", "visitors", *WEEKS)
    old = shop / "old.jsonl"
    accord("history", "export", "-p", str(shop), "-o", str(old))
    (shop / "visits.csv").write_text(ROWS.replace("4,2026-02-24,false", "4,2026-02-24,true"), encoding="utf-8")
    record(shop, "conversion", *WEEKS)
    assert "0 of 4 records are new or later" in heard("history", "import", str(old), "-p", str(shop))[1]
    assert values(shop, "conversion") == [[0.0, 0.5]]


def test_integers_beyond_what_a_database_has(tmp_path: Path) -> None:
    specs = SPECS.replace("name: paid, datatype: Float", "name: paid, datatype: Integer")
    big = "id,at,bought,paid\n1,2026-02-23,true,9000000000000000000\n2,2026-02-24,true,9000000000000000000\n"
    shop = written(tmp_path, specs, big)
    record(shop, "money", "visitors", *WEEKS)
    assert (values(shop, "money"), values(shop, "visitors")) == ([[18_000_000_000_000_000_000]], [[2]])
    first = exported(shop)
    (shop / "h.jsonl").write_text("\n".join(first) + "\n", encoding="utf-8")
    (shop / ".accord" / "history.sqlite").unlink()
    accord("history", "import", str(shop / "h.jsonl"), "-p", str(shop))
    assert exported(shop) == first


def test_an_export_can_be_read_whatever_a_value_holds(tmp_path: Path) -> None:
    strange = "line\u2028two\u2029three\u0085four"
    shop = written(tmp_path, WITH_CHANNEL, f"id,at,bought,paid,channel\n1,2026-02-23,true,2,{strange}\n")
    record(shop, "money", *WEEKS, "--by", "channel")
    accord("history", "export", "-p", str(shop), "-o", str(shop / "h.jsonl"))
    assert "0 of 1" in heard("history", "import", str(shop / "h.jsonl"), "-p", str(shop))[1]


def test_the_past_is_there_whatever_became_of_the_metric(shop: Path) -> None:
    record(shop, "money", *WEEKS)
    record(shop, "money", *WEEKS, "--where", "bought")
    now = [True, True]
    assert [line["current"] for line in lines(shop, "money")] == now
    specs = shop / "specs.yml"
    whole = "{name: money, expression: SUM(visits.paid), unit: EUR, owners: sales, direction: up}"
    for other in (
        "{name: money, unit: EUR, owners: sales, direction: up}",  # a draft
        "{name: money, expression: SUM(visits.gone), unit: EUR, owners: sales, direction: up}",
        "{name: other, expression: SUM(visits.paid), unit: EUR, owners: sales, direction: up}",
    ):
        specs.write_text(SPECS.replace(whole, other), encoding="utf-8")
        assert values(shop, "money") == [[0.0, -4.0], [3.0]]
        assert [line["current"] for line in lines(shop, "money")] == [False, False]
    specs.write_text(
        SPECS.replace("{name: bought, datatype", "{name: signed, datatype")
        .replace("bought}", "signed}")
        .replace("where: bought", "where: signed"),
        encoding="utf-8",
    )
    (shop / "visits.csv").write_text(ROWS.replace("bought", "signed"), encoding="utf-8")
    told = lines(shop, "money")
    assert [(line["where"], line["current"]) for line in told] == [(None, True), ("bought", False)]


def test_a_renamed_metric_keeps_its_past(shop: Path) -> None:
    record(shop, "money", *WEEKS)
    specs = shop / "specs.yml"
    specs.write_text(SPECS.replace("{name: money, ", "{name: cash, renamed_from: [money], "), encoding="utf-8")
    assert [(line["current"], len(line["values"])) for line in lines(shop, "cash")] == [(True, 2)]
    record(shop, "cash", *WEEKS, "--start", "2026-02-23")
    assert [(line["current"], [it["value"] for it in line["values"]]) for line in lines(shop, "cash")] == [
        (True, [0.0, -4.0])
    ]


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("n", "abc"),
        ("n", [1]),
        ("value", "NaN"),
        ("value", float("nan")),
        ("value", float("inf")),
        ("value", True),
        ("unit", 5),
        ("dimensions", {"channel": ["a"]}),
        ("dimensions", 3),
        ("end", "2026-02-01"),
        ("as_of", "2026-03-02T00:00:00+00:00"),
        ("warehouse", 1),
    ],
)
def test_lines_that_no_export_writes_are_refused_with_their_place(shop: Path, key: str, wrong: Any) -> None:
    record(shop, "visitors", *WEEKS)
    good = exported(shop)
    bad = json.dumps(json.loads(good[1]) | {key: wrong})
    (shop / "bad.jsonl").write_text(f"{good[0]}\n{bad}\n", encoding="utf-8")
    assert "bad.jsonl:2: not a line" in heard("history", "import", str(shop / "bad.jsonl"), "-p", str(shop), exit=2)[1]
    assert exported(shop) == good
