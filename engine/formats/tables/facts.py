"""What was measured of tables: values only, from the queries of `sql.evidence`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...formula.expr import Cast, Expr, Physical, Type
from ...model import Datatype
from ...sql.catalog import TYPES
from ...warehouse.protocol import Column


@dataclass(frozen=True, slots=True)
class MeasuredColumn:
    """A column, how many rows have a value in it and how many values differ (None: not measured).

    `field` is its name in specs. `written` is what its text was read as, each value of it.
    """

    column: Column
    field: str
    present: int | None = None
    distinct: int | None = None
    written: Datatype | None = None

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def datatype(self) -> Datatype | None:
        return self.written or self.column.family

    @property
    def type(self) -> Type:
        return TYPES[self.column.family]

    @property
    def expr(self) -> Expr:
        """The column as a field reads it."""
        physical = Physical("", self.name, self.type)
        return Cast(physical, TYPES[self.written]) if self.written else physical


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """A table as specs name it, and in the warehouse; `rows` is None where `problem` says why nothing was measured.

    `pairs` are the two columns that together are unique, where none is alone; `after` tells of two times which are
    never empty whether the first is in any row after the second; `overlapping` how many rows are valid at once.
    """

    name: str
    table: str
    dataset: str
    columns: tuple[MeasuredColumn, ...] = ()
    rows: int | None = None
    problem: str | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    after: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    validity: tuple[str, str, str] | None = None

    def column(self, name: str) -> MeasuredColumn:
        return next(it for it in self.columns if it.name == name)

    def full(self, column: MeasuredColumn) -> bool:
        """Whether each row has a value in the column."""
        return bool(self.rows) and column.present == self.rows

    @property
    def times(self) -> tuple[MeasuredColumn, ...]:
        return tuple(it for it in self.columns if it.datatype in ("Date", "DateTime"))


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that may lead to the key of a table, and what was counted: rows with a value, and those that find it.

    `named` tells whether its name speaks of the table; `role` is what stands before that in the name.
    """

    source: str
    column: str
    target: str
    key: str
    named: bool
    role: str
    values: int = 0
    found: int = 0
    problem: str | None = None
