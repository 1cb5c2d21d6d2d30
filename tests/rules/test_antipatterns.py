"""The company that does everything wrong is found out, line by line, and nothing else is said about it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from engine.load.project import load
from engine.pipeline.journey import Journey

SPECS = Path(__file__).parents[2] / "specs"
EXPECT = re.compile(r"# expect: (?P<codes>\w+(?:, \w+)*)$", re.MULTILINE)
PROJECTS = ("antipatterns", "antipatterns/no_north_star")


def journey(project: str) -> Journey:
    return Journey(load(SPECS / project), datetime(2026, 11, 16, 9))


def planted(project: str) -> Counter[tuple[str, int, str]]:
    """File, line and code of every `# expect` comment."""
    found: Counter[tuple[str, int, str]] = Counter()
    for source in journey(project).project.sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            match = EXPECT.search(line)
            found.update((source.path, number, code) for code in (match["codes"].split(", ") if match else ()))
    return found


@pytest.mark.parametrize("project", PROJECTS)
def test_exactly_the_planted_faults_are_found(project: str) -> None:
    found = Counter(
        (finding.span.file, finding.span.line, finding.code) if finding.span else ("", 0, finding.code)
        for finding in journey(project).check()
    )
    assert found == planted(project)


def test_every_rule_has_a_planted_fault() -> None:
    codes = {code for project in PROJECTS for _, _, code in planted(project)}
    assert codes >= {rule.code for rule in journey(PROJECTS[0]).rules}


def test_no_comment_is_misspelt() -> None:
    """A comment that the expression above does not read would plant nothing."""
    for path in (SPECS / "antipatterns").rglob("*.yml"):
        text = path.read_text("utf-8")
        if path.name != "accord.yml":
            assert text.count("# expect") == len(EXPECT.findall(text)), path


@pytest.mark.parametrize("project", ["demo", "cdnow"])
def test_companies_that_do_well_are_left_alone(project: str) -> None:
    """Hints aside: the demo keeps a KPI of response time, as an instrument."""
    found = [finding for finding in journey(project).lint() if finding.severity != "hint"]
    assert found == []
