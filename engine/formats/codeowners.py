"""Who reviews which spec file, as code hosts read it: from the departments that a file is about to CODEOWNERS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from ..errors import EnvironmentFailure, UsageError
from ..graph.ownership import Ownership
from ..model import Project
from ..spans import Origin
from ..sql.lineage import Lineage

PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_BEGIN, _END = "# accord: begin", "# accord: end"
_FIRST = f"{_BEGIN}, written by `accord export codeowners --update`"
_PATTERNS = re.compile(r"[*?\[\]!#\\\r\n]")


@dataclass(frozen=True, slots=True)
class Line:
    """A path from the top of the repository, the accounts that review it, and the departments that they belong to."""

    path: str
    accounts: tuple[str, ...]
    departments: tuple[str, ...] = ()


def lines_of(
    project: Project, ownership: Mapping[str, Ownership], lineage: Mapping[str, Lineage], prefix: str
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The line of the whole folder, then one for each file that is not everybody's, by department; and departments
    without accounts.

    The last line that matches counts, so a new file is everybody's until it has a line.
    """
    accounts = {name: department.reviewers for name, department in project.departments.items()}
    every = _joined(accounts, project.departments)
    if not every:
        hint = 'name accounts of the code host in a department: `reviewers: ["@acme/marketing"]`'
        raise UsageError("no department has `reviewers`", hint=hint)
    folder = project.config.origin.source.path.removesuffix("accord.yml")
    lines = [Line(_path(prefix), every)]
    for file, names in sorted(_about(project, ownership, lineage).items()):
        concerned = tuple(name for name in project.departments if name in names and accounts[name])
        owners = _joined(accounts, concerned)
        if owners and owners != every:
            lines.append(Line(_path(prefix + file.removeprefix(folder)), owners, concerned))
    order = list(project.departments)
    lines[1:] = sorted(lines[1:], key=lambda line: [order.index(name) for name in line.departments])
    titled = [Line(line.path, line.accounts, _titles(project, line.departments)) for line in lines]
    return tuple(titled), tuple(name for name, given in accounts.items() if not given)


def _about(project: Project, ownership: Mapping[str, Ownership], lineage: Mapping[str, Lineage]) -> dict[str, set[str]]:
    """The departments of each spec file: who answers for what stands in it, does it, moves it, or is measured by it."""
    found: dict[str, set[str]] = {}

    def say(origin: Origin, names: Iterable[str]) -> None:
        found.setdefault(origin.source.path, set()).update(names)

    def answering(metric: str) -> tuple[str, ...]:
        known = ownership.get(metric)
        return (known.declared or known.movers) if known else ()

    def acting(name: str) -> tuple[str, ...]:
        if name in project.levers:
            return project.levers[name].departments
        return (name,) if name in project.departments else answering(name)

    for department in project.departments.values():
        say(department.origin, [department.name])
    for lever in project.levers.values():
        say(lever.origin, lever.departments)
    for metric in project.metrics.values():
        say(metric.origin, answering(metric.name))
    for influence in project.influences:
        say(influence.origin, (*acting(influence.source), *answering(influence.target)))
    for objective in project.objectives.values():
        everybody = tuple(project.departments)
        say(objective.origin, everybody if objective.departments == "all" else objective.departments)
    for dataset in project.datasets.values():
        reading = [name for name, it in lineage.items() if dataset.name in it.datasets]
        say(dataset.origin, [department for name in reading for department in answering(name)])
    for test in project.tests.values():
        say(test.origin, [department for name in test.metrics for department in answering(name)])
    for change in project.changes.values():
        say(change.origin, change.departments)
    for blocker in project.blockers.values():
        say(blocker.origin, [name for name in (blocker.department, blocker.asks) if name])
    for pilot in project.pilots.values():
        say(pilot.origin, [pilot.department])
    return found


def _joined(accounts: Mapping[str, tuple[str, ...]], departments: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(account for name in departments for account in accounts[name]))


def _titles(project: Project, names: tuple[str, ...]) -> tuple[str, ...]:
    told = []
    for name in names:
        department = project.departments[name]
        title = " ".join(department.title.said_in(project.config.language).split()) if department.title else name
        told.append(f"{title} (lead: {department.lead})" if department.lead else title)
    return tuple(told)


def _path(path: str) -> str:
    """As CODEOWNERS writes it: from the top, blanks escaped. Signs of patterns would match other files."""
    if _PATTERNS.search(path):
        raise UsageError(f"CODEOWNERS cannot name the path `{path}`", hint="rename it without any of * ? [ ] ! # \\")
    return "/" + path.replace(" ", "\\ ").replace("\t", "\\\t")


def block(lines: Iterable[Line]) -> str:
    """The lines between two comments, by which they are found again; each group under its departments."""
    out, last = [_FIRST], ""
    for line in lines:
        comment = f"# {', '.join(line.departments)}" if line.departments else ""
        if comment and comment != last:
            out.append(comment)
        last = comment
        out.append(" ".join((line.path, *line.accounts)))
    return "\n".join((*out, _END)) + "\n"


def find_file(top: Path) -> Path:
    """The repository's CODEOWNERS, or where it is to be."""
    return next((top / place for place in PLACES if (top / place).is_file()), top / PLACES[0])


def replaced(file: Path, lines: Iterable[Line]) -> str:
    """The text of `file` with its block as it should be; without one it goes to the end. Other lines stay."""
    text = _read(file)
    own = text.splitlines(keepends=True)
    starts = [at for at, line in enumerate(own) if line.startswith(_BEGIN)]
    if not starts:
        return text + ("" if not text or text.endswith("\n") else "\n") + block(lines)
    ends = [at for at, line in enumerate(own) if line.startswith(_END) and at > starts[0]]
    if len(starts) > 1 or not ends:
        fault = "has several blocks" if len(starts) > 1 else "has no end"
        raise UsageError(f"{file.name}: what accord wrote there {fault} (`{_BEGIN}` to `{_END}`)")
    return "".join(own[: starts[0]]) + block(lines) + "".join(own[ends[0] + 1 :])


def patch(file: Path, wanted: str) -> str:
    """What would have to change in the file; empty where it is current."""
    before, after = _read(file).splitlines(keepends=True), wanted.splitlines(keepends=True)
    return "".join(unified_diff(before, after, file.name, file.name))


def write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentFailure(f"cannot write {file}: {error.strerror}") from error


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFailure(f"cannot read {file}: {error}") from error
