"""Rows of one dataset with the columns that formulas ask for: own fields, many-to-one paths, metrics by entity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..diagnostics import choices, did_you_mean
from ..formula.expr import Aggregated, At, Call, Cast, Column, Expr, MetricOf, Ref
from ..formula.faults import FormulaError
from ..formula.functions import type_of
from ..model import Calendar, Dataset
from .catalog import Catalog, placed
from .plan import Lookup, Node, Rows, Scan
from .refusal import Refusal

# A metric's value per entity: the node, its entity column and its value column.
PerEntity = Callable[[str, str, At], tuple[Node, Column, Column]]


@dataclass(slots=True)
class _Instance:
    dataset: Dataset
    columns: dict[str, Column] = field(default_factory=dict)
    items: list[tuple[Column, Expr]] = field(default_factory=list)


class RowSet:
    """Gathers the columns that are used; `rows()` then gives the plan node that has just these.

    `role` tells two sets over one dataset apart (`base`, `target`), so that their columns never share an id.
    It is a scope: names in row conditions are fields, paths (`customers.country`) and shared dimensions.
    """

    def __init__(self, catalog: Catalog, dataset: Dataset, per_entity: PerEntity, role: str = "") -> None:
        self.catalog = catalog
        self.dataset = dataset
        self._per_entity = per_entity
        self._role = f"{role}:" if role else ""
        self._instances: dict[tuple[str, ...], _Instance] = {(): _Instance(dataset)}
        self._metrics: dict[tuple[str, str], tuple[Lookup, Column]] = {}
        self._conditions: list[Expr] = []
        self._calendars: list[Lookup] = []
        self._at: Column | None = None

    # --- scope

    def name(self, ref: Ref) -> Expr:
        """A field, a path, or a shared dimension, as seen from the home row."""
        path = ref.path
        steps = self.catalog.steps(self.dataset.name)
        if len(path) == 1:
            if path[0] in self.dataset.fields:
                return self.column(path, ref.at)
            dimension = self.dimension_path(path[0])
            if dimension is not None:
                return self.column(dimension, ref.at)
        elif path[0] == self.dataset.name and path[0] not in steps:
            return self.column(path[1:], ref.at)
        return self.column(path, ref.at)

    def inside(self, ref: Ref, aggregate: Aggregated) -> Expr:
        """A name inside an aggregate: `dataset.field` or `dataset.step.field`."""
        if ref.path[0] == self.dataset.name and len(ref.path) > 1:
            return self.column(ref.path[1:], ref.at)
        if aggregate.where is not None:
            return self.name(ref)
        raise FormulaError("R103", f"`{ref}` is not in the dataset `{self.dataset.name}`", ref.at)

    def metric_of(self, node: MetricOf) -> Expr:
        key = (node.metric, node.entity)
        if key not in self._metrics:
            home = self.entity(node.entity, node.at)
            values, entity, value = self._per_entity(node.metric, node.entity, node.at)
            self._metrics[key] = Lookup(values, ((home, entity),)), value
        return self._metrics[key][1]

    # --- columns

    def dimension_path(self, name: str) -> tuple[str, ...] | None:
        """The path of a shared dimension from this dataset, without the dataset's name."""
        dimension = self.catalog.project.dimensions.get(name)
        for path in dimension.fields if dimension else ():
            start, _, rest = path.partition(".")
            if start == self.dataset.name:
                return tuple(rest.split("."))
        return None

    def column(self, path: tuple[str, ...], at: At = (0, 0)) -> Column:
        """The column at the end of many-to-one steps; raises `FormulaError` for what is not there."""
        instance = self._walk(path[:-1], at)
        name = path[-1]
        if name not in instance.columns:
            dataset = instance.dataset
            if name not in dataset.fields:
                raise self._unknown(path, dataset, at)
            declared = dataset.fields[name]
            label = self._label(path[:-1])
            physical = self.catalog.field(dataset, name)
            column = Column(f"{label}.{name}", name, self.catalog.field_type(dataset, name), declared.unit)
            instance.columns[name] = column
            instance.items.append((column, placed(physical, label)))
        return instance.columns[name]

    def _walk(self, steps: tuple[str, ...], at: At) -> _Instance:
        instance = self._instances.get(steps)
        if instance is None:
            before = self._walk(steps[:-1], at)
            relationship = self.catalog.steps(before.dataset.name).get(steps[-1])
            if relationship is None:
                raise self._unknown((*steps, ""), before.dataset, at)
            instance = _Instance(self.catalog.dataset(relationship.target))
            self._instances[steps] = instance
            for mine, theirs in zip(relationship.from_columns, relationship.to_columns, strict=True):
                self.column((*steps[:-1], *mine.split(".")), at)
                self.column((*steps, theirs), at)
            for bound in instance.dataset.valid or ():
                self.column((*steps, bound), at)
        return instance

    def _label(self, steps: tuple[str, ...]) -> str:
        return self._role + ".".join((self.dataset.name, *steps))

    def _unknown(self, path: tuple[str, ...], dataset: Dataset, at: At) -> FormulaError:
        known = [*dataset.fields, *self.catalog.steps(dataset.name)]
        if path[-1] == "":
            step = path[-2]
            hint = did_you_mean(step, self.catalog.steps(dataset.name)) or _steps_from(self.catalog, dataset.name)
            code = "R103" if step in self.catalog.project.datasets else "R101"
            if step in self.catalog.project.datasets:
                message = f"no many-to-one relationship leads from `{dataset.name}` to `{step}`"
                code = "C301"
            else:
                message = f"`{step}` is neither a dataset nor a step from `{dataset.name}`"
            return FormulaError(code, message, at, hint)
        hint = did_you_mean(path[-1], known) or f"fields: {choices(dataset.fields)}"
        return FormulaError("R103", f"`{path[-1]}` is not a field of the dataset `{dataset.name}`", at, hint)

    def calendar(self, grain: str, moment: Expr) -> Column | None:
        """The period of a declared calendar that a time lies in; `None` where no calendar has such a grain."""
        calendar = self.catalog.calendar(grain)
        if calendar is None:
            return None
        lookup, column = calendar_lookup(self.catalog, calendar, grain, moment)
        if lookup not in self._calendars:
            self._calendars.append(lookup)
        return column

    def counts_at(self, moment: Column) -> None:
        """Slowly changing data is read as it was at this time of the row; otherwise at the dataset's own."""
        self._at = moment

    def time(self, path: str | None) -> Column:
        """The column of the time that rows count at; `path` starts at this dataset."""
        chosen = path or self.catalog.time_field(self.dataset)
        if chosen is None:
            hint = "declare `time:` in the dataset, or in the metric"
            raise Refusal("C303", f"the dataset `{self.dataset.name}` has no time field of its own", hint=hint)
        steps = tuple(chosen.split("."))
        if steps[0] == self.dataset.name and steps[0] not in self.catalog.steps(self.dataset.name):
            steps = steps[1:]
        try:
            column = self.column(steps)
        except FormulaError as error:
            raise Refusal(error.fault.code, error.fault.message, hint=error.fault.hint) from None
        if column.type not in ("date", "datetime"):
            hint = f"declare `datatype: Date` or `DateTime` for the field `{steps[-1]}`"
            raise Refusal("C303", f"the time `{chosen}` of `{self.dataset.name}` is not a date or time", hint=hint)
        return column

    def entity(self, name: str, at: At = (0, 0)) -> Column:
        """The column that identifies the row's entity: declared, else at the end of the only many-to-one path."""
        if name in self.dataset.entities:
            return self.column(tuple(self.dataset.entities[name].split(".")), at)
        paths = list(_entity_paths(self.catalog, self.dataset.name, name))
        if len(paths) == 1:
            return self.column(paths[0], at)
        problem = "no many-to-one path leads to it" if not paths else "several paths lead to it"
        if paths:
            problem += f" ({', '.join('.'.join(path) for path in paths)})"
        hint = f"declare `entities: {{{name}: <field>}}` in the dataset `{self.dataset.name}`"
        raise Refusal(
            "C304", f"`{self.dataset.name}` does not tell which {name} a row belongs to: {problem}", hint=hint
        )

    def key(self) -> tuple[Column, ...]:
        """The columns that identify a row, empty where none is declared."""
        names = self.dataset.primary_key or (self.dataset.unique_keys[0] if self.dataset.unique_keys else ())
        return tuple(self.column((name,)) for name in names)

    # --- the node

    def keep(self, *conditions: Expr) -> None:
        """Keeps only rows for which all `conditions` hold."""
        self._conditions.extend(condition for condition in conditions if condition not in self._conditions)

    def rows(self) -> Rows:
        dated = any(instance.dataset.valid for steps, instance in self._instances.items() if steps)
        moment = (self._at or self.time(None)) if dated else None
        home = self._scan(())
        if moment is not None or self._calendars:
            told = "".join(f"@{column.id}" for column in (moment,) if column is not None)
            told += "".join(f"@{lookup.node.instance}" for lookup in self._calendars if isinstance(lookup.node, Scan))
            home = replace(home, instance=home.instance + told)  # other times, other rows: not to be merged
        lookups = []
        for steps in sorted(self._instances, key=lambda steps: (len(steps), steps))[1:]:
            relationship = self.catalog.steps(self._instances[steps[:-1]].dataset.name)[steps[-1]]
            pairs = tuple(
                (self.column((*steps[:-1], *mine.split("."))), self._instances[steps].columns[theirs])
                for mine, theirs in zip(relationship.from_columns, relationship.to_columns, strict=True)
            )
            lookups.append(Lookup(self._scan(steps), pairs, self._validity(steps, moment)))
        lookups.extend(self._calendars)
        lookups.extend(lookup for lookup, _ in self._metrics.values())
        return Rows(home, tuple(lookups), tuple(self._conditions))

    def _validity(self, steps: tuple[str, ...], moment: Column | None) -> tuple[Expr, ...]:
        """`from <= moment < to`, an open end holding; where a bound or the moment is a day, all are days."""
        instance = self._instances[steps]
        if instance.dataset.valid is None or moment is None:
            return ()
        start, end = (instance.columns[name] for name in instance.dataset.valid)
        days = "date" in (moment.type, start.type, end.type)
        at, first, last = (
            Cast(part, "date") if days and part.type != "date" else part for part in (moment, start, end)
        )
        return Call("le", (first, at)), Call("or", (Call("is_null", (end,)), Call("lt", (at, last))))

    def _scan(self, steps: tuple[str, ...]) -> Scan:
        instance = self._instances[steps]
        dataset = instance.dataset
        items = tuple(sorted(instance.items, key=lambda item: item[0].id))
        return Scan(self.catalog.table(dataset), self._label(steps), items, self.catalog.query(dataset))


def calendar_lookup(catalog: Catalog, calendar: Calendar, grain: str, moment: Expr) -> tuple[Lookup, Column]:
    """The calendar's row of the day of `moment`, and its column `grain`."""
    at = moment.id if isinstance(moment, Column) else repr(moment)
    scan = catalog.scan(calendar, f"{calendar.dataset}@{at}", *calendar.grains)
    day = scan.columns[0]
    wanted = moment if type_of(moment) == day.type else Cast(moment, "date")
    mine: Expr = day if type_of(wanted) == day.type else Cast(day, "date")
    column = next(column for column in scan.columns if column.name == grain)
    return Lookup(scan, ((wanted, mine),)), column


def _steps_from(catalog: Catalog, dataset: str) -> str | None:
    steps = catalog.steps(dataset)
    return f"steps from `{dataset}`: {choices(steps)}" if steps else "declare a relationship, many to one"


def _entity_paths(catalog: Catalog, dataset: str, entity: str) -> list[tuple[str, ...]]:
    """Paths to an entity's field over many-to-one steps, shortest first; a dataset is entered once a path."""
    found: list[tuple[str, ...]] = []
    pending: list[tuple[str, tuple[str, ...], frozenset[str]]] = [(dataset, (), frozenset((dataset,)))]
    while pending:
        name, steps, seen = pending.pop(0)
        for step, relationship in catalog.steps(name).items():
            target = catalog.project.datasets.get(relationship.target)
            if target is None or target.name in seen:
                continue
            if entity in target.entities:
                found.append((*steps, step, *target.entities[entity].split(".")))
            else:
                pending.append((target.name, (*steps, step), seen | {target.name}))
    return found
