"""The metrics that the rules were written by stay found, and their look-alikes stay clean."""

from __future__ import annotations

import pytest

from tests.corpus.score import PAGE, Case, cases, table, written

CASES = {folder: list(cases(folder)) for folder in ("dev", "second")}
EVERY = [case for some in CASES.values() for case in some]


@pytest.mark.parametrize("case", EVERY, ids=[f"{case.file} {case.name}" for case in EVERY])
def test_case(case: Case) -> None:
    assert bool(case.found) == case.positive, case.why


@pytest.mark.parametrize("folder", CASES)
def test_the_page_tells_what_is_measured(folder: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, folder, table(CASES[folder])) == page, f"run `python -m tests.corpus.score {folder} --write`"
