"""How a query wants its metrics: by which period and dimensions, of which rows, as of when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ..diagnostics import choices
from ..formula.bind import bind_condition
from ..formula.expr import Call, Cast, Column, Const, Expr, Interval, Ref
from ..formula.faults import FormulaError
from ..model import Grain, Period
from ..spans import Key, Origin
from .plan import Item
from .refusal import Refusal, parsed, written_at

if TYPE_CHECKING:
    from .rows import RowSet


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on home rows as text, with the place it is written at (none: the command line)."""

    text: str
    origin: Origin | None = field(default=None, compare=False)
    path: tuple[Key, ...] = field(default=(), compare=False)
    subject: str = field(default="", compare=False)

    def bound(self, rows: RowSet) -> Expr:
        if self.origin is not None:
            with written_at(self.origin, self.path, self.subject):
                return bind_condition(parsed(self.text), rows)
        try:
            return bind_condition(parsed(self.text), rows)
        except FormulaError as error:
            fault = error.fault
            message = f"`--where {self.text}`: {fault.message}"
            raise Refusal(fault.code, message, hint=fault.hint, asked=True) from None


@dataclass(frozen=True, slots=True)
class Frame:
    """What every metric of a query has in common.

    `start` is inclusive, `end` exclusive; rows from `as_of` on have not happened yet. `entity` asks for one value
    per entity instead of per period and dimension.
    """

    as_of: datetime
    grain: Grain | None = None
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    start: date | None = None
    end: date | None = None
    entity: str | None = None

    def keys(self, rows: RowSet, time_column: Column | None) -> tuple[Item, ...]:
        """The grouping columns: the period of `time_column`, dimensions, the entity."""
        fresh = rows.catalog.fresh
        items: list[Item] = []
        if self.grain is not None:
            if time_column is None:
                raise Refusal("C303", f"`{rows.dataset.name}` has no time, so it has no value by {self.grain}")
            items.append((fresh("period", "date"), Cast(Call(f"trunc_{self.grain}", (time_column,)), "date")))
        for name in self.by:
            column = dimension(rows, name, asked=True)
            items.append((fresh(name.rsplit(".", 1)[-1], column.type), column))
        if self.entity is not None:
            column = rows.entity(self.entity)
            items.append((fresh(self.entity, column.type), column))
        return tuple(items)

    def conditions(self, rows: RowSet) -> tuple[Expr, ...]:
        """The query's own filters, on the home row."""
        return tuple(condition.bound(rows) for condition in self.where)

    def range(self, moment: Expr, type_: str) -> tuple[Expr, ...]:
        """`start <= moment < end`, and `moment` before `as_of`."""
        bounds: list[Expr] = []
        if self.start is not None:
            bounds.append(Call("ge", (moment, _day(self.start, type_))))
        if self.end is not None and datetime.combine(self.end, time()) <= self.as_of:
            bounds.append(Call("lt", (moment, _day(self.end, type_))))
        else:
            bounds.append(self.happened(moment, type_))
        return tuple(bounds)

    def happened(self, moment: Expr, type_: str) -> Expr:
        """`moment` lies before `as_of`; a day has happened once it has begun."""
        if type_ == "date":
            begun = self.as_of.date() + timedelta(days=0 if self.as_of.time() == time() else 1)
            return Call("lt", (moment, Const(begun, "date")))
        return Call("lt", (moment, Const(self.as_of, "datetime")))

    def mature(self, moment: Expr, type_: str, *lengths: Period) -> Expr:
        """The window that starts at `moment` and lasts all `lengths` has ended by `as_of`."""
        end = moment
        for length in lengths:
            end = shifted(end, length)
        fine = type_ == "date" and all(length.unit not in ("hour", "minute") for length in lengths)
        now = Const(self.as_of.date(), "date") if fine else Const(self.as_of, "datetime")
        return Call("le", (end, now))


def shifted(moment: Expr, length: Period) -> Expr:
    return Call("date_add", (moment, Interval(length.count, length.unit)))


def dimension(rows: RowSet, name: str, *, asked: bool = False) -> Column:
    """The column of a dimension or path; refused with what could be named instead."""
    try:
        column = rows.name(Ref(tuple(name.split("."))))
    except FormulaError:
        known = [shared for shared in rows.catalog.project.dimensions if rows.dimension_path(shared)]
        own = [field.name for field in rows.dataset.fields.values() if field.datatype in (None, "String", "Boolean")]
        own += [f"{step}.…" for step in rows.catalog.steps(rows.dataset.name)]
        hint = f"dimensions of `{rows.dataset.name}`: {choices(dict.fromkeys([*known, *own]))}"
        message = f"`{name}` is no dimension of `{rows.dataset.name}`: it is neither a field nor a many-to-one path"
        raise Refusal("C301", message, hint=hint, asked=asked) from None
    assert isinstance(column, Column)
    return column


def _day(day: date, type_: str) -> Const:
    return Const(day, "date") if type_ == "date" else Const(datetime.combine(day, time()), "datetime")
