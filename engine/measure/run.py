"""Runs metrics: compiles, executes in as few statements as go together, compares, and measures progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from threading import RLock
from typing import Any, cast

from ..diagnostics import choices, did_you_mean
from ..errors import EnvironmentFailure, UsageError
from ..model import GRAINS, Grain, Guardrail, KeyResult, Objective, Project, Report, Stretch, Table, moment_of
from ..sql.compile import Compiled, Compiler, condition_of, tables_of
from ..sql.frame import Condition, Frame, alias_of
from ..sql.lookup_keys import LookupKey, lookup_keys
from ..sql.refusal import Refusal
from . import periods
from .typed import typed
from .values import Failure, GuardrailState, Measured, Number, Previous, Progress, Value, change, exact

Execute = Callable[[str], Table]
Lags = Mapping[str, periods.Lag]
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: metric names (none: all that are shown), and how. `grain` "all" means totals."""

    as_of: datetime
    names: tuple[str, ...] = ()
    grain: str | None = None
    by: tuple[str, ...] = ()
    where: str | None = None
    start: date | None = None
    end: date | None = None
    order: tuple[str, ...] = ()
    limit: int | None = None
    totals: bool = False

    @property
    def wanted(self) -> str | None:
        """The grain as frames have it."""
        return None if self.grain == "all" else self.grain

    def frame(
        self,
        grain: str | None,
        start: date | None = None,
        end: date | None = None,
        where: tuple[Condition, ...] = (),
    ) -> Frame:
        own = (Condition(self.where),) if self.where else ()
        return Frame(self.as_of, grain, self.by, (*own, *where), start or self.start, end or self.end)


@dataclass(frozen=True, slots=True)
class Asking:
    """How a warehouse is asked: in its dialect, by its names of tables (by those in the specs); `spread` calls a
    function on each of some items, perhaps side by side; `expected` is told how many statements are to come."""

    execute: Execute
    dialect: str = "duckdb"
    tables: Mapping[str, str] = field(default_factory=dict)
    spread: Spread = lambda function, items: [function(item) for item in items]
    expected: Callable[[int], None] = lambda _: None


class Runner:
    """Runs requests on one project; `broken` tells of each table that cannot be read why not.

    Methods that `spread` calls run in several threads: the compiler is used by one at a time.
    """

    def __init__(self, project: Project, compiler: Compiler, asking: Asking, broken: Mapping[str, str]) -> None:
        self.project = project
        self.compiler = compiler
        self.asking = asking
        self.broken = broken
        self.compiling = RLock()
        self.failures: dict[str, Failure] = {}
        self.twice: dict[tuple[str, tuple[str, ...]], int] = {}
        self.calendars: dict[str, Mapping[object, Stretch]] = {}

    def run(self, request: Request) -> Measured:
        """Values of every metric that can be measured, and why the others cannot."""
        names = request.names or shown(self.project)
        drafts = tuple(name for name in names if self.project.metrics[name].definition is None)
        asked = [name for name in names if name not in drafts]
        report = self.project.organization.report if self.project.organization else None
        ranged = request.start or request.end or request.by or request.where
        grain: str | None
        if request.grain is None and report is not None and not ranged:
            grain = report.grain
            values = self._latest(request, asked, report)
        else:
            grain = request.wanted
            values = arranged(self._listed(request, asked, grain), request, asked)
            if request.totals:
                totals = self._listed(replace(request, by=(), order=(), limit=None), asked, grain)
                values.extend(replace(value, total=True) for value in totals)
        order = {name: index for index, name in enumerate(asked)}
        values.sort(key=lambda value: order[value.metric])
        failures = tuple(self.failures[name] for name in asked if name in self.failures)
        return Measured(tuple(values), failures, drafts, grain)

    # --- the latest complete period, compared

    def _latest(self, request: Request, names: list[str], report: Report) -> list[Value]:
        """One value a metric: its last complete period of the report's grain, against the one to compare with.

        A value that grows with the length of its period is compared with a period of the same length only.
        """
        week_start = self.project.config.week_start
        other = report.grain if report.compare_to == "period" else cast(Grain, report.compare_to)

        def latest(item: tuple[periods.Lag, list[tuple[str, bool]]]) -> list[Value]:
            lag, group = item
            plain = [name for name, _ in group]
            rates = [name for name, additive in group if not additive and other != report.grain]
            now = periods.last_complete(report.grain, lag, request.as_of, week_start)
            ahead = periods.before(now, report.grain)
            longer = periods.before(periods.holding(now.start, other, week_start), other)
            lags = dict.fromkeys(plain, lag)
            found = self._rows(request, plain, report.grain, lags, ahead.start, now.end)
            found_longer = self._rows(request, rates, other, lags, longer.start, longer.end) if rates else []
            values = []
            for name in (name for name in plain if name not in self.failures):
                value = self._pick(found, name, now, report.grain)
                period, grain, among = (longer, other, found_longer) if name in rates else (ahead, report.grain, found)
                values.append(_compared(value, self._pick(among, name, period, grain)))
            return values

        measured = self.asking.spread(latest, self._by_lag(request, names, report.grain).items())
        return self._with_progress([value for values in measured for value in values], request)

    def _with_progress(self, values: list[Value], request: Request) -> list[Value]:
        return self.asking.spread(lambda value: self._progressed(value, request), values)

    def _pick(self, found: list[Value], name: str, period: Stretch, grain: Grain) -> Value:
        """The value of `period`; where it has no row it is unknown."""
        for value in found:
            if value.metric == name and value.period == period:
                return value
        return self._value(name, None, period, periods.label(period, grain), True)

    def _by_lag(
        self, request: Request, names: list[str], grain: str | None
    ) -> dict[periods.Lag, list[tuple[str, bool]]]:
        """Metrics whose periods are complete at the same time, each with whether it is additive."""
        groups: dict[periods.Lag, list[tuple[str, bool]]] = {}
        for name in names:
            try:
                with self.compiling:
                    lag, additive = self.compiler.traits(name, request.frame(grain))
            except Refusal as refusal:
                self._refused(name, refusal)
                continue
            groups.setdefault(lag, []).append((name, additive))
        return groups

    # --- all periods, or totals

    def _listed(self, request: Request, names: list[str], grain: str | None) -> list[Value]:
        end = request.end
        if grain is not None:
            current = self._running(grain, request.as_of)
            end = current if end is None else min(end, current, key=moment_of)

        lags = {name: lag for lag, group in self._by_lag(request, names, grain).items() for name, _ in group}
        found = self._rows(request, list(lags), grain, lags, request.start, end)
        if grain is not None:
            values = _chained([value for value in found if _told(value)])
        else:
            values = [value for value in found if not request.by or _told(value)]
        total = grain is None and not (request.by or request.where or request.start or request.end)
        return self._with_progress(values, request) if total else values

    # --- statements

    def _rows(
        self,
        request: Request,
        names: list[str],
        grain: str | None,
        lags: Lags,
        start: date | None,
        end: date | None,
        where: tuple[Condition, ...] = (),
    ) -> list[Value]:
        """The values of several metrics, those of the same tables from one statement."""
        frame = request.frame(grain, start, end, where)
        with self.compiling:
            groups = self.compiler.apart([name for name in names if name not in self.failures], frame)
        self.asking.expected(len(groups))
        apart = self.asking.spread(lambda group: self._together(request, group, frame, lags), groups)
        return [value for values in apart for value in values]

    def _together(self, request: Request, names: list[str], frame: Frame, lags: Lags) -> list[Value]:
        """The values of metrics from one statement; where that fails, from one each."""
        try:
            with self.compiling:
                compiled = self.compiler.compile(names, frame, self.asking.dialect, tables=self.asking.tables)
            return self._values(compiled, request, frame.grain, lags)
        except Refusal as refusal:
            if len(names) == 1:
                self._refused(names[0], refusal)
                return []
        except EnvironmentFailure as error:
            if len(names) == 1:
                self.failures[names[0]] = Failure(names[0], str(error), "warehouse")
                return []
        return [value for name in names for value in self._together(request, [name], frame, lags)]

    def _refused(self, name: str, refusal: Refusal) -> None:
        hint = f"; {refusal.hint}" if refusal.asked and refusal.hint else ""
        self.failures[name] = Failure(name, refusal.message + hint, "spec", refusal.finding)

    def _values(self, compiled: Compiled, request: Request, grain: str | None, lags: Lags) -> list[Value]:
        for table in sorted(tables_of(compiled) & self.broken.keys()):
            raise EnvironmentFailure(self.broken[table])
        with self.compiling:
            keys_used = lookup_keys(compiled.plan, self.asking.dialect, self.asking.tables)
        for key in keys_used:
            self._unique(key)
        rows = self._answer(compiled)
        first = 1 if grain is not None else 0
        keys = first + len(request.by)
        places: dict[str, dict[str, int]] = {}
        steps: dict[str, list[tuple[str, int]]] = {}
        for index, out in enumerate(compiled.outputs):
            if out.metric is not None and out.step is not None:
                steps.setdefault(out.metric, []).append((out.step, index))
            elif out.metric is not None and out.part is not None:
                places.setdefault(out.metric, {})[out.part] = index
        values: list[Value] = []
        for row in rows:
            period, label = self._period(row[0], grain) if grain is not None else (None, None)
            dimensions = tuple(zip(request.by, row[first:keys], strict=True))
            for name, parts in places.items():
                read = {part: row[index] for part, index in parts.items()}
                whole = period is None or self._whole(period, lags.get(name, ()), request)
                if any(isinstance(cell, (float, Decimal)) and not isfinite(cell) for cell in read.values()):
                    where = ", ".join([*([label] if label else []), *(str(part) for part in row[first:keys])])
                    raise EnvironmentFailure(
                        f"its data hold NaN or infinity{f' ({where})' if where else ''}: "
                        "leave such rows out with `where`, or declare the column Decimal"
                    )
                value = self._value(name, cast("Number | None", read["value"]), period, label, whole)
                passed = tuple((step, cast("int | None", row[index])) for step, index in steps.get(name, ()))
                values.append(replace(value, dimensions=dimensions, steps=passed, **_beside(read)))
        return values

    def _answer(self, compiled: Compiled) -> tuple[tuple[object, ...], ...]:
        """The rows under the types of the plan, whatever the engine's driver made of them."""
        types = tuple(column.type for column in compiled.naive.columns)
        return typed(self.asking.execute(compiled.sql), types).rows

    def _unique(self, key: LookupKey) -> None:
        """Raises where a join would multiply rows, because a declared key is none in the data."""
        at = (key.table, key.columns)
        if at not in self.twice:
            (found,) = self.asking.execute(key.sql).rows[0]
            self.twice[at] = int(cast(int, found))
        if self.twice[at]:
            names = ", ".join(key.columns)
            times = f"{self.twice[at]} value{'' if self.twice[at] == 1 else 's'} in several rows"
            if key.valid:
                raise EnvironmentFailure(
                    f"`{key.table}` has rows of one key that are valid at the same time ({self.twice[at]})"
                )
            raise EnvironmentFailure(
                f"`{names}` is declared as a key of `{key.table}` and is none ({times}): joined rows would count twice"
            )

    def _value(self, name: str, value: Number | None, period: Stretch | None, label: str | None, whole: bool) -> Value:
        metric = self.project.metrics[name]
        return Value(name, metric.unit, value, period, label, whole, direction=metric.direction)

    def _period(self, start: object, grain: str) -> tuple[Stretch | None, str]:
        """The period that a value of the grain stands for, and what it is called."""
        if grain not in GRAINS:
            return self._calendar(grain).get(start), "∅" if start is None else str(start)
        return periods.named(cast(date, start), grain, self.project.config.week_start)

    def _running(self, grain: str, as_of: datetime) -> date:
        """The start of the period that is not over."""
        if grain in GRAINS:
            return periods.holding(as_of, grain, self.project.config.week_start).start
        starts = (period.start for period in self._calendar(grain).values() if period.end > as_of.date())
        return min(starts, default=as_of)

    def _calendar(self, grain: str) -> Mapping[object, Stretch]:
        """First and last day of each period of a calendar."""
        if grain not in self.calendars:
            with self.compiling:
                compiled = self.compiler.calendar(grain, self.asking.dialect, self.asking.tables)
            rows = self._answer(compiled)
            self.calendars[grain] = {
                name: Stretch(cast(date, first), cast(date, last) + timedelta(days=1)) for name, first, last in rows
            }
        return self.calendars[grain]

    def _whole(self, period: Stretch, lag: periods.Lag, request: Request) -> bool:
        """The period is over, its windows have closed, and the request's range does not cut it."""
        start, end = request.start, request.end
        cut = (start is not None and moment_of(period.start) < moment_of(start)) or (
            end is not None and moment_of(period.end) > moment_of(end)
        )
        return not cut and periods.complete(period.end, lag, request.as_of)

    # --- key results

    def _progressed(self, value: Value, request: Request) -> Value:
        """`value` with how far each key result on its metric has come."""
        found = [
            self._progress(objective, index, result, request)
            for objective in self.project.objectives.values()
            for index, result in enumerate(objective.key_results)
            if result.metric == value.metric
        ]
        return replace(value, progress=tuple(found)) if found else value

    def _progress(self, objective: Objective, index: int, result: KeyResult, request: Request) -> Progress:
        where = () if result.where is None else (condition_of(objective, index, result.where),)
        baseline: Number | None = None
        if isinstance(result.baseline, Stretch):
            if self._over(result.metric or "", result.baseline, request):
                baseline = self._total(result.metric, request, result.baseline, where)
        else:
            baseline = result.baseline
        period, label = self._measured(objective, result, request)
        now = self._totalled(result.metric, request, period, where) if period else None
        current = now.value if now else None
        target = result.reached(None if baseline is None else Decimal(str(baseline)))
        share = None
        if baseline is not None and target is not None and current is not None and float(target) != float(baseline):
            share = (float(current) - float(baseline)) / (float(target) - float(baseline))
        return Progress(
            objective=objective.name,
            metric=result.metric or "",
            where=result.where,
            baseline=baseline,
            target=target,
            current=current,
            measured=result.measured,
            label=label,
            deadline=result.deadline,
            share=share,
            guardrails=tuple(self._guarded(guardrail, request, period) for guardrail in result.guardrails),
            cases=now.cases if now else None,
            until=period.end if period else None,
        )

    def _guarded(self, guardrail: Guardrail, request: Request, period: Stretch | None) -> GuardrailState:
        """Whether a guardrail holds in the period that its key result is measured in."""
        current = self._total(guardrail.metric, request, period, ()) if period else None
        least, most = guardrail.at_least, guardrail.at_most
        held = None
        if current is not None:
            size = exact(current)
            held = (least is None or size >= Fraction(least)) and (most is None or size <= Fraction(most))
        return GuardrailState(guardrail.metric, least, most, current, held)

    def _measured(self, objective: Objective, result: KeyResult, request: Request) -> tuple[Stretch | None, str | None]:
        """The last complete period, as the key result is measured, within the objective's period and the deadline."""
        stretch, today = objective.period, request.as_of.date()
        if stretch is not None and result.deadline is not None:
            stretch = Stretch(stretch.start, min(stretch.end, result.deadline + timedelta(days=1)))
        if result.measured == "whole":
            if stretch is None or stretch.start >= today:
                return None, None
            return Stretch(stretch.start, min(today, stretch.end)), None
        grain = cast(Grain, result.measured)
        for lag in self._by_lag(request, [result.metric or ""], grain):
            period = periods.last_complete(grain, lag, request.as_of, self.project.config.week_start)
            while stretch is not None and period.end > stretch.end:
                period = periods.before(period, grain)
            if stretch is None or period.start >= stretch.start:
                return period, periods.label(period, grain)
        return None, None

    def _over(self, name: str, stretch: Stretch, request: Request) -> bool:
        """Whether a stretch of time is over, and every window of the metric that can start in it has closed."""
        return any(periods.complete(stretch.end, lag, request.as_of) for lag in self._by_lag(request, [name], None))

    def _total(
        self, name: str | None, request: Request, period: Stretch, where: tuple[Condition, ...]
    ) -> Number | None:
        found = self._totalled(name, request, period, where)
        return found.value if found else None

    def _totalled(
        self, name: str | None, request: Request, period: Stretch, where: tuple[Condition, ...]
    ) -> Value | None:
        return next(iter(self._rows(request, [name or ""], None, {}, period.start, period.end, where)), None)


def shown(project: Project) -> tuple[str, ...]:
    """Metrics that are shown without being named: all but the building blocks."""
    return tuple(metric.name for metric in project.metrics.values() if metric.role != "component")


def _told(value: Value) -> bool:
    """Whether a row says anything: a value, or what it would have rested on."""
    return value.value is not None or any((value.numerator, value.denominator, value.n, value.left_out))


def _chained(values: list[Value]) -> list[Value]:
    """Each value compared with the period before it."""
    known = {(v.metric, v.dimensions, v.period.end): v for v in values if v.period is not None}
    out = []
    for value in values:
        earlier = known.get((value.metric, value.dimensions, value.period.start)) if value.period else None
        out.append(_compared(value, earlier) if earlier is not None else value)
    return out


def arranged(values: list[Value], request: Request, names: list[str]) -> list[Value]:
    """The rows of the answer in the order that is asked for, no more than are asked for; unknown values come last."""
    if not request.order and request.limit is None:
        return values
    groups: dict[Any, dict[str, object]] = {}
    for value in values:
        row = groups.setdefault(_group(value), {"period": value.period.start if value.period else None})
        row |= dict(value.dimensions) | {value.metric: value.value}
    known = [*(("period",) if request.wanted else ()), *request.by, *names]
    aliases = {alias_of(name): name for name in request.by}
    order = [
        (aliases.get(asked.removeprefix("-"), asked.removeprefix("-")), asked[0] == "-") for asked in request.order
    ]
    for name, _ in order:
        if name not in known:
            hint = did_you_mean(name, known) or f"columns: {choices(known, 30)}"
            raise UsageError(f"`{name}` is no column of the answer to order by", hint=hint)
    ranked = list(groups)
    for name, down in reversed(order):
        ranked.sort(key=lambda group: _sortable(groups[group].get(name)), reverse=down)
        ranked.sort(key=lambda group: groups[group].get(name) is None)
    rank = {group: index for index, group in enumerate(ranked[: request.limit])}
    kept = [value for value in values if _group(value) in rank]
    return sorted(kept, key=lambda value: rank[_group(value)])


def _group(value: Value) -> Any:
    return value.label, value.dimensions


def _sortable(value: object) -> Any:
    """Numbers among numbers, everything else as text; what is unknown is sorted elsewhere."""
    if isinstance(value, (int, float, Decimal)):
        return 0, float(value), ""
    return 1, 0.0, "" if value is None else str(value)


def _compared(value: Value, earlier: Value) -> Value:
    if earlier.period is None or not earlier.complete or not value.complete:
        return value
    previous = Previous(earlier.period, earlier.label or "", earlier.value)
    return replace(value, previous=previous, change=change(value.value, earlier.value, value.unit))


def _beside(read: Mapping[str, object]) -> dict[str, Any]:
    """What stands beside a value; the denominator of a rate is its n where it counts."""
    denominator = read.get("denominator")
    n = read.get("n", denominator if isinstance(denominator, int) else None)
    return {
        "numerator": read.get("numerator"),
        "denominator": denominator,
        "n": n,
        "left_out": read.get("left_out") or None,
    }
