"""One customer's story, by hand from the demo's tables: no key, nothing personal, only where the specs allow it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.report.test_report import DEMO
from tests.report.told import accord

# Customer 77 is visitor 5939 and lead 357: every row of theirs in the order of time, those of one table together.
# Billing's lists of Sundays are no act of anybody.
STORY = [
    ("2026-04-16T10:10:00", "2026-04-21T12:58:42", 2, "visits", "marketing"),
    ("2026-04-21T13:05:31", "2026-04-21T13:05:31", 1, "leads", "marketing"),
    ("2026-04-21T16:43:24", "2026-04-21T16:43:24", 1, "deals", "sales"),
    ("2026-04-25T17:21:03", "2026-04-25T17:21:03", 1, "customers", "sales"),
    ("2026-04-25T22:56:19", "2026-04-26T12:15:53", 2, "usage", "product"),
    ("2026-04-26T12:31:58", "2026-04-26T12:31:58", 1, "orders", "sales"),
    ("2026-04-27T11:14:00", "2026-04-27T11:14:00", 1, "usage", "product"),
    ("2026-04-27T13:10:20", "2026-04-27T13:10:20", 1, "tickets", "support"),
    ("2026-04-27T16:20:21", "2026-04-29T17:22:22", 2, "surveys", "support"),
    ("2026-05-02T09:41:50", "2026-05-02T09:41:50", 1, "tickets", "support"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def story(project: Path, key: str, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        accord("report", "story", "--customer", key, "-p", str(project), "--format", "json", *arguments)
    )
    return told


def test_a_story_by_hand() -> None:
    told = story(DEMO, "77")
    events = [(it["start"], it["end"], it["count"], it["dataset"], it["department"]) for it in told["events"]]
    assert events == STORY
    details = {it["dataset"]: {one["field"]: one["values"] for one in it["details"]} for it in told["events"]}
    assert details["visits"]["channel"] == [["content", 2]]
    assert details["orders"]["amount"] == [["68.27", 1]]
    assert details["surveys"]["rating"] == [["5", 1], ["9", 1]]
    assert "customer_id" not in details["orders"]
    # Not seen for 30 days, as the specs say; the last complaint was about the start.
    assert told["left"] == {"gone": True, "last_seen": "2026-05-02T09:41:50", "days": 197, "after": "30 days"}
    assert (told["reason"]["value"], told["reason"]["at"]) == ("onboarding", "2026-04-27T13:10:20")


def test_who_it_is_stays_unsaid() -> None:
    for form in ("markdown", "html", "json"):
        told = accord("report", "story", "--customer", "77", "-p", str(DEMO), "--format", form)
        assert not re.search(r"\b(77|5939|357)\b", told)
    # A reader of the newsletter wrote a comment, which is personal.
    with duckdb.connect() as database:
        (remark,) = database.execute(f"""SELECT remark FROM '{DEMO}/data/subscriptions.parquet' JOIN
            '{DEMO}/data/customers.parquet' USING (visitor_id) WHERE customer_id = 127""").fetchone() or ("",)
    told = accord("report", "story", "--customer", "127", "-p", str(DEMO))
    assert remark
    assert remark[:20] not in told
    assert "Subscriptions to the newsletter" in told


def test_a_field_over_a_personal_one_is_personal(project: Path) -> None:
    specs = project / "datasets.yml"
    text = specs.read_text(encoding="utf-8")
    before = "      - {name: remark, title:"
    fields = "      - {name: loud, title: In capitals, expression: UPPER(remark), datatype: String}\n"
    text = text.replace(before, fields + before)
    also = """  - name: remarks
    title: Remarks again
    source: {query: "SELECT visitor_id, subscribed_at, remark AS said FROM subscriptions"}
    entities: {visitor: visitor_id}
    time: subscribed_at
    fields:
      - {name: visitor_id, datatype: Integer}
      - {name: subscribed_at, datatype: DateTime}
      - {name: said, title: What was said, datatype: String}

calendars:
"""
    specs.write_text(text.replace("calendars:\n", also, 1), encoding="utf-8")
    told = accord("report", "story", "--customer", "127", "-p", str(project))
    assert "Remarks again" in told
    assert "What was said" not in told
    assert "In capitals" not in told


def test_who_is_still_here_has_not_left() -> None:
    told = story(DEMO, "469")
    assert told["left"]["gone"] is False
    assert told["reason"] is None
    assert "still here" in accord("report", "story", "--customer", "469", "-p", str(DEMO))


def test_nothing_later_than_now() -> None:
    told = story(DEMO, "77", "--as-of", "2026-04-27 12:00")
    assert [it["dataset"] for it in told["events"]][-1] == "usage"
    assert len(told["events"]) == 7


def test_only_where_the_specs_allow_it(project: Path) -> None:
    specs = project / "organization.yml"
    text = specs.read_text(encoding="utf-8")
    first, last = text.index("  stories:"), text.index("people:")
    specs.write_text(text[:first] + text[last:], encoding="utf-8")
    accord("report", "story", "--customer", "77", "-p", str(project), exit=2)
    accord("report", "weekly", "-p", str(project))


def test_keys_that_lead_to_nobody() -> None:
    for key in ("100000", "abc", "77 OR 1=1", "'; DROP TABLE orders; --"):
        accord("report", "story", "--customer", key, "-p", str(DEMO), exit=2)
    accord("report", "story", "-p", str(DEMO), exit=2)
    accord("report", "weekly", "--customer", "77", "-p", str(DEMO), exit=2)
    accord("report", "story", "--customer", "77", "--week", "2026-W45", "-p", str(DEMO), exit=2)


def test_values_stay_values(project: Path) -> None:
    file = project / "data" / "tickets.parquet"
    with duckdb.connect() as database:
        database.execute(f"""CREATE TABLE kept AS SELECT * REPLACE (CASE WHEN customer_id = 77
            THEN '<script>alert(1)</script> **b** [x](javascript:y)' ELSE topic END AS topic) FROM '{file}'""")
        database.execute(f"COPY kept TO '{file}' (FORMAT parquet)")
    told = accord("report", "story", "--customer", "77", "-p", str(project))
    assert "<script>" not in told.replace("\\<script", "")
    assert "\\[x\\](javascript:y)" in told
    page = accord("report", "story", "--customer", "77", "-p", str(project), "--format", "html")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **b**" in page


def test_a_visitor_of_two_customers_is_neither(project: Path) -> None:
    """Customer 77's visits would tell of another one as well: they are left out, and that is said."""
    file = project / "data" / "customers.parquet"
    with duckdb.connect() as database:
        database.execute(f"""CREATE TABLE kept AS SELECT * REPLACE (
            CASE WHEN customer_id = 78 THEN 5939 ELSE visitor_id END AS visitor_id) FROM '{file}'""")
        database.execute(f"COPY kept TO '{file}' (FORMAT parquet)")
    told = story(project, "77")
    assert {it["dataset"] for it in told["events"]} == {"customers", "usage", "orders", "tickets", "surveys"}
    assert told["left_out"] == ["visitor"]
    assert "several customers" in accord("report", "story", "--customer", "77", "-p", str(project))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_golden(language: str) -> None:
    """`report story --customer 77 -p specs/demo --lang L -o tests/report/golden/story.L.md` writes it; then read it."""
    golden = Path(__file__).parent / "golden" / f"story.{language}.md"
    told = accord("report", "story", "--customer", "77", "-p", str(DEMO), "--lang", language)
    assert told == golden.read_text(encoding="utf-8")
