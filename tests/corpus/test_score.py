"""The metrics that the rules were written by stay found, and their look-alikes stay clean."""

from __future__ import annotations

import pytest

from tests.corpus.score import Case, cases

CASES = list(cases("dev"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file} {case.name}" for case in CASES])
def test_case(case: Case) -> None:
    assert bool(case.found) == case.positive, case.why
