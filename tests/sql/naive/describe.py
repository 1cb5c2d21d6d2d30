"""How a metric is written: a small description of its own, from which the YAML is made and the value worked out.

It knows nothing of the compiler; what a part means is told in `rows`, `events` and `evaluate`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.sql.naive.moments import Period

Literal = str | int | bool

# --- conditions


@dataclass(frozen=True)
class Compare:
    """A field against a literal, or against another field."""

    path: str
    sign: str
    right: Literal
    field: bool = False

    def sql(self) -> str:
        return f"{self.path} {self.sign} {self.right if self.field else literal(self.right)}"


@dataclass(frozen=True)
class IsNull:
    path: str
    negated: bool = False

    def sql(self) -> str:
        return f"{self.path} IS {'NOT ' if self.negated else ''}NULL"


@dataclass(frozen=True)
class OneOf:
    path: str
    values: tuple[Literal, ...]

    def sql(self) -> str:
        return f"{self.path} IN ({', '.join(map(literal, self.values))})"


@dataclass(frozen=True)
class Flag:
    path: str

    def sql(self) -> str:
        return self.path


@dataclass(frozen=True)
class Both:
    left: Condition
    right: Condition
    word: str = "AND"

    def sql(self) -> str:
        return f"({self.left.sql()}) {self.word} ({self.right.sql()})"


@dataclass(frozen=True)
class Not:
    inner: Condition

    def sql(self) -> str:
        return f"NOT ({self.inner.sql()})"


@dataclass(frozen=True)
class OfEntity:
    """The value of a metric for the entity of the row."""

    metric: str
    entity: str
    sign: str
    right: float

    def sql(self) -> str:
        return f"metric({self.metric}, {self.entity}) {self.sign} {self.right}"


Condition = Compare | IsNull | OneOf | Flag | Both | Not | OfEntity


def literal(value: Literal) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


# --- formulas


@dataclass(frozen=True)
class Number:
    value: float

    def sql(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Field:
    """A field inside an aggregate, from the aggregate's dataset on: `orders.customers.plan`."""

    path: str

    def sql(self) -> str:
        return self.path


@dataclass(frozen=True)
class Ref:
    """A metric or an input by its name."""

    name: str

    def sql(self) -> str:
        return self.name


@dataclass(frozen=True)
class Aggregate:
    """`function` is count, distinct, sum, avg, min, max, median or a share of 1 for a percentile."""

    function: str | float
    inner: Formula
    where: Condition | None = None

    @property
    def dataset(self) -> str:
        return next(fields(self.inner)).path.split(".")[0]

    def sql(self) -> str:
        inner = self.inner.sql()
        if isinstance(self.function, float):
            written = f"PERCENTILE_CONT({self.function}) WITHIN GROUP (ORDER BY {inner})"
        elif self.function == "distinct":
            written = f"COUNT(DISTINCT {inner})"
        else:
            written = f"{self.function.upper()}({inner})"
        return written + (f" FILTER (WHERE {self.where.sql()})" if self.where else "")


@dataclass(frozen=True)
class Sum:
    """Two formulas and one of `+ - * /` between them."""

    sign: str
    left: Formula
    right: Formula

    def sql(self) -> str:
        return f"({self.left.sql()} {self.sign} {self.right.sql()})"


@dataclass(frozen=True)
class Coalesce:
    inner: Formula
    value: float

    def sql(self) -> str:
        return f"COALESCE({self.inner.sql()}, {self.value})"


Formula = Number | Field | Ref | Aggregate | Sum | Coalesce


def parts(formula: Formula) -> Iterator[Formula]:
    yield formula
    if isinstance(formula, Sum):
        yield from parts(formula.left)
        yield from parts(formula.right)
    elif isinstance(formula, Aggregate | Coalesce):
        yield from parts(formula.inner)


def fields(formula: Formula) -> Iterator[Field]:
    return (part for part in parts(formula) if isinstance(part, Field))


def aggregates(formula: Formula) -> list[Aggregate]:
    return [part for part in parts(formula) if isinstance(part, Aggregate)]


# --- metrics


@dataclass(frozen=True)
class Input:
    of: str | Formula
    where: Condition | None = None
    offset: Period | None = None
    to_start_of: str | None = None
    fill: float | None = None

    def written(self) -> Any:
        said = _said(where=self.where, offset=self.offset, to_start_of=self.to_start_of, fill=self.fill)
        if not said:
            return self.of if isinstance(self.of, str) else self.of.sql()
        return ({"metric": self.of} if isinstance(self.of, str) else {"expression": self.of.sql()}) | said


@dataclass(frozen=True)
class Event:
    dataset: str
    time: str | None = None
    where: Condition | None = None
    pick: str | None = None

    def written(self) -> Any:
        event = f"{self.dataset}.{self.time}" if self.time else self.dataset
        said = _said(where=self.where, pick=self.pick)
        return {"event": event} | said if said else event


@dataclass(frozen=True)
class Step:
    name: str | None
    event: Event
    within: Period | None = None

    def written(self) -> Any:
        event = self.event.written()
        said = _said(name=self.name, within=self.within)
        if not said:
            return event
        return said | (event if isinstance(event, dict) else {"event": event})


@dataclass(frozen=True)
class OverTime:
    take: str
    per: str | None = None

    def written(self) -> Any:
        return _said(take=self.take, per=self.per)


@dataclass(frozen=True, kw_only=True)
class Metric:
    name: str
    where: Condition | None = None
    fill: float | None = None
    spine: bool = False

    type = ""

    def written(self) -> dict[str, Any]:
        return {"name": self.name} | _said(type=self.type, **self._own()) | self._common()

    def _own(self) -> dict[str, Any]:
        raise NotImplementedError

    def _common(self) -> dict[str, Any]:
        return _said(where=self.where, fill=self.fill, spine=self.spine or None)


@dataclass(frozen=True, kw_only=True)
class Expression(Metric):
    formula: Formula
    time: str | None = None
    over_time: OverTime | None = None

    def _own(self) -> dict[str, Any]:
        return {"expression": self.formula.sql(), "time": self.time, "over_time": self.over_time}


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    numerator: Input
    denominator: Input

    type = "ratio"

    def _own(self) -> dict[str, Any]:
        return {"numerator": self.numerator, "denominator": self.denominator}


@dataclass(frozen=True, kw_only=True)
class Derived(Metric):
    formula: Formula
    inputs: tuple[tuple[str, Input], ...] = ()

    type = "derived"

    def _own(self) -> dict[str, Any]:
        return {"expression": self.formula.sql(), "inputs": dict(self.inputs) or None}


@dataclass(frozen=True, kw_only=True)
class Cumulative(Metric):
    input: Input
    window: Period | None = None
    include_current: bool | None = None
    to_date: str | None = None
    coarser: str | None = None

    type = "cumulative"

    def _own(self) -> dict[str, Any]:
        said = {"window": self.window, "include_current": self.include_current, "to_date": self.to_date}
        return {"input": self.input} | said | {"coarser": self.coarser}


@dataclass(frozen=True, kw_only=True)
class Windowed(Metric):
    """What the types have in common whose value is known only once a window has closed."""

    entity: str | None = "customer"
    counted_at: str | None = None
    immature: str | None = None

    def _waiting(self) -> dict[str, Any]:
        return {"counted_at": self.counted_at, "immature": self.immature}


@dataclass(frozen=True, kw_only=True)
class Conversion(Windowed):
    base: Event
    target: Event
    count: str
    within: Period | None = None
    same: tuple[str, ...] = ()
    result: str | None = None

    type = "conversion"

    def _own(self) -> dict[str, Any]:
        events = {"entity": self.entity, "base": self.base, "target": self.target}
        how = {"within": self.within, "count": self.count, "same": list(self.same) or None, "result": self.result}
        return events | how | self._waiting()


@dataclass(frozen=True, kw_only=True)
class Retention(Windowed):
    """`window` is at, within or after."""

    cohort: Event
    back: Event
    window: str
    length: Period

    type = "retention"

    def _own(self) -> dict[str, Any]:
        events = {"entity": self.entity, "cohort": self.cohort, "return": self.back}
        return events | {self.window: self.length} | self._waiting()


@dataclass(frozen=True, kw_only=True)
class Cohort(Windowed):
    cohort: Event
    value: Input
    within: Period | None = None
    aggregate: str = "mean"
    missing: str | None = None

    type = "cohort"

    def _own(self) -> dict[str, Any]:
        events = {"entity": self.entity, "cohort": self.cohort, "value": self.value, "within": self.within}
        return events | {"aggregate": self.aggregate, "missing": self.missing} | self._waiting()


@dataclass(frozen=True, kw_only=True)
class Duration(Windowed):
    """Between two events of an entity, or without one between two times of a row."""

    start: Event
    finish: Event
    within: Period | None = None
    aggregate: str = "median"
    unfinished: str | None = None
    unit: str = "hours"

    type = "duration"

    def _own(self) -> dict[str, Any]:
        events = {"entity": self.entity, "from": self.start, "to": self.finish, "within": self.within}
        how = {"aggregate": self.aggregate, "unfinished": self.unfinished, "unit": self.unit}
        return events | how | {"counted_at": self.counted_at}


@dataclass(frozen=True, kw_only=True)
class Score(Metric):
    rating: str
    method: str = "nps"
    scale: tuple[int, int] | None = None
    top: int | None = None

    type = "score"

    def _own(self) -> dict[str, Any]:
        scale = list(self.scale) if self.scale else None
        return {"method": self.method, "rating": self.rating, "scale": scale, "top": self.top}


@dataclass(frozen=True, kw_only=True)
class Funnel(Windowed):
    steps: tuple[Step, ...]
    count: str | None = None

    type = "funnel"

    def _own(self) -> dict[str, Any]:
        steps = [step.written() for step in self.steps]
        return {"entity": self.entity, "steps": steps, "count": self.count} | self._waiting()


# --- queries


@dataclass(frozen=True)
class Query:
    as_of: str
    grain: str | None = None
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    start: str | None = None
    end: str | None = None

    def written(self) -> dict[str, Any]:
        where = [condition.sql() for condition in self.where] or None
        by = list(self.by) or None
        return _said(as_of=self.as_of, grain=self.grain, by=by, where=where, start=self.start, end=self.end)


@dataclass(frozen=True)
class Case:
    """A metric among those that it and the question are made of, tables of rows, and what is asked."""

    name: str
    metrics: tuple[Metric, ...]
    tables: dict[str, list[dict[str, Any]]] = field(hash=False)
    query: Query = field(hash=False)
    week_start: int = 0  # Monday

    @property
    def config(self) -> str:
        return f"version: 1\nweek_start: {'monday' if self.week_start == 0 else 'sunday'}\n"

    @property
    def asked(self) -> Metric:
        return next(metric for metric in self.metrics if metric.name == self.name)


def yaml_of(metrics: Iterable[Metric]) -> str:
    """JSON in flow style: every quoting of it is YAML's, too."""
    return "\n".join(["metrics:", *(f"  - {json.dumps(metric.written())}" for metric in metrics)]) + "\n"


def _said(**keys: Any) -> dict[str, Any]:
    return {key: _plain(value) for key, value in keys.items() if value is not None and value != ""}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if hasattr(value, "written"):
        return value.written()
    if isinstance(value, Period):
        return str(value)
    return value.sql() if hasattr(value, "sql") else value
