"""SQL Server: there is no truth among its values, so the last step puts 1, 0 and comparisons where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ...formula.expr import Cast, Const, Expr, Interval, Type
from ...formula.functions import type_of
from .dialect import Dialect, Form, Tree, call, number, text
from .forms import FORMS, as_text, binary, guarded, named, refused, rounded_float
from .redshift import fraction
from .series import counted, digits
from .times import part_of, plus_one, small_step_of_day

if TYPE_CHECKING:
    from .writer import Writer

_BY_LETTER = "Latin1_General_100_BIN2"
_MONDAY = "0001-01-01"


def _column(tree: Tree, type_: Type) -> Tree:
    """By code points: most collations do not tell upper from lower case."""
    return exp.Collate(this=tree, expression=exp.Var(this=_BY_LETTER)) if type_ == "text" else tree


# --- operators


def _round(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """The number of digits has to be given."""
    if type_of(args[0]) not in ("decimal", "integer"):
        return rounded_float(writer, args)
    return FORMS["round"](writer, args if len(args) > 1 else (*args, Const(0, "integer")))


def _like(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A bracket would open a set of characters."""
    value, pattern = args
    if isinstance(pattern, Const) and isinstance(pattern.value, str):
        plain = text(pattern.value.replace("[", "[[]"))
    else:
        plain = call("REPLACE", writer.write(pattern), text("["), text("[[]"))
    return exp.Like(this=writer.operand(value), expression=plain)


def _length(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """LEN leaves spaces at the end out."""
    ended = exp.Add(this=writer.operand(args[0]), expression=text("."))
    return exp.Sub(this=call("LEN", ended), expression=number(1))


def _substring(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    rest = args[2:] or (Const(2**31 - 1, "integer"),)
    return call("SUBSTRING", *(writer.write(arg) for arg in (as_text(args[0]), args[1], *rest)))


def _date_add(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    base, step = args
    assert isinstance(step, Interval)
    if small_step_of_day(args):
        base = Cast(base, "datetime")
    return call("DATEADD", exp.var(step.unit.upper()), number(step.count), writer.write(base))


def _trunc(writer: Writer, args: tuple[Expr, ...]) -> Tree:
    """A day, but for hours and less; what SQL Server before 2022 can do as well."""
    unit, arg = args
    assert isinstance(unit, Const)
    tree = writer.write(arg)
    name = str(unit.value).upper()
    day = writer.typed(tree, "date")
    if name in ("HOUR", "MINUTE", "SECOND"):
        since = call("DATEDIFF", exp.var(name), day, tree.copy())
        return call("DATEADD", exp.var(name), since, writer.typed(day.copy(), "datetime"))
    if name == "DAY":
        return day
    if name == "WEEK":
        return call("DATEADD", exp.var("DAY"), exp.Neg(this=exp.Paren(this=_since_monday(writer, tree))), day)
    month: Tree = number(1)
    if name == "MONTH":
        month = call("MONTH", tree.copy())
    elif name == "QUARTER":
        threefold = exp.Mul(this=call("DATEPART", exp.var("QUARTER"), tree.copy()), expression=number(3))
        month = exp.Sub(this=threefold, expression=number(2))
    return call("DATEFROMPARTS", call("YEAR", tree), month, number(1))


def _since_monday(writer: Writer, tree: Tree) -> Tree:
    """Whatever DATEFIRST says: the calendar begins on a Monday."""
    days = call("DATEDIFF", exp.var("DAY"), writer.typed(text(_MONDAY), "date"), tree.copy())
    return exp.Mod(this=days, expression=number(7))


def _part(unit: str) -> Form:
    def form(writer: Writer, args: tuple[Expr, ...]) -> Tree:
        (arg,) = args
        if unit in ("hour", "minute", "second") and type_of(arg) == "date":
            arg = Cast(arg, "datetime")
        return call("DATEPART", exp.var(unit.upper()), writer.write(arg))

    return form


def _date_diff(name: str, unit: str) -> Form:
    return lambda writer, args: call(name, exp.var(unit), *(writer.write(arg) for arg in args))


def _wide(writer: Writer, tree: Tree, type_: Type) -> Tree:
    """A sum of integers of 32 bits would have 32."""
    return writer.typed(tree, "integer") if type_ == "integer" else tree


def _ten_values(alias: str) -> Tree:
    rows = [exp.Tuple(expressions=[number(digit)]) for digit in range(10)]
    return exp.Values(
        expressions=rows, alias=exp.TableAlias(this=exp.to_identifier(alias), columns=[exp.to_identifier("digit")])
    )


# --- truth


def _finish(tree: Tree) -> Tree:
    return _settled(tree, truth=False)


def _settled(node: Tree, truth: bool) -> Tree:
    """The node as a condition where `truth` is wanted, else as a value; texts beyond ASCII bear their N."""
    if isinstance(node, exp.Boolean):
        return (
            exp.EQ(this=number(1), expression=number(int(bool(node.this)))) if truth else number(int(bool(node.this)))
        )
    if isinstance(node, exp.Literal):
        return exp.National(this=node.this) if node.is_string and not str(node.this).isascii() else node
    if isinstance(node, exp.Paren) and truth:
        node.set("this", _settled(node.this, truth=True))
        return node
    holds = isinstance(node, (exp.And, exp.Or, exp.Not))
    for key, value in tuple(node.args.items()):
        wanted = holds or (key, type(node)) in _CONDITIONS
        if isinstance(value, exp.Expression):
            node.set(key, _settled(value, wanted))
        elif isinstance(value, list):
            node.set(key, [_settled(v, wanted) if isinstance(v, exp.Expression) else v for v in value])
    if holds or _compares(node):
        return node if truth else _as_value(node)
    return exp.EQ(this=node, expression=number(1)) if truth else node


_CONDITIONS = {("this", exp.If), ("this", exp.Where), ("this", exp.Having), ("on", exp.Join)}
_COMPARISONS: tuple[Any, ...] = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Like)


def _compares(node: Tree) -> bool:
    return isinstance(node, _COMPARISONS)


def _as_value(node: Tree) -> Tree:
    fails = exp.Not(this=exp.Paren(this=node.copy()))
    return exp.Case(ifs=[exp.If(this=node, true=number(1)), exp.If(this=fails, true=number(0))])


_RESERVED = """
    any authorization backup break browse bulk checkpoint close clustered coalesce compute contains containstable
    continue convert current cursor dbcc deallocate declare default deny disk distributed double dump errlvl escape
    exec execute exit external fetch file fillfactor freetext freetexttable function goto grant holdlock identity
    identity_insert identitycol if kill lineno load merge national nocheck nonclustered nullif of off offsets open
    opendatasource openquery openrowset openxml option percent pivot plan precision print proc procedure public
    raiserror read readtext reconfigure replication restore restrict return revert revoke rollback rowcount rowguidcol
    rule save schema securityaudit semantickeyphrasetable semanticsimilaritydetailstable semanticsimilaritytable
    session_user setuser shutdown some statistics system_user tablesample textsize to top tran transaction trigger
    truncate try_convert tsequal unpivot update updatetext use user values varying view waitfor while within writetext
    add all alter and as asc begin between by cascade case check collate column commit constraint create cross
    current_date current_time current_timestamp current_user database delete desc distinct drop else end except exists
    for foreign from full group having in index inner insert intersect into is join key left like not null on or order
    outer over primary references right select set table then union unique when where with
"""

TSQL = Dialect(
    "tsql",
    "syntax checked",
    types={"text": "NVARCHAR(MAX)", "datetime": "DATETIME2(6)", "boolean": "BIT"},
    forms={
        "concat": binary(exp.Add),
        "ceil": named("CEILING"),
        "ln": guarded("LOG", exp.GT),
        "length": _length,
        "like": _like,
        "make_date": named("DATEFROMPARTS"),
        "round": _round,
        "substring": _substring,
        "trunc": _trunc,
        **{f"part_{unit}": _part(unit) for unit in ("year", "quarter", "month", "day", "hour", "minute", "second")},
        "part_week_of_year": part_of("DATEPART", "ISO_WEEK"),
        "part_day_of_year": part_of("DATEPART", "DAYOFYEAR"),
        "part_day_of_week": lambda writer, args: plus_one(_since_monday(writer, writer.write(args[0]))),
        "in_zone": refused("time zones", "tsql", "it has names of its own for them", "store the time in the zone"),
        "days_between": _date_diff("DATEDIFF", "DAY"),
        "elapsed_us": _date_diff("DATEDIFF_BIG", "MICROSECOND"),
        "date_add": _date_add,
    },
    series=counted(digits(_ten_values), lambda tree, many, unit: call("DATEADD", exp.var(unit.upper()), many, tree)),
    trunc_gives="either",
    inputs={"avg": fraction, "sum": _wide},
    column=_column,
    percentile=None,  # a window function only
    qualify=True,
    finish=_finish,
    reserved=frozenset(_RESERVED.split()),
)
