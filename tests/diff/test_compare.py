"""What counts as a change, which way a target moved, and what breaks: on small projects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine.diff.changes import (
    Change,
    Difference,
    EntryChange,
    GoalChange,
    InfluenceChange,
    MetricChange,
    SettingChange,
    Touched,
)
from engine.diff.compare import compare
from engine.load.project import load_texts
from engine.pipeline.journey import Journey
from engine.pipeline.revisions import side

BASE = """
organization: {name: shop}
departments: [{name: marketing}, {name: product}]
levers: [{name: ads, departments: [marketing]}, {name: page, departments: [product]}]
entities: [{name: customer, customer: true}]
datasets:
  - name: orders
    source: orders
    primary_key: [order_id]
    time: at
    entities: {customer: customer_id}
    fields:
      - {name: order_id, datatype: Integer}
      - {name: customer_id, datatype: Integer}
      - {name: at, datatype: DateTime}
      - {name: amount, expression: cents / 100.0, datatype: Float}
      - {name: status, datatype: String}
metrics:
  - {name: revenue, role: north_star, owners: all, direction: up, unit: EUR, expression: SUM(orders.amount)}
  - {name: order_count, owners: marketing, direction: up, unit: count, expression: COUNT(orders.order_id)}
  - {name: aov, owners: [marketing, product], direction: up, unit: EUR, type: derived,
     expression: revenue / order_count}
  - {name: refunds, owners: product, direction: down, unit: percent, type: ratio,
     numerator: {expression: COUNT(orders.order_id), where: status = 'refunded'},
     denominator: order_count}
  - {name: regulars, owners: product, direction: up, unit: count, expression: COUNT(DISTINCT orders.customer_id),
     where: "metric(order_count, customer) > 3"}
  - {name: trust, owners: product, direction: hold, unit: percent}
influences:
  - {from: ads, to: order_count, effect: raises}
  - {from: page, to: refunds, effect: lowers}
  - {from: refunds, to: revenue, effect: lowers}
objectives:
  - name: grow
    departments: all
    period: 2026-H2
    key_results:
      - {metric: revenue, baseline: 100, target: 150, guardrails: [{metric: refunds, at_most: 5 %}]}
      - {metric: refunds, baseline: 8 %, change: -25 %}
"""


def journey(text: str, config: str = "version: 1\n") -> Journey:
    loaded = load_texts({"specs.yml": text}, config)
    assert [found.message for found in loaded.findings if found.severity == "error"] == []
    return Journey(loaded, datetime(2026, 11, 16))


def changed(*pairs: tuple[str, str], text: str = BASE, config: str = "version: 1\n") -> Difference:
    """The difference that each text in the place of another one makes."""
    after = text
    for old, new in pairs:
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    return compare(side(journey(text)), side(journey(after, config)))


def of(difference: Difference, kind: type[Any]) -> list[Any]:
    return [change for change in difference.changes if isinstance(change, kind)]


def told(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.kind, getattr(change, "metric", "")) for change in changes]


@pytest.mark.parametrize(
    "pair",
    [
        ("SUM(orders.amount)", "sum( orders.amount )"),
        ("where: status = 'refunded'", "where: \"(status   = 'refunded')\""),
        (
            "      - {name: status, datatype: String}\n",
            "      - {name: status, datatype: String}\n      - {name: extra}\n",
        ),
        ("{name: marketing}, {name: product}]", "{name: marketing, title: Marketing}, {name: product}]"),
        ("effect: raises}", "effect: raises, strength: medium, because: People see them}"),
    ],
    ids=["spaces", "brackets", "a field that nobody reads", "a title", "a default spelled out"],
)
def test_no_change_in_meaning(pair: tuple[str, str]) -> None:
    assert changed(pair).changes == ()


def test_what_rests_on_a_redefined_metric_follows_and_needs_no_note() -> None:
    metrics = of(
        changed(("COUNT(orders.order_id)}\n  - {name: aov", "COUNT(orders.amount)}\n  - {name: aov")), MetricChange
    )
    assert [(it.kind, it.metric, it.through) for it in metrics] == [
        ("redefined", "order_count", ()),
        ("follows", "aov", ("order_count",)),
        ("follows", "refunds", ("order_count",)),
        ("follows", "regulars", ("order_count",)),
    ]
    assert [it.metric for it in metrics if it.breaking] == ["order_count"]
    assert metrics[0].breaking.code == "unnoted"
    assert metrics[0].touched.computed == ("aov", "refunds")
    assert metrics[0].touched.north_stars == ("revenue",)


def test_a_field_that_changes_redefines_what_reads_it() -> None:
    metrics = of(changed(("cents / 100.0", "cents / 1000.0")), MetricChange)
    assert [(it.kind, it.metric, it.through) for it in metrics] == [
        ("redefined", "revenue", ("orders",)),
        ("follows", "aov", ("revenue",)),
    ]
    assert metrics[0].breaking is not None
    assert metrics[0].sql.before != metrics[0].sql.after


def test_another_file_redefines_what_reads_it_and_another_name_of_the_dataset_does_not() -> None:
    text = BASE.replace("source: orders\n", "source: {file: a.csv, format: csv}\n")
    metrics = of(changed(("a.csv", "b.csv"), text=text), MetricChange)
    assert {it.metric for it in metrics} == {"revenue", "order_count", "aov", "refunds", "regulars"}
    assert metrics[0].through == ("orders",)
    renamed = text.replace("orders.", "sales.").replace("name: orders\n", "name: sales\n")
    assert of(compare(side(journey(text)), side(journey(renamed))), MetricChange) == []


def test_a_field_with_the_name_of_a_metric_is_not_that_metric() -> None:
    """`aov` reads the field `revenue`, so that the metric `revenue` changes as well explains nothing."""
    text = BASE.replace("name: amount, expression: cents", "name: revenue, expression: cents").replace(
        "SUM(orders.amount)", "SUM(orders.revenue)"
    )
    text = text.replace("type: derived,\n     expression: revenue / order_count", "expression: AVG(orders.revenue)")
    metrics = of(changed(("cents / 100.0", "cents / 10.0"), text=text), MetricChange)
    assert [(it.kind, it.metric) for it in metrics] == [("redefined", "revenue"), ("redefined", "aov")]
    assert all(it.breaking for it in metrics)


def test_a_dimension_with_other_values() -> None:
    text = BASE + "dimensions: [{name: state, fields: [orders.status]}]\n"
    difference = changed(("fields: [orders.status]", "fields: [orders.customer_id]"), text=text)
    assert [(it.kind, it.collection, it.name) for it in of(difference, EntryChange)] == [
        ("changed", "dimensions", "state")
    ]


def test_a_note_of_before_is_no_note_of_this_change() -> None:
    noted = BASE.replace(
        "unit: EUR, expression: SUM", "unit: EUR, revisions: [{date: 2026-01-01, note: a}], expression: SUM"
    )
    (change,) = of(changed(("SUM(orders.amount)", "MAX(orders.amount)"), text=noted), MetricChange)[:1]
    assert change.breaking is not None
    fresh = ("note: a}]", "note: a}, {date: 2026-11-01, note: b}]")
    (change,) = of(changed(("SUM(orders.amount)", "MAX(orders.amount)"), fresh, text=noted), MetricChange)[:1]
    assert change.breaking is None
    assert [str(note.note) for note in change.notes] == ["b"]


RENAMED = (
    ("- {name: order_count,", "- {name: orders_placed,"),
    ("revenue / order_count", "revenue / orders_placed"),
    ("denominator: order_count", "denominator: orders_placed"),
    ("metric(order_count, customer)", "metric(orders_placed, customer)"),
    ("to: order_count", "to: orders_placed"),
)


def test_a_new_name_is_known_by_its_plan_and_breaks_whoever_uses_the_old_one() -> None:
    difference = changed(*RENAMED)
    assert told(of(difference, MetricChange)) == [("renamed", "orders_placed")]
    (change,) = difference.own
    assert change.breaking.code == "renamed"
    assert change.breaking.users == ("metric:refunds", "metric:aov", "metric:regulars")


def test_a_new_name_that_is_told_breaks_nothing() -> None:
    heir = ("- {name: orders_placed,", "- {name: orders_placed, renamed_from: [order_count],")
    (change,) = changed(*RENAMED, heir).own
    assert (change.kind, change.breaking) == ("renamed", None)


def test_two_metrics_with_one_plan_are_not_guessed_to_be_renamed() -> None:
    twice = BASE.replace(
        "influences:",
        "  - {name: one, role: component, expression: MAX(orders.amount)}\n"
        "  - {name: two, role: component, expression: MAX(orders.amount)}\ninfluences:",
    )
    difference = changed(("name: one,", "name: uno,"), ("name: two,", "name: due,"), text=twice)
    assert told(of(difference, MetricChange)) == [
        ("added", "uno"),
        ("added", "due"),
        ("removed", "one"),
        ("removed", "two"),
    ]


def test_a_new_name_and_another_definition() -> None:
    difference = changed(
        *RENAMED,
        ("- {name: orders_placed,", "- {name: orders_placed, renamed_from: [order_count],"),
        ("COUNT(orders.order_id)}\n  - {name: aov", "COUNT(orders.amount)}\n  - {name: aov"),
    )
    assert told(of(difference, MetricChange))[:2] == [("renamed", "orders_placed"), ("redefined", "orders_placed")]


GONE = ("  - {name: trust, owners: product, direction: hold, unit: percent}\n", "")


@pytest.mark.parametrize(
    ("deprecated", "breaks"),
    [("", True), ("deprecated: {until: 2026-12-31}", True), ("deprecated: {until: 2026-11-15}", False)],
    ids=["unannounced", "too early", "announced"],
)
def test_removal_of_what_others_use(deprecated: str, breaks: bool) -> None:
    asked = "health: {loyalty: trust}"
    text = BASE.replace("{name: shop}", f"{{name: shop, {asked}}}")
    line = GONE[0].replace("unit: percent}", f"unit: percent, {deprecated}}}" if deprecated else "unit: percent}")
    text = text.replace(GONE[0], line)
    (change,) = of(changed((line, ""), (f", {asked}", ""), text=text), MetricChange)
    assert change.kind == "removed"
    assert (change.breaking is not None) == breaks
    if breaks:
        assert change.breaking.users == ("organization:shop",)


def test_removal_of_what_nobody_uses_breaks_nothing() -> None:
    assert changed(GONE).breaking == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "aspect"),
    [
        ("target: 150", "target: 160", "hardened", ("target", "150", "160")),
        ("target: 150", "target: 140", "softened", ("target", "150", "140")),
        ("baseline: 8 %, change: -25 %", "baseline: 8 %, change: -30 %", "hardened", ("change", "-25 %", "-30 %")),
        ("baseline: 8 %, change: -25 %", "baseline: 8 %, change: -20 %", "softened", ("change", "-25 %", "-20 %")),
        ("baseline: 8 %, change: -25 %", "baseline: 8 %, target: 6 %", "changed", ("target", "-25 %", "6 %")),
        ("baseline: 8 %, change: -25 %", "baseline: 8 %, target: 5 %", "hardened", ("target", "-25 %", "5 %")),
        ("baseline: 8 %, change: -25 %", "baseline: 9 %, change: -25 %", "softened", ("baseline", "8 %", "9 %")),
        ("baseline: 100, target", "baseline: 120, target", "changed", ("baseline", "100", "120")),
        ("at_most: 5 %", "at_most: 4 %", "hardened", ("at_most", "5 %", "4 %")),
        ("at_most: 5 %", "at_most: 5.5 %", "softened", ("at_most", "5 %", "5.5 %")),
        (", guardrails: [{metric: refunds, at_most: 5 %}]", "", "softened", ("at_most", "5 %", None)),
        ("target: 150,", "target: 150, deadline: 2026-10-31,", "hardened", ("deadline", "2026-12-31", "2026-10-31")),
        ("target: 150,", "target: 150, where: status = 'paid',", "changed", ("where", None, "status = 'paid'")),
    ],
)  # fmt: skip
def test_which_way_a_target_moved(old: str, new: str, kind: str, aspect: tuple[str, str, str | None]) -> None:
    (change,) = of(changed((old, new)), GoalChange)
    assert (change.kind, (change.aspect.name, change.aspect.before, change.aspect.after)) == (kind, aspect)


def test_guardrails_on_both_sides_of_one_metric() -> None:
    text = BASE.replace("at_most: 5 %}]", "at_most: 5 %}, {metric: refunds, at_least: 1 %}]")
    (change,) = of(changed(("at_most: 5 %", "at_most: 6 %"), text=text), GoalChange)
    assert (change.kind, change.guardrail, change.aspect.name) == ("softened", "refunds", "at_most")
    (change,) = of(changed(("at_least: 1 %", "at_least: 2 %"), text=text), GoalChange)
    assert (change.kind, change.guardrail, change.aspect.name) == ("hardened", "refunds", "at_least")


def test_a_target_of_another_segment_is_neither_harder_nor_softer() -> None:
    difference = changed(("target: 150,", "target: 140, where: status = 'paid',"))
    assert {it.kind for it in of(difference, GoalChange)} == {"changed"}


def test_a_target_that_should_hold_has_no_harder_side() -> None:
    text = BASE.replace(
        "      - {metric: refunds, baseline",
        "      - {metric: trust, target: 50 %}\n      - {metric: refunds, baseline",
    )
    (change,) = of(changed(("target: 50 %", "target: 60 %"), text=text), GoalChange)
    assert change.kind == "changed"


def test_the_time_zone_is_told_and_breaks() -> None:
    difference = changed(config="version: 1\ntimezone: Europe/Berlin\n")
    (change,) = of(difference, SettingChange)
    assert (change.aspect.before, change.aspect.after) == ("UTC", "Europe/Berlin")
    assert change in difference.breaking


def test_another_unit_without_a_note_breaks() -> None:
    (change,) = of(
        changed(("unit: count, expression: COUNT(orders", "unit: points, expression: COUNT(orders")), MetricChange
    )
    assert (change.kind, change.breaking.code) == ("described", "unnoted")
    (change,) = of(changed(("direction: hold", "direction: up")), MetricChange)
    assert (change.kind, change.breaking) == ("described", None)


def test_drafts() -> None:
    draft = "direction: hold, unit: percent}"
    measured = "direction: hold, unit: percent, expression: AVG(orders.amount)}"
    assert told(of(changed((draft, measured)), MetricChange)) == [("defined", "trust")]
    (change,) = of(changed((measured, draft), text=BASE.replace(draft, measured)), MetricChange)
    assert (change.kind, change.breaking.code) == ("undefined", "unnoted")


def test_who_does_a_lever() -> None:
    difference = changed(("{name: ads, departments: [marketing]}", "{name: ads, departments: [marketing, product]}"))
    assert [type(it).__name__ for it in difference.own] == ["OwnershipChange", "OwnershipChange", "InfluenceChange"]
    done = difference.own[-1]
    assert isinstance(done, InfluenceChange)
    assert (done.kind, done.source, done.target, done.effect) == ("added", "product", "ads", None)
    assert "order_count" in done.touched.moved


def test_a_department_that_is_used_breaks_when_it_goes() -> None:
    text = BASE.replace("{name: product}]", "{name: product}, {name: support}, {name: legal}]")
    text = text.replace("owners: product, direction: hold", "owners: support, direction: hold")
    support = ("owners: support, direction: hold", "owners: product, direction: hold")
    difference = changed((", {name: support}, {name: legal}]", "]"), support, text=text)
    entries = of(difference, EntryChange)
    assert [(it.name, it.breaking.users if it.breaking else None) for it in entries] == [
        ("support", ("metric:trust",)),
        ("legal", None),
    ]


def test_a_difference_turned_round() -> None:
    """What is hardened one way is softened the other way, what is added is removed."""
    opposite = {"hardened": "softened", "added": "removed", "redefined": "redefined", "cut": "added"}
    pairs = [("target: 150", "target: 160"), ("expression: SUM(orders.amount)", "expression: MAX(orders.amount)")]
    after = BASE
    for old, new in pairs:
        after = after.replace(old, new)
    after = after.replace("  - {from: refunds, to: revenue, effect: lowers}\n", "")
    there = compare(side(journey(BASE)), side(journey(after))).own
    back = compare(side(journey(after)), side(journey(BASE))).own
    assert [opposite[it.kind] for it in there if it.kind in opposite] == [
        it.kind for it in back if it.kind != "changed"
    ]


LOOP = (
    BASE
    + """
alarms: [{name: loss, when: refunds > aov, ask: Why?}]
blockers: [{name: stock, department: product, date: 2026-11-02, text: Nothing to sell}]
changes:
  - {name: page_two, department: product, date: 2026-11-09, what: A second page,
     expects: [{metric: refunds, effect: lowers}]}
pilots:
  - {name: try_it, department: product, start: 2026-11-01, end: 2026-11-30, compare_to: before, metrics: [refunds]}
tests:
  - {name: counted, given: {orders: [{order_id: 1}]}, query: {metrics: [order_count]}, expect: [{order_count: 1}]}
"""
)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("refunds > aov", "refunds >  aov"), []),
        (("what: A second page", "what: One more page"), []),
        (("text: Nothing to sell", "text: Nothing in stock"), []),
        (
            ("refunds > aov", "refunds > 2 * aov"),
            [("changed", "alarms", "loss", "when refunds > aov -> refunds > 2 * aov")],
        ),
        (("refunds, effect: lowers}]", "aov, effect: raises}]"), [("changed", "changes", "page_two", "")]),
        (("2026-11-02", "2026-11-03"), [("changed", "blockers", "stock", "")]),
        (("compare_to: before", "compare_to: rest, where: amount > 1"), [("changed", "pilots", "try_it", "")]),
        (("{order_count: 1}", "{order_count: 2}"), [("changed", "tests", "counted", "")]),
        (
            ("{name: counted,", "{name: summed,"),
            [("added", "tests", "summed", ""), ("removed", "tests", "counted", "")],
        ),
        (("alarms: [{name: loss, when: refunds > aov, ask: Why?}]", ""), [("removed", "alarms", "loss", "")]),
    ],
)
def test_what_reports_and_tests_are_made_of(pair: tuple[str, str], expected: list[tuple[str, ...]]) -> None:
    entries = of(changed(pair, text=LOOP), EntryChange)
    aspects = [" ".join(f"{of.name} {of.before} -> {of.after}" for of in it.aspects) for it in entries]
    found = [(it.kind, it.collection, it.name, said) for it, said in zip(entries, aspects, strict=True)]
    assert found == expected


def test_an_alarm_touches_who_answers_for_its_metrics() -> None:
    (change,) = of(changed(("refunds > aov", "refunds > 2"), text=LOOP), EntryChange)
    assert change.touched == Touched(departments=("marketing", "product"))  # ads move what refunds are a share of
    assert change.breaking is None


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("rules: {T103: off}", [("rules.T103", None, "off")]),
        ("rules: {T203: {max_results: 9}}", [("rules.T203.max_results", None, "9")]),
        (
            "overrides: [{paths: ['*.yml', old/], severity: {T103: error, A101: hint}}]",
            [("overrides.T103 in *.yml, old/", None, "error"), ("overrides.A101 in *.yml, old/", None, "hint")],
        ),
        ("extends: []", [("extends", "recommended", None)]),
        ("files: {exclude: [old.yml]}", [("files.exclude", None, "old.yml")]),
        (
            "suppress: [{paths: ['*.yml'], codes: [T103, T104], reason: Old}]",
            [("suppress", None, "T103, T104 in *.yml")],
        ),
    ],
)
def test_what_is_judged_less_strictly_is_told(config: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    """Both sides are judged by the rules of today, so a rule that is switched off shows in no finding."""
    told = of(changed(config=f"version: 1\n{config}\n"), SettingChange)
    assert [(it.aspect.name, it.aspect.before, it.aspect.after) for it in told] == expected
    assert [it.breaking for it in told] == [None] * len(expected)


def test_what_the_organisation_asks_and_how_often_it_reports() -> None:
    asked = "{name: shop, report: {grain: week, compare_to: previous month}, questions: {paying: order_count}}"
    told = of(changed(("{name: shop}", asked)), SettingChange)
    assert [(it.aspect.name, it.aspect.before, it.aspect.after) for it in told] == [
        ("report", None, "week, previous month"),
        ("questions.paying", None, "order_count"),
    ]
