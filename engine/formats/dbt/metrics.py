"""dbt's metrics as metrics of ours; what has no counterpart raises `Unmapped` with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from ...formula.expr import Ref, walk
from ...formula.faults import Fault, FormulaError
from ...formula.functions import UNITS_OF_TIME
from ...formula.parse import parse
from ...formula.syntax import syntax_tree
from ..names import our_name, unlike
from .aggregates import aggregate, counts_rows
from .conditions import Conditions, FilterError, Home
from .joins import Joins, Unmapped
from .manifest import (
    Conversion,
    Cumulative,
    Derived,
    Filter,
    Manifest,
    Measure,
    MeasureInput,
    Metric,
    MetricInput,
    Place,
    Ratio,
    Simple,
    Window,
)
from .names import LinkedName, linked_name
from .tables import Table

Spec = dict[str, Any]

_COARSER = {"first": "first_known", "last": "last_known", "average": "average"}


@dataclass(slots=True)
class Metrics:
    """Translates one manifest's metrics, each once; some need a helper, another metric that stands before them."""

    manifest: Manifest
    joins: Joins
    conditions: Conditions
    all: Mapping[str, Metric]
    names: Mapping[str, str]
    shared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    helpers: dict[str, Spec] = field(default_factory=dict)
    _done: dict[str, Spec | Unmapped | None] = field(default_factory=dict)

    def spec(self, name: str) -> Spec:
        """The metric's spec; raises `Unmapped`, for an input that has none too."""
        if name not in self._done:
            self._done[name] = None
            try:
                self._done[name] = self._spec(self.all[name])
            except Unmapped as error:
                self._done[name] = error
        found = self._done[name]
        if found is None:
            raise Unmapped(f"`{name}` is made of itself")
        if isinstance(found, Unmapped):
            raise found
        return found

    def homes(self, name: str) -> list[Home]:
        """The rows behind a metric: one home for each dataset and time."""
        found: list[Home] = []
        pending, seen = [name], set[str]()
        while pending:
            metric = self.all.get(pending.pop(0))
            if metric is None or metric.name in seen:
                continue
            seen.add(metric.name)
            found.extend(self._home(it) for it in _measures(metric))
            pending.extend(it.name for it in _inputs(metric))
        unique: list[Home] = []
        for home in found:
            if not any(it.table is home.table and it.time == home.time for it in unique):
                unique.append(home)
        return unique

    def lists_periods(self, name: str) -> bool:
        """Whether the metric, or one that it is made of, lists periods without rows."""
        metric = self.all.get(name)
        if metric is None:
            return False
        return any(it.spine for it in measures_of(metric)) or any(self.lists_periods(it.name) for it in _inputs(metric))

    def moves(self, name: str) -> bool:
        """Whether rows count at another time than their own: after an offset, or in a window."""
        metric = self.all.get(name)
        if metric is None:
            return False
        given = _inputs(metric)
        own = isinstance(metric.definition, Cumulative) or any(it.offset or it.to_start_of for it in given)
        return own or any(self.moves(it.name) for it in given)

    def filters(self, name: str) -> tuple[Filter, ...]:
        """The metric's own filters, those of its measures among them."""
        metric = self.all[name]
        return (*metric.filters, *(it for given in measures_of(metric) for it in given.filters))

    # --- parts that several types have

    def _spec(self, metric: Metric) -> Spec:
        for given in _inputs(metric):
            self._needs(given)
            if given.offset or given.to_start_of or self.moves(given.name):
                self._timeless(given.filters, self.homes(given.name))
        if self.moves(metric.name):
            self._timeless(self.filters(metric.name), self.homes(metric.name))
        before = set(self.conditions.used_metrics)
        spec: Spec = {"name": self.names[metric.name]}
        if metric.title:
            spec["title"] = metric.title
        if metric.description:
            spec["description"] = " ".join(metric.description.split())
        definition = metric.definition
        if isinstance(definition, Simple):
            spec |= self._simple(metric, definition)
        elif isinstance(definition, Ratio):
            spec |= self._ratio(metric, definition)
        elif isinstance(definition, Derived):
            spec |= self._derived(metric, definition)
        elif isinstance(definition, Cumulative):
            spec |= self._cumulative(metric, definition)
        else:
            spec |= self._conversion(metric, definition)
        for used in sorted(self.conditions.used_metrics - before):
            self.spec(used)
        return {**spec, "role": "component"}

    def _timeless(self, filters: Iterable[Filter], homes: list[Home]) -> None:
        """Refuses conditions on the time of rows that count at another time: MetricFlow means that one."""
        for read in self.conditions.read(filters):
            for name in read.named.values():
                if isinstance(name, LinkedName) and self.conditions.is_time(name, homes):
                    message = f"a condition on `{name}`: after an offset or in a window rows count at another time"
                    raise read.fault(message, "ask for a stretch of time with --start and --end")

    def _needs(self, given: MetricInput) -> None:
        if given.name not in self.all:
            raise FilterError(f"`{given.name}` is not a metric", given.place.span())
        try:
            self.spec(given.name)
        except Unmapped as error:
            raise FilterError(f"its input `{given.name}` is left out: {error.message}", given.place.span()) from None

    def measured(self, given: MeasureInput) -> tuple[Table, Measure]:
        found = self.manifest.measure(given.name)
        if found is None:
            raise FilterError(f"`{given.name}` is not a measure", given.place.span())
        model, measure = found
        return self.joins.tables[model.name], measure

    def _home(self, given: MeasureInput) -> Home:
        table, measure = self.measured(given)
        return Home(table, table.time_of(measure))

    def _where(self, filters: Iterable[Filter], homes: list[Home]) -> Spec:
        written = self.conditions.written(filters, homes)
        return {"where": written} if written else {}

    def _own_time(self, table: Table, measure: Measure) -> Spec:
        time = table.time_of(measure)
        if measure.time is not None and time is None:
            raise Unmapped(f"`{measure.time}` is not a time of the semantic model `{table.model.name}`")
        return {"time": f"{table.name}.{time}"} if time != table.time and time is not None else {}

    def _beside(self, *given: MeasureInput) -> Spec:
        """Periods without rows: whether they are listed, and with which value."""
        found: Spec = {}
        if any(it.spine for it in given):
            found["spine"] = True
        fill = next((it.fill for it in given if it.fill is not None), None)
        if fill is not None:
            found["fill"] = int(fill) if fill == int(fill) else float(fill)
        return found

    # --- one method a type

    def _simple(self, metric: Metric, definition: Simple) -> Spec:
        given = definition.measure
        table, measure = self.measured(given)
        return {
            "expression": aggregate(table, measure),
            **self._where((*given.filters, *metric.filters), [self._home(given)]),
            **self._own_time(table, measure),
            **self._over_time(table, measure),
            **self._beside(given),
        }

    def _over_time(self, table: Table, measure: Measure) -> Spec:
        chosen = measure.non_additive
        if chosen is None:
            return {}
        span = chosen.place.span()
        if table.dimensions.get(chosen.dimension) != table.time_of(measure):
            message = f"`{chosen.dimension}` is not the time that `{measure.name}` counts at"
            raise FilterError(message, span)
        if len(chosen.per) > 1:
            raise FilterError("rows at one time are chosen for each of one entity, not of several", span)
        per = {"per": self.conditions.entities.get(chosen.per[0], chosen.per[0])} if chosen.per else {}
        if chosen.per and chosen.per[0] not in table.entities:
            raise FilterError(f"`{chosen.per[0]}` is not an entity of `{table.model.name}`", span)
        return {"over_time": {"take": chosen.take, **per}}

    def _ratio(self, metric: Metric, definition: Ratio) -> Spec:
        return {
            "type": "ratio",
            "numerator": self._input(definition.numerator),
            "denominator": self._input(definition.denominator),
            **self._where(metric.filters, self.homes(metric.name)),
        }

    def _input(self, given: MetricInput) -> Any:
        name = self.names[given.name]
        if given.is_plain:
            return name
        spec: Spec = {"metric": name, **self._where(given.filters, self.homes(given.name))}
        if given.offset is not None:
            spec["offset"] = self._length(given.offset)
        if given.to_start_of is not None:
            if given.to_start_of not in UNITS_OF_TIME:
                message = f"the start of a `{given.to_start_of}` is not part of the language"
                raise FilterError(message, given.place.span())
            spec["to_start_of"] = given.to_start_of
        return spec

    def _length(self, window: Window) -> str:
        if window.unit not in UNITS_OF_TIME and window.unit != "second":
            raise FilterError(f"`{window.unit}` is not a length of time of the language", window.place.span())
        return f"{window.count} {window.unit}{'' if window.count == 1 else 's'}"

    def _derived(self, metric: Metric, definition: Derived) -> Spec:
        inputs: Spec = {}
        renamed: dict[str, str] = {}
        for given in definition.inputs:
            written = given.alias or given.name
            alias = our_name(written) if given.alias else self.names[given.name]
            if alias != written:
                renamed[written] = alias
            if not (given.is_plain and alias == self.names[given.name]):
                inputs[alias] = self._input(given)
        expression = _formula(definition, renamed, metric.place.at("type_params", "expr"))
        known = {renamed.get(it.alias or it.name, it.alias or it.name) for it in definition.inputs}
        unknown = [name for name in _names(expression) if name not in known]
        if unknown:
            raise Unmapped(f"`{unknown[0]}` in the expression is not one of its inputs")
        where = self._where(metric.filters, self.homes(metric.name))
        return {"type": "derived", "expression": expression, **({"inputs": inputs} if inputs else {}), **where}

    def _cumulative(self, metric: Metric, definition: Cumulative) -> Spec:
        spec: Spec = {"type": "cumulative"}
        filters, beside = list(metric.filters), {}
        if definition.metric is not None:
            self._needs(definition.metric)
            spec["input"] = self._input(definition.metric)
            homes = self.homes(definition.metric.name)
        else:
            given = definition.measure
            assert given is not None
            spec["input"], own_time = self._of_measure(given)
            filters, beside = [*given.filters, *filters], {**own_time, **self._beside(given)}
            homes = [self._home(given)]
        if definition.window is not None:
            spec |= {"window": self._length(definition.window), "include_current": True}
        else:
            spec["to_date"] = definition.to_date or "all"
        if spec.get("to_date") not in (None, "all", *UNITS_OF_TIME):
            raise Unmapped(f"a {spec['to_date']} to date is not part of the language")
        coarser = {"coarser": _COARSER[definition.coarser]}  # MetricFlow passes over days without rows
        return {**spec, **coarser, **self._where(filters, homes), **beside}

    def _of_measure(self, given: MeasureInput) -> tuple[str, Spec]:
        """A metric that is this measure and nothing else; where there is none, the aggregate with its time."""
        for metric in self.all.values():
            if isinstance(metric.definition, Simple) and not metric.filters and not metric.definition.measure.filters:
                same = metric.definition.measure
                if same.name == given.name and not same.spine and same.fill is None:
                    self.spec(metric.name)
                    return self.names[metric.name], {}
        table, measure = self.measured(given)
        if measure.non_additive is not None:
            raise Unmapped(f"`{given.name}` is of a point in time and has no sum over a window")
        return aggregate(table, measure), self._own_time(table, measure)

    def _conversion(self, metric: Metric, definition: Conversion) -> Spec:
        (base, counted), (target, reached) = self.measured(definition.base), self.measured(definition.target)
        within = {"within": self._length(definition.window)} if definition.window else {}
        same = [self._constant(base, target, *constant) for constant in definition.constants]
        for table in (base, target):
            if definition.entity not in table.entities:
                raise Unmapped(f"`{table.model.name}` has no entity `{definition.entity}`")
        beside = self._conversion_beside(definition)
        spec: Spec = {
            "type": "conversion",
            "entity": self.conditions.entities[definition.entity],
            "base": self._event(definition.base),
            "target": self._event(definition.target),
            **within,
            "count": _counted(base, counted, target, reached, definition.entity),
            **({"same": same} if same else {}),
            **({"result": "number"} if definition.result == "number" else {}),
            **({"immature": "include"} if within else {}),
            **self._where(metric.filters, [self._home(definition.base)]),
        }
        if definition.target.fill is not None:
            return spec | beside
        return self._null_where_none(metric, spec) | beside

    def _null_where_none(self, metric: Metric, spec: Spec) -> Spec:
        """MetricFlow has no value where nothing converts, unless `fill_nulls_with` says 0; ours is 0 then."""
        name = unlike(f"{self.names[metric.name]}_or_zero", list(self.names.values()))
        self.helpers[metric.name] = {"name": name, **spec, "role": "component"}
        return {"type": "derived", "expression": f"NULLIF({name}, 0)"}

    def _conversion_beside(self, definition: Conversion) -> Spec:
        """A base that nobody followed gives 0 in any case; `fill` is left for periods without a base."""
        found = self._beside(definition.base, definition.target)
        if definition.result == "rate":
            found.pop("fill", None)
        return found

    def _event(self, given: MeasureInput) -> Any:
        table, measure = self.measured(given)
        own = self._own_time(table, measure)
        event = own.get("time", table.name)
        where = self._where(given.filters, [self._home(given)])
        return {"event": event, **where} if where else event

    def _constant(self, base: Table, target: Table, mine: str, theirs: str, place: Place) -> str:
        """The field that must be equal on both sides; of two names a shared dimension makes one."""
        grains = self.conditions.grains
        try:
            left = self.joins.find(base, linked_name(mine, grains)).path(base)
            right = self.joins.find(target, linked_name(theirs, grains)).path(target)
        except Unmapped as error:
            raise FilterError(error.message, place.span()) from None
        if left == right:
            return left
        paths = (f"{base.name}.{left}", f"{target.name}.{right}")
        name = unlike(our_name(f"{mine}_{theirs}"), [it for it, known in self.shared.items() if known != paths])
        self.shared[name] = paths
        return name


def _counted(base: Table, counted: Measure, target: Table, reached: Measure, entity: str) -> str:
    if counts_rows(counted) and counts_rows(reached):
        return "targets"
    identities = [(base, counted), (target, reached)]
    if all(
        it.agg == "count_distinct" and table.measures.get(it.name) == table.entities[entity] for table, it in identities
    ):
        return "entities"
    hint = f"count rows, or distinct values of `{entity}`"
    raise Unmapped("a conversion counts rows or entities; these measures are something else", hint)


def _formula(definition: Derived, renamed: Mapping[str, str], place: Place) -> str:
    """The expression with names of ours; raises `FilterError` where it is not part of the language."""
    text = " ".join(definition.expr.split())
    if renamed:
        try:
            tree = syntax_tree(text)
        except FormulaError as error:
            raise FilterError(error.fault.message, place.span(), error.fault.hint) from None
        for column in tree.find_all(exp.Column):
            if column.name in renamed:
                column.set("this", exp.to_identifier(renamed[column.name]))
        text = tree.sql(dialect="duckdb", normalize_functions=False)
    fault = parse(text)
    if isinstance(fault, Fault):
        raise FilterError(fault.message, place.span(), fault.hint)
    return text


def _names(expression: str) -> list[str]:
    parsed = parse(expression)
    return [] if isinstance(parsed, Fault) else [str(node) for node in walk(parsed) if isinstance(node, Ref)]


def _measures(metric: Metric) -> tuple[MeasureInput, ...]:
    """The measures that say which rows a metric counts; of a conversion the base's."""
    definition = metric.definition
    if isinstance(definition, Simple):
        return (definition.measure,)
    if isinstance(definition, Cumulative):
        return (definition.measure,) if definition.measure else ()
    return (definition.base,) if isinstance(definition, Conversion) else ()


def measures_of(metric: Metric) -> tuple[MeasureInput, ...]:
    """Every measure that a metric names."""
    definition = metric.definition
    return (definition.base, definition.target) if isinstance(definition, Conversion) else _measures(metric)


def _inputs(metric: Metric) -> tuple[MetricInput, ...]:
    definition = metric.definition
    if isinstance(definition, Ratio):
        return (definition.numerator, definition.denominator)
    if isinstance(definition, Derived):
        return definition.inputs
    return (definition.metric,) if isinstance(definition, Cumulative) and definition.metric else ()
