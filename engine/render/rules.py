"""A rule for people: what it finds, why it matters, what mends it, and the specs that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..load.mend import MENDED
from ..rules.domain import DOMAIN
from ..rules.rule import Rule, RuleTest, said_in


def render_rule(rule: Rule, language: str, paint: Callable[[str, str], str]) -> str:
    lines = [paint(f"{rule.code} {rule.name}", "bold") + f" ({rule.severity}, on {_subjects(rule)})"]
    lines += ["", said_in(rule.message, language).text, "", said_in(rule.why, language)]
    lines += ["", f"hint: {said_in(rule.suggest, language).text}"]
    if rule.domain:
        lines += ["", "serves: " + "; ".join(f"{it}, {DOMAIN[it]}" if it in DOMAIN else it for it in rule.domain)]
    if rule.parameters:
        lines += ["", *(f"{name}: {it.value} ({it.doc})" for name, it in rule.parameters.items())]
    if rule.mandatory:
        lines += ["", "mandatory: nothing silences it"]
    for test in rule.tests:
        if test.before:
            lines += ["", f"before {test.kind}: {test.name}", *(f"    {it}" for it in test.before.rstrip().split("\n"))]
        lines += ["", f"{test.kind}: {test.name}", *(f"    {line}" for line in test.spec.rstrip().split("\n"))]
    return "\n".join(lines) + "\n"


def render_reference(rules: Iterable[Rule]) -> str:
    """The page of all rules in Markdown, with one bad and one good spec each."""
    rules = list(rules)
    packs = list(dict.fromkeys(rule.pack for rule in rules))
    lines = [
        "# Rules",
        "",
        "This page is made from the packs by `python tasks.py reference`; every example is run.",
        "`accord rules show CODE` prints all examples of a rule. `recommended` is in force unless `extends` in",
        "`accord.yml` says otherwise; `thorough` is for projects that want to be complete.",
        "[Rules of your own](own-rules.md) go beside them.",
        "",
        "| Rule | Name | Pack | On | Serves | Severity | Fix | Parameters |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(rule) for pack in packs for rule in rules if rule.pack == pack),
        "",
        "`Fix` tells whether `--fix` mends what the rule finds. A program can mend only what has one right mend, and",
        "what rules ask for people have to decide; so it mends only " + _listed(MENDED) + " ([in CI](ci.md)).",
        "",
        "| Serves | |",
        "|---|---|",
        *(f"| {number} | {text} |" for number, text in DOMAIN.items()),
    ]
    for rule in rules:
        lines += ["", f"## {rule.code} {rule.name}", "", f"> {said_in(rule.message, 'en').text}", ""]
        lines += [said_in(rule.why, "en"), "", f"Instead: {said_in(rule.suggest, 'en').text}"]
        for kind in ("bad", "good"):
            lines += _example(next(test for test in rule.tests if test.kind == kind))
    return "\n".join(lines) + "\n"


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(codes[:-1]) + f" and {codes[-1]}"


def _row(rule: Rule) -> str:
    fix = "yes" if rule.code in MENDED else "no"
    parameters = ", ".join(f"`{name}: {it.value}`" for name, it in rule.parameters.items())
    cells = (
        f"[{rule.code}](#{rule.code.lower()}-{rule.name})",
        rule.name,
        rule.pack,
        _subjects(rule),
        ", ".join(rule.domain),
        rule.severity,
        fix,
        parameters,
    )
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _example(test: RuleTest) -> list[str]:
    before = ["# before", *test.before.rstrip().split("\n"), "# now"] if test.before else []
    spec = [*before, *test.spec.rstrip().split("\n")]
    return ["", f"{test.kind.capitalize()}, {test.name}:", "", "```yaml", *spec, "```"]


def _subjects(rule: Rule) -> str:
    return " and ".join(subject.replace("_", " ") for subject in rule.subjects)
