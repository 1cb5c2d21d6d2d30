"""A rule for people: what it finds, why it matters, what mends it, and the specs that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..rules.rule import Rule, RuleTest, said_in


def render_rule(rule: Rule, language: str, paint: Callable[[str, str], str]) -> str:
    lines = [paint(f"{rule.code} {rule.name}", "bold") + f" ({rule.severity}, on {_subjects(rule)})"]
    lines += ["", said_in(rule.message, language).text, "", said_in(rule.why, language)]
    lines += ["", f"hint: {said_in(rule.suggest, language).text}"]
    for test in rule.tests:
        lines += ["", f"{test.kind}: {test.name}", *(f"    {line}" for line in test.spec.rstrip().split("\n"))]
    return "\n".join(lines) + "\n"


def render_reference(rules: Iterable[Rule]) -> str:
    """The page of all rules in Markdown, with one bad and one good spec each."""
    rules = list(rules)
    lines = [
        "# Rules",
        "",
        "The pack `recommended`. This page is made from the pack by `python tasks.py reference`; every example is run.",
        "`accord rules show CODE` prints all examples of a rule.",
        "",
        "| Code | Name | Severity | On |",
        "|---|---|---|---|",
        *(f"| [{r.code}](#{r.code.lower()}-{r.name}) | {r.name} | {r.severity} | {_subjects(r)} |" for r in rules),
    ]
    for rule in rules:
        lines += ["", f"## {rule.code} {rule.name}", "", f"> {said_in(rule.message, 'en').text}", ""]
        lines += [said_in(rule.why, "en"), "", f"Instead: {said_in(rule.suggest, 'en').text}"]
        for kind in ("bad", "good"):
            lines += _example(next(test for test in rule.tests if test.kind == kind))
    return "\n".join(lines) + "\n"


def _example(test: RuleTest) -> list[str]:
    return ["", f"{test.kind.capitalize()}, {test.name}:", "", "```yaml", *test.spec.rstrip().split("\n"), "```"]


def _subjects(rule: Rule) -> str:
    return " and ".join(subject.replace("_", " ") for subject in rule.subjects)
