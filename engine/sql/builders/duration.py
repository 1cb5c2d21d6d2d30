"""Duration: the time between two fields of one row, or between an entity's event and the next one of another kind."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ...formula.expr import Aggregated, Call, Case, Cast, Column, Const, Expr
from ...model import Duration, Event, Metric, Period
from ..frame import Condition, shifted
from ..plan import Aggregate, Filter, Item, Join, Node
from ..refusal import Refusal, written_at
from .builder import Builder
from .built import Built, safe_div
from .events import another_row, check_key, comparable, home_events, inside, picked_first, window_events
from .grouped import grouped

_MICROSECONDS = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000, "weeks": 604_800_000_000}


def build_duration(builder: Builder, metric: Metric, definition: Duration) -> Built:
    """In the metric's unit (days where none is declared)."""
    if metric.unit not in (None, *_MICROSECONDS):
        with written_at(metric.origin, ("unit",), f"metric:{metric.name}"):
            raise Refusal("C107", f"a duration is in {', '.join(_MICROSECONDS)}, not in {metric.unit}")
    if definition.entity is None:
        return _of_rows(builder, metric, definition)
    return _of_entities(builder, metric, definition)


def _of_rows(builder: Builder, metric: Metric, definition: Duration) -> Built:
    """Two fields of one row; a finish before the start is left out and counted."""
    start, finish = definition.start, definition.finish
    with written_at(metric.origin, ("to",), f"metric:{metric.name}"):
        if start.dataset != finish.dataset or start.time is None or finish.time is None:
            hint = "name two fields of one dataset, or give the `entity` that both events belong to"
            raise Refusal("C304", "`from` and `to` are not two fields of one row", hint=hint)
        if "first" in (start.pick, finish.pick):
            raise Refusal("C304", "the first of several rows is an entity's: give the `entity`")
    rows = builder.rows(builder.catalog.dataset(start.dataset))
    for key, event in (("from", start), ("to", finish)):
        for condition in _conditions(metric, key, event):
            rows.keep(condition.bound(rows))
    for condition in builder.conditions:
        rows.keep(condition.bound(rows))
    frame = builder.frame
    begun, ended = rows.time(start.time), rows.time(finish.time)
    rows.keep(frame.happened(begun))
    happened = frame.happened(ended)
    end: Expr = ended
    if definition.unfinished == "until_now":
        end = Case(((happened, ended),), _now(builder, ended))
    else:
        rows.keep(happened)
    counted = ended if definition.counted_at == "finish" else begun
    windows = _windows(definition)
    rows.counts_at(counted)
    rows.keep(*frame.range(counted))
    if windows and not definition.immature:
        rows.keep(frame.mature(begun, *windows))
    first, second = comparable(begun, ended)
    if definition.within is not None:
        limit = shifted(first, definition.within)
        rows.keep(Call("lt", (_as(end, second), limit)))
    rows.keep(*frame.conditions(rows))
    groups = frame.dimensions(rows)
    order = Call("ge", (end if first is begun else Cast(end, "date"), first))
    length = _elapsed(builder, metric, begun, ended, end)
    valid: Expr = Case(((order, length),), None)
    backwards = Aggregated("count", begun, Call("lt", (end if first is begun else Cast(end, "date"), first)))
    return _aggregated(builder, metric, definition, rows.rows(), counted, groups, valid, backwards)


def _of_entities(builder: Builder, metric: Metric, definition: Duration) -> Built:
    """From each start to the entity's next finish."""
    entity = definition.entity or ""
    base = home_events(builder, metric, "from", definition.start, entity)
    base = picked_first(builder, base, definition.start.pick)
    alike = definition.start.dataset == definition.finish.dataset
    if alike:
        check_key(builder, definition.start)
    target = window_events(builder, metric, "to", definition.finish, entity, keyed=alike)
    where = list(inside(base.moment, target.moment, None, definition.within))
    if alike:
        where.append(another_row(base, target))
    fresh = builder.catalog.fresh
    pairs = Join(base.node, target.node, ((base.entity, target.entity),), tuple(where))
    keys: tuple[Item, ...] = tuple((fresh(column.name, column.type), column) for column in base.key)
    done = fresh("finished_at", target.moment.type)
    finished = Aggregate(pairs, keys, ((done, Aggregated("min", target.moment)),), "finished")
    windows = _windows(definition)
    frame = builder.frame
    on = tuple(zip(base.key, (column for column, _ in keys), strict=True))
    node: Node = Filter(base.node, base.wanted) if base.wanted else base.node
    kind: str = "inner"
    value_end: Expr = done
    if definition.unfinished == "until_now":
        kind = "left"
        value_end = Call("coalesce", (done, _now(builder, done)))
    node = Join(node, finished, on, kind="left" if kind == "left" else "inner")
    if definition.unfinished == "until_now" and definition.within is not None:
        first, second = comparable(base.moment, done)
        node = Filter(node, (Call("lt", (_as(value_end, second), shifted(first, definition.within))),))
    if definition.counted_at == "finish":
        node, counted = Filter(node, frame.range(done)), done
    else:
        mature = (frame.mature(base.moment, *windows),) if windows and not definition.immature else ()
        node, counted = Filter(node, (*frame.range(base.moment), *mature)), base.moment
    length = _elapsed(builder, metric, base.moment, done, value_end)
    return _aggregated(builder, metric, definition, node, counted, base.groups, length, None)


def _aggregated(
    builder: Builder,
    metric: Metric,
    definition: Duration,
    node: Node,
    moment: Column,
    groups: tuple[Item, ...],
    length: Expr,
    backwards: Expr | None,
) -> Built:
    fresh = builder.catalog.fresh
    n = fresh("n", "integer", "count")
    left_out = fresh("left_out", "integer", "count")
    beside: list[Item] = [(n, Aggregated("count", length))]
    if backwards is not None:
        beside.append((left_out, backwards))
    result = fresh(metric.name, "float", metric.unit or "days")
    share = {"median": Decimal("0.5"), "p90": Decimal("0.9")}.get(definition.aggregate)
    if share is not None:
        measure = Aggregated("percentile", length, share=share)
    else:
        measure = Aggregated("max" if definition.aggregate == "max" else "avg", length)
    aggregate, keys = grouped(builder, node, moment, groups, ((result, measure), *beside), metric.name)
    windows = _windows(definition)
    lag = (windows,) if windows else ()
    built = Built(aggregate, keys, result, n=n, lag=lag, additive=definition.aggregate == "max")
    return built if backwards is None else replace(built, left_out=left_out)


def _elapsed(builder: Builder, metric: Metric, begun: Column, ended: Column, end: Expr) -> Expr:
    """From `begun` to `end` in the metric's unit: whole days where either is a day, else exact."""
    unit = _MICROSECONDS[metric.unit or "days"]
    if begun.type == "datetime" and ended.type == "datetime":
        return safe_div(Call("elapsed_us", (begun, end)), Const(unit, "integer"))
    days = Call("diff_day", (begun, end))
    return safe_div(Call("mul", (days, Const(_MICROSECONDS["days"], "integer"))), Const(unit, "integer"))


def _now(builder: Builder, ended: Column) -> Const:
    as_of = builder.frame.as_of
    return Const(as_of.date(), "date") if ended.type == "date" else Const(as_of, "datetime")


def _as(expr: Expr, like: Expr) -> Expr:
    return Cast(expr, "date") if isinstance(like, Cast) else expr


def _windows(definition: Duration) -> tuple[Period, ...]:
    """Starts are complete once their window has closed; finishes are complete at once."""
    if definition.counted_at == "start" and definition.within is not None:
        return (definition.within,)
    return ()


def _conditions(metric: Metric, key: str, event: Event) -> list[Condition]:
    if event.where is None:
        return []
    return [Condition(event.where, metric.origin, (key, "where"), f"metric:{metric.name}")]
