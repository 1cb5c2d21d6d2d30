"""The cases of MetricFlow that lie beside the checkout: every one passes, or is listed with a reason."""

from pathlib import Path

import pytest

from tests.conformance.cases import case_of, read_cases, read_queries
from tests.conformance.compare import difference
from tests.conformance.runner import Runner, read_differences
from tests.conftest import IN_CI

SHARED = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "metricflow"
QUERIES = list(read_queries(Path(__file__).with_name("queries.yml")))
CASES = list(read_cases(SHARED / "cases.jsonl")) if (SHARED / "cases.jsonl").is_file() else []


@pytest.fixture(scope="module")
def runner():
    return Runner(SHARED / "manifests", SHARED / "tables", read_differences())


if CASES:

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
    def test_case(case, runner):
        verdict = runner.verdict(case)
        assert verdict.status in ("pass", "listed"), f"{verdict.reason}\n{verdict.sql}"

    def test_listed_differences_are_few_and_real(runner):
        known = {case.id: case for case in CASES}
        listed = [known[id_] for id_ in read_differences() if id_ in known]
        assert len(listed) <= 3
        assert [case.id for case in listed if runner.verdict(case).status == "pass"] == []

    @pytest.mark.parametrize(("query", "differs"), [pytest.param(*it, id=it[0]["id"]) for it in QUERIES])
    def test_query(query, differs, runner):
        verdict = runner.verdict(case_of({**query, "expected": runner.rows(query["sql"])}))
        assert (verdict.status == "pass") == (differs is None), f"{verdict.status}: {verdict.reason}\n{verdict.sql}"

elif not IN_CI:  # a checkout has no cases of its own, and CI takes no skipped test

    def test_case():
        pytest.skip(f"no cases in {SHARED}")


@pytest.mark.parametrize(
    ("expected", "found", "in_order", "same"),
    [
        ([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], False, True),
        ([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], True, False),
        ([(1.0,), (1.0,)], [(1.0,)], False, False),
        ([(1.0, "a"), (1.0000005, "a")], [(1.0000001, "a"), (1.0, "a")], False, True),
        ([("2026-01-01T00:00:00",)], [("2026-01-01",)], False, True),
        ([("2026-01-01T01:00:00",)], [("2026-01-01",)], False, False),
        ([(True,)], [(1,)], False, False),
        ([(None,)], [(0,)], False, False),
        ([], [], False, True),
    ],
)
def test_comparison(expected, found, in_order, same):
    assert (difference(expected, found, in_order=in_order) is None) == same
