"""A git history made from specs/demo: each commit has one kind of change, as an edit of the files."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

DEMO = Path(__file__).parents[2] / "specs" / "demo"
_WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
Edit = Callable[[Path], None]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env={**os.environ, **_WHO}
    )
    return done.stdout.strip()


def changed(file: str, *pairs: tuple[str, str]) -> Edit:
    """Each text, which stands there once, gives way to another one."""

    def edit(specs: Path) -> None:
        text = (specs / file).read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1, (file, old, text.count(old))
            text = text.replace(old, new)
        (specs / file).write_text(text, encoding="utf-8")

    return edit


def together(*edits: Edit) -> Edit:
    def edit(specs: Path) -> None:
        for one in edits:
            one(specs)

    return edit


def reformatted(specs: Path) -> None:
    """Other quotes, comments, order of keys and entries, line breaks: nothing that means anything."""
    changed(
        "metrics/sales.yml",
        (
            "    numerator: {metric: new_leads, where: qualified}\n    denominator: new_leads\n",
            "    denominator: new_leads  # all of them\n    numerator:\n      where: >-\n        qualified\n"
            '      metric: "new_leads"\n',
        ),
        ("    where: status = 'won'\n", "    where: \"status   =\\n   'won'\"\n"),
    )(specs)
    changed(
        "metrics/company.yml",
        ("(acquisition_spend + bonuses) / new_customers", "(acquisition_spend+bonuses)\n      /new_customers"),
    )(specs)
    text = (specs / "metrics/components.yml").read_text(encoding="utf-8")
    head, *entries = text.split("\n  - name: ")
    (specs / "metrics/components.yml").write_text("\n  - name: ".join([head, *entries[::-1]]), encoding="utf-8")
    (specs / "departments.yml").rename(specs / "parts.yml")


ADDED = """
  - name: content_visits
    title: {en: Visits for an article, ru: Посещения ради статьи}
    expression: COUNT(visits.visit_id)
    where: channel = 'content'
    role: component
    direction: up
    unit: count
"""


def added(specs: Path) -> None:
    path = specs / "metrics/components.yml"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + ADDED, encoding="utf-8")


def removed(specs: Path) -> None:
    """The conversion of the offer page, and the two influences that name it."""
    path = specs / "metrics/marketing.yml"
    before, _, after = path.read_text(encoding="utf-8").partition("  - name: landing_conversion\n")
    path.write_text(before.rstrip("\n") + "\n" + after[after.find("\n\n") + 1 if "\n\n" in after else len(after) :])
    path = specs / "influences.yml"
    entries = path.read_text(encoding="utf-8").split("\n  - ")
    kept = [entry for entry in entries if "landing_conversion\n" not in entry]
    assert len(entries) - len(kept) == 2
    path.write_text("\n  - ".join(kept), encoding="utf-8")


def cut(specs: Path) -> None:
    path = specs / "influences.yml"
    entries = path.read_text(encoding="utf-8").split("\n  - ")
    kept = [entry for entry in entries if not entry.startswith("from: lead_quality\n    to: retention_30d\n")]
    assert len(entries) - len(kept) == 1
    path.write_text("\n  - ".join(kept) + ("" if kept[-1].endswith("\n") else "\n"), encoding="utf-8")


STEPS: dict[str, Edit] = {
    "01-formatting": reformatted,
    "02-added": added,
    "03-renamed": together(
        changed(
            "metrics/support.yml",
            ("  - name: response_time\n", "  - name: first_answer_time\n    renamed_from: [response_time]\n"),
        ),
        changed(
            "influences.yml",
            ("    to: response_time\n", "    to: first_answer_time\n"),
            ("  - from: response_time\n", "  - from: first_answer_time\n"),
        ),
    ),
    "04-redefined": changed(
        "metrics/components.yml",
        (
            "expression: SUM(orders.amount)\n    where: status = 'paid'\n",
            "expression: SUM(orders.amount)\n    where: status IN ('paid', 'refunded')\n",
        ),
    ),
    "05-redefined-with-a-note": changed(
        "metrics/marketing.yml",
        (
            "      where: bounced\n    denominator: COUNT(visits.visit_id)\n",
            "      where: bounced AND duration_seconds < 30\n    denominator: COUNT(visits.visit_id)\n"
            "    revisions:\n      - {date: 2026-11-16, note: Whoever reads one page for half a minute is not lost}\n",
        ),
    ),
    "06-owner-moved": changed(
        "metrics/sales.yml",
        ("    role: kpi\n    owners: sales\n", "    role: kpi\n    owners: product\n"),
    ),
    "07-became-shared": changed(
        "influences.yml",
        (
            "  # --- from visitor to lead\n",
            "  # --- from visitor to lead\n  - {from: consultation, to: new_leads, effect: raises, strength: weak}\n",
        ),
    ),
    "08-influence-cut": cut,
    "09-influence-changed": changed(
        "influences.yml",
        (
            "  - from: targeting\n    to: ltv\n    effect: raises\n    strength: medium\n    lag: 90 days\n",
            "  - from: targeting\n    to: ltv\n    effect: raises\n    strength: strong\n    lag: 60 days\n",
        ),
    ),
    "10-targets": changed(
        "objectives.yml",
        ("        change: +25 %\n", "        change: +20 %\n"),
        ("{metric: csat, at_least: 80 %}", "{metric: csat, at_least: 85 %}"),
        ("        change: -25 %\n", "        change: -30 %\n"),
        (
            "        target: 60 %\n        deadline: 2026-12-31\n",
            "        target: 60 %\n        deadline: 2026-11-30\n",
        ),
    ),
    "11-task": changed(
        "objectives.yml",
        (
            "          - {metric: lead_quality, at_least: 55 %}\n",
            "          - {metric: lead_quality, at_least: 55 %}\n      - title: Publish 20 articles in a month\n",
        ),
    ),
    "12-removed": removed,
}


def make(folder: Path) -> Path:
    """A repository whose `org` is the demo; a tag for each commit, `00-start` before the first change."""
    specs = folder / "org"
    shutil.copytree(DEMO, specs)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "start")
    git(folder, "tag", "00-start")
    for name, edit in STEPS.items():
        edit(specs)
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", name)
        git(folder, "tag", name)
    return specs
