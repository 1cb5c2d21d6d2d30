"""What findings say and where they point: languages, places, notes, and when rules keep silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from engine.diagnostics import Diagnostic
from engine.load.project import load_texts
from engine.pipeline.journey import Journey
from engine.pipeline.opening import context_of
from engine.rules.facts import FACTS, subjects_of
from engine.rules.pack import load_packs
from engine.rules.runner import lint
from engine.rules.template import read_template

RULES = load_packs(["recommended"], Path())
RETENTION = """\
departments: [{name: marketing}, {name: product}, {name: support}]
levers: [{name: onboarding, departments: [product, support]}]
metrics:
  - {name: kept, role: component}
  - name: retention
    expression: kept / 2
    owners: marketing
  - {name: ltv, role: north_star, owners: [product, support]}
influences:
  - {from: onboarding, to: kept, effect: raises}
  - {from: support, to: retention, effect: raises}
  - {from: retention, to: ltv, effect: raises}
  - {from: marketing, to: ltv, effect: raises}
  - {from: product, to: ltv, effect: raises}
"""


def found(spec: str, code: str, language: str | None = None) -> list[Diagnostic]:
    rules = [rule for rule in RULES if rule.code.startswith(code)]
    return list(lint(context_of(spec), rules, language))


def pointed_at(spec: str, finding: Diagnostic) -> str:
    assert finding.span is not None
    line = spec.splitlines()[finding.span.line - 1]
    return line[finding.span.column - 1 : finding.span.end_column - 1]


def test_shared_but_owned_by_one() -> None:
    """One finding for one fault, at the owners, with the routes of the movers, through formulas too."""
    (finding,) = [it for it in found(RETENTION, "O") if it.subject == "metric:retention"]
    assert finding.code == "O102"
    assert finding.message == (
        "`retention` is owned by `marketing` alone, but depends on `product` and `support`; "
        "without influence on it: `marketing`"
    )
    assert pointed_at(RETENTION, finding) == "marketing"
    assert [(note.message, note.span and note.span.line) for note in finding.related] == [
        ("`product` moves it: product -> onboarding -> kept -> retention", 10),
        ("`support` moves it: support -> retention", 11),
    ]
    assert finding.hint == "share it: those who move it are `product` and `support`"


def test_the_optional_part_goes_where_it_says_nothing() -> None:
    spec = RETENTION.replace("owners: marketing", "owners: support")
    (finding,) = [it for it in found(spec, "O") if it.subject == "metric:retention"]
    assert finding.message == "`retention` is owned by `support` alone, but depends on `product`"


def test_russian_by_option_and_by_project() -> None:
    spec = "objectives: [{name: love, title: Нас любят, period: 2026, key_results: [{title: Нас советуют}]}]"
    expected = "этому ключевому результату `love` не хватает: метрика, исходное значение и цель или изменение"
    assert [it.message for it in found(spec, "T105", "ru")] == [expected]
    loaded = load_texts({"a.yml": spec}, "version: 1\nlanguage: ru\n")
    assert expected in [it.message for it in Journey(loaded, datetime(2026, 1, 1)).lint()]


def test_a_language_without_texts_gets_english() -> None:
    assert found("objectives: [{name: love}]", "T104", "pt") == found("objectives: [{name: love}]", "T104", "en")


def test_a_goal_points_at_its_title_or_else_its_name() -> None:
    spec = "objectives: [{name: plan, title: Publish 20 articles}, {name: wish}]"
    assert [pointed_at(spec, it) for it in found(spec, "T")] == ["Publish 20 articles", "plan", "wish"]


def test_a_fault_of_the_goal_without_a_title_points_at_the_name() -> None:
    spec = """\
departments: [{name: a}]
metrics: [{name: m, owners: a}]
objectives: [{name: goal, key_results: [{metric: m}]}]
"""
    assert {it.code: pointed_at(spec, it) for it in found(spec, "T")} == {"T103": "goal", "T105": "m", "T107": "goal"}


def test_any_language_of_a_title_is_judged() -> None:
    spec = "objectives: [{name: plan, title: {en: Readers trust us, ru: Опубликовать 20 статей}}]"
    assert [it.message for it in found(spec, "T101")] == ["a task, not a result: `Опубликовать 20 статей`"]


def test_two_stars_point_at_the_second_and_tell_the_others() -> None:
    spec = "metrics: [{name: a, role: north_star}, {name: b, role: north_star}, {name: c, role: north_star}]"
    (finding,) = found(spec, "G102")
    assert (pointed_at(spec, finding), finding.subject) == ("b", "organization:accord.yml")
    assert [note.message for note in finding.related] == ["`a` is a north star too", "`c` is a north star too"]


def test_without_an_organisation_accord_yml_is_to_blame() -> None:
    (finding,) = found("metrics: [{name: a}]", "G101")
    assert finding.span is not None
    assert finding.span.file == "accord.yml"


def test_a_circle_points_at_the_influence_that_closes_it() -> None:
    spec = """\
metrics: [{name: a}, {name: b}, {name: c}]
influences:
  - {from: c, to: a, effect: raises}
  - {from: a, to: b, effect: raises}
  - {from: b, to: c, effect: lowers}
"""
    (finding,) = found(spec, "G301")
    assert (finding.span and finding.span.line, pointed_at(spec, finding)) == (3, "a")
    assert [(note.message, note.span and note.span.line) for note in finding.related] == [
        ("`a` raises or lowers `b`", 4),
        ("`b` raises or lowers `c`", 5),
    ]


ABSENT = """\
departments: [{name: legal}]
levers: [{name: party, departments: [legal]}]
metrics: [{name: calls_made}, {name: star, role: north_star}, {name: mood, owners: legal, role: outcome}]
influences: [{from: mood, to: mood, effect: raises}]
"""


def test_absence_proves_nothing_where_something_could_not_be_read() -> None:
    """Rules that rest on what is missing keep silent; the others do not."""
    context = context_of(ABSENT)
    everything = {it.code for it in lint(context, RULES)}
    assert everything == {"O101", "O103", "G201", "G202", "G203", "G301", "A101"}
    assert {it.code for it in lint(replace(context, complete=False), RULES)} == {"G301", "A101"}
    none = context_of("organization: {name: acme}")
    assert [it.code for it in lint(none, RULES)] == ["G101"]
    assert lint(replace(none, complete=False), RULES) == ()


def test_without_a_north_star_its_absence_is_the_one_finding() -> None:
    assert [it.code for it in found(ABSENT.replace(", role: north_star", ""), "G")] == ["G101", "G301"]


def test_a_metric_that_could_not_be_read_is_not_a_draft() -> None:
    spec = """\
metrics:
  - {name: calls_to_deal, type: conversion, entity: e, base: d, target: d, within: soon, count: base}
  - {name: calls_made}
"""
    loaded = load_texts({"a.yml": spec})
    assert [it.subject for it in Journey(loaded, datetime(2026, 1, 1)).lint()] == ["metric:calls_made"]


def test_words_alone_are_a_hint_where_there_is_a_definition() -> None:
    datasets = "datasets: [{name: log, source: t, fields: [id, kind, {name: day, datatype: Date}]}]\n"
    drafts = "metrics: [{name: calls_made}]"
    alone = "metrics: [{name: calls_made, expression: COUNT(log.id)}]"
    agreed = "metrics: [{name: calls_made, expression: COUNT(log.id), where: kind = 'call'}]"
    staff = alone.replace("calls_made", "care")
    by_staff = datasets.replace("source: t", "source: t, actor: staff")
    by_customers = datasets.replace("source: t", "source: t, actor: customer")
    for spec, expected in (
        (drafts, ["warning"]),
        (datasets + alone, ["hint"]),
        (datasets + agreed, ["warning"]),
        (datasets + staff, []),
        (by_staff + staff, ["warning"]),
        (by_customers + alone, []),
        (by_staff + staff.replace("care,", "care, role: kpi,"), ["hint"]),
        (by_staff + staff.replace("care,", "care, role: component,"), []),
    ):
        assert [it.severity for it in found(spec, "A")] == expected, spec


@pytest.mark.parametrize("subject", FACTS)
def test_every_fact_can_be_read_of_every_subject(subject: str) -> None:
    """On a company of everything, and nothing but the types that the table promises."""
    types = {"flag": bool, "number": int, "word": (str, type(None)), "words": tuple, "text": (str, type(None))}
    context = context_of(
        RETENTION
        + "organization: {name: acme}\nobjectives: [{name: o, key_results: [{metric: ltv}]}]\n"
        + "changes: [{name: c, department: product, date: 2026-11-09, what: A page,"
        + " expects: [{metric: ltv, effect: raises}]}]"
    )
    subjects = [it for it in subjects_of(context) if it.kind == subject]
    assert subjects
    for it in subjects:
        for name, fact in FACTS[subject].items():
            value = it[name]
            assert isinstance(value, types[fact.type]), (name, value)  # type: ignore[arg-type]
            if fact.values and fact.type == "word":
                assert value is None or value in fact.values


def test_a_template_fills_in_and_leaves_out() -> None:
    context = context_of("metrics: [{name: leads}]")
    (metric,) = [it for it in subjects_of(context) if it.kind == "metric"]
    facts = FACTS["metric"]
    template, faults = read_template("`{name}`[ by {owners}][ ({kind})]: {owners.count}", [facts])
    assert faults == []
    assert template.render(metric, facts, "en") == "`leads` (draft): 0"
    template, faults = read_template("a | b[: {owners}|: {role}|: {kind}][|{owners}][-{owners}|]", [facts])
    assert (faults, template.render(metric, facts, "en")) == ([], "a | b: draft")
