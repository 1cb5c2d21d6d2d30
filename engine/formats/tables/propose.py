"""From a session on a warehouse to specs of what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import EnvironmentFailure, UsageError
from ...model import Profile
from ...warehouse.profiles import physical
from ...warehouse.protocol import Warehouse
from ...warehouse.sessions import Sessions
from ..names import unlike
from .facts import MeasuredTable, Reference
from .keys import chosen_references, key_of
from .measure import Asking, counted_references, measured_table
from .names import spec_name
from .text import proposed_text

MOST_TABLES = 300
_NAMEABLE = re.compile(r"[^.\s;'\"`()]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of a spec file, and what is in it."""

    text: str
    tables: tuple[MeasuredTable, ...]
    references: tuple[Reference, ...]

    @property
    def keys(self) -> int:
        return sum(bool(key_of(table).primary) for table in self.tables)

    @property
    def relationships(self) -> int:
        return len(chosen_references(self.references)[0])


def propose(warehouse: Warehouse, profile: Profile, most: int | None, told: Callable[[], None]) -> Proposal:
    """Specs of the tables of the profile's schema. `most`: tables that are larger are described, not measured."""
    found = warehouse.tables(profile.catalog, profile.schema)
    if not found:
        place = f"the schema {profile.schema}" if profile.schema else "the warehouse's own schema"
        raise UsageError(f"no tables in {place}", hint="a profile of accord.yml names another `schema`")
    if len(found) > MOST_TABLES:
        hint = "name a smaller `schema` in a profile of accord.yml"
        raise UsageError(f"{len(found)} tables, more than the {MOST_TABLES} that are read at once", hint=hint)
    datasets: dict[str, str] = {}
    for name in found:
        datasets[name] = unlike(spec_name(name), datasets.values())
    described: dict[str, MeasuredTable] = {}
    columns = {}
    for name in found:
        if not _NAMEABLE.fullmatch(name):
            told_so = "its name has letters that `source` does not take: read it through a view"
            described[name] = MeasuredTable(name, name, datasets[name], problem=told_so)
            continue
        try:
            columns[name] = warehouse.describe(physical(profile, datasets[name], name))
        except EnvironmentFailure as error:
            described[name] = MeasuredTable(name, name, datasets[name], problem=f"cannot be described: {error}")

    def expected(sql: str) -> int | None:
        estimate = warehouse.explain(sql)
        return estimate.rows if estimate else None

    with Sessions(warehouse, profile.concurrency, profile.timeout, told) as sessions:
        asking = Asking(warehouse.dialect, sessions.execute, expected, most)

        def measured(name: str) -> MeasuredTable:
            table = physical(profile, datasets[name], name)
            return described.get(name) or measured_table(asking, name, table, datasets[name], columns[name])

        each = sessions.map if most is None else lambda function, items: list(map(function, items))
        tables = each(measured, found)
        references = counted_references(asking, tables, sessions.map)
    return Proposal(proposed_text(tables, references), tuple(tables), tuple(references))
