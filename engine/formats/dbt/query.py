"""A query in dbt's terms (metrics, group-bys, filters) as a question in ours, with the name of each answer's column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...model import GRAINS
from ...sql.frame import alias_of
from .bounds import Bounds, Days
from .conditions import Conditions, Home, Read
from .joins import Found, Unmapped
from .manifest import Filter
from .metrics import Metrics
from .names import LinkedName

PARTS = {
    "year": "year_number",
    "quarter": "quarter_of_year",
    "month": "month_of_year",
    "week": "week_of_year",
    "day": "day_of_month",
    "dow": "day_of_week",
    "doy": "day_of_year",
}
_FINE = ("second", "minute", "hour")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the answer: what dbt calls its column, and what it is for us (`None`: the grain)."""

    column: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """Our names of metrics, and the frame of the question. `start` is inclusive, `end` exclusive."""

    metrics: tuple[str, ...]
    grain: str | None = None
    keys: tuple[Key, ...] = ()
    where: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    @property
    def by(self) -> tuple[str, ...]:
        return tuple(key.by for key in self.keys if key.by is not None)

    def column_of(self, name: str) -> str | None:
        """What the answer calls the key that dbt calls `name`, with or without a grain behind it."""
        return _column_of(self.keys, name)


@dataclass(frozen=True, slots=True)
class Values:
    """The values that dimensions of one dataset have; each key's `by` is a path that starts with the dataset."""

    keys: tuple[Key, ...]
    where: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    def column_of(self, name: str) -> str | None:
        """What the answer calls the key that dbt calls `name`, with or without a grain behind it."""
        return _column_of(self.keys, name)


@dataclass(slots=True)
class Questions:
    """Translates queries on the metrics of one manifest; raises `Unmapped` for what has no counterpart.

    `periods` are those of the project's calendars, by grain, where somebody has asked the warehouse for them.
    """

    metrics: Metrics
    periods: Mapping[str, Sequence[Days]] = field(default_factory=dict)

    @property
    def conditions(self) -> Conditions:
        return self.metrics.conditions

    def question(
        self,
        names: Sequence[str],
        group_by: Sequence[LinkedName] = (),
        filters: Iterable[Filter] = (),
        stretch: tuple[datetime, datetime] | None = None,
    ) -> Question:
        """`stretch` is inclusive on both ends and is widened to whole periods of the grain that is asked for."""
        unknown = [name for name in names if name not in self.metrics.names]
        if unknown:
            raise Unmapped(f"`{unknown[0]}` is not a metric")
        if not names:
            raise Unmapped("no metric is asked for")
        homes = self._homes(names)
        default = self._default_grain(names)
        asking = _Asking(self, homes, default)
        for name in group_by:
            asking.key(name)
        reads = self.conditions.read(filters)
        moved = any(map(self.metrics.moves, names))
        bounds = Bounds(asking.grain if asking.grain in GRAINS else default, self.periods if moved else {})
        if stretch is not None:
            bounds.within(*stretch)
        rest = [it for read in reads for it in bounds.taken(read, asking.time_grain)]
        self._refuse_moved(rest, names, asking)
        if len(names) == 1 and asking.grain is not None and self.metrics.lists_periods(names[0]):
            for read in self.conditions.read(self.metrics.filters(names[0])):  # they choose periods, not only rows
                bounds.taken(read, asking.time_grain)
        where = [text for read in rest if (text := self.conditions.joined([read], homes))]
        return Question(
            tuple(self.metrics.names[name] for name in names),
            asking.grain,
            tuple(asking.keys),
            tuple(where),
            bounds.start,
            bounds.end,
        )

    def _refuse_moved(self, reads: Sequence[Read], names: Sequence[str], asking: _Asking) -> None:
        """Conditions are on rows, whose time is not the one that they count at where a metric moves it."""
        moved = next((name for name in names if self.metrics.moves(name)), None)
        for read in reads if moved else ():
            if any(isinstance(it, LinkedName) and asking.is_time(it) for it in read.named.values()):
                raise Unmapped(f"a condition on the time of `{moved}` that is no start or end: its rows count later")

    def values(
        self,
        group_by: Sequence[LinkedName],
        filters: Iterable[Filter] = (),
        stretch: tuple[datetime, datetime] | None = None,
        spines: Collection[Home] = (),
    ) -> Values:
        """The dimensions from the one dataset that reaches all of them in the fewest steps.

        `spines` are time spines as rows that are nothing but their time; `metric_time` alone is read from one.
        """
        reads = self.conditions.read(filters)
        named = [*group_by, *(it for read in reads for it in read.named.values() if isinstance(it, LinkedName))]
        alone = all(name.is_metric_time for name in named)
        home = self._spine(named, spines) if alone and spines else self._nearest(named)
        if stretch is not None and not alone:
            raise Unmapped("a stretch of time needs a metric, or metric_time alone")
        asking = _Asking(self, [home], own_grain(home))
        for name in group_by:
            asking.dimension(name)
        bounds = Bounds(own_grain(home))
        if stretch is not None:
            bounds.within(*stretch)
        keys = tuple(Key(key.column, f"{home.table.name}.{key.by}") for key in asking.keys)
        where = tuple(text for read in reads if (text := self.conditions.joined([read], [home])))
        return Values(keys, where, bounds.start, bounds.end)

    @staticmethod
    def _spine(names: Sequence[LinkedName], spines: Collection[Home]) -> Home:
        """The coarsest spine that has the periods that are named: days, unless finer ones are."""
        order = list[str](GRAINS)
        finest = min((order.index(name.grain or "day") for name in names if name.grain in (None, *order)), default=99)
        usable = [home for home in spines if order.index(own_grain(home)) <= finest and own_grain(home) in order]
        if not usable:
            raise Unmapped("no time spine has periods as short as these")
        return max(usable, key=lambda home: order.index(own_grain(home)))

    def _nearest(self, names: Sequence[LinkedName]) -> Home:
        found: list[tuple[int, int, Home]] = []
        for table in self.conditions.joins.tables.values():
            try:
                steps = sum(self.conditions.joins.find(table, name).hops for name in names)
            except Unmapped:
                continue
            others = sum(name.element not in table.model.own_links for name in names)
            found.append((steps, others, Home(table, table.time)))
        if not found:
            raise Unmapped(f"no semantic model reaches all of {', '.join(map(str, names))}")
        return min(found, key=lambda it: it[:2])[2]

    def _homes(self, names: Sequence[str]) -> list[Home]:
        unique: list[Home] = []
        for home in (home for name in names for home in self.metrics.homes(name)):
            if not any(it.table is home.table and it.time == home.time for it in unique):
                unique.append(home)
        return unique

    def _default_grain(self, names: Sequence[str]) -> str:
        """What `metric_time` means without a grain: the coarsest of the metrics' own, which are days at least."""
        grains = [self.metrics.all[name].grain or self._coarsest(["day", *self._own_grains(name)]) for name in names]
        return self._coarsest(grains)

    def _own_grains(self, name: str) -> list[str]:
        return [own_grain(home) for home in self.metrics.homes(name)]

    @staticmethod
    def _coarsest(grains: Sequence[str]) -> str:
        usual: list[str] = [grain for grain in grains if grain in GRAINS]
        return max(usual, key=list[str](GRAINS).index, default="day")


def _column_of(keys: Iterable[Key], name: str) -> str | None:
    for key in keys:
        if key.column == name or key.column.startswith(f"{name}__"):
            return "period" if key.by is None else alias_of(key.by)
    return None


def own_grain(home: Home) -> str:
    """What the times of a home are cut to."""
    found = (it.grain for it in home.table.model.dimensions if home.table.dimensions.get(it.name) == home.time)
    return next((grain for grain in found if grain), "day")


@dataclass(slots=True)
class _Asking:
    """Gathers the keys of one question."""

    questions: Questions
    homes: Sequence[Home]
    default: str
    grain: str | None = None
    keys: list[Key] = field(default_factory=list)

    def key(self, name: LinkedName) -> None:
        if name.part is not None and name.part not in PARTS:
            raise Unmapped(f"`{name.part}` of a time is not part of the language")
        if self.is_time(name):
            self._time(name)
        else:
            self.dimension(name)

    def is_time(self, name: LinkedName) -> bool:
        """Whether the name is of the time that every metric counts at, so that it moves with offsets and windows."""
        return self.questions.conditions.is_time(name, self.homes)

    def time_grain(self, name: LinkedName, default: str) -> str | None:
        """What the metrics' time is cut to under this name."""
        if not self.is_time(name):
            return None
        return name.grain or (default if name.is_metric_time else own_grain(self.homes[0]))

    def _find(self, home: Home, name: LinkedName) -> Found:
        return self.questions.conditions.joins.find(home.table, name)

    def _time(self, name: LinkedName) -> None:
        if name.part is not None:
            self.keys.append(Key(f"{name}__extract_{name.part}", f"period:{PARTS[name.part]}"))
            return
        grain = name.grain or (self.default if name.is_metric_time else own_grain(self.homes[0]))
        column = f"{name}__{grain}"
        if self.grain is None:
            self.grain = grain
            self.keys.append(Key(column, None))
        else:
            self.keys.append(Key(column, f"period:{grain}"))

    def dimension(self, name: LinkedName) -> None:
        paths = self._paths(name, whole=False)
        if len(paths) > 1:
            paths = self._paths(name, whole=True)
        if len(paths) != 1:
            raise Unmapped(f"`{name}` is reached in another way from each dataset: {', '.join(sorted(paths))}")
        (path,) = paths
        own = self._grain(name)
        if own is None:
            self.keys.append(Key(str(name), path))
        elif name.part is not None:
            self.keys.append(Key(f"{name}__extract_{name.part}", f"{path}:{PARTS[name.part]}"))
        else:
            grain = name.grain or own
            self.keys.append(Key(f"{name}__{grain}", path if grain == own else f"{path}:{grain}"))

    def _grain(self, name: LinkedName) -> str | None:
        if name.is_metric_time:
            return own_grain(self.homes[0])
        found = self._find(self.homes[0], name).dimension
        return found.grain if found else None

    def _paths(self, name: LinkedName, *, whole: bool) -> set[str]:
        conditions = self.questions.conditions
        return {conditions.path(name, home, whole) for home in self.homes}
