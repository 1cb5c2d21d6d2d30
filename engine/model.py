"""The organisation as values: what a spec file says once it is decoded, with names still as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from .spans import Origin, Source

Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
Role = Literal["north_star", "outcome", "driver", "guardrail", "kpi", "component"]
Effect = Literal["raises", "lowers"]
Level = Literal["weak", "medium", "strong"]
Confidence = Literal["low", "medium", "high"]
Direction = Literal["up", "down", "hold"]
Datatype = Literal["Date", "DateTime", "Integer", "Decimal", "Float", "String", "Boolean"]
Actor = Literal["customer", "staff", "system"]
QuestionName = Literal["came", "paying", "stay", "left"]
HealthName = Literal["conflicts", "economics", "acquisition", "loyalty"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or several languages; the first one stands in for a language that is missing."""

    values: tuple[tuple[str, str], ...]

    def said_in(self, language: str) -> str:
        return dict(self.values).get(language, self.values[0][1])

    def __str__(self) -> str:
        return self.values[0][1]


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: `30 days`. Days and longer are calendar steps, hours and minutes elapsed time."""

    count: int
    unit: Literal["minute", "hour", "day", "week", "month", "quarter", "year"]

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days, the end exclusive."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Change:
    """A wanted change: `+25 %` (relative), `+3 pp` (points) or a number in the metric's unit."""

    amount: Decimal
    kind: Literal["relative", "points", "absolute"]


@dataclass(frozen=True, slots=True)
class Report:
    grain: Grain
    compare_to: Literal["period", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Question:
    """What everybody wants to know about customers: a metric, perhaps split by a dimension or path."""

    metric: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Losses:
    """Metrics of money that is lost, and those of what winning and keeping a customer costs."""

    metrics: tuple[str, ...] = ()
    winning: str | None = None
    keeping: str | None = None

    def named(self) -> tuple[str, ...]:
        return tuple(it for it in (*self.metrics, self.winning, self.keeping) if it is not None)


@dataclass(frozen=True, slots=True)
class Stories:
    """That the story of one customer may be told, by keys of `entity`; who does nothing for `gone_after` has left."""

    entity: str
    gone_after: Period | None


@dataclass(frozen=True, slots=True)
class Organization:
    name: str
    origin: Origin
    title: Text | None = None
    currency: str | None = None
    report: Report | None = None
    questions: Mapping[QuestionName, Question] = field(default_factory=dict)
    health: Mapping[HealthName, str] = field(default_factory=dict)
    losses: Losses = Losses()
    stories: Stories | None = None


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    origin: Origin
    title: Text | None = None
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    origin: Origin
    title: Text | None = None
    lead: str | None = None
    answers_for: Text | None = None
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """A named coordinator between two departments."""

    between: tuple[str, str]
    manager: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that events happen to; `customer` makes it a customer's identity."""

    name: str
    origin: Origin
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Lever:
    """What departments do to move a metric."""

    name: str
    origin: Origin
    departments: tuple[str, ...]
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    link: str | None = None
    day: date | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Influence:
    """`source` (department, lever or metric) rises or is done, so the value of the metric `target` rises or falls."""

    source: str
    target: str
    effect: Effect
    origin: Origin
    strength: Level = "medium"
    lag: Period | None = None
    confidence: Confidence = "medium"
    because: Text | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a dataset; `expression` is SQL over its physical columns, by default the column of that name."""

    name: str
    origin: Origin
    expression: str | None = None
    datatype: Datatype | None = None
    unit: str | None = None
    title: Text | None = None
    description: Text | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class TableSource:
    table: str


@dataclass(frozen=True, slots=True)
class JsonColumn:
    """A column of text, cut out of JSON records: where a value stands, and the unit of a number since 1970 (UTC)."""

    name: str
    path: str
    epoch: Literal["seconds", "milliseconds", "microseconds"] | None = None


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file inside the project; `columns` are 1-based inclusive character positions of fixed-width text, or places in
    JSON records, which stand in the list `records` of a document or, without it, are the document."""

    file: str
    format: Literal["csv", "parquet", "fixed", "json"]
    skip_lines: int = 0
    columns: tuple[tuple[str, int, int], ...] = ()
    json_columns: tuple[JsonColumn, ...] = ()
    records: str | None = None

    @property
    def cut(self) -> tuple[str, ...]:
        """The columns that the spec cuts out of lines or records; empty where the file itself names them."""
        return tuple(name for name, _, _ in self.columns) or tuple(it.name for it in self.json_columns)


@dataclass(frozen=True, slots=True)
class QuerySource:
    """One SELECT over declared datasets."""

    query: str


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str
    origin: Origin
    source: TableSource | FileSource | QuerySource
    fields: Mapping[str, Field]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    time: str | None = None
    entities: Mapping[str, str] = field(default_factory=dict)
    actor: Actor | None = None
    title: Text | None = None
    description: Text | None = None
    valid: tuple[str, str] | None = None
    timezone: str | None = None
    freshness: Period | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Periods of the organisation's own: a dataset with one row a day, whose fields `grains` name the day's periods.

    With `spine` its rows are the units of that grain, and spines are read from it.
    """

    name: str
    origin: Origin
    dataset: str
    day: str
    grains: tuple[str, ...]
    spine: Grain | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """Many rows of `source` to one row of `target`; `step` is its name in a path."""

    source: str
    target: str
    step: str
    from_columns: tuple[str, ...]
    to_columns: tuple[str, ...]
    origin: Origin
    name: str | None = None
    max_orphans: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Dimension:
    """The same thing in several datasets: one path a dataset."""

    name: str
    origin: Origin
    fields: tuple[str, ...]
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Rows of a dataset at a time; `key` leads to where it is written within the metric."""

    dataset: str
    time: str | None = None
    where: str | None = None
    pick: Literal["each", "first"] = "each"


@dataclass(frozen=True, slots=True)
class Input:
    """A metric by name, or an SQL aggregate; exactly one of the two.

    With `offset` its rows happen that much later; with `to_start_of` it is the value of the first day of that unit.
    """

    metric: str | None = None
    expression: str | None = None
    where: str | None = None
    fill: Decimal | None = None
    offset: Period | None = None
    to_start_of: Grain | None = None


@dataclass(frozen=True, slots=True)
class OverTime:
    """Which instant of a period counts, for what must not be added up over time; `per` is an entity."""

    take: Literal["last", "first", "min", "max"]
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    expression: str
    over_time: OverTime | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    numerator: Input
    denominator: Input


@dataclass(frozen=True, slots=True)
class Derived:
    expression: str
    inputs: Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Gathered over a trailing `window` or since the start of `to_date`; exactly one of the two."""

    input: Input
    window: Period | None = None
    include_current: bool = True
    to_date: Grain | Literal["all"] | None = None
    coarser: Literal["last", "first", "average", "last_known", "first_known"] = "last"


@dataclass(frozen=True, slots=True)
class Conversion:
    entity: str
    base: Event
    target: Event
    within: Period | None
    count: Literal["base", "targets", "entities"]
    same: tuple[str, ...] = ()
    result: Literal["rate", "number"] = "rate"
    at_maturity: bool = False
    immature: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a funnel, by when it must follow the step before, and what it is called."""

    event: Event
    within: Period | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    entity: str
    steps: tuple[Step, ...]
    count: Literal["base", "entities"] = "entities"
    at_maturity: bool = False
    immature: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    entity: str
    cohort: Event
    returns: Event
    window: Literal["at", "within", "after"]
    length: Period
    at_maturity: bool = False
    immature: bool = False


@dataclass(frozen=True, slots=True)
class Cohort:
    """A value per entity, counted from its first event, then an aggregate of these values."""

    entity: str
    cohort: Event
    value: Input
    within: Period | None = None
    aggregate: Literal["mean", "median", "sum", "max", "p90"] = "mean"
    missing: Literal["zero", "skip"] = "zero"
    at_maturity: bool = False
    immature: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """Time between two events of an entity, or between two fields of one row (no entity)."""

    start: Event
    finish: Event
    entity: str | None = None
    within: Period | None = None
    aggregate: Literal["median", "mean", "max", "p90"] = "median"
    unfinished: Literal["exclude", "until_now"] = "exclude"
    counted_at: Literal["finish", "start"] = "finish"
    immature: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    method: Literal["nps", "top_box"]
    rating: str
    scale: tuple[int, int] = (0, 10)
    top: int = 2


Definition = Expression | Ratio | Derived | Cumulative | Conversion | Funnel | Retention | Cohort | Duration | Score


@dataclass(frozen=True, slots=True)
class Deprecated:
    """That a metric is to go after `until`, and which one takes its place."""

    until: date | None
    use: str | None = None
    because: Text | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """From when on a metric is computed in another way, and what that means for its readers."""

    day: date | None
    note: Text | None


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured outcome; without a definition it is a draft."""

    name: str
    origin: Origin
    definition: Definition | None = None
    title: Text | None = None
    description: Text | None = None
    role: Role | None = None
    owners: tuple[str, ...] | Literal["all"] = ()
    direction: Direction | None = None
    unit: str | None = None
    time: str | None = None
    where: str | None = None
    fill: Decimal | None = None
    spine: bool = False
    renamed_from: tuple[str, ...] = ()
    deprecated: Deprecated | None = None
    revisions: tuple[Revision, ...] = ()

    @property
    def kind(self) -> str:
        """The metric's type as the language names it; `draft` without a definition."""
        return "draft" if self.definition is None else type(self.definition).__name__.lower()


@dataclass(frozen=True, slots=True)
class Guardrail:
    metric: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A measured proof of an objective; with a title alone it measures nothing yet."""

    title: Text | None = None
    metric: str | None = None
    where: str | None = None
    baseline: Decimal | Stretch | None = None
    change: Change | None = None
    target: Decimal | None = None
    deadline: date | None = None
    measured: Literal["week", "month", "quarter", "whole"] = "month"
    guardrails: tuple[Guardrail, ...] = ()

    def reached(self, baseline: Decimal | None) -> Decimal | None:
        """The value to be reached: the target, or what the wanted change makes of `baseline`."""
        if self.target is not None or self.change is None:
            return self.target
        if baseline is None:
            return None
        amount = self.change.amount
        return baseline * (1 + amount) if self.change.kind == "relative" else baseline + amount


@dataclass(frozen=True, slots=True)
class Objective:
    name: str
    origin: Origin
    title: Text | None = None
    departments: tuple[str, ...] | Literal["all"] = ()
    period: Stretch | None = None
    supports: str | None = None
    key_results: tuple[KeyResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """A metric that is to rise or fall because of a change, in a segment where `where` names one."""

    metric: str
    effect: Effect
    where: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """Something that departments changed; `answers` are the blockers that it removes."""

    name: str
    origin: Origin
    departments: tuple[str, ...]
    day: date | None
    what: Text | None
    expects: tuple[Expectation, ...] = ()
    because: Text | None = None
    answers: tuple[str, ...] = ()
    plan: Text | None = None


@dataclass(frozen=True, slots=True)
class Blocker:
    """What holds `department` up; `asks` is the department that can remove it."""

    name: str
    origin: Origin
    department: str
    day: date | None
    text: Text | None
    asks: str | None = None
    metric: str | None = None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What customers were led to expect, and what they get."""

    name: str
    origin: Origin
    day: date | None
    promised: Text | None
    actual: Text | None
    promised_by: str | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A comparison of metrics that must not hold unnoticed, and the question that it raises."""

    name: str
    origin: Origin
    when: str
    title: Text | None = None
    ask: Text | None = None


@dataclass(frozen=True, slots=True)
class Pilot:
    """What one department tries during `period`, against the time before or against whoever is outside `where`."""

    name: str
    origin: Origin
    department: str
    period: Stretch | None
    compare_to: Literal["before", "rest"]
    metrics: tuple[str, ...]
    where: str | None = None
    title: Text | None = None


Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Test:
    """Rows in, values out: what metrics must give on `given` (rows by dataset)."""

    __test__ = False  # not a test case of pytest

    name: str
    origin: Origin
    given: Mapping[str, tuple[Mapping[str, Scalar], ...]]
    metrics: tuple[str, ...]
    expect: tuple[Mapping[str, Scalar], ...]
    title: Text | None = None
    grain: Grain | None = None
    by: tuple[str, ...] = ()
    where: str | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A warehouse: its address, in which `${NAME}` stands for variables of the environment, and what tables are called
    there. `origin` leads to the profile in `accord.yml`; one from the command line or the environment has none."""

    name: str
    url: str
    origin: Origin | None = None
    catalog: str | None = None
    schema: str | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    concurrency: int | None = None
    max_rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class SuppressedPaths:
    """Rules that are silent in some files, as `accord.yml` says."""

    paths: tuple[str, ...]
    codes: tuple[str, ...]
    reason: str
    until: date | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Severities of rules in some files, by code."""

    paths: tuple[str, ...]
    severity: Mapping[str, Literal["error", "warning", "hint"]]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of `accord.yml`."""

    origin: Origin
    language: str = "en"
    timezone: str = "UTC"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    as_of: datetime | None = None
    dialect: str = "duckdb"
    smallest_group: int = 5
    history: str | Profile = ".accord/history.sqlite"
    include: tuple[str, ...] = ("**/*.yml", "**/*.yaml")
    exclude: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    profile: str | None = None
    suppress: tuple[SuppressedPaths, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that the spec files of one folder say; collections are keyed by name, in reading order."""

    root: str
    config: Config
    sources: tuple[Source, ...] = ()
    organization: Organization | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    interfaces: tuple[Interface, ...] = ()
    entities: Mapping[str, Entity] = field(default_factory=dict)
    levers: Mapping[str, Lever] = field(default_factory=dict)
    influences: tuple[Influence, ...] = ()
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    objectives: Mapping[str, Objective] = field(default_factory=dict)
    changes: Mapping[str, ChangeMade] = field(default_factory=dict)
    blockers: Mapping[str, Blocker] = field(default_factory=dict)
    mismatches: Mapping[str, Mismatch] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    pilots: Mapping[str, Pilot] = field(default_factory=dict)
    tests: Mapping[str, Test] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def owners_of(self, metric: Metric) -> tuple[str, ...]:
        """The declared owners, `all` spelled out."""
        return tuple(self.departments) if metric.owners == "all" else metric.owners


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as a warehouse returns them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def moment_of(moment: date) -> datetime:
    """A day is its midnight."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


def plus(moment: datetime, period: Period) -> datetime:
    """`moment` shifted by `period`; month ends clamp.

    >>> plus(datetime(2026, 1, 31), Period(1, "month"))
    datetime.datetime(2026, 2, 28, 0, 0)
    """
    if period.unit in ("month", "quarter", "year"):
        months = period.count * {"month": 1, "quarter": 3, "year": 12}[period.unit]
        return shift_months(moment, months)
    return moment + timedelta(**{f"{period.unit}s": period.count})


def minus(moment: datetime, period: Period) -> datetime:
    """`moment` moved back by `period`; month ends clamp.

    >>> minus(datetime(2026, 3, 31), Period(1, "month"))
    datetime.datetime(2026, 2, 28, 0, 0)
    """
    return plus(moment, Period(-period.count, period.unit))


def shift_months(moment: datetime, months: int) -> datetime:
    """`moment` some calendar months later; the day is clamped to the month's length."""
    total = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(total, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, (following - timedelta(days=1)).day))
