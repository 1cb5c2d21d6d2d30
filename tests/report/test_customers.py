"""The four questions about customers: how many came, how many pay, how long they stay, what made them leave."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from tests.report.test_report import DEMO, weekly
from tests.report.told import accord


def test_the_four_questions_by_hand() -> None:
    with duckdb.connect() as database:
        for name in ("visits", "customers", "usage", "tickets"):
            database.execute(f"CREATE VIEW {name} AS FROM '{(DEMO / 'data' / name).as_posix()}.parquet'")
        (came,) = database.execute("""SELECT COUNT(DISTINCT visitor_id) FROM visits WHERE visit_number = 1
            AND visited_at >= '2026-11-09' AND visited_at < '2026-11-16'""").fetchone()
        (paying,) = database.execute("""SELECT COUNT(*) FROM customers
            WHERE signed_up_at >= '2026-11-09' AND signed_up_at < '2026-11-16'""").fetchone()
        stay = database.execute("""SELECT COUNT(*) FILTER (EXISTS (FROM usage WHERE customer_id = c.customer_id
              AND occurred_at >= signed_up_at + INTERVAL 30 DAY AND occurred_at < signed_up_at + INTERVAL 31 DAY)),
              COUNT(*)
            FROM customers c WHERE signed_up_at >= '2026-10-05' AND signed_up_at < '2026-10-12'""").fetchone()
        left = database.execute("""SELECT topic, COUNT(*) FILTER (EXISTS (FROM tickets AS again
              WHERE again.customer_id = c.customer_id AND again.topic = c.topic AND again.ticket_id <> c.ticket_id
              AND again.opened_at >= c.opened_at AND again.opened_at < c.opened_at + INTERVAL 14 DAY)) AS again,
              COUNT(*)
            FROM tickets c WHERE kind = 'complaint' AND opened_at >= '2026-10-05' AND opened_at < '2026-11-02'
            GROUP BY topic ORDER BY COUNT(*) DESC, topic""").fetchall()
    told = {it["question"]: it for it in weekly()["customers"]}
    assert list(told) == ["came", "paying", "stay", "left"]
    assert told["came"]["value"]["value"] == came == 1200
    assert told["paying"]["value"]["value"] == paying
    assert (told["stay"]["value"]["numerator"], told["stay"]["value"]["denominator"]) == stay
    groups = told["left"]["groups"]
    assert [(it["group"], it["numerator"], it["denominator"]) for it in groups["shown"]] == left
    assert (groups["first"], groups["last"], groups["hidden"]) == ("2026-W41", "2026-W44", 0)


def test_a_project_without_questions_has_no_section(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "demo")
    specs = tmp_path / "demo" / "organization.yml"
    text = specs.read_text(encoding="utf-8")
    first, last = text.index("  questions:"), text.index("  health:")
    specs.write_text(text[:first] + text[last:], encoding="utf-8")
    assert json.loads(accord("report", "weekly", "-p", str(tmp_path / "demo"), "--format", "json"))["customers"] == []
    assert "How many came" not in accord("report", "weekly", "-p", str(tmp_path / "demo"))
    assert "How many came" in accord("report", "weekly", "-p", str(DEMO))
