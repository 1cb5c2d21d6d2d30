"""Facts for people: those of one subject with their values, and the page of all that rules can ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..model import Period
from ..rules.fact import Fact, Subject, Value
from ..rules.facts import COLLECTIONS, own_facts
from ..rules.operators import OPERATORS

_SUBJECTS = {
    "organization": "the organisation: there is always one",
    "department": "a department",
    "person": "a person",
    "lever": "a lever",
    "influence": "an influence; its name is `from->to`",
    "metric": "a metric",
    "objective": "an objective",
    "key_result": "a key result",
    "change": "a change",
    "blocker": "a blocker",
    "pilot": "a pilot",
}
_VALUES = {
    "flag": "true or false",
    "number": "a number; percentages are parts of 1",
    "word": "one of a few words, or nothing",
    "text": "any text, or nothing",
    "words": "a list",
    "date": "`2026-12-31`, `as_of`, `as_of + 30 days`, `as_of - 1 year`; or nothing",
    "duration": "`30 days`, `6 months`; to be compared, a month counts as 30.44 days",
}


def render_facts(subject: Subject, collections: bool, paint: Callable[[str, str], str]) -> str:
    """Every fact of the subject with its value: what rules see. Empty lists are left to the end."""
    facts = _shown(subject)
    values = {name: told(subject[name]) for name in facts}
    width = max(map(len, values), default=0)
    said = [name for name, value in values.items() if value not in ("-", "none")]
    lines = [paint(f"{subject.kind} {subject.name}", "bold")]
    lines += [f"  {name.ljust(width)}  {values[name]}" for name in said]
    for heading, absent in (("no words or names", "none"), ("not said", "-")):
        names = [name for name, value in values.items() if value == absent]
        lines += ["", f"  {heading}: {', '.join(names)}"] if names else []
    if collections:
        members = {name: [it.name for it in other.read(subject)] for name, other in _collections(subject).items()}
        lines += ["", "  collections"]
        lines += [f"  {name.ljust(width)}  {', '.join(names) or 'none'}" for name, names in members.items()]
    return "\n".join(lines) + "\n"


def facts_json(subject: Subject) -> str:
    """The same for programs, as version 1."""
    facts = {name: _plain(subject[name]) for name in _shown(subject)}
    members = {name: [it.name for it in other.read(subject)] for name, other in _collections(subject).items()}
    body = {"version": 1, "kind": subject.kind, "name": subject.name, "facts": facts, "collections": members}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _shown(subject: Subject) -> Mapping[str, Fact]:
    """Counts follow from their lists, and without a base revision nothing is compared."""
    own = own_facts(subject.kind)
    compared = subject.context.base is not None
    return {
        name: fact
        for name, fact in own.items()
        if not (name.endswith(".count") and name.removesuffix(".count") in own) and (compared or not fact.compares)
    }


def _collections(subject: Subject) -> Mapping[str, Any]:
    return {name: other for name, other in COLLECTIONS[subject.kind].items() if "." not in name}


def told(value: Value) -> str:
    """
    >>> told(("a", "b")), told(()), told(None), told(True)
    ('a, b', 'none', '-', 'true')
    """
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "-" if value is None else str(value)


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, date | Period) else value


def render_fact_reference() -> str:
    """The page of all facts, collections and operators in Markdown."""
    lines = [
        "# Facts",
        "",
        "What the `match` of a rule can ask for. This page is made from the code by `python tasks.py reference`.",
        "[Rules of your own](own-rules.md) tells how to use it; `accord explain NAME --facts` shows the values.",
        "",
        "| Type | Operators | Values |",
        "|---|---|---|",
        *(
            f"| {kind} | {', '.join(f'`{op}`' for op in operators)} | {_VALUES[kind]} |"
            for kind, operators in OPERATORS.items()
        ),
        "",
        "Beside every list `x` there is the number `x.count`. Of a reference, all facts can be asked for through it:",
        "`metric.unit.kind`, `lead.answers.count`. `before.` leads to the same thing in the base revision.",
    ]
    for kind, about in _SUBJECTS.items():
        own = own_facts(kind)
        lines += ["", f"## {kind}", "", f"{about[0].upper()}{about[1:]}.", "", "| Fact | Type | |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {fact.type} | {_doc(fact)} |"
            for name, fact in own.items()
            if not (name.endswith(".count") and name.removesuffix(".count") in own)
        ]
        collections = {name: other for name, other in COLLECTIONS[kind].items() if "." not in name}
        if collections:
            lines += ["", "| Collection | Of | |", "|---|---|---|"]
            lines += [
                f"| `{name}` | {other.kind}{'' if other.many else ', at most one: a reference'} | {other.doc} |"
                for name, other in collections.items()
            ]
    return "\n".join(lines) + "\n"


def _doc(fact: Fact) -> str:
    words = f" One of {', '.join(f'`{word}`' for word in fact.values)}." if fact.values else ""
    base = " Needs a base revision." if fact.compares else ""
    return f"{fact.doc}{words}{base}".replace("|", "\\|")
