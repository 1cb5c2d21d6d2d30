"""jsonschema-rs decides, jsonschema explains: on broken specs the two agree, and every refusal is told at its place."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.load import schema
from engine.load.events import parse
from engine.spans import Origin, Source

SPECS = Path(__file__).parents[2] / "specs"
FILES = sorted(path for project in ("demo", "cdnow") for path in (SPECS / project).rglob("*.yml"))
WORDS = ["", "x", "Name", "30 days", "-1", "sum", "2026-13-01", "a.b", "8.5 %", "ratio", "a\n"]
VALUES: list[Any] = [None, True, False, 0, -1, 1.5, 10**30, "", "x", [], {}, [1], ["a", "a"], {"a": 1}, [[]]]

Place = tuple[Any, Any]  # a container, and a key or index of it
Mutation = Callable[[random.Random, Any], str]


@cache
def entries() -> tuple[tuple[str, Any], ...]:
    """Every item of every spec with its kind, and the settings of each project."""
    found: list[tuple[str, Any]] = []
    for path in FILES:
        source = Source(path.name, path.read_text(encoding="utf-8"))
        assert not parse(source)
        if path.name == "accord.yml":
            found.append(("project", source.root))
            continue
        for collection, kind in schema.KINDS.items():
            value = source.root.get(collection)
            found.extend((kind, item) for item in (value if isinstance(value, list) else [value]) if item)
    return tuple(found)


def places(data: Any) -> list[Place]:
    """Every place below `data`."""
    found: list[Place] = []
    pending = [data]
    while pending:
        container = pending.pop()
        keys = container if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], (dict, list)):
                pending.append(container[key])
    return found


def drop_key(rng: random.Random, data: Any) -> str:
    container, key = rng.choice(places(data))
    del container[key]
    return f"without {key!r}"


def rename_key(rng: random.Random, data: Any) -> str:
    container, key = rng.choice([place for place in places(data) if isinstance(place[0], dict)])
    new = rng.choice([key + "s", key[:-1], key.upper(), "type", "where", "name", ""])
    container[new] = container.pop(key)
    return f"{key!r} renamed {new!r}"


def change_type(rng: random.Random, data: Any) -> str:
    container, key = rng.choice(places(data))
    container[key] = copy.deepcopy(rng.choice(VALUES))
    return f"{key!r} is {container[key]!r}"


def change_word(rng: random.Random, data: Any) -> str:
    """Enums, names, periods, dates: anything that is a text."""
    texts = [place for place in places(data) if isinstance(place[0][place[1]], str)]
    if not texts:
        return "unchanged"
    container, key = rng.choice(texts)
    word = container[key]
    container[key] = rng.choice([*WORDS, word + "s", word[:-1], word.upper(), f" {word}", f"{word}\n"])
    return f"{key!r} is {container[key]!r}"


def add_key(rng: random.Random, data: Any) -> str:
    dicts = [data, *(box[key] for box, key in places(data) if isinstance(box[key], dict))]
    container = rng.choice([box for box in dicts if isinstance(box, dict)])
    _, other = rng.choice(entries())
    key = rng.choice(list(other))
    container.setdefault(key, copy.deepcopy(other[key]))
    return f"with {key!r}"


MUTATIONS: tuple[Mutation, ...] = (drop_key, rename_key, change_type, change_word, add_key)


def mutants(count: int, seed: int) -> Iterator[tuple[str, Any, str]]:
    """Kind, broken item, and what was done to it; one item in four is broken twice."""
    rng = random.Random(seed)
    for number in range(count):
        kind, item = entries()[number % len(entries())]
        data = copy.deepcopy(item)
        times = 1 + (rng.random() < 0.25)
        done = ", ".join(rng.choice(MUTATIONS)(rng, data) for _ in range(times) if data)
        yield kind, data, f"{kind} {item.get('name')}: {done}"


def assert_explained(kind: str, data: Any, done: str) -> bool:
    """Whether the item is refused; by both libraries or by none, and then with findings inside its text."""
    gate = schema._gate(kind).is_valid(data)
    errors = list(schema._validator(kind).iter_errors(data))
    assert gate == (not errors), (done, [error.message for error in errors])
    text = yaml.safe_dump({"items": [data]}, sort_keys=False, allow_unicode=True)
    source = Source("f.yml", text)
    parse(source)
    item = source.root["items"][0]
    if item != data:  # YAML 1.1 writes some texts plain that 1.2 reads as numbers
        return not gate
    findings = schema.check(kind, Origin(source, item, source.marks[id(source.root["items"])][0]), f"{kind}:x")
    assert bool(findings) == (not gate), done
    lines = text.split("\n")
    for found in findings:
        assert found.severity == "error"
        assert found.code.startswith("S1")
        assert not found.message.startswith(f"this {kind} does not fit"), "no error was worded"
        span = found.span
        assert span is not None
        assert span.file == "f.yml"
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
    return not gate


def test_the_specs_fit() -> None:
    assert len(entries()) > 100
    assert {kind for kind, _ in entries()} == {"project", *schema.KINDS.values()}
    for kind, data in entries():
        assert not assert_explained(kind, data, f"{kind} {data.get('name')}")


@pytest.mark.parametrize("seed", range(5))
def test_both_libraries_agree(seed: int) -> None:
    refused = [assert_explained(*mutant) for mutant in mutants(150, seed)]
    assert sum(refused) > 90


@pytest.mark.heavy
def test_both_libraries_agree_on_many() -> None:
    for mutant in mutants(20_000, 99):
        assert_explained(*mutant)


@pytest.mark.parametrize("number", [10**15, 2**63, 2**64, 10**30, -(10**30), 1e300, 5e-324])
def test_both_libraries_agree_on_extreme_numbers(number: float) -> None:
    metric = {"name": "m", "expression": "SUM(orders.amount)", "fill": number}
    assert not assert_explained("metric", metric, f"fill {number}")
    for data in (metric | {"owners": number}, metric | {"unit": number}, metric | {"where": number}):
        assert assert_explained("metric", data, f"{number} for a text")
