"""Which datasets of the warehouse are late, and up to when the metrics that rest on them are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..errors import EnvironmentFailure
from ..measure.freshness import Freshness, freshness
from ..model import Profile
from ..report.late import Known, Late
from ..sql.compile import tables_of
from ..sql.data_checks import data_checks
from ..sql.frame import Frame
from ..sql.refusal import Refusal
from ..warehouse.sessions import Sessions
from .journey import Journey


def late(
    journey: Journey, as_of: datetime, grain: str, names: Iterable[str], profile: Profile | None
) -> tuple[tuple[Late, ...], Mapping[str, Known]]:
    """Datasets that were late as of then, by the `freshness` of their specs, and what is known of `names` by them."""
    asked = _asked(journey, as_of, profile)
    behind = {dataset: found for dataset, found in asked if isinstance(found, str) or found.late(as_of)}
    if not behind:
        return (), {}
    frame = Frame(as_of, grain)
    resting: dict[str, list[str]] = {dataset: [] for dataset in behind}
    known: dict[str, Known] = {}
    for name in dict.fromkeys(names):
        for dataset in _read(journey, name, frame) & behind.keys():
            resting[dataset].append(name)
            found = behind[dataset]
            until = (None if isinstance(found, str) else found.until) or datetime.min
            until = min(until, known[name].until) if name in known else until
            known[name] = Known(until, journey.compiler.traits(name, frame)[0])
    return tuple(_told(journey, it, found, resting[it]) for it, found in behind.items()), known


def _told(journey: Journey, dataset: str, found: Freshness | str, metrics: list[str]) -> Late:
    allowed = journey.project.datasets[dataset].freshness
    assert allowed is not None
    if isinstance(found, str):
        return Late(dataset, None, allowed, tuple(metrics), found)
    return Late(dataset, found.latest, allowed, tuple(metrics))


def _asked(journey: Journey, as_of: datetime, profile: Profile | None) -> Iterable[tuple[str, Freshness | str]]:
    """Each dataset that says how fresh it is, with the answer, or why there is none."""
    if all(dataset.freshness is None for dataset in journey.project.datasets.values()):
        return
    tables = journey.tables(profile)
    warehouse = journey.connect(profile)
    with Sessions(warehouse, 1, profile.timeout if profile else None) as asked:
        for check in data_checks(journey.compiler.catalog, warehouse.dialect, as_of, tables, "freshness"):
            name, allowed = check.dataset.name, check.dataset.freshness
            assert allowed is not None
            try:
                yield name, freshness(name, allowed, asked.execute(check.sql).rows[0][0])
            except EnvironmentFailure as error:
                yield name, str(error)


def _read(journey: Journey, name: str, frame: Frame) -> frozenset[str]:
    """The datasets that a metric's statement reads; of one that cannot be compiled nothing is told anyway."""
    if journey.project.metrics[name].definition is None:
        return frozenset()
    try:
        tables = tables_of(journey.compiler.compile([name], frame, "duckdb"), queries=True)
    except Refusal:
        return frozenset()
    datasets = journey.project.datasets.values()
    return frozenset(it.name for it in datasets if journey.compiler.catalog.table(it) in tables)
