"""Measures the rules against the labelled corpus: `python -m tests.corpus.score [SET] [--errors] [--write]`.

A set is a folder beside this file (`dev` unless one is named). A case counts as found if a rule on what is measured
(group A) reports it at the label's severity or graver. `--errors` names the cases that are judged wrongly; `--write`
puts the tables into their place in the documentation.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import Any

import yaml

from engine.diagnostics import Severity, at_least
from engine.load.project import load_texts
from engine.pipeline.journey import Journey

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "accuracy.md"


@dataclass(frozen=True, slots=True)
class Case:
    """One metric: what its label says, and the codes of what was found."""

    name: str
    file: str
    positive: bool
    kind: str
    draft: bool
    lookalike: str | None
    found: tuple[str, ...]
    spec: Any
    why: str | None


def cases(folder: str) -> Iterator[Case]:
    """The cases of one set that are not debatable."""
    base = (HERE / "base.yml").read_text("utf-8")
    files = sorted((HERE / folder).glob("*.yml"))
    if not files:
        raise SystemExit(f"there is no corpus in {HERE / folder}")
    for path in files:
        document = yaml.safe_load(path.read_text("utf-8"))
        spec = yaml.safe_dump(document["spec"], allow_unicode=True, sort_keys=False)
        journey = Journey(load_texts({"base.yml": base, path.name: spec}), datetime(2026, 11, 16))
        if journey.loaded.findings:
            raise SystemExit(f"{path.name}: {journey.loaded.findings[0].message}")
        found: dict[str, list[tuple[str, Severity]]] = {}
        for finding in journey.lint():
            if finding.code.startswith("A") and finding.subject:
                found.setdefault(finding.subject.removeprefix("metric:"), []).append((finding.code, finding.severity))
        metrics = {metric["name"]: metric for metric in document["spec"]["metrics"]}
        for name, label in document["labels"].items():
            if label.get("debatable"):
                continue
            yield Case(
                name,
                path.stem,
                label["positive"],
                label["class"],
                journey.project.metrics[name].definition is None,
                label.get("lookalike"),
                tuple(code for code, severity in found.get(name, ()) if at_least(severity, label["severity"])),
                metrics[name],
                label.get("why"),
            )


def wilson(hits: int, of: int) -> str:
    """The share with its Wilson interval at 95 %.

    >>> wilson(9, 10)
    '0.90 (0.60 to 0.98)'
    """
    if of == 0:
        return "-"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.2f} ({middle - half:.2f} to {middle + half:.2f})"


def table(cases: Iterable[Case]) -> str:
    """Precision and recall of the whole and of its parts, and per class what was found or rightly left alone."""
    every = list(cases)
    parts = [
        ("all", every),
        ("with SQL", [case for case in every if not case.draft]),
        ("drafts", [case for case in every if case.draft]),
        ("English", [case for case in every if case.file.endswith("-en")]),
        ("Russian", [case for case in every if case.file.endswith("-ru")]),
    ]
    lines = ["| Cases | Number | Precision | Recall |", "|---|---|---|---|"]
    for name, part in parts:
        true = sum(case.positive and bool(case.found) for case in part)
        claimed, positive = sum(bool(case.found) for case in part), sum(case.positive for case in part)
        lines.append(f"| {name} | {len(part)} | {wilson(true, claimed)} | {wilson(true, positive)} |")
    lines += ["", "| Class | Number | Right |", "|---|---|---|"]
    for (positive, kind), number in sorted(Counter((it.positive, it.kind) for it in every).items(), reverse=True):
        right = sum((it.positive, it.kind) == (positive, kind) and bool(it.found) == positive for it in every)
        told = "found" if positive else "left alone"
        lines.append(f"| {kind} ({told}) | {number} | {wilson(right, number)} |")
    alike = [case for case in every if case.lookalike]
    right = sum(not case.found for case in alike)
    lines.append(f"| look-alikes of any class (left alone) | {len(alike)} | {wilson(right, len(alike))} |")
    return "\n".join(lines) + "\n"


def written(page: str, folder: str, tables: str) -> str:
    """The page with the tables of one set in their place.

    >>> written("<!-- scores: dev -->\\nold\\n<!-- end of scores -->\\n", "dev", "new\\n")
    '<!-- scores: dev -->\\n\\nnew\\n\\n<!-- end of scores -->\\n'
    """
    place = re.compile(rf"(?<=^<!-- scores: {re.escape(folder)} -->\n).*?(?=^<!-- end of scores -->$)", re.M | re.S)
    if not place.search(page):
        raise SystemExit(f"{PAGE.name} has no place for the scores of `{folder}`")
    return place.sub(lambda found: f"\n{tables}\n", page)


def main(arguments: list[str]) -> None:
    folder = next((argument for argument in arguments if not argument.startswith("-")), "dev")
    every = list(cases(folder))
    if "--errors" in arguments:
        for case in every:
            if bool(case.found) != case.positive:
                told = "MISSED" if case.positive else f"FALSE {','.join(case.found)}"
                sys.stdout.write(f"{told} {case.file} {case.kind} {case.spec} | {case.why}\n\n")
    sys.stdout.write(table(every))
    if "--write" in arguments:
        PAGE.write_text(written(PAGE.read_text("utf-8"), folder, table(every)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
