"""Which semantic models join which, as many-to-one steps, and the paths that names with links take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...diagnostics import Diagnostic, choices
from ..names import our_name
from .manifest import Dimension, Entity
from .names import LinkedName
from .tables import Table


class Unmapped(Exception):
    """Something has no counterpart; the message says what and why."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Step:
    """Many rows of `source` to one of `target` by an entity that both have.

    Two `links`: the target has a row a partition and joins rows of the source's own partition, by an entity of the
    model between the two, which has no partition.
    """

    source: str
    target: str
    links: tuple[str, ...]
    name: str
    from_columns: tuple[str, ...]
    to_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A field at the end of steps over `hops` entities; `dimension` where it is one."""

    steps: tuple[str, ...]
    hops: int
    table: Table
    field: str
    dimension: Dimension | None

    def path(self, home: Table, *, whole: bool = False) -> str:
        """As a condition or `by` writes it; `whole` names the dataset too, so that it reads the same elsewhere."""
        if not self.steps and whole:
            return f"{home.name}.{self.field}"
        return ".".join((*self.steps, self.field))


@dataclass(frozen=True, slots=True)
class DayStep:
    """From a day of a table to its row in the calendar that has granularities of its own."""

    table: Table
    field: str
    calendar: str
    column: str
    name: str


@dataclass(slots=True)
class Joins:
    """Tables by their model's name, with the steps that lead away from each; `days` by model and field."""

    tables: Mapping[str, Table]
    steps: dict[str, list[Step]] = field(default_factory=dict)
    days: dict[tuple[str, str], DayStep] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def all(self) -> Iterator[Step]:
        for name in self.tables:
            yield from self.steps.get(name, ())

    def add_calendar(self, calendar: str, column: str) -> None:
        """Lets conditions name the calendar's own granularities of every day."""
        for model, table in self.tables.items():
            for name in dict.fromkeys(table.dimensions.values()):
                if table.fields[name].type == "date":
                    step = calendar if name == table.time and calendar not in table.fields else f"{name}_{calendar}"
                    self.days[model, name] = DayStep(table, name, calendar, column, step)

    def find(self, home: Table, name: LinkedName) -> Found:
        """The field that `name` means from a row of `home`; raises `Unmapped`."""
        found = [it for table, way in self._walk(home, name.links) for it in _element(table, way, name.element)]
        nearest = [it for it in found if it.hops == min(other.hops for other in found)]
        if not found:
            raise Unmapped(f"`{name}` is not reached from the semantic model `{home.model.name}`")
        if len(nearest) > 1:
            ways = choices(it.path(home) for it in nearest)
            raise Unmapped(f"`{name}` means several fields from `{home.model.name}`: {ways}")
        return nearest[0]

    def _walk(self, home: Table, links: tuple[str, ...]) -> Iterator[tuple[Table, tuple[Step, ...]]]:
        """Where entity links lead: an entity of the model's own stays, one that others have too steps over."""
        if not links:
            yield home, ()
            return
        if links[0] in home.model.own_links:
            yield from self._walk(home, links[1:])
        for step in self.steps.get(home.model.name, ()):
            count = len(step.links)
            if step.links == links[:count]:
                for table, way in self._walk(self.tables[step.target], links[count:]):
                    yield table, (step, *way)


def _element(table: Table, way: tuple[Step, ...], element: str) -> Iterator[Found]:
    name = table.field_of(element)
    if name is not None:
        hops = sum(len(step.links) for step in way)
        yield Found(tuple(step.name for step in way), hops, table, name, table.model.dimension(element))


def find_joins(tables: Mapping[str, Table]) -> Joins:
    """Every join that MetricFlow would make: over an entity that the target holds at most one row of."""
    joins = Joins(tables)
    without: dict[str, list[str]] = {}
    for source in tables.values():
        wanted = list(_wanted(source, tables, without))
        for entity, target, theirs in wanted:
            name = _step_name(source, target, entity, wanted)
            mine = _columns(source, entity, target, theirs)
            step = Step(source.model.name, target.model.name, (entity.name,), name, mine, theirs)
            joins.steps.setdefault(source.model.name, []).append(step)
    _within_partitions(joins)
    joins.findings.extend(_unjoined(tables[name], sources) for name, sources in without.items())
    return joins


Wanted = tuple[Entity, Table, tuple[str, ...]]


def _wanted(source: Table, tables: Mapping[str, Table], without: dict[str, list[str]]) -> Iterator[Wanted]:
    for entity in source.model.entities:
        for target in tables.values():
            if target is source or entity.name not in source.entities:
                continue
            for theirs, key in target.identities():
                if theirs.name != entity.name or (theirs.kind == "natural" == entity.kind):
                    continue
                if theirs.kind == "natural" and not target.model.is_history:
                    continue
                columns = key[:1] if theirs.kind == "natural" else key
                own = {it.name for it in source.partitions}
                if all(it.name in own for it in target.partitions):
                    yield entity, target, columns
                else:
                    without.setdefault(target.model.name, []).append(source.model.name)


def _within_partitions(joins: Joins) -> None:
    """Steps over a model without partitions to one with them: rows of the partition of the first model are meant."""
    found: list[Step] = []
    for first in joins.all():
        source, between = joins.tables[first.source], joins.tables[first.target]
        if not source.partitions or between.partitions:
            continue
        for entity in between.model.entities:
            for target in joins.tables.values():
                if target not in (source, between) and target.partitions and (entity.name,) != first.links:
                    found.extend(_far(first, source, between, entity, target))
    for step in found:
        steps = joins.steps[step.source]
        if step.name not in {it.name for it in steps} | joins.tables[step.source].fields.keys():
            steps.append(step)


def _far(first: Step, source: Table, between: Table, entity: Entity, target: Table) -> Iterator[Step]:
    own = {it.name for it in source.partitions}
    if entity.name not in between.entities or not all(it.name in own for it in target.partitions):
        return
    for theirs, key in target.identities():
        if theirs.name == entity.name and theirs.kind != "natural":
            mine = (f"{first.name}.{between.entities[entity.name]}", *_partitions(source, target, key))
            name = f"{first.name}_{target.name}"[:63]
            yield Step(first.source, target.model.name, (*first.links, entity.name), name, mine, key)


def _unjoined(target: Table, sources: list[str]) -> Diagnostic:
    """Rows of one partition each are joined within the partition, so the source needs the same one."""
    first = target.partitions[0]
    message = (
        f"`{target.model.name}` has a row for each {choices(it.name for it in target.partitions)}: "
        f"models without it are not joined to it ({choices(dict.fromkeys(sources))})"
    )
    return Diagnostic("F103", "hint", message, first.place.at("name").span(), f"semantic model:{target.model.name}")


def _columns(source: Table, entity: Entity, target: Table, theirs: tuple[str, ...]) -> tuple[str, ...]:
    """The source's fields for the target's key: the entity, then partitions of the same name."""
    return (source.entities[entity.name], *_partitions(source, target, theirs))


def _partitions(source: Table, target: Table, theirs: tuple[str, ...]) -> tuple[str, ...]:
    names = [it.name for it in target.partitions][: len(theirs) - 1]
    return tuple(source.dimensions[name] for name in names)


def _step_name(source: Table, target: Table, entity: Entity, wanted: list[Wanted]) -> str:
    """The target's name; where several entities lead to it, the entity's."""
    to_target = {it.name for it, table, _ in wanted if table is target}
    if len(to_target) == 1 and target.name not in source.fields:
        return target.name
    targets = {table.name for it, table, _ in wanted if it.name == entity.name}
    name = our_name(entity.name)
    alone = len(targets) == 1 and name not in source.fields and all(name != table.name for _, table, _ in wanted)
    return name if alone else f"{name}_{target.name}"[:63]
