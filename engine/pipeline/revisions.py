"""The project as git held it, and two of its revisions side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..diff.side import Side
from ..diff.values import Compared, other_periods, side_by_side
from ..errors import UsageError
from ..load.discover import CONFIG, spec_paths
from ..load.project import ConfigError, Loaded, load_files
from ..measure.run import Request
from ..measure.values import Measured
from ..model import Profile, Project, Stretch
from .journey import Journey


def before(journey: Journey, revision: str) -> Journey | None:
    """The project as it was where this branch left `revision`, under today's rules; `None` where it was not yet
    a project that can be used."""
    try:
        return at(journey, journey.repository.merge_base(revision, "HEAD"))
    except ConfigError:
        return None


def at(journey: Journey, revision: str) -> Journey | None:
    """The project as `revision` held it, under today's rules; `None` where there was none. An accord.yml that
    cannot be used is a `ConfigError`."""
    root, commit = Path(journey.project.root), journey.repository.resolve(revision)
    config = journey.repository.read(commit, lambda path: path == CONFIG)
    if not config:
        return None
    wanted = load_files(config, root).project.config
    for inner in journey.repository.submodules(commit):
        if spec_paths([f"{inner}/specs.yml"], wanted.include, wanted.exclude):
            hint = "leave it out with `files.exclude`, or keep its specs in this repository"
            raise UsageError(f"git keeps no past of the submodule `{inner}`, which belongs to the project", hint=hint)
    paths = set(spec_paths(journey.repository.tree(commit), wanted.include, wanted.exclude))
    files = journey.repository.read(commit, lambda path: path in paths or path == CONFIG)
    held = Journey(load_files(files, root), journey.as_of, journey.language)
    held.rules = journey.rules
    return held


def empty(journey: Journey) -> Journey:
    """A project that says nothing, with the settings of this one."""
    project = Project(journey.project.root, journey.project.config)
    held = Journey(Loaded(project, ()), journey.as_of, journey.language)
    held.rules = journey.rules
    return held


def side(journey: Journey) -> Side:
    """What a comparison needs to know of this project."""
    findings = journey.check() if journey.project.sources else ()
    folder = journey.project.config.origin.source.path.removesuffix(CONFIG)
    return Side(
        journey.project,
        journey.graph,
        journey.ownership,
        journey.compiler,
        findings,
        journey.departments_of(),
        folder,
        journey.as_of,
    )


def compared(
    journey: Journey, earlier: Journey, metrics: Mapping[str, str], profile: Profile | None
) -> tuple[Compared, ...]:
    """Values of `metrics` (their names now, with those in `earlier`) by both definitions, on the data of today.

    Where the last complete period is the same by both, in total as well.
    """
    report = journey.project.organization.report if journey.project.organization else None
    organization = earlier.project.organization or journey.project.organization
    told = replace(organization, report=report) if organization else None
    then = earlier.with_project(replace(earlier.project, organization=told))

    def both(names: Mapping[str, str], grain: str | None, at: Stretch | None) -> tuple[Measured, Measured]:
        days = (at.start, at.end) if at else (None, None)
        asked = [Request(journey.as_of, tuple(it), grain, (), None, *days) for it in (names.values(), names)]
        return then.run(asked[0], profile), journey.run(asked[1], profile)

    found = side_by_side(*both(metrics, None, None), metrics)
    for name, at in other_periods(found).items() if report else ():
        again = {name: metrics[name]}
        fresh = side_by_side(*both(again, report.grain if report else None, at), again)
        found = tuple(it for it in found if it.metric != name) + fresh
    same = {it.metric: metrics[it.metric] for it in found if it.period and it.before == it.after}
    return (*found, *side_by_side(*both(same, "all", None), same)) if same else found
