"""MySQL, as MariaDB runs it: texts are compared letter by letter, whatever collation their columns have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from ...formula.expr import Cast, Const, Expr, Physical, Type, walk
from ...formula.functions import type_of
from .casts import truth_of_text
from .dialect import Dialect, Form, Tree, call, number, text
from .forms import FORMS, like_without_escape, named, rounded_float
from .series import counted, doubled
from .times import plus_one

if TYPE_CHECKING:
    from .writer import Writer

# By code points and without padding: the two engines call it differently, and each reads the comment of its own.
_BY_LETTER = "/*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */"


def _by_letter(tree: Tree) -> Tree:
    return exp.Collate(this=tree, expression=exp.Var(this=_BY_LETTER))


def _column(tree: Tree, type_: Type) -> Tree:
    return _by_letter(tree) if type_ == "text" else tree


def _is_by_letter(expr: Expr) -> bool:
    return any(isinstance(part, Physical) and part.type == "text" for part in walk(expr))


def _compared(op: str) -> Form:
    """A text beside a column of no declared type: there the text brings the collation."""

    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        tree = (like_without_escape if op == "like" else FORMS[op])(writer, args)
        types = {type_of(arg) for arg in args}
        if "text" in types and not any(map(_is_by_letter, args)):
            first = tree.this
            tree.set("this", _by_letter(first))
        return tree

    return form


def _branches(writer: Writer, exprs: list[Expr]) -> list[Tree]:
    """Constants that are chosen from would have the collation of the session."""
    trees = [writer.write(expr) for expr in exprs]
    texts = any(type_of(expr) == "text" for expr in exprs)
    if texts and not any(map(_is_by_letter, exprs)):
        index = next(index for index, expr in enumerate(exprs) if type_of(expr) == "text")
        trees[index] = _by_letter(trees[index])
    return trees


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A day, but for hours and less."""
    unit, arg = args
    assert isinstance(unit, Const)
    tree = writer.write(arg)
    if unit.value in _CLOCK:
        return call("DATE_FORMAT", tree, text(f"%Y-%m-%d {_CLOCK[str(unit.value)]}"))
    if unit.value == "day":
        return writer.typed(tree, "date")
    if unit.value == "week":
        return _back(writer.typed(tree, "date"), call("WEEKDAY", tree.copy()))
    if unit.value == "month":
        return _back(writer.typed(tree, "date"), exp.Sub(this=call("DAYOFMONTH", tree.copy()), expression=number(1)))
    first = call("MAKEDATE", call("YEAR", tree), number(1))
    if unit.value == "year":
        return first
    quarters = exp.Sub(this=call("QUARTER", tree.copy()), expression=number(1))
    return call("DATE_ADD", first, exp.Interval(this=quarters, unit=exp.var("QUARTER")))


_CLOCK = {"hour": "%H:00:00", "minute": "%H:%i:00", "second": "%H:%i:%s"}


def _in_zone(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """Null beyond the years that the server knows zones in, where CONVERT_TZ leaves the time as it is."""
    moment, first, second = args
    tree = writer.write(Cast(moment, "datetime"))
    low, high = (writer.write(Const(datetime(*day), "datetime")) for day in ((1970, 1, 2), (2038, 1, 18)))
    known = exp.And(this=exp.GTE(this=tree, expression=low), expression=exp.LT(this=tree.copy(), expression=high))
    moved = call("CONVERT_TZ", tree.copy(), writer.write(first), writer.write(second))
    return exp.Case(ifs=[exp.If(this=known, true=moved)])


def _shift(tree: Tree, many: Tree, unit: str) -> Tree:
    return call("DATE_ADD", tree, exp.Interval(this=many, unit=exp.var(unit.upper())))


def _back(day: Tree, days: Tree) -> Tree:
    return call("DATE_SUB", day, exp.Interval(this=days, unit=exp.var("DAY")))


def _make_date(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    parts = [writer.write(arg) for arg in args]
    written = call("CONCAT", parts[0], text("-"), parts[1], text("-"), parts[2])
    return call("STR_TO_DATE", written, text("%Y-%m-%d"))


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """ROUND of a float takes halves to the even number."""
    return FORMS["round"](writer, args) if type_of(args[0]) in ("decimal", "integer") else rounded_float(writer, args)


# What a text must look like to be read as a number: of any other, MySQL reads as much as it can, or a 0.
_NUMBER = "^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)? *$"
_WHOLE = "^ *[-+]?[0-9]+ *$"


def _read(pattern: str) -> Callable[[Writer, Cast], Tree | None]:
    def cast(writer: Writer, cast: Cast) -> Tree | None:
        if type_of(cast.arg) != "text":
            return None
        tree = writer.write(cast.arg)
        fits = exp.GT(this=call("REGEXP_INSTR", tree, text(pattern)), expression=number(0))
        return exp.Case(ifs=[exp.If(this=fits, true=writer.typed(tree.copy(), cast.type, cast.scale))])

    return cast


def _fraction(writer: Writer, tree: Tree, type_: Type) -> Tree:
    """A mean of other numbers has four digits after the point more than they."""
    return tree if type_ == "float" else writer.typed(tree, "float")


# Of MariaDB; sqlglot knows those of MySQL.
_RESERVED = """
    current_role delete_domain_id do_domain_ids ignore_domain_ids master_demote_to_replica master_demote_to_slave
    offset page_checksum parse_vcol_expr portion ref_system_id returning sql_buffer_result sql_cache sql_no_cache
    stats_auto_recalc stats_persistent stats_sample_pages
"""

MYSQL = Dialect(
    "mysql",
    "proved",
    types={"integer": "SIGNED", "text": "CHAR", "datetime": "DATETIME(6)"},
    forms={
        **{op: _compared(op) for op in ("eq", "ne", "lt", "le", "gt", "ge", "in", "like")},
        "concat": named("CONCAT"),
        "length": named("CHAR_LENGTH"),
        "round": _round,
        "make_date": _make_date,
        "trunc": _trunc,
        "part_week_of_year": lambda writer, args: call("WEEK", writer.write(args[0]), number(3)),
        "part_day_of_week": lambda writer, args: plus_one(call("WEEKDAY", writer.write(args[0]))),
        "part_day_of_year": named("DAYOFYEAR"),
        "in_zone": _in_zone,
        "days_between": lambda writer, args: call("DATEDIFF", writer.write(args[1]), writer.write(args[0])),
        "elapsed_us": lambda writer, args: call(
            "TIMESTAMPDIFF", exp.var("MICROSECOND"), writer.write(args[0]), writer.write(args[1])
        ),
    },
    trunc_gives="either",
    casts={"integer": _read(_WHOLE), "decimal": _read(_NUMBER), "float": _read(_NUMBER), "boolean": truth_of_text},
    inputs={"avg": _fraction},
    column=_column,
    branches=_branches,
    series=counted(doubled, _shift),
    percentile=None,
    qualify=True,
    reserved=frozenset(_RESERVED.split()),
)
