"""Holds data against the JSON Schema of its kind and words what does not fit.

jsonschema-rs is the gate: it only says whether all is well, hundreds of times faster. What it stops goes through
jsonschema, whose errors carry the paths that our messages need.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ..diagnostics import Diagnostic, choices, did_you_mean
from ..resources import resource
from ..spans import Key, Origin

KINDS: Mapping[str, str] = {
    "organization": "organization",
    "people": "person",
    "departments": "department",
    "interfaces": "interface",
    "entities": "entity",
    "levers": "lever",
    "influences": "influence",
    "datasets": "dataset",
    "relationships": "relationship",
    "dimensions": "dimension",
    "calendars": "calendar",
    "metrics": "metric",
    "objectives": "objective",
    "changes": "change",
    "blockers": "blocker",
    "mismatches": "mismatch",
    "alarms": "alarm",
    "pilots": "pilot",
    "tests": "test",
}
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


def check(kind: str, origin: Origin, subject: str | None) -> tuple[Diagnostic, ...]:
    """Findings on one item of `kind` (`metric`, `dataset`, ... or `project` for `accord.yml`)."""
    if _gate(kind).is_valid(origin.data):
        return ()
    found: dict[tuple[Key, ...], Diagnostic] = {}
    unnamed = Diagnostic("S105", "error", f"this {kind} does not fit its schema", origin.span(), subject)
    for error in _validator(kind).iter_errors(origin.data):
        for path, diagnostic in _worded(error, origin, subject):
            found.setdefault((*path, diagnostic.code), diagnostic)
    return tuple(found.values()) or (unnamed,)


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema file `name` (without its suffix) as data."""
    loaded: dict[str, Any] = json.loads((resource("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _every_schema() -> dict[str, Any]:
    names = ["types", "project", *KINDS.values()]
    return {schema(name)["$id"]: schema(name) for name in names}


@cache
def _gate(kind: str) -> Any:
    import jsonschema_rs

    registry = jsonschema_rs.Registry([(uri, body) for uri, body in _every_schema().items()])
    return jsonschema_rs.Draft202012Validator(schema(kind), registry=registry)


@cache
def _validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    registry: Any = Registry()
    for uri, body in _every_schema().items():
        registry = registry.with_resource(uri, Resource.from_contents(body))
    return Draft202012Validator(schema(kind), registry=registry)


def _worded(error: Any, origin: Origin, subject: str | None) -> Iterator[tuple[tuple[Key, ...], Diagnostic]]:
    path: tuple[Key, ...] = tuple(error.absolute_path)
    keyword, value, wanted = error.validator, error.instance, error.validator_value
    here, called = _place(path), _called(path)

    def finding(code: str, message: str, at: tuple[Key, ...] = path, hint: str | None = None) -> Any:
        span = origin.span() if not at else origin.key(*at) if code in ("S101", "S107") else origin.value(*at)
        return at, Diagnostic(code, "error", message, span, subject, hint)

    if keyword in ("additionalProperties", "unevaluatedProperties"):
        known = list(error.schema["properties"])
        for key in value:
            if key not in known:
                yield finding("S101", f"`{key}` is not a key {here}", (*path, key), _other_key(key, value[key], known))
    elif keyword in ("required", "dependentRequired"):
        lists = [wanted] if keyword == "required" else [needed for key, needed in wanted.items() if key in value]
        for key in (key for keys in lists for key in keys if key not in value):
            yield finding("S103", f"the key `{key}` is missing {here}")
    elif keyword in ("oneOf", "anyOf"):
        keys = [branch["required"][0] for branch in wanted]
        given = [key for key in keys if key in value]
        if given:
            yield finding("S107", f"{choices(given)} exclude each other: keep one", (*path, given[-1]))
        else:
            yield finding("S103", f"one of {choices(keys)} is missing {here}")
    elif keyword == "not":
        first, second = wanted["required"][0], wanted["required"][-1]
        message = f"`{second}` does not go with `{first}{_told(value.get(first))}`"
        yield finding("S107", message, (*path, second))
    elif keyword == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        expected = " or ".join(_TYPES[name] for name in names)
        yield finding("S102", f"{called} must be {expected}, not {_described(value)}", hint=_examples(error))
    elif keyword in ("enum", "const"):
        allowed = [str(item) for item in (wanted if keyword == "enum" else [wanted])]
        hint = did_you_mean(str(value), allowed) or f"one of {choices(allowed)}"
        yield finding("S104", f"`{_shown(value)}` is not a value of {called}", hint=hint)
    elif keyword in ("minItems", "maxItems"):
        bound = "least" if keyword == "minItems" else "most"
        yield finding("S106", f"{called} must have at {bound} {wanted} item{'' if wanted == 1 else 's'}")
    elif keyword in ("minimum", "maximum"):
        bound = "least" if keyword == "minimum" else "most"
        yield finding("S106", f"{called} must be at {bound} {wanted}, not {_shown(value)}")
    elif keyword == "uniqueItems":
        yield finding("S106", f"{called} names something twice")
    else:
        yield finding("S105", f"`{_shown(value)}` is not how {called} is written", hint=_examples(error))


def _other_key(key: str, value: Any, known: list[str]) -> str:
    if value is None and ")" in key:
        return "in `{...}` a comma ends the value: put the SQL in quotes"
    return did_you_mean(key, known) or f"known keys: {choices(known, 30)}"


def _told(value: Any) -> str:
    """A plain value, for messages that name a key together with it."""
    return f": {value}" if isinstance(value, (str, int)) and len(str(value)) < 20 else ""


def _place(path: tuple[Key, ...]) -> str:
    return f"of `{_dotted(path)}`" if path else "here"


def _called(path: tuple[Key, ...]) -> str:
    return f"`{_dotted(path)}`" if path else "this entry"


def _dotted(path: tuple[Key, ...]) -> str:
    """
    >>> _dotted(("inputs", "a", 0))
    'inputs.a[0]'
    """
    out = ""
    for key in path:
        out += f"[{key}]" if isinstance(key, int) else f".{key}" if out else key
    return out


def _described(value: Any) -> str:
    if value is None:
        return "nothing"
    for kind, name in ((bool, "true or false"), (str, "text"), (dict, "a mapping"), (list, "a list")):
        if isinstance(value, kind):
            return name
    return f"the number {value}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _examples(error: Any) -> str | None:
    examples = error.schema.get("examples") if isinstance(error.schema, dict) else None
    return f"for example {choices([_shown(item) for item in examples[:3]])}" if examples else None
