"""The corpus is what its README says: as many metrics as it has to have, each labelled, in specs that load."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.load.project import load_texts
from engine.pipeline import Journey

ROOT = Path(__file__).parent
FILES = sorted(path for half in ("dev", "heldout", "second", "unseen") for path in ROOT.glob(f"{half}/*.yml"))
DEPARTMENTS = {"product", "engineering", "marketing", "sales", "support", "people", "security", "finance"}
POSITIVE = {
    "activity-count",
    "hidden-activity",
    "activity-ratio",
    "reach-count",
    "volume-without-quality",
    "internal-speed",
    "effort",
    "task-as-metric",
}
NEGATIVE = {"outcome", "customer-behaviour", "harm", "quality"}
LOOKALIKE = {"homonym", "activity-word", "count"}
# A metric that has none of these is a draft.
DEFINITION = {"expression", "numerator", "input", "base", "steps", "cohort", "from", "rating"}


@dataclass(frozen=True, slots=True)
class Case:
    half: str
    department: str
    language: str
    metric: dict[str, Any]
    label: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.metric["name"])

    @property
    def draft(self) -> bool:
        return not DEFINITION & self.metric.keys()


@cache
def document(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@cache
def cases() -> tuple[Case, ...]:
    out = []
    for path in FILES:
        department, language = path.stem.split("-")
        for metric in document(path)["spec"]["metrics"]:
            label = document(path)["labels"][metric["name"]]
            out.append(Case(path.parent.name, department, language, metric, label))
    return tuple(out)


def scored(half: str) -> list[Case]:
    return [case for case in cases() if case.half == half and not case.label.get("debatable")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_spec_is_well_formed_and_can_be_compiled(path: Path) -> None:
    spec = yaml.safe_dump(document(path)["spec"], allow_unicode=True, sort_keys=False)
    base = (ROOT / "base.yml").read_text(encoding="utf-8")
    loaded = load_texts({"base.yml": base, path.name: spec})
    found = Journey(loaded, datetime(2026, 11, 16)).structure()
    assert [(one.code, one.subject, one.message) for one in found] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_metric_has_one_label_and_every_label_a_metric(path: Path) -> None:
    metrics = [metric["name"] for metric in document(path)["spec"]["metrics"]]
    assert sorted(metrics) == sorted(document(path)["labels"])


def test_labels_say_what_the_readme_says() -> None:
    for case in cases():
        label = case.label
        assert label.keys() <= {"positive", "class", "severity", "lookalike", "debatable", "why"}, case.name
        assert label["positive"] in (True, False), case.name
        assert label["severity"] == ("hint" if case.draft else "warning"), case.name
        assert label["why"].endswith("."), case.name
        classes = POSITIVE | NEGATIVE if label.get("debatable") else POSITIVE if label["positive"] else NEGATIVE
        assert label["class"] in classes, case.name
        assert label.get("lookalike") in LOOKALIKE | {None}, case.name
        assert not (label["positive"] and "lookalike" in label), case.name


def test_no_metric_stands_twice() -> None:
    names = Counter(case.name for case in cases())
    titles = Counter((case.language, case.metric["title"]) for case in cases())
    assert [name for name, times in names.items() if times > 1] == []
    assert [title for title, times in titles.items() if times > 1] == []


def test_russian_metrics_are_written_in_russian_and_english_ones_are_not() -> None:
    for case in cases():
        text = case.metric["title"] + case.metric.get("description", "")
        cyrillic = any("а" <= letter <= "я" for letter in text.lower())
        assert cyrillic == (case.language == "ru") or case.metric["title"] == "eNPS", case.name


def test_there_are_440_metrics_to_score() -> None:
    assert sum(len(scored(half)) for half in ("dev", "heldout")) >= 440


@pytest.mark.parametrize("half", ["dev", "heldout", "unseen"])
def test_each_half_has_its_share_of_everything(half: str) -> None:
    some = scored(half)
    share = {
        "russian": sum(case.language == "ru" for case in some) / len(some),
        "drafts": sum(case.draft for case in some) / len(some),
        "positive": sum(case.label["positive"] for case in some) / len(some),
        "lookalikes": sum("lookalike" in case.label for case in some) / len(some),
    }
    assert len(some) >= 220
    assert 0.35 <= share["russian"] <= 0.45, share
    assert 0.45 <= share["drafts"] <= 0.55, share
    assert 0.45 <= share["positive"] <= 0.55, share
    assert share["lookalikes"] >= 1 / 3, share
    departments = Counter(case.department for case in some)
    assert departments.keys() == DEPARTMENTS
    assert min(departments.values()) >= 20, departments
    classes = Counter(case.label["class"] for case in some)
    assert classes.keys() == POSITIVE | NEGATIVE
    assert min(classes.values()) >= 6, classes
