"""`accord rules`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from .options import Common, common

if TYPE_CHECKING:
    from ..rules.rule import Rule


@click.group("rules")
def command() -> None:
    """List, show and test rules."""


@command.command("list")
@common(("text", "json"))
def list_rules(common: Common, format: str) -> int:
    """Every rule of the project's packs (outside a project: of the recommended pack)."""
    rules = _rules(common)
    if format == "json":
        items = [{"code": r.code, "name": r.name, "severity": r.severity, "pack": r.pack} for r in rules]
        common.write(json.dumps({"version": 1, "rules": items}, indent=2) + "\n")
        return 0
    width = max((len(rule.name) for rule in rules), default=0)
    lines = [f"{rule.code}  {rule.name.ljust(width)}  {rule.severity}" for rule in rules]
    common.write("\n".join(lines) + "\n")
    return 0


@command.command("show")
@common(("text",))
@click.argument("code")
def show(common: Common, code: str) -> int:
    """What the rule or code CODE means, why it matters, what mends it, with bad and good specs."""
    from ..catalogue import CODES
    from ..diagnostics import did_you_mean

    if code in CODES:
        common.write(f"{common.paint(f'{code} {CODES[code].name}', 'bold')}\n\n{CODES[code].why}\n")
        return 0
    from ..render.rules import render_rule

    rules = {rule.code: rule for rule in _rules(common)}
    found = rules.get(code) or next((rule for rule in rules.values() if rule.name == code), None)
    if found is None:
        raise UsageError(f"`{code}` is not a code", hint=did_you_mean(code, [*rules, *CODES]))
    common.write(render_rule(found, common.language or "en", common.paint))
    return 0


@command.command("test")
@common(("text",))
@click.argument("path", required=False, type=click.Path(path_type=Path))
def test(common: Common, path: Path | None) -> int:
    """Run the bad and good specs that the rules bring: those of the project, or of the pack at PATH."""
    from ..pipeline.opening import context_of
    from ..rules.pack import load_packs
    from ..rules.testing import run_tests

    rules = _rules(common) if path is None else load_packs([path.resolve().as_posix()], path.resolve().parent)
    results = run_tests(rules, context_of)
    failed = [result for result in results if not result.passed]
    lines = [
        f"{result.test.span.file}:{result.test.span.line}: {result.rule.code} {result.test.kind} "
        f"`{result.test.name}`: {result.message}"
        for result in failed
    ]
    lines.append(f"{len(results) - len(failed)} of {len(results)} tests of {len(rules)} rules passed")
    common.write("\n".join(lines) + "\n")
    return 1 if failed else 0


def _rules(common: Common) -> tuple[Rule, ...]:
    from ..load.project import load_config
    from ..rules.pack import load_packs
    from ..rules.settings import apply_settings

    try:
        root = common.root()
    except UsageError:
        if common.project is not None:
            raise
        return load_packs(("recommended",), Path())
    config = load_config(root)
    return apply_settings(load_packs(config.packs, root, config.origin), config)
