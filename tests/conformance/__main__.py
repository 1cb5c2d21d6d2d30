"""`python -m tests.conformance CASES.jsonl --manifests DIR --tables DIR [--id SUBSTR]`: one verdict a line."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from tests.conformance.cases import read_cases
from tests.conformance.runner import Runner, read_differences


def main() -> int:
    """0 where every case passes or is listed, else 1."""
    parser = argparse.ArgumentParser("python -m tests.conformance", description=__doc__)
    parser.add_argument("cases", type=Path, help="cases, one JSON object a line")
    parser.add_argument("--manifests", type=Path, required=True, help="folders with the cases' semantic models")
    parser.add_argument("--tables", type=Path, required=True, help="the input tables as Parquet files")
    parser.add_argument("--id", default="", help="only cases whose id contains this")
    parser.add_argument("--sql", action="store_true", help="with the statement of each case that does not pass")
    options = parser.parse_args()
    runner = Runner(options.manifests, options.tables, read_differences())
    counts: Counter[str] = Counter()
    for case in read_cases(options.cases):
        if options.id not in case.id:
            continue
        verdict = runner.verdict(case)
        counts[verdict.status] += 1
        body = {"id": verdict.id, "status": verdict.status, "reason": verdict.reason}
        if options.sql and verdict.status != "pass":
            body["sql"] = verdict.sql
        print(json.dumps(body, ensure_ascii=False), flush=True)
    told = ", ".join(f"{counts[status]} {status}" for status in ("pass", "fail", "refused", "error", "listed"))
    print(f"{sum(counts.values())} cases: {told}", file=sys.stderr)
    return 0 if counts and set(counts) <= {"pass", "listed"} else 1


if __name__ == "__main__":
    sys.exit(main())
