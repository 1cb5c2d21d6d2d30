"""Findings as SARIF 2.1.0, for code scanning of GitHub, Azure DevOps and editors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from ..diagnostics import Diagnostic
from ..spans import Span
from .reported import Reported, fingerprints

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {"error": "error", "warning": "warning", "hint": "note"}


def render_sarif(reported: Reported) -> str:
    """One run; columns count code points from 1 and ends are exclusive, as in every output of accord."""
    codes = sorted({found.code for found in reported.findings})
    marks = fingerprints(reported.findings)
    results = [
        _result(found, mark, codes.index(found.code), reported)
        for found, mark in zip(reported.findings, marks, strict=True)
    ]
    driver = {
        "name": "accord",
        "version": reported.version,
        "rules": [_rule(code, reported) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"asOf": reported.as_of},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str, reported: Reported) -> dict[str, Any]:
    told = reported.told(code)
    return {
        "id": code,
        "name": told.name,
        "shortDescription": {"text": told.name.replace("-", " ")},
        "fullDescription": {"text": told.why},
        "help": {"text": f"{told.why}\n\n`accord rules show {code}` tells more."},
        "defaultConfiguration": {"level": _LEVEL[told.severity]},
    }


def _result(found: Diagnostic, mark: str, rule: int, reported: Reported) -> dict[str, Any]:
    message = found.message + (f"\n{found.hint}" if found.hint else "")
    where = found.span or Span(reported.config)
    out: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": _LEVEL[found.severity],
        "message": {"text": message},
        "locations": [_location(where, found.subject)],
        "partialFingerprints": {"accordFinding/v1": mark},
    }
    related = [
        {**_location(item.span, None), "id": number, "message": {"text": item.message}}
        for number, item in enumerate(found.related)
        if item.span is not None
    ]
    return {**out, "relatedLocations": related} if related else out


def _location(span: Span, subject: str | None) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": quote(span.file)}, "region": region}}
    if subject:
        kind, _, name = subject.partition(":")
        place["logicalLocations"] = [{"name": name, "fullyQualifiedName": subject, "kind": kind}]
    return place
