"""The metrics that the rules were written by stay found, and their look-alikes stay clean."""

from __future__ import annotations

import pytest

from tests.corpus.score import PAGE, Case, cases, table, written

CASES = list(cases("dev"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file} {case.name}" for case in CASES])
def test_case(case: Case) -> None:
    assert bool(case.found) == case.positive, case.why


def test_the_page_tells_what_is_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, "dev", table(CASES)) == page, "run `python -m tests.corpus.score dev --write`"
