"""A small organisation with two metrics that count work, and the command line run in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.main import run

CONFIG = "version: 1\nas_of: 2026-11-16\nextends: [pack.yml]\nfiles: {include: [m.yml]}\n"
SPECS = """\
departments:
  - name: sales
  - name: product
metrics:
  - name: calls_made
    unit: count
    owners: sales
  - name: slides_made
    unit: count
    owners: product
"""
RULES = """\
rules:
  - code: Z101
    name: of-the-count
    severity: warning
    subject: metric
    match: {field: unit.kind, op: is, value: count}
    message: "`{name}` is a count"
    why: w
    suggest: s
    tests:
      bad: [{name: count, spec: "metrics: [{name: some, unit: count}]"}]
      good: [{name: share, spec: "metrics: [{name: some, unit: percent}]"}]
"""


def write(folder: Path, specs: str = SPECS, config: str = CONFIG) -> Path:
    (folder / "accord.yml").write_text(config, encoding="utf-8")
    (folder / "m.yml").write_text(specs, encoding="utf-8")
    (folder / "pack.yml").write_text(RULES, encoding="utf-8")
    return folder


def accord(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error."""
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err
