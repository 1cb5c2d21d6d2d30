"""Builds metrics and inputs into aggregated plans, each once a frame; the table of builders is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ...formula.expr import NUMBERS, At, Call, Column, Const, Expr
from ...formula.faults import FormulaError
from ...formula.functions import type_of
from ...model import (
    Cohort,
    Conversion,
    Cumulative,
    Dataset,
    Derived,
    Duration,
    Event,
    Expression,
    Funnel,
    Grain,
    Input,
    Metric,
    Ratio,
    Retention,
    Score,
)
from ...spans import Key
from ..catalog import Catalog
from ..frame import Condition, Frame, StartOf
from ..plan import Item, Node, Project
from ..refusal import Refusal, passing, written_at
from ..rows import RowSet
from .built import Built
from .own_time import check_own_time


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds within one frame; `conditions` hold on the home rows of everything that is built.

    `within` are the metrics that are being built, each with the entity that it has a value for, if it is not a period.
    """

    catalog: Catalog
    frame: Frame
    conditions: tuple[Condition, ...] = ()
    within: tuple[tuple[str, str | None], ...] = ()

    def metric(self, name: str) -> Built:
        """The metric's value in this frame; raises `Refusal`."""
        key = ("built", name, self.frame, self.conditions)
        return self.catalog.kept(key, lambda: self._metric(name), refusals=False)

    def _metric(self, name: str) -> Built:
        metric = self.catalog.project.metrics.get(name)
        if metric is None:
            raise Refusal("R101", f"`{name}` is not a metric")
        subject = f"metric:{name}"
        with written_at(metric.origin, (), subject):
            here = name, self.frame.entity
            if here in self.within:
                parts = (*self.within[self.within.index(here) :], here)
                route = " -> ".join(f"`{part}`" for part, _ in parts)
                raise Refusal("C201", f"the metric is made of itself: {route}", hint="break the circle")
            if metric.definition is None:
                raise Refusal("C301", f"`{name}` is a draft: it has no definition yet", hint="give it an `expression`")
            if metric.time is not None:
                check_own_time(self.catalog.project, metric)
            inner = replace(self, within=(*self.within, here))
            if metric.where is not None:
                inner = inner.also(Condition(metric.where, metric.origin, ("where",), subject))
            built = _builder_of(type(metric.definition))(inner, metric, metric.definition)
            if metric.spine:
                built = _spined(self, built)
            built = filled(built, metric.fill)
            found = type_of(built.value)
            if found not in (*NUMBERS, "unknown"):
                raise Refusal("C107", f"the value of a metric is a number, but this one is a {found}")
            return built

    def also(self, *conditions: Condition) -> Builder:
        """The same with more conditions on home rows."""
        return replace(self, conditions=(*self.conditions, *conditions))

    def input(self, metric: Metric, given: Input, path: tuple[Key, ...]) -> Built:
        """An input of `metric` that stands at `path`: a metric by name or an aggregate."""
        from .formula import build_formula  # formulas have inputs, inputs hold formulas

        builder, subject = self, f"metric:{metric.name}"
        mapping = isinstance(at_path(metric.origin.data, path), dict)
        if given.where is not None:
            builder = builder.also(Condition(given.where, metric.origin, (*path, "where"), subject))
        if given.offset is not None:
            builder = replace(builder, frame=replace(builder.frame, offset=(given.offset, *builder.frame.offset)))
        if given.to_start_of is not None:
            with written_at(metric.origin, (*path, "to_start_of"), subject):
                builder = builder.at_start_of(given.to_start_of)
        if given.metric is not None:
            where = (*path, "metric") if mapping else path
            if given.metric not in self.catalog.project.metrics:
                raise_at = written_at(metric.origin, where, subject)
                with raise_at:
                    raise Refusal("R101", f"`{given.metric}` is not a metric")
            built = builder.metric(given.metric)
        else:
            where = (*path, "expression") if mapping else path
            name = str(path[-1]) if path[0] == "inputs" else f"{metric.name}_{path[-1]}"
            built = build_formula(builder, metric, given.expression or "", where, {}, name)
        return filled(built, given.fill)

    def at_start_of(self, grain: Grain) -> Builder:
        """The same with the value of the first unit of the `grain` in which a period starts."""
        frame = self.frame
        if frame.spreading() is not None:
            raise passing("the value at the start of a period cannot be gathered over time", "gather the metric itself")
        if not frame.periods:
            hint = "ask for a grain"
            raise Refusal("C303", f"a total starts in no {grain}", hint=hint, asked=True)
        return replace(self, frame=replace(frame, offset=(StartOf(grain), *frame.offset)))

    def rows(self, dataset: Dataset, role: str = "") -> RowSet:
        return RowSet(self.catalog, dataset, self._per_entity, role)

    def event(self, metric: Metric, path: tuple[Key, ...], event: Event, role: str) -> tuple[RowSet, Column]:
        """The rows of an event with its own filter, and its time; rows without a time never happened."""
        subject = f"metric:{metric.name}"
        mapping = isinstance(at_path(metric.origin.data, path), dict)
        with written_at(metric.origin, (*path, "event") if mapping else path, subject):
            rows = self.rows(self.catalog.dataset(event.dataset), role)
            moment = rows.time(event.time)
            rows.counts_at(moment)
        if event.where is not None:
            rows.keep(Condition(event.where, metric.origin, (*path, "where"), subject).bound(rows))
        rows.keep(self.frame.happened(moment))
        return rows, moment

    def _per_entity(self, metric: str, entity: str, at: At) -> tuple[Node, Column, Column]:
        """One row an entity: its key and the metric's value over all time."""
        if metric not in self.catalog.project.metrics:
            raise FormulaError("R101", f"`{metric}` is not a metric", at)
        if entity not in self.catalog.project.entities:
            raise FormulaError("R101", f"`{entity}` is not an entity", at)
        builder = Builder(self.catalog, Frame(self.frame.as_of, entity=entity), within=self.within)
        built = builder.metric(metric)

        def node() -> tuple[Node, Column, Column]:
            if isinstance(built.value, Column):
                return built.node, built.keys[0], built.value
            column = self.catalog.fresh(metric, type_of(built.value))
            items: tuple[Item, ...] = ((built.keys[0], built.keys[0]), (column, built.value))
            return Project(built.node, items, f"{metric}_by_{entity}"), built.keys[0], column

        return self.catalog.kept(("per entity", metric, entity, self.frame.as_of), node)


def _spined(builder: Builder, built: Built) -> Built:
    from .grouped import spined  # spines need the builder

    return spined(builder, built)


def filled(built: Built, value: Decimal | None) -> Built:
    """`built` with `value` where it has none."""
    return built if value is None else replace(built, value=or_else(built.value, value))


def or_else(expr: Expr, value: Decimal | None) -> Expr:
    """`expr`, or `value` where it is null."""
    if value is None:
        return expr
    whole = value == int(value)
    return Call("coalesce", (expr, Const(int(value) if whole else value, "integer" if whole else "decimal")))


def at_path(data: Any, path: tuple[Key, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _builder_of(kind: type) -> Callable[[Builder, Metric, Any], Built]:
    """The one place that names every metric type; builders need `Builder`, so they are imported on use."""
    from . import cohort, conversion, cumulative, duration, formula, funnel, ratio, retention, score

    builders: Mapping[type, Callable[[Builder, Metric, Any], Built]] = {
        Expression: formula.build_expression,
        Derived: formula.build_derived,
        Ratio: ratio.build_ratio,
        Cumulative: cumulative.build_cumulative,
        Conversion: conversion.build_conversion,
        Funnel: funnel.build_funnel,
        Retention: retention.build_retention,
        Cohort: cohort.build_cohort,
        Duration: duration.build_duration,
        Score: score.build_score,
    }
    return builders[kind]
