"""What is compiled and run on every engine: the metrics of three projects, asked for in several ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine.load.project import load
from engine.model import Project
from engine.sql.compile import Compiler
from engine.sql.frame import Condition, Frame

PROJECTS: dict[str, Path] = {
    "demo": Path(__file__).parents[2] / "specs" / "demo",
    "cdnow": Path(__file__).parents[2] / "specs" / "cdnow",
    "names": Path(__file__).parent / "names",
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to ask for metrics (none named: every metric that is not a draft), each by itself or all in one."""

    project: str
    name: str
    frame: dict[str, Any]
    names: tuple[str, ...] = ()
    together: bool = False
    week_start: str = "monday"

    def __str__(self) -> str:
        return f"{self.project}: {self.name}"


def _where(text: str, **frame: Any) -> dict[str, Any]:
    return {"where": (Condition(text),), **frame}


# One metric of each type, and of each way to add up; not of releases, which no customer makes.
_KINDS = (
    *("ltv_cac", "lead_conversion", "average_order_value", "bounce_rate", "loyal_share", "paying_share"),
    *("repeat_purchase_share", "retention_30d", "time_to_wow", "lead_to_deal", "nps_first_use", "orders_per_customer"),
)
_SOME = ("cac", "lead_conversion", "repeat_purchase_share", "retention_30d", "time_to_wow", "nps_first_use")
_OF_CUSTOMERS = ("ltv", "loyal_share", "revenue", "retention_30d", "time_to_wow", "csat", "time_to_resolution")
_OF_VISITS = ("new_visitors", "paying_share", "time_on_site", "landing_conversion")
_OF_PURCHASES = ("revenue", "value_90d", "never_bought_again", "bought_again_within_90_days", "quiet_customers")

VARIANTS = (
    Variant("demo", "total", {}),
    Variant("demo", "week", {"grain": "week"}),
    Variant("demo", "month", {"grain": "month"}),
    Variant("demo", "total, all in one", {}, together=True),
    Variant("demo", "quarter by channel, some in one", {"grain": "quarter", "by": ("channel",)}, _SOME, together=True),
    Variant("demo", "day", {"grain": "day", "start": date(2026, 10, 1), "end": date(2026, 11, 1)}, _KINDS),
    Variant("demo", "year", {"grain": "year"}, _SOME),
    Variant("demo", "week from Sunday", {"grain": "week"}, _SOME, week_start="sunday"),
    Variant("demo", "as of a summer noon", {"grain": "month", "as_of": datetime(2026, 7, 15, 12, 34)}, _SOME),
    Variant("demo", "by channel", {"by": ("channel",)}, _KINDS),
    Variant("demo", "by plan", {"by": ("plan",)}, ("ltv", "new_customers", "retention_30d", "time_to_wow")),
    Variant("demo", "month by path", {"grain": "month", "by": ("customers.leads.need",)}, _OF_CUSTOMERS),
    Variant("demo", "by two", {"by": ("customers.plan", "channel")}, ("revenue", "time_to_wow", "csat")),
    Variant("demo", "by a computed truth", {"by": ("bounced",)}, _OF_VISITS),
    Variant("demo", "by topic of a ticket", {"by": ("ticket.topic",)}, ("csat", "nps_first_use")),
    Variant("demo", "where channel", _where("channel IS NULL OR channel LIKE 'p%'"), _SOME),
    Variant("demo", "where of visits", _where("country IN ('DE', 'FR') AND NOT bounced", grain="month"), _OF_VISITS),
    Variant("demo", "where over a path", _where("customers.plan <> 'team'", grain="week"), _OF_CUSTOMERS),
    Variant("demo", "where of a metric", _where("metric(order_count, customer) > 3"), _OF_CUSTOMERS),
    Variant("cdnow", "total", {}),
    Variant("cdnow", "week", {"grain": "week"}),
    Variant("cdnow", "month", {"grain": "month"}),
    Variant("cdnow", "month, some in one", {"grain": "month"}, _OF_PURCHASES, together=True),
    Variant("names", "total", {}),
    Variant("names", "total, all in one", {}, together=True),
    Variant("names", "month", {"grain": "month"}),
    Variant("names", "month, all in one", {"grain": "month"}, together=True),
    Variant("names", "by who", {"by": ("who",)}),
    Variant("names", "by stage", {"by": ("stage",)}),
    Variant("names", "by sales", {"by": ("sales",)}),
    Variant("names", "by value", {"by": ("value",)}),
)


def statements(variant: Variant, dialect: str) -> Iterator[tuple[str, str]]:
    """The metrics and the SQL of each statement of a variant."""
    compiler = _compiler(variant.project, variant.week_start)
    frame = Frame(**{"as_of": compiler.project.config.as_of, **variant.frame})
    metrics = compiler.project.metrics.values()
    names = variant.names or tuple(metric.name for metric in metrics if metric.definition is not None)
    for group in [names] if variant.together else [(name,) for name in names]:
        yield ", ".join(group), compiler.compile(list(group), frame, dialect).sql


@cache
def project(name: str) -> Project:
    return load(PROJECTS[name]).project


@cache
def _compiler(name: str, week_start: str) -> Compiler:
    found = project(name)
    return Compiler(replace(found, config=replace(found.config, week_start=week_start)))
