"""The schemas are valid and explain themselves, and both libraries read them alike."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).resolve().parents[2] / "schemas"
SCHEMAS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.schema.json"))}
KINDS = [name.removesuffix(".schema.json") for name in SCHEMAS if name != "types.schema.json"]
IN_PYTHON = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values())
IN_RUST = jsonschema_rs.Registry([(schema["$id"], schema) for schema in SCHEMAS.values()])

# Where a schema holds other schemas. What stands under `if` and `not` is a question, not a description.
ONE = ("additionalProperties", "propertyNames", "items", "then", "else")
SEVERAL = ("allOf", "anyOf", "oneOf")
NAMED = ("properties", "$defs", "dependentSchemas")


class CoreLoader(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does, like the engine: a date is a string, and so is `off`."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"^(~|null|)$", ["~", "n", ""]),
    ("bool", r"^(true|false)$", list("tf")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


def read_cases(verdict: str) -> list[Any]:
    """Flatten `kind: {good: {name: value}, bad: {name: {value:, errors:}}}` to parameters."""
    text = Path(__file__).with_name("cases.yml").read_text(encoding="utf-8")
    kinds = yaml.load(text, Loader=CoreLoader)
    return [
        pytest.param(kind, case, id=f"{kind}: {name}")
        for kind, cases in kinds.items()
        for name, case in cases[verdict].items()
    ]


def schemas_within(schema: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside, with its JSON pointer, itself included."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for keyword in ONE:
        yield from schemas_within(schema.get(keyword), f"{pointer}/{keyword}")
    for keyword in SEVERAL:
        for index, part in enumerate(schema.get(keyword, [])):
            yield from schemas_within(part, f"{pointer}/{keyword}/{index}")
    for keyword in NAMED:
        for name, part in schema.get(keyword, {}).items():
            yield from schemas_within(part, f"{pointer}/{keyword}/{name}")


DESCRIBED = [
    pytest.param(f"{schema['$id']}#{pointer}", part, id=f"{file}#{pointer}")
    for file, schema in SCHEMAS.items()
    for pointer, part in schemas_within(schema, "")
    if re.search(r"(^|/properties/[^/]+|/\$defs/[^/]+)$", pointer) and (pointer or "properties" in part)
]


@cache
def in_python(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference}, registry=IN_PYTHON)


@cache
def in_rust(reference: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({"$ref": reference}, registry=IN_RUST)


def errors_in_python(reference: str, value: Any) -> list[str]:
    """Every error as `path keyword`."""
    errors = in_python(reference).iter_errors(value)
    return sorted(f"/{'/'.join(map(str, error.absolute_path))} {error.validator}" for error in errors)


def errors_in_rust(reference: str, value: Any) -> list[str]:
    errors = in_rust(reference).iter_errors(value)
    return sorted(f"/{'/'.join(map(str, error.instance_path))} {error.schema_path[-1]}" for error in errors)


def of_kind(kind: str) -> str:
    return str(SCHEMAS[f"{kind}.schema.json"]["$id"])


@pytest.mark.parametrize("file", SCHEMAS)
def test_schema_is_valid(file: str) -> None:
    schema = SCHEMAS[file]
    Draft202012Validator.check_schema(schema)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$id"].endswith(f"/{file}"), "editors find a relative $ref by the file's name"


@pytest.mark.parametrize("file", SCHEMAS)
def test_references_lead_to_something(file: str) -> None:
    resolver = IN_PYTHON.resolver(SCHEMAS[file]["$id"])
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(SCHEMAS[file])):
        assert "://" not in reference
        assert resolver.lookup(reference).contents


@pytest.mark.parametrize("file", SCHEMAS)
def test_no_shared_type_is_unused(file: str) -> None:
    everything = json.dumps(list(SCHEMAS.values()))
    for name in SCHEMAS[file].get("$defs", {}):
        assert f'#/$defs/{name}"' in everything, name


@pytest.mark.parametrize(("reference", "schema"), DESCRIBED)
def test_explains_itself(reference: str, schema: dict[str, Any]) -> None:
    assert {"title", "description", "examples"} <= schema.keys()
    assert schema["title"][0].isupper()
    assert schema["description"].endswith(".")
    assert len(schema["description"]) <= 140, "an editor shows it beside the text"
    assert schema["examples"]
    for value in [*schema["examples"], *([schema["default"]] if "default" in schema else [])]:
        assert errors_in_python(reference, value) == []
        assert in_rust(reference).is_valid(value)


@pytest.mark.parametrize(("kind", "value"), read_cases("good"))
def test_good(kind: str, value: Any) -> None:
    assert errors_in_python(of_kind(kind), value) == []
    assert in_rust(of_kind(kind)).is_valid(value)


@pytest.mark.parametrize(("kind", "case"), read_cases("bad"))
def test_bad(kind: str, case: dict[str, Any]) -> None:
    """Exactly the expected errors: a second one for the same fault would be noise to the reader."""
    assert errors_in_python(of_kind(kind), case["value"]) == sorted(case["errors"])
    assert not in_rust(of_kind(kind)).is_valid(case["value"])
    assert errors_in_rust(of_kind(kind), case["value"]) == sorted(case["errors"])


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_key(kind: str) -> None:
    for example in SCHEMAS[f"{kind}.schema.json"]["examples"]:
        value = {**example, "colour": "blue"}
        assert errors_in_python(of_kind(kind), value) == ["/ additionalProperties"]
        assert not in_rust(of_kind(kind)).is_valid(value)


@pytest.mark.parametrize("kind", KINDS)
def test_not_a_mapping(kind: str) -> None:
    values: list[Any] = ["text", 5, True, None, []]
    for value in values:
        assert errors_in_python(of_kind(kind), value) == ["/ type"]
        assert not in_rust(of_kind(kind)).is_valid(value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_cases(kind: str) -> None:
    assert {kind} <= {case.values[0] for case in read_cases("good")} & {case.values[0] for case in read_cases("bad")}


def test_metric_types_are_complete() -> None:
    """Every type has its fragment, and every fragment admits the keys that all metrics share."""
    schema = SCHEMAS["metric.schema.json"]
    assert {"untyped", *schema["properties"]["type"]["enum"]} == set(schema["$defs"])
    for fragment in schema["$defs"].values():
        assert schema["properties"].keys() <= fragment["properties"].keys()
        assert fragment["additionalProperties"] is False
