"""Random metrics, tables and questions about them, small enough to be worked out and mean enough to tell.

Times crowd at the ends of months and repeat, everything may be null, and rows lie before, at and after now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from tests.sql.naive.describe import (
    Aggregate,
    Both,
    Case,
    Coalesce,
    Cohort,
    Compare,
    Condition,
    Conversion,
    Cumulative,
    Derived,
    Duration,
    Event,
    Expression,
    Field,
    Flag,
    Formula,
    Funnel,
    Input,
    IsNull,
    Metric,
    Not,
    Number,
    OfEntity,
    OneOf,
    OverTime,
    Query,
    Ratio,
    Ref,
    Retention,
    Score,
    Step,
    Sum,
    aggregates,
    parts,
    yaml_of,
)
from tests.sql.naive.moments import Period
from tests.sql.naive.rows import datasets, path_to

T = TypeVar("T")
Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

# --- what there is to say about each dataset

MEASURES: dict[str, list[tuple[str | float, str]]] = {
    "orders": [
        ("count", "order_id"),
        ("count", "amount"),
        ("distinct", "customer_id"),
        ("distinct", "customers.region_id"),
        ("sum", "amount"),
        ("sum", "hours"),
        ("avg", "amount"),
        ("min", "amount"),
        ("max", "cost"),
        ("median", "amount"),
        (0.9, "amount"),
    ],
    "tickets": [
        ("count", "ticket_id"),
        ("distinct", "topic"),
        ("sum", "minutes"),
        ("avg", "minutes"),
        (0.25, "minutes"),
    ],
    "logins": [("count", "login_id"), ("distinct", "customer_id"), ("count", "feature")],
    "visits": [("count", "visit_id"), ("distinct", "visitor_id"), ("sum", "seconds"), ("median", "seconds")],
    "customers": [("count", "customer_id"), ("distinct", "plan")],
    "items": [("sum", "quantity"), ("count", "line"), ("max", "quantity"), ("distinct", "orders.channel")],
    "spend": [("sum", "amount"), ("count", "spend_id"), ("avg", "amount")],
}
CONDITIONS: dict[str, list[Condition]] = {
    "orders": [
        Compare("status", "=", "k"),
        Compare("status", "<>", "k"),
        Compare("amount", ">", 1),
        Compare("channel", "=", "web"),
        IsNull("channel"),
        Flag("gift"),
        Not(Flag("gift")),
        OneOf("status", ("k", "l")),
        Compare("customers.plan", "=", "pro"),
        Compare("paid_at", ">=", "ordered_at", field=True),
        Compare("country", "=", "fr"),
        Compare("customers.regions.country", "<>", "fr"),
    ],
    "tickets": [
        Compare("topic", "=", "x"),
        Compare("topic", "<>", "x"),
        IsNull("kind", negated=True),
        Compare("minutes", ">=", 2),
        OneOf("kind", ("k", "l")),
    ],
    "logins": [Compare("feature", "=", "x"), IsNull("feature")],
    "visits": [Compare("channel", "=", "web"), IsNull("channel"), Compare("seconds", ">", 1)],
    "customers": [Compare("plan", "=", "pro"), IsNull("plan"), Compare("country", "=", "fr")],
    "items": [Compare("quantity", ">", 1), Compare("orders.status", "=", "k"), IsNull("orders.customers.plan")],
    "spend": [Compare("channel", "=", "web"), Compare("amount", ">", 1)],
    "surveys": [Compare("kind", "=", "k")],
}
DIMENSIONS: dict[str, list[str]] = {
    "orders": [
        "status",
        "channel",
        "gift",
        "customers.plan",
        "country",
        "paid_at:month",
        "customers.signed_up_at:week",
    ],
    "tickets": ["topic", "kind", "closed_on:week", "resolved_at:day_of_week"],
    "logins": ["feature", "day:day_of_week", "day:month"],
    "visits": ["channel", "page", "visited_at:hour_of_day"],
    "customers": ["plan", "country"],
    "items": ["orders.status", "line", "orders.paid_at:day"],
    "spend": ["channel", "spent_on:quarter"],
    "surveys": ["kind"],
}
OF_CUSTOMER = ("orders", "tickets", "logins", "customers", "items")
OF_VISITOR = ("visits", "customers", "orders")
OWN_PERIODS = ("period:week", "period:month", "period:day_of_week", "period:month_of_year", "period:week_of_year")

# --- times

_WIDE = """
2025-12-31T10:00 2026-01-01T00:00 2026-01-15T10:00 2026-01-29T10:00 2026-01-30T10:00 2026-01-31T00:00 2026-01-31T10:00
2026-01-31T23:59:59 2026-02-01T00:00 2026-02-01T10:00 2026-02-02T10:00 2026-02-14T10:00 2026-02-27T10:00
2026-02-28T10:00 2026-02-28T12:00 2026-03-01T00:00 2026-03-01T10:00 2026-03-02T10:00 2026-03-15T10:00 2026-03-28T10:00
2026-03-30T10:00 2026-03-31T10:00 2026-04-01T00:00 2026-04-10T10:00
"""
_WIDE_NOW = """
2026-03-31T10:00 2026-03-01T00:00 2026-03-01T10:00 2026-03-02T12:00 2026-03-31T00:00 2026-04-05T00:00 2026-02-28T12:00
2026-07-01T00:00 2026-04-15T00:00 2026-05-31T12:00 2026-04-10T10:00 2026-04-12T00:00 2026-06-30T00:00
"""
_NARROW_NOW = "2026-02-01T12:30 2026-02-01T00:00 2026-02-02T04:00 2026-02-03T00:00"


@dataclass(frozen=True)
class Years:
    """A stretch of time that rows, questions and windows are about."""

    moments: tuple[datetime, ...]
    now: tuple[str, ...]
    grains: tuple[str | None, ...]
    windows: tuple[Period, ...]
    offsets: tuple[Period, ...]
    bounds: tuple[str, ...]
    to_date: tuple[str, ...]


WIDE = Years(
    tuple(map(datetime.fromisoformat, _WIDE.split())),
    tuple(_WIDE_NOW.split()),
    (None, "month", "week", "day", "quarter", "year"),
    (Period(2, "day"), Period(1, "day"), Period(28, "day"), Period(1, "month"), Period(1, "week"), Period(12, "hour")),
    (
        Period(1, "month"),
        Period(1, "day"),
        Period(1, "week"),
        Period(1, "quarter"),
        Period(30, "day"),
        Period(2, "month"),
    ),
    ("2026-01-31", "2026-02-01", "2026-02-10", "2026-03-01", "2026-03-31"),
    ("month", "all", "week", "quarter", "year", "day"),
)
NARROW = Years(
    tuple(datetime(2026, 1, 31, 20) + step * timedelta(minutes=90) for step in range(24)),
    tuple(_NARROW_NOW.split()),
    ("hour", None, "day", "hour"),
    (Period(2, "hour"), Period(3, "hour"), Period(1, "day"), Period(36, "hour")),
    (Period(1, "hour"), Period(1, "day"), Period(3, "hour")),
    ("2026-02-01", "2026-02-02"),
    ("day", "month", "all"),
)


# --- rows


def _cells(years: Years) -> dict[str, dict[str, Sequence[Any]]]:
    """What a field of a row may say; what is said twice is likelier."""
    moments, known = [*years.moments, None], [*years.moments, *years.moments, None]
    days = [moment and moment.date() for moment in known]
    customers, channels = ["a", "a", "a", "b", "b", "c", "lost", None], ["web", "tv", None]
    small, money = [1, 2, 3, 10, 0, None], [1, 2.5, 10, 0, -4, None]
    return {
        "orders": {
            "customer_id": customers,
            "ordered_at": known,
            "paid_at": moments,
            "amount": money,
            "cost": money,
            "hours": small,
            "status": ["k", "k", "l", None],
            "channel": channels,
            "gift": [True, True, False, None],
        },
        "tickets": {
            "customer_id": customers,
            "opened_at": known,
            "resolved_at": moments,
            "closed_on": days,
            "minutes": small,
            "topic": ["x", "x", "y", None],
            "kind": ["k", "l", None],
        },
        "logins": {"customer_id": customers, "day": days, "feature": ["x", "x", "y", None]},
        "visits": {
            "visitor_id": ["x", "x", "y", "z", None],
            "visited_at": known,
            "channel": channels,
            "page": ["home", None],
            "seconds": small,
        },
        "spend": {"spent_on": days, "channel": channels, "amount": money},
        "surveys": {"answered_at": known, "kind": ["k", "k", None], "rating": [*range(-1, 12), 9, 10, 5, 1, None]},
        "items": {"order_id": ["o0", "o1", "o2", "o3", None], "quantity": small},
        "customers": {
            "signed_up_at": known,
            "plan": ["pro", "free", None],
            "region_id": ["r1", "r1", "r2", "r3", None],
        },
        "regions": {},
    }


_KEYS = {name: name[0] for name in ("orders", "tickets", "logins", "visits", "spend")} | {"surveys": "u"}
_NEEDS = {"items": ("orders",), "orders": ("customers",), "customers": ("regions",)}
_VISITORS = {"a": "x", "b": "y", "c": None, "d": "z"}
_REGIONS = [{"region_id": "r1", "country": "fr"}, {"region_id": "r2", "country": "de"}]


def tables(random: Random, years: Years, names: Sequence[str]) -> Tables:
    """Rows of the datasets, sometimes of a few days only, so that windows meet something."""
    some = sorted(random.sample(range(len(years.moments)), 7))
    narrowed = replace(years, moments=tuple(years.moments[number] for number in some))
    cells = _cells(random.choice([years, narrowed, narrowed]))
    found: Tables = {}
    for name in names:
        size = random.choice([9, 9, 9, 8, 8, 7, 6, 5, 3, 1, 0] if name != "customers" else [4, 4, 4, 3, 2])
        drawn = [{key: random.choice(values) for key, values in cells[name].items()} for _ in range(size)]
        found[name] = _REGIONS if name == "regions" else _keyed(name, drawn)
    return found


def _keyed(name: str, rows: Rows) -> Rows:
    if name == "customers":
        return [
            {"customer_id": key, "visitor_id": _VISITORS[key]} | row for key, row in zip("abcd", rows, strict=False)
        ]
    if name == "items":
        return [{"line": number} | row for number, row in enumerate(rows) if row["order_id"]]
    key = datasets()[name].key[0]
    return [{key: f"{_KEYS[name]}{number}"} | row for number, row in enumerate(rows)]


def needed(text: str) -> list[str]:
    found = {name for name in datasets() if re.search(rf"\b{name}\b", text)}
    if "country" in text or "visitor" in text:
        found.add("customers")
    for name in ("items", "orders", "customers"):
        found |= set(_NEEDS[name]) if name in found else set()
    return sorted(found)


# --- metrics


@dataclass
class Drawing:
    """Metrics that are being drawn: each is added once it is whole, so parts come before what they are parts of."""

    random: Random
    years: Years
    metrics: list[Metric] = field(default_factory=list)
    homes: dict[str, set[str]] = field(default_factory=dict)
    traits: dict[str, set[str]] = field(default_factory=dict)

    def one(self, values: Sequence[T]) -> T:
        return self.random.choice(values)

    def chance(self, of: int) -> bool:
        return self.one([False] * (of - 1) + [True])

    def maybe(self, values: Sequence[T], of: int = 2) -> T | None:
        return self.one(values) if self.chance(of) else None

    def add(self, metric: Metric, homes: set[str], traits: set[str]) -> str:
        """Under the next name: conditions may have added metrics since this one was begun."""
        metric = replace(metric, name=self.name)
        self.metrics.append(metric)
        self.homes[metric.name], self.traits[metric.name] = homes, traits
        return metric.name

    @property
    def name(self) -> str:
        return f"m{len(self.metrics)}"

    # conditions

    def condition(self, dataset: str, depth: int = 1) -> Condition:
        kind = self.one(["plain"] * 6 + ["both", "not"] + (["entity"] if depth and dataset in OF_CUSTOMER else []))
        if kind == "both":
            left, right = self.one(CONDITIONS[dataset]), self.one(CONDITIONS[dataset])
            return Both(left, right, self.one(["AND", "OR"]))
        if kind == "not":
            return Not(self.one(CONDITIONS[dataset]))
        if kind == "entity":
            return self.of_entity(depth - 1)
        return self.one(CONDITIONS[dataset])

    def filter(self, homes: set[str], of: int = 3, depth: int = 0) -> Condition | None:
        """A condition that every one of the datasets understands."""
        if not self.chance(of):
            return None
        if len(homes) == 1:
            return self.condition(next(iter(homes)), depth)
        common = [one for one in _SHARED if all(path_to(home, one.path) for home in homes)]
        return self.one(common) if common else None

    def of_entity(self, depth: int) -> OfEntity:
        """What is no count is held against numbers that it does not hit: 0.9 * 5 - 4.5 need not be 0."""
        metric = self.of_customer(depth)
        exact = self.traits[metric] == {"counts"} and not any(isinstance(part, Sum) for part in self.said(metric))
        signs, bounds = ([">", ">=", "="], [1, 2, 0]) if exact else ([">", "<"], [0.37, 1.37, -0.63])
        return OfEntity(metric, "customer", self.one(signs), self.one(bounds))

    def said(self, name: str) -> list[Formula]:
        metric = next(metric for metric in self.metrics if metric.name == name)
        return [*parts(metric.formula)] if isinstance(metric, Expression) else []

    def of_customer(self, depth: int) -> str:
        """A metric that customers have a value of."""
        kind = self.one(["expression", "expression", "ratio", "conversion", "cohort", "retention"])
        makers = {"conversion": self.conversion, "cohort": self.cohort, "retention": self.retention}
        if kind in makers:
            return makers[kind](depth)
        if kind == "ratio":
            inputs = [Input(self.formula("orders", plain=True)), Input(self.formula("tickets", plain=True))]
            return self.add(
                Ratio(name=self.name, numerator=inputs[0], denominator=inputs[1]), {"orders", "tickets"}, set()
            )
        return self.expression(depth, ("orders", "tickets", "logins"))

    # formulas

    def aggregate(self, dataset: str, filtered: bool = True) -> Aggregate:
        function, name = self.one(MEASURES[dataset])
        inner: Formula = Field(f"{dataset}.{name}")
        if dataset == "orders" and function == "sum" and self.chance(4):
            inner = Sum(
                self.one(["-", "/", "*"]), Field("orders.amount"), Field(self.one(["orders.cost", "orders.hours"]))
            )
        where = self.one(CONDITIONS[dataset]) if filtered and self.chance(6) else None
        return Aggregate(function, inner, where)

    def formula(self, dataset: str, plain: bool = False) -> Formula:
        first = self.aggregate(dataset)
        if plain or not self.chance(4):
            return first
        second = self.aggregate(dataset)
        if self.chance(3):
            return Sum("+", Coalesce(first, 1), second)
        return Sum(self.one(["+", "-", "*", "/"]), first, self.one([second, second, Number(2)]))

    def expression(self, depth: int, among: Sequence[str] = tuple(MEASURES), over_time: bool = False) -> str:
        dataset = self.one(among)
        formula = self.formula(dataset, plain=over_time)
        homes = {dataset}
        if not over_time and self.chance(8):
            other = self.one(among)
            formula, homes = Sum(self.one(["+", "-", "/"]), formula, self.aggregate(other)), {dataset, other}
        where = self.condition(dataset, depth) if len(homes) == 1 and self.chance(3) else None
        time = "orders.paid_at" if homes == {"orders"} and self.chance(6) else None
        taken = self._over_time(formula, dataset) if over_time else None
        counts = any(one.function in ("count", "distinct") for one in aggregates(formula))
        fill = self.maybe([0, 7], 6) if not counts and not over_time else None
        metric = Expression(name=self.name, formula=formula, where=where, time=time, over_time=taken, fill=fill)
        return self.add(metric, homes, {"over_time"} if over_time else {"counts"} if counts else set())

    def _over_time(self, formula: Formula, dataset: str) -> OverTime:
        take = self.one(["last", "first", "last", "min", "max"])
        assert isinstance(formula, Aggregate)
        summable = take in ("last", "first") or formula.function in ("sum", "count")
        return OverTime(take, "customer" if dataset in OF_CUSTOMER and summable and self.chance(2) else None)

    # inputs

    def input(self, depth: int, offset: bool = False, start: bool = False) -> tuple[Input, set[str], set[str]]:
        if depth <= 0 or self.chance(3 if not offset else 6):
            dataset = self.one(list(MEASURES))
            formula = self.formula(dataset)
            of: str | Formula = formula
            counts = any(one.function in ("count", "distinct") for one in aggregates(formula))
            homes, traits = {dataset}, {"counts"} if counts else set[str]()
        else:
            # What is moved is likelier something that moves, or gathers, itself: there the rules are fine.
            nested = self.maybe(["offset", "cumulative"]) if offset else None
            of = self.make(nested, depth - 1) if nested else self.any(depth - 1)
            homes, traits = self.homes[of], set(self.traits[of])
        filled = self.maybe([0, 3], 5) if not traits else None
        moved = self.one(self.years.offsets) if offset else None
        to_start = self.one(["month", "week", "quarter", "day"]) if start else None
        traits |= {"offset"} if moved else set()
        traits |= {"to_start_of"} if to_start else set()
        return Input(of, self.filter(homes, 3, 1), moved, to_start, filled), homes, traits

    def any(self, depth: int) -> str:
        """Any metric; what stands alone is more likely the less room is left."""
        kinds = ["expression"] * 3 + ["conversion", "retention", "cohort", "duration", "score", "funnel", "over_time"]
        if depth > 0:
            kinds += ["ratio", "derived", "offset", "cumulative"] * 3
        return self.make(self.one(kinds), depth)

    def make(self, kind: str, depth: int) -> str:
        makers: dict[str, Callable[[], str]] = {
            "expression": lambda: self.expression(depth + 1),
            "over_time": lambda: self.expression(0, over_time=True),
            "ratio": lambda: self.ratio(depth),
            "derived": lambda: self.derived(depth),
            "offset": lambda: self.derived(depth, offset=True),
            "to_start_of": lambda: self.derived(depth, start=True),
            "cumulative": lambda: self.cumulative(depth),
            "conversion": lambda: self.conversion(1),
            "retention": lambda: self.retention(1),
            "cohort": lambda: self.cohort(1),
            "duration": lambda: self.duration(1),
            "score": self.score,
            "funnel": lambda: self.funnel(1),
            "filter": lambda: self.filtered(depth),
        }
        return makers[kind]()

    def filtered(self, depth: int) -> str:
        dataset = self.one(OF_CUSTOMER)
        where: Condition = self.of_entity(depth)
        if self.chance(3):
            where = Both(where, self.condition(dataset, 1), self.one(["AND", "OR"]))
        return self.add(Expression(name=self.name, formula=self.formula(dataset), where=where), {dataset}, set())

    def ratio(self, depth: int) -> str:
        above, homes, traits = self.input(depth)
        below, more, others = self.input(depth)
        both, where = homes | more, self.filter(homes | more, 4)
        metric = Ratio(name=self.name, numerator=above, denominator=below, where=where, fill=self.maybe([0, 2], 6))
        return self.add(metric, both, traits | others)

    def derived(self, depth: int, offset: bool = False, start: bool = False) -> str:
        first, homes, traits = self.input(depth)
        second, more, others = self.input(depth, offset, start)
        formula: Formula = Sum(self.one(["-", "+", "*", "/"]), Ref("here"), Ref("before"))
        if self.chance(4):
            formula = Sum("+", Coalesce(Ref("before"), 1), formula)
        inputs = (("here", first), ("before", second))
        metric = Derived(name=self.name, formula=formula, inputs=inputs, where=self.filter(homes | more, 5))
        return self.add(metric, homes | more, traits | others)

    def cumulative(self, depth: int) -> str:
        said, homes, traits = self.input(depth)
        if traits & {"cumulative", "over_time", "to_start_of"}:
            dataset = self.one(list(MEASURES))
            said, homes, traits = Input(self.formula(dataset)), {dataset}, set()
        said = replace(said, fill=None)
        window = self.maybe(self.years.windows[:5])
        current = self.one([True, False]) if window else None
        metric = Cumulative(
            name=self.name,
            input=said,
            where=self.filter(homes, 5),
            window=window,
            include_current=current,
            to_date=None if window else self.one(self.years.to_date),
            coarser=self.one([None, "first", "average", "last"]),
        )
        return self.add(metric, homes, traits | {"cumulative"})

    # events

    def event(self, among: Sequence[str], picks: bool = True) -> Event:
        dataset = self.one(among)
        time = "paid_at" if dataset == "orders" and self.chance(8) else None
        return Event(dataset, time, self.filter({dataset}, 7), "first" if picks and self.chance(5) else None)

    def window(self) -> Period:
        return self.one(self.years.windows)

    def waiting(self) -> dict[str, str | None]:
        counted_at, immature = self.maybe(["maturity", "start"], 4), self.maybe(["include", "exclude"], 4)
        return {"counted_at": counted_at, "immature": None if counted_at == "maturity" else immature}

    def conversion(self, depth: int) -> str:
        entity, among = self.one([("customer", OF_CUSTOMER)] * 3 + [("visitor", OF_VISITOR)])
        base, target = self.event(among), self.event(among)
        within = self.window() if not self.chance(5) else None
        metric = Conversion(
            name=self.name,
            entity=entity,
            base=base,
            target=target,
            within=within,
            count=self.one(["base", "targets", "entities"]),
            same=("topic",) if base.dataset == target.dataset == "tickets" and self.chance(3) else (),
            result=self.maybe(["number", "rate"], 3),
            where=self.filter({base.dataset}, 7, depth),
            **(self.waiting() if within else {}),
        )
        return self.add(metric, {base.dataset}, {"counts"} if metric.result == "number" else set())

    def retention(self, depth: int) -> str:
        first, back = self.event(OF_CUSTOMER, picks=False), self.event(OF_CUSTOMER)
        metric = Retention(
            name=self.name,
            cohort=first,
            back=back,
            window=self.one(["at", "within", "after"]),
            length=self.window(),
            where=self.filter({first.dataset}, 7, depth),
            **self.waiting(),
        )
        return self.add(metric, {first.dataset}, set())

    def cohort(self, depth: int) -> str:
        first = self.event(OF_CUSTOMER, picks=False)
        dataset = self.one(["orders", "tickets", "logins", "items"])
        of: str | Formula = self.formula(dataset) if self.chance(2) else self.expression(0, (dataset,))
        if isinstance(of, str) and len(self.homes[of]) > 1:
            of = self.formula(dataset)
        within = self.window() if self.chance(2) else None
        metric = Cohort(
            name=self.name,
            cohort=first,
            value=Input(of, self.filter({dataset}, 4)),
            within=within,
            aggregate=self.one(["mean", "median", "sum", "max", "p90"]),
            missing=self.maybe(["skip", "zero"]),
            where=self.filter({first.dataset}, 7, depth),
            **(self.waiting() if within else {}),
        )
        return self.add(metric, {first.dataset}, set())

    def duration(self, depth: int) -> str:
        of_row = self.chance(3)
        start, finish = self.event(OF_CUSTOMER), self.event(OF_CUSTOMER)
        if of_row:
            start, finish = Event("tickets", "opened_at"), Event("tickets", self.one(["resolved_at", "closed_on"]))
        metric = Duration(
            name=self.name,
            entity=None if of_row else "customer",
            start=start,
            finish=finish,
            within=self.maybe(self.years.windows),
            aggregate=self.one(["mean", "median", "max", "p90"]),
            unfinished=self.maybe(["until_now", "exclude"]),
            counted_at=self.maybe(["start", "finish"], 3),
            unit=self.one(["hours", "days", "minutes"]),
            where=self.filter({start.dataset}, 7, depth),
        )
        if metric.unfinished == "until_now" and metric.counted_at == "finish":
            metric = replace(metric, counted_at=None)
        return self.add(metric, {start.dataset}, set())

    def score(self) -> str:
        scale, top = self.one([(1, 5), (0, 10)]), self.one([1, 2])
        nps = self.chance(2)
        metric = Score(
            name=self.name,
            rating="surveys.rating",
            method="nps" if nps else "top_box",
            scale=None if nps else scale,
            top=None if nps else top,
            where=self.filter({"surveys"}),
        )
        return self.add(metric, {"surveys"}, set())

    def funnel(self, depth: int) -> str:
        entity, among = self.one([("customer", OF_CUSTOMER)] * 3 + [("visitor", OF_VISITOR)])
        steps = []
        for number in range(self.one([2, 3, 3])):
            name = f"s{number}" if number and self.chance(2) else None
            steps.append(
                Step(name, self.event(among, picks=False), self.window() if number and not self.chance(4) else None)
            )
        metric = Funnel(
            name=self.name,
            entity=entity,
            steps=tuple(steps),
            count=self.maybe(["base", "entities"]),
            where=self.filter({steps[0].event.dataset}, 7, depth),
            **(self.waiting() if all(step.within for step in steps[1:]) else {}),
        )
        return self.add(metric, {steps[0].event.dataset}, set())


_SHARED: list[Any] = [
    Compare("channel", "=", "web"),
    IsNull("channel"),
    Compare("country", "=", "fr"),
    IsNull("country", negated=True),
]
KINDS = """
expression over_time ratio derived offset to_start_of cumulative conversion retention cohort duration score funnel
filter """.split()


def case_of(seed: int, kinds: Sequence[str] = KINDS) -> Case:
    random = Random(seed)
    years = random.choice([WIDE, WIDE, WIDE, NARROW])
    drawing = Drawing(random, years)
    name = drawing.make(random.choice(kinds), random.choice([0, 1, 2, 2]))
    drawing.metrics[-1] = replace(drawing.metrics[-1], spine=drawing.chance(6))
    query = _query(drawing, drawing.homes[name], drawing.traits[name])
    text = yaml_of(drawing.metrics) + str(query.written())
    rows = tables(random, years, needed(text))
    return Case(name, tuple(drawing.metrics), rows, query, random.choice([0, 0, 0, 6]))


def smaller(case: Case) -> Iterator[Case]:
    """The same with something left out: what a failing case is cut down by."""
    for name in [name for name, rows in case.tables.items() if name != "regions"]:
        for number in range(len(case.tables[name])):
            rows = case.tables[name][:number] + case.tables[name][number + 1 :]
            yield replace(case, tables=case.tables | {name: rows})
    query = case.query
    for part in [*query.by]:
        yield replace(case, query=replace(query, by=tuple(one for one in query.by if one != part)))
    if query.where:
        yield replace(case, query=replace(query, where=()))
    for part in ("start", "end", "grain"):
        if getattr(query, part):
            yield replace(case, query=replace(query, **{part: None}))
    yield from _simpler(case)


def _simpler(case: Case) -> Iterator[Case]:
    for number, metric in enumerate(case.metrics):
        for part in ("where", "fill", "spine", "same", "immature", "counted_at", "over_time", "missing", "coarser"):
            if getattr(metric, part, None):
                plain = replace(metric, **{part: {"spine": False, "same": ()}.get(part)})
                yield replace(case, metrics=(*case.metrics[:number], plain, *case.metrics[number + 1 :]))


def _query(drawing: Drawing, homes: set[str], traits: set[str]) -> Query:
    years = drawing.years
    grains = [grain for grain in years.grains if grain or "to_start_of" not in traits]
    common = [text for text in DIMENSIONS[sorted(homes)[0]] if all(path_to(home, text.split(":")[0]) for home in homes)]
    by: list[str] = []
    for _ in range(drawing.one([0, 0, 1, 1, 2])):
        among = common if common and not drawing.chance(5) else list(OWN_PERIODS)
        by.append(drawing.one(among))
    start, end = drawing.maybe(years.bounds, 10), drawing.maybe(years.bounds, 10)
    if start and end and start >= end:
        end = None
    where = drawing.filter(homes, 6, 1)
    return Query(
        as_of=drawing.one(years.now),
        grain=drawing.one(grains),
        by=tuple(dict.fromkeys(by)),
        where=(where,) if where else (),
        start=start,
        end=end,
    )
