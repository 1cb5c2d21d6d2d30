"""What a dialect is: the forms in which it differs from the default, as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from sqlglot import exp

from ...formula.expr import Cast, Expr, Type

if TYPE_CHECKING:
    from .writer import Writer

Tree = Any
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
Form = Callable[["Writer", tuple[Expr, ...]], Tree]
# One row for each unit of time from a start to a stop, both included: (writer, start, stop, unit, name of the column).
Series = Callable[["Writer", Tree, Tree, str, str], Tree]


def call(name: str, *args: Tree) -> Tree:
    """A function printed under this very name, in every dialect."""
    return exp.Anonymous(this=name, expressions=list(args))


def number(value: object) -> Tree:
    return exp.Literal.number(str(value))


def signed(value: int | float | Decimal) -> Tree:
    literal = number(f"{abs(value):f}" if isinstance(value, Decimal) else repr(abs(value)))
    return exp.Neg(this=literal) if value < 0 else literal


def text(value: str) -> Tree:
    return exp.Literal.string(value)


def within_group(arg: Tree, share: Decimal) -> Tree:
    """The standard's form of a percentile: linear interpolation between the two nearest values."""
    order = exp.Order(expressions=[exp.Ordered(this=arg, nulls_first=False)])
    return exp.WithinGroup(this=call("PERCENTILE_CONT", number(share)), expression=order)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs from one engine to the next."""

    name: str
    # Its statements were run on the engine and gave what they should, or they were only parsed.
    proof: Literal["proved", "syntax checked"]
    types: Mapping[Type, str] = field(default_factory=dict)
    # Operators, and what others are made of: `trunc` (unit, time; weeks start on Monday) and `days_between`.
    forms: Mapping[str, Form] = field(default_factory=dict)
    # Whether `trunc` gives a time whatever it is given, the type that it is given, or now this, now that.
    trunc_gives: Literal["datetime", "same", "either"] = "datetime"
    # By the type that is cast to; `None` leaves a cast to the default.
    casts: Mapping[Type, Callable[[Writer, Cast], Tree | None]] = field(default_factory=dict)
    # What becomes of the argument of an aggregate or window function (`count_over` is COUNT in a window).
    inputs: Mapping[str, Callable[[Writer, Tree, Type], Tree]] = field(default_factory=dict)
    # What becomes of the result of an aggregate or window function.
    outputs: Mapping[str, Callable[[Writer, Tree, Type], Tree]] = field(default_factory=dict)
    # How a column of a type is read.
    column: Callable[[Tree, Type], Tree] | None = None
    # How a value is given a type that no cast gives.
    retyped: Mapping[Type, Callable[[Tree], Tree]] = field(default_factory=dict)
    # None: there is no such aggregate, and plans are rewritten (`sql/percentiles.py`).
    percentile: Callable[[Tree, Decimal], Tree] | None = within_group
    # The results of a choice (CASE, COALESCE), where numbers of several types cannot stand side by side.
    branches: Callable[[Writer, list[Expr]], list[Tree]] | None = None
    # A constant with a point, where the engine would read a float.
    decimal: Callable[[Decimal], Tree] | None = None
    # Days for units of a day and more, else times; no rows where an end is null, or the stop is before the start.
    series: Series | None = None
    # A bare NULL in a union would be a text.
    typed_nulls: bool = False
    # Columns need their table's name before them, even where only one table is read.
    qualify: bool = False
    # A column of a join is not known by its bare name further on (in ORDER BY, in an outer query) without an alias.
    alias_joined: bool = False
    # In GROUP BY a table's name would stand for an output of the same name, so outputs go by their places.
    group_by_place: bool = False
    # Names that would be read as syntax, where sqlglot does not know that.
    reserved: frozenset[str] = frozenset()
    # What a statement has to set so that it means what is written.
    settings: tuple[str, ...] = ()
    # The last step, over the whole statement.
    finish: Callable[[Tree], Tree] = lambda tree: tree

    def printed(self, tree: Tree, name: str) -> str:
        """A statement as text, with what it has to set; `name` is sqlglot's name of the dialect."""
        text = tree.sql(dialect=name, pretty=True, comments=False, copy=False)
        return f"{text}\nSETTINGS {', '.join(self.settings)}" if self.settings else str(text)

    def identifier(self, name: str) -> Tree:
        """A name, in quotes where it needs them."""
        return exp.Identifier(this=name, quoted=not _PLAIN_NAME.match(name) or name in self.reserved)


def as_float(writer: Writer, tree: Tree, type_: Type) -> Tree:
    """For engines that cut a mean or percentile of decimals off after a few digits, or take none."""
    return tree if type_ in ("float", "integer") else writer.typed(tree, "float")
