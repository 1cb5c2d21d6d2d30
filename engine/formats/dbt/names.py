"""Names with links, as dbt writes them (`listing__user__home_state`, `metric_time__month`), and names of ours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from .templates import Call

METRIC_TIME = "metric_time"


@dataclass(frozen=True, slots=True)
class LinkedName:
    """An element behind entities; times may be cut to a grain, or taken a part of."""

    links: tuple[str, ...]
    element: str
    grain: str | None = None
    part: str | None = None

    @property
    def is_metric_time(self) -> bool:
        return self.element == METRIC_TIME and not self.links

    def __str__(self) -> str:
        return "__".join((*self.links, self.element))


@dataclass(frozen=True, slots=True)
class MetricName:
    """A metric's value for each entity, as a filter names it."""

    metric: str
    group_by: tuple[LinkedName, ...]


def linked_name(written: str, grains: Collection[str]) -> LinkedName:
    """
    >>> linked_name("listing__ds__month", ("month",))
    LinkedName(links=('listing',), element='ds', grain='month', part=None)
    """
    *links, last = written.lower().split("__")
    if links and last in grains:
        *before, element = links
        return LinkedName(tuple(before), element, last)
    if links and last.startswith("extract_"):
        *before, element = links
        return LinkedName(tuple(before), element, None, last.removeprefix("extract_"))
    return LinkedName(tuple(links), last)


def named_by(call: Call, grains: Collection[str]) -> LinkedName | MetricName | str:
    """What a call of a filter or saved query stands for; a text tells what is wrong with it."""
    if call.name == "Metric":
        return _metric(call, grains)
    if call.name not in ("Dimension", "TimeDimension", "Entity"):
        return f"`{call.name}` is not one of Dimension, TimeDimension, Entity, Metric"
    written = call.argument(0, "name")
    if not isinstance(written, str):
        return f"`{call.name}` needs a name"
    found = linked_name(written, grains)
    path = call.argument(2 if call.name == "TimeDimension" else 1, "entity_path") or ()
    if call.name == "TimeDimension":
        found = _cut(found, call.argument(1, "time_granularity_name"), call.named.get("date_part_name"))
    for then in call.then:
        if then.name == "grain":
            found = _cut(found, then.argument(0, "grain"), None)
        elif then.name == "date_part":
            found = _cut(found, None, then.argument(0, "date_part"))
        elif then.name != "descending":
            return f"`.{then.name}(...)` is not read"
    if not isinstance(path, tuple):
        return "`entity_path` is a list of entities"
    return replace(found, links=(*(str(link) for link in path), *found.links))


def _metric(call: Call, grains: Collection[str]) -> MetricName | str:
    metric, group_by = call.argument(0, "metric_name"), call.argument(1, "group_by") or ()
    if not isinstance(metric, str) or not isinstance(group_by, tuple):
        return "write Metric('metric', ['entity'])"
    return MetricName(metric, tuple(linked_name(str(name), grains) for name in group_by))


def _cut(name: LinkedName, grain: object, part: object) -> LinkedName:
    return replace(
        name,
        grain=str(grain).lower() if grain is not None else name.grain,
        part=str(part).lower() if part is not None else name.part,
    )
