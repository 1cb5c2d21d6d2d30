"""What a dbt project says about its semantic layer, as values, each with the place it is written at."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from ...spans import Key, Origin, Span


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: a path below an origin."""

    origin: Origin = field(compare=False)
    path: tuple[Key, ...] = ()

    def at(self, *keys: Key) -> Place:
        return Place(self.origin, (*self.path, *keys))

    def span(self) -> Span:
        return self.origin.value(*self.path)

    def key(self) -> Span:
        return self.origin.key(*self.path)

    def inside(self, start: int, end: int) -> Span:
        """The characters `start` to `end` of the text that stands here."""
        return self.origin.inside(self.path, start, end)


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition as a template."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time; `unit` may be a granularity of a calendar."""

    count: int
    unit: str
    place: Place


@dataclass(frozen=True, slots=True)
class Entity:
    """An identity of rows; its values are unique unless it is foreign (natural: at any one time)."""

    name: str
    kind: Literal["primary", "unique", "foreign", "natural"]
    expr: str
    place: Place


@dataclass(frozen=True, slots=True)
class Dimension:
    """`grain` is what times are cut to, `None` for what is no time; `bound` is the end of a validity it marks."""

    name: str
    expr: str
    grain: str | None
    partition: bool
    bound: Literal["from", "to"] | None
    title: str | None
    description: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class NonAdditive:
    dimension: str
    take: Literal["first", "last"]
    per: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregate over a model's rows; `time` says in which period a row counts, instead of the model's own."""

    name: str
    agg: str
    expr: str
    place: Place
    time: str | None = None
    percentile: Decimal | None = None
    discrete: bool = False
    approximate: bool = False
    non_additive: NonAdditive | None = None
    is_metric: bool = False
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """Rows of a table with identities, dimensions and measures; `primary_entity` is an identity without a column."""

    name: str
    table: str
    place: Place
    time: str | None = None
    primary_entity: str | None = None
    entities: tuple[Entity, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
    title: str | None = None
    description: str | None = None

    def dimension(self, name: str) -> Dimension | None:
        return next((it for it in self.dimensions if it.name == name), None)

    def entity(self, name: str) -> Entity | None:
        return next((it for it in self.entities if it.name == name), None)

    @property
    def own_links(self) -> tuple[str, ...]:
        """The entities before `__` that name this model's own dimensions."""
        declared = tuple(it.name for it in self.entities if it.kind != "foreign")
        return declared if self.primary_entity is None else (self.primary_entity, *declared)

    @property
    def is_history(self) -> bool:
        """Whether a row is true for some time only."""
        return any(dimension.bound for dimension in self.dimensions)


@dataclass(frozen=True, slots=True)
class MeasureInput:
    name: str
    place: Place
    filters: tuple[Filter, ...] = ()
    spine: bool = False
    fill: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MetricInput:
    """An input of a ratio or derived metric."""

    name: str
    place: Place
    filters: tuple[Filter, ...] = ()
    alias: str | None = None
    offset: Window | None = None
    to_start_of: str | None = None

    @property
    def is_plain(self) -> bool:
        return not self.filters and self.offset is None and self.to_start_of is None


@dataclass(frozen=True, slots=True)
class Simple:
    measure: MeasureInput


@dataclass(frozen=True, slots=True)
class Ratio:
    numerator: MetricInput
    denominator: MetricInput


@dataclass(frozen=True, slots=True)
class Derived:
    expr: str
    inputs: tuple[MetricInput, ...]


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Of a measure or (newer manifests) of a metric; `coarser` is the value of a period longer than a day."""

    measure: MeasureInput | None
    metric: MetricInput | None
    window: Window | None
    to_date: str | None
    coarser: Literal["first", "last", "average"]


@dataclass(frozen=True, slots=True)
class Conversion:
    base: MeasureInput
    target: MeasureInput
    entity: str
    window: Window | None
    result: Literal["rate", "number"]
    constants: tuple[tuple[str, str, Place], ...]


Definition = Simple | Ratio | Derived | Cumulative | Conversion


@dataclass(frozen=True, slots=True)
class Metric:
    """`grain` is the period that `metric_time` means without another word."""

    name: str
    definition: Definition
    place: Place
    filters: tuple[Filter, ...] = ()
    grain: str | None = None
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class TimeSpine:
    """A table with one row a unit of `grain`; `customs` are calendar periods: name and column."""

    table: str
    column: str
    grain: str
    customs: tuple[tuple[str, str], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class SavedQuery:
    name: str
    place: Place
    metrics: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    models: tuple[SemanticModel, ...]
    metrics: tuple[Metric, ...]
    spines: tuple[TimeSpine, ...]
    saved_queries: tuple[SavedQuery, ...]

    def model(self, name: str) -> SemanticModel | None:
        return next((it for it in self.models if it.name == name), None)

    def metric(self, name: str) -> Metric | None:
        return next((it for it in self.metrics if it.name == name), None)

    def measure(self, name: str) -> tuple[SemanticModel, Measure] | None:
        """A measure with its model; names of measures are unique in a project."""
        return next(((model, it) for model in self.models for it in model.measures if it.name == name), None)
