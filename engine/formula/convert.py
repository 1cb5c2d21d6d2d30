"""From sqlglot's tree to an expression of the closed set: one method a node type, anything else is a fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlglot import exp

from ..diagnostics import did_you_mean
from .expr import (
    Aggregated,
    At,
    Call,
    Case,
    Cast,
    Const,
    Expr,
    Interval,
    MetricOf,
    Ref,
    Type,
    Windowed,
)
from .faults import FormulaError
from .functions import FUNCTION_NAMES, OPERATORS, PARTS, STARTS, UNITS_OF_TIME
from .syntax import without_strings

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}|\Z)")
_BINARY: Mapping[type, str] = {
    exp.Add: "add",
    exp.Sub: "sub",
    exp.Mul: "mul",
    exp.Div: "div",
    exp.EQ: "eq",
    exp.NEQ: "ne",
    exp.LT: "lt",
    exp.LTE: "le",
    exp.GT: "gt",
    exp.GTE: "ge",
    exp.And: "and",
    exp.Or: "or",
    exp.DPipe: "concat",
}
_FUNCTIONS: Mapping[type, tuple[str, tuple[str, ...]]] = {
    exp.Abs: ("abs", ("this",)),
    exp.Round: ("round", ("this", "decimals")),
    exp.Floor: ("floor", ("this",)),
    exp.Ceil: ("ceil", ("this",)),
    exp.Sqrt: ("sqrt", ("this",)),
    exp.Ln: ("ln", ("this",)),
    exp.Lower: ("lower", ("this",)),
    exp.Upper: ("upper", ("this",)),
    exp.Trim: ("trim", ("this",)),
    exp.Length: ("length", ("this",)),
    exp.Substring: ("substring", ("this", "start", "length")),
    exp.Nullif: ("nullif", ("this", "expression")),
    exp.DateFromParts: ("make_date", ("year", "month", "day")),
    exp.Neg: ("neg", ("this",)),
    exp.Not: ("not", ("this",)),
    exp.Year: ("part_year", ("this",)),
    exp.Quarter: ("part_quarter", ("this",)),
    exp.Month: ("part_month", ("this",)),
    exp.Day: ("part_day", ("this",)),
    exp.Hour: ("part_hour", ("this",)),
    exp.Minute: ("part_minute", ("this",)),
    exp.Second: ("part_second", ("this",)),
    exp.Week: ("part_week_of_year", ("this",)),
    exp.WeekOfYear: ("part_week_of_year", ("this",)),
    exp.DayOfWeekIso: ("part_day_of_week", ("this",)),
    exp.DayOfYear: ("part_day_of_year", ("this",)),
}
# Parts that EXTRACT calls otherwise than they are called here.
_EXTRACTED = {"week": "week_of_year", "isodow": "day_of_week", "doy": "day_of_year"}
_EXTRACTED |= {part: part for part in PARTS if part not in _EXTRACTED.values()}
_TYPES: Mapping[str, Type] = {
    **dict.fromkeys(("DATE", "DATE32"), "date"),
    **dict.fromkeys(("TIMESTAMP", "DATETIME", "TIMESTAMPNTZ"), "datetime"),
    **dict.fromkeys(("INT", "BIGINT", "SMALLINT", "TINYINT"), "integer"),
    **dict.fromkeys(("DOUBLE", "FLOAT"), "float"),
    **dict.fromkeys(("TEXT", "VARCHAR"), "text"),
    "DECIMAL": "decimal",
    "BOOLEAN": "boolean",
}
# Parts of expressions that sqlglot classes neither as conditions nor as functions.
_NEITHER = (exp.AtTimeZone, exp.IgnoreNulls, exp.National, exp.RespectNulls, exp.Tuple)
# Arguments that sqlglot sets by itself when it reads DuckDB; any other that is not taken here would change meaning.
_HARMLESS = frozenset(("big_int", "typed", "safe", "is_string", "date_part_boundary", "nulls_first", "coalesce"))


class Converter:
    """One method a node type that formulas may hold; whatever else appears is a fault."""

    def __init__(self, text: str) -> None:
        self.text = text

    def convert(self, node: Any) -> Expr:
        kind = type(node)
        if kind in _BINARY:
            self.only(node, "this", "expression")
            return self._binary(node, _BINARY[kind])
        if kind in _FUNCTIONS:
            op, keys = _FUNCTIONS[kind]
            self.only(node, *keys)
            args = tuple(self.convert(node.args[key]) for key in keys if node.args.get(key) is not None)
            return self._negative(Call(op, args, self.at(node))) if op == "neg" else Call(op, args, self.at(node))
        handler = _HANDLERS.get(kind)
        if handler is not None:
            return handler(self, node)
        raise self._foreign(node)

    # --- faults

    def at(self, node: Any) -> At:
        """The characters of a node: from its first to its last position that sqlglot kept."""
        starts, ends = [], []
        for part in node.walk():
            meta = part.meta
            if "start" in meta:
                starts.append(meta["start"])
                ends.append(meta["end"] + 1)
        return self._whole(node, min(starts), max(ends)) if starts else (0, len(self.text))

    def _whole(self, node: Any, start: int, end: int) -> At:
        """With the name of the function and the parentheses that sqlglot keeps no position of."""
        if isinstance(node, exp.Func):
            named = re.search(r"(\w+)\s*\((?:\s*\w+\s)*\s*\Z", self.text[:start])
            own = re.match(r"(\w+)\s*\(", self.text[start:])
            known = type(node).sql_names()
            if named and named.group(1).upper() in known and not (own and own.group(1).upper() in known):
                start = named.start()
        blanked = without_strings(self.text)
        while blanked.count("(", start, end) > blanked.count(")", start, end) and ")" in blanked[end:]:
            end = blanked.index(")", end) + 1
        return start, end

    def fault(self, code: str, message: str, node: Any, hint: str | None = None) -> FormulaError:
        return FormulaError(code, message, self.at(node), hint)

    def only(self, node: Any, *taken: str) -> None:
        """Refuses a node that says more than is read from it."""
        for key, value in node.args.items():
            if key not in taken and key not in _HARMLESS and value not in (None, False, []):
                raise self.fault("C104", f"`{node.sql('duckdb')}` is more than this version reads ({key})", node)

    def arguments(self, node: Any, most: int) -> None:
        """Refuses a function with more than `most` arguments, where sqlglot forgets the others."""
        start, end = self.at(node)
        depth = commas = 0
        for char in without_strings(self.text)[start:end]:
            depth += (char in "([") - (char in ")]")
            commas += char == "," and depth == 1
        if commas >= most:
            raise self.fault("C104", f"`{self.text[start:end]}` has more than {most} arguments", node)

    def _foreign(self, node: Any) -> FormulaError:
        if isinstance(node, (exp.Subquery, exp.Select, exp.SetOperation, exp.Exists)):
            hint = "declare the query as a dataset: `source: {query: SELECT ...}`"
            code = "C102" if node.parent is None and not isinstance(node, exp.Subquery) else "C103"
            what = "a query" if code == "C102" else "a subquery"
            start, end = self.at(node.this if isinstance(node, exp.Exists) else node)
            select = self.text.lower().rfind("select", 0, start + 1)  # sqlglot keeps no position of keywords
            return FormulaError(code, f"{what} cannot stand in a formula", (max(select, 0), end), hint)
        if isinstance(node, exp.Window):
            hint = "declare a dataset with `source: {query: ...}` and use its column"
            return self.fault("C106", "a window function cannot stand here", node, hint)
        if isinstance(node, exp.Star):
            return self.fault("C108", "`*` names no dataset", node, "name a column: COUNT(orders.order_id)")
        if isinstance(node, (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime)):
            hint = "periods are chosen with --start, --end and --as-of"
            word = re.search(r"\bcurrent_\w+", self.text, re.I)
            at = self.at(node) if word is None or node.meta else word.span()
            return FormulaError("C104", "the clock is not read in formulas", at, hint)
        if isinstance(node, exp.Alias):
            return self.fault("C104", "a formula bears no name of its own", node, f"leave out `{node.alias}`")
        if isinstance(node, (exp.Block, exp.DDL, exp.DML, exp.Command)) or (
            node.parent is None and not isinstance(node, (exp.Func, exp.Condition, *_NEITHER))
        ):
            return self.fault("C102", "a statement cannot stand in a formula; an expression is wanted", node)
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
        if name:
            written = re.match(r"\w+(?=\s*\()", self.text[self.at(node)[0] :])
            name = written.group() if written else name
            hint = (
                did_you_mean(name, FUNCTION_NAMES) or "the functions that every engine computes alike are in the docs"
            )
            return self.fault("C104", f"`{name}` is not a function of the language", node, hint)
        return self.fault("C104", f"`{node.sql('duckdb')}` is not part of the language", node)

    # --- leaves

    def column(self, node: Any) -> Expr:
        parts = []
        for part in node.parts:
            if isinstance(part, exp.Star):
                raise self.fault("C108", "`*` names no column", node, "name a column: COUNT(orders.order_id)")
            parts.append(part.name if part.args.get("quoted") else part.name.lower())
        return Ref(tuple(parts), self.at(node))

    def dot(self, node: Any) -> Expr:
        """A path of more than four parts."""
        left = self.convert(node.this)
        if not isinstance(left, Ref) or not isinstance(node.expression, (exp.Identifier, exp.Column)):
            raise self.fault("C104", f"`{node.sql('duckdb')}` is not part of the language", node)
        return Ref((*left.path, node.expression.name.lower()), self.at(node))

    def literal(self, node: Any) -> Expr:
        if node.args.get("is_string"):
            return Const(node.this, "text", self.at(node))
        written = str(node.this)
        if len(written) > 100 or float(written) == float("inf"):
            raise self.fault("C104", "the number is too large", node)
        if re.fullmatch(r"[0-9]+", written):
            return Const(int(written), "integer", self.at(node))
        if "e" in written.lower():
            return Const(float(written), "float", self.at(node))
        return Const(Decimal(written), "decimal", self.at(node))

    def boolean(self, node: Any) -> Expr:
        return Const(bool(node.this), "boolean", self.at(node))

    def null(self, node: Any) -> Expr:
        return Const(None, "unknown", self.at(node))

    def paren(self, node: Any) -> Expr:
        return self.convert(node.this)

    def interval(self, node: Any) -> Expr:
        count, unit = node.this, node.args.get("unit")
        while isinstance(count, exp.Paren):
            count = count.this
        negative = isinstance(count, exp.Neg)
        literal = count.this if negative else count
        name = str(unit.this).lower().removesuffix("s") if isinstance(unit, exp.Var) else ""
        written = str(literal.this) if isinstance(literal, exp.Literal) else ""
        if name not in UNITS_OF_TIME or not re.fullmatch(r"-?[0-9]{1,6}", written):
            raise self.fault("C104", "write a constant length of time, for example INTERVAL 30 DAY", node)
        return Interval(-int(written) if negative else int(written), name, self.at(node))

    @staticmethod
    def _negative(call: Call) -> Expr:
        (arg,) = call.args
        if isinstance(arg, Const) and isinstance(arg.value, (int, float, Decimal)) and arg.type != "boolean":
            return Const(-arg.value, arg.type, call.at)
        return call

    # --- operators

    def _binary(self, node: Any, op: str) -> Expr:
        left, right = self.convert(node.this), self.convert(node.expression)
        at = self.at(node)
        if isinstance(right, Interval) and op in ("add", "sub"):
            step = Interval(right.count if op == "add" else -right.count, right.unit, right.at)
            return Call("date_add", (left, step), at)
        if isinstance(left, Interval) and op == "add":
            return Call("date_add", (right, left), at)
        return Call(op, (left, right), at)

    def is_(self, node: Any) -> Expr:
        self.only(node, "this", "expression")
        left, right = self.convert(node.this), node.expression
        if isinstance(right, exp.Null):
            return Call("is_null", (left,), self.at(node))
        if isinstance(right, exp.Boolean):
            return Call("is_true" if right.this else "is_false", (left,), self.at(node))
        raise self.fault("C104", "IS goes with NULL, TRUE and FALSE", node)

    def in_(self, node: Any) -> Expr:
        self.only(node, "this", "expressions", "query", "negate")
        if node.args.get("query") is not None:
            raise self._foreign(node.args["query"])
        call = Call("in", tuple(self.convert(item) for item in (node.this, *node.expressions)), self.at(node))
        return Call("not", (call,), call.at) if node.args.get("negate") else call

    def between(self, node: Any) -> Expr:
        self.only(node, "this", "low", "high", "negate")
        this, low, high = (self.convert(node.args[key]) for key in ("this", "low", "high"))
        at = self.at(node)
        call = Call("and", (Call("ge", (this, low), at), Call("le", (this, high), at)), at)
        return Call("not", (call,), at) if node.args.get("negate") else call

    def like(self, node: Any) -> Expr:
        self.only(node, "this", "expression", "negate")
        call = Call("like", (self.convert(node.this), self.convert(node.expression)), self.at(node))
        return Call("not", (call,), call.at) if node.args.get("negate") else call

    def coalesce(self, node: Any) -> Expr:
        self.only(node, "this", "expressions")
        return self._many("coalesce", node)

    def greatest(self, node: Any) -> Expr:
        self.only(node, "this", "expressions", "ignore_nulls")
        return self._many("greatest" if isinstance(node, exp.Greatest) else "least", node)

    def _many(self, op: str, node: Any) -> Expr:
        first = [node.this] if node.this is not None else []
        return Call(op, tuple(self.convert(item) for item in (*first, *node.expressions)), self.at(node))

    def concat(self, node: Any) -> Expr:
        raise self.fault(
            "C104", "`concat` treats nulls differently in each engine", node, "use `a || b`, with COALESCE"
        )

    def case(self, node: Any) -> Expr:
        self.only(node, "this", "ifs", "default")
        subject = self.convert(node.this) if node.this is not None else None
        whens = []
        for branch in node.args["ifs"]:
            when = self.convert(branch.this)
            if subject is not None:
                when = Call("eq", (subject, when), self.at(branch))
            whens.append((when, self.convert(branch.args["true"])))
        default = node.args.get("default")
        return Case(tuple(whens), None if default is None else self.convert(default), self.at(node))

    def if_(self, node: Any) -> Expr:
        otherwise = node.args.get("false")
        pair = (self.convert(node.this), self.convert(node.args["true"]))
        return Case((pair,), None if otherwise is None else self.convert(otherwise), self.at(node))

    def cast(self, node: Any) -> Expr:
        self.only(node, "this", "to")
        to = node.args["to"]
        name = to.this.name if hasattr(to.this, "name") else str(to.this)
        if name not in _TYPES:
            hint = "one of DATE, TIMESTAMP, INTEGER, DOUBLE, DECIMAL(p, s), VARCHAR, BOOLEAN"
            raise self.fault("C104", f"`{to.sql('duckdb')}` is not a type of the language", node, hint)
        type_ = _TYPES[name]
        if isinstance(node.this, exp.Literal) and node.this.args.get("is_string") and type_ in ("date", "datetime"):
            return self._moment(node, str(node.this.this), type_)
        scale = tuple(int(item.name) for item in to.expressions) if type_ == "decimal" else ()
        if type_ == "decimal" and len(scale) != 2:
            raise self.fault("C104", "a decimal needs its width: DECIMAL(18, 2)", node)
        if type_ != "decimal" and to.expressions:
            raise self.fault("C104", f"engines read the size in `{to.sql('duckdb')}` differently: leave it out", node)
        return Cast(self.convert(node.this), type_, cast(Any, scale) or None, self.at(node))

    def _moment(self, node: Any, written: str, type_: Type) -> Expr:
        try:
            if not _MOMENT.match(written):
                raise ValueError(written)
            value = date.fromisoformat(written) if type_ == "date" else datetime.fromisoformat(written)
        except ValueError:
            raise self.fault("C101", f"`{written}` is not a {type_}; write DATE '2026-11-16'", node) from None
        if isinstance(value, datetime) and value.tzinfo is not None:
            raise self.fault("C104", "times in formulas carry no zone: they are in the project's `timezone`", node)
        return Const(value, type_, self.at(node))

    # --- time

    def trunc(self, node: Any) -> Expr:
        self.only(node, "this", "unit", "input_type_preserved")
        self.arguments(node, 2)
        unit = self._unit(node, STARTS)
        return Call(f"trunc_{unit}", (self.convert(node.this),), self.at(node))

    def diff(self, node: Any) -> Expr:
        self.only(node, "this", "expression", "unit")
        self.arguments(node, 3)
        unit = self._unit(node, STARTS)
        return Call(f"diff_{unit}", (self.convert(node.expression), self.convert(node.this)), self.at(node))

    def extract(self, node: Any) -> Expr:
        self.only(node, "this", "expression")
        part = str(node.this.name).lower()
        if part not in _EXTRACTED or not isinstance(node.this, (exp.Var, exp.Literal)):
            raise self.fault("C104", f"`{part}` is not a part of a date here", node, f"one of {', '.join(_EXTRACTED)}")
        return Call(f"part_{_EXTRACTED[part]}", (self.convert(node.expression),), self.at(node))

    def _unit(self, node: Any, allowed: tuple[str, ...]) -> str:
        unit = node.args.get("unit")
        name = unit.name.lower() if isinstance(unit, (exp.Var, exp.Literal)) else ""
        if name not in allowed:
            raise self.fault(
                "C104",
                f"`{name or 'this unit'}` is not a unit of time here",
                node,
                f"one of {', '.join(allowed)}",
            )
        return name

    # --- aggregates and functions of ours

    def aggregate(self, node: Any) -> Expr:
        self.only(node, "this", "expressions")
        arg, function = node.this, type(node).__name__.lower()
        if isinstance(arg, exp.Star):
            hint = "name what is counted: COUNT(orders.order_id)"
            raise self.fault("C108", "`COUNT(*)` names no dataset", node, hint)
        if arg is None or node.args.get("expressions"):
            raise self.fault("C104", f"`{function}` takes one argument", node)
        if isinstance(arg, exp.Distinct):
            if function != "count" or len(arg.expressions) != 1:
                raise self.fault("C104", "DISTINCT goes with COUNT of one column", node)
            return Aggregated("count_distinct", self.convert(arg.expressions[0]), at=self.at(node))
        return Aggregated(cast(Any, function), self.convert(arg), at=self.at(node))

    def median(self, node: Any) -> Expr:
        self.only(node, "this")
        return Aggregated("percentile", self.convert(node.this), share=Decimal("0.5"), at=self.at(node))

    def quantile(self, node: Any) -> Expr:
        self.only(node, "this", "expression")
        if node.expression is None or not self.text[self.at(node.expression)[1] :].lstrip().startswith(")"):
            hint = "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY x)"
            raise self.fault("C104", "a percentile takes a column and a constant share", node, hint)
        return self._percentile(node, node.this, node.expression)

    def within_group(self, node: Any) -> Expr:
        self.only(node, "this", "expression")
        order = node.expression.expressions if node.expression is not None else []
        if (
            not isinstance(node.this, exp.PercentileCont)
            or node.this.expression
            or len(order) != 1
            or not self.plain_order(order[0])
        ):
            hint = "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY x)"
            raise self.fault("C104", "this ordered aggregate is not part of the language", node, hint)
        return self._percentile(node, order[0].this, node.this.this)

    @staticmethod
    def plain_order(item: Any) -> bool:
        """Ascending, nulls last: what DuckDB does unless it is told otherwise."""
        return not any(value for key, value in item.args.items() if key != "this")

    def _percentile(self, node: Any, arg: Any, share: Any) -> Expr:
        value = self.convert(share)
        if not isinstance(value, Const) or not isinstance(value.value, (int, Decimal)) or not 0 <= value.value <= 1:
            raise self.fault("C104", "the share of a percentile is a number from 0 to 1", node)
        return Aggregated("percentile", self.convert(arg), share=Decimal(value.value), at=self.at(node))

    def filtered(self, node: Any) -> Expr:
        self.only(node, "this", "expression")
        inner = self.convert(node.this)
        if not isinstance(inner, Aggregated):
            raise self.fault("C105", "FILTER goes with an aggregate", node)
        return Aggregated(inner.function, inner.arg, self.convert(node.expression.this), inner.share, self.at(node))

    def anonymous(self, node: Any) -> Expr:
        if node.name.lower() != "metric":
            raise self._foreign(node)
        args = [self.convert(item) for item in node.expressions]
        if len(args) != 2 or not all(isinstance(arg, Ref) and len(arg.path) == 1 for arg in args):
            raise self.fault("C104", "write metric(name of the metric, name of the entity)", node)
        name, entity = (str(arg) for arg in args)
        return MetricOf(name, entity, self.at(node))


_HANDLERS: Mapping[type, Callable[[Converter, Any], Expr]] = {
    exp.Column: Converter.column,
    exp.Dot: Converter.dot,
    exp.Literal: Converter.literal,
    exp.Boolean: Converter.boolean,
    exp.Null: Converter.null,
    exp.Paren: Converter.paren,
    exp.Interval: Converter.interval,
    exp.Is: Converter.is_,
    exp.In: Converter.in_,
    exp.Between: Converter.between,
    exp.Like: Converter.like,
    exp.Coalesce: Converter.coalesce,
    exp.Greatest: Converter.greatest,
    exp.Least: Converter.greatest,
    exp.Concat: Converter.concat,
    exp.Case: Converter.case,
    exp.If: Converter.if_,
    exp.Cast: Converter.cast,
    exp.TimestampTrunc: Converter.trunc,
    exp.DateTrunc: Converter.trunc,
    exp.DateDiff: Converter.diff,
    exp.Extract: Converter.extract,
    exp.Count: Converter.aggregate,
    exp.Sum: Converter.aggregate,
    exp.Avg: Converter.aggregate,
    exp.Min: Converter.aggregate,
    exp.Max: Converter.aggregate,
    exp.Median: Converter.median,
    exp.Quantile: Converter.quantile,
    exp.PercentileCont: Converter.quantile,
    exp.WithinGroup: Converter.within_group,
    exp.Filter: Converter.filtered,
    exp.Anonymous: Converter.anonymous,
}

_WINDOWS: Mapping[type, Any] = {
    exp.RowNumber: "row_number",
    exp.Rank: "rank",
    exp.Lag: "lag",
    exp.Lead: "lead",
    exp.Count: "count",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
}


def convert_query_item(text: str, node: Any) -> Expr:
    """An item of a SELECT list, where window functions may stand; raises `FormulaError`."""
    converter = Converter(text)
    if not isinstance(node, exp.Window):
        return converter.convert(node)
    converter.only(node, "this", "partition_by", "order", "over")
    inner = node.this
    if type(inner) not in _WINDOWS:
        raise converter._foreign(inner)
    items = node.args["order"].expressions if node.args.get("order") else ()
    for item in items:
        if item.args.get("nulls_first"):
            raise converter.fault("C104", "nulls come last in windows", item)
        converter.only(item, "this", "desc")
    order = tuple((converter.convert(item.this), bool(item.args.get("desc"))) for item in items)
    ranked = isinstance(inner, (exp.RowNumber, exp.Rank, exp.Lag, exp.Lead))
    if ranked != bool(order):
        message = "needs ORDER BY" if ranked else "takes no ORDER BY here: the frame would depend on the engine"
        raise converter.fault("C106", f"this window {message}", node)
    numbered = isinstance(inner, (exp.RowNumber, exp.Rank))
    converter.only(inner, *(() if numbered else ("this",)))
    args = () if numbered else (converter.convert(inner.this),)
    partition = tuple(converter.convert(item) for item in node.args.get("partition_by") or ())
    return Windowed(_WINDOWS[type(inner)], args, partition, order, converter.at(node))


assert all(op in OPERATORS for op in _BINARY.values())
