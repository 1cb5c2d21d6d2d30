"""Turns expressions over physical columns into trees of one dialect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from ...formula.expr import TIMES, Aggregated, Call, Case, Cast, Const, Expr, Physical, Type, Windowed
from ...formula.functions import type_of
from .casts import CASTS
from .dialect import Dialect, Form, Tree, call, signed, text
from .forms import FORMS

_TYPES: dict[Type, str] = {
    "integer": "BIGINT",
    "decimal": "DECIMAL",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
_AGGREGATES = {"count": exp.Count, "sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max}


@dataclass(slots=True)
class Writer:
    """Writes for one dialect and one first day of the week; `names` spells the columns."""

    dialect: Dialect
    week_start: str
    names: Callable[[Physical], Tree]

    def write(self, expr: Expr) -> Tree:
        match expr:
            case Physical():
                own = self.dialect.column
                return self.names(expr) if own is None else own(self.names(expr), expr.type)
            case Const():
                return self.constant(expr)
            case Call(op, args):
                return self.form(op)(self, args)
            case Cast():
                return self.cast(expr)
            case Case(whens, otherwise):
                results = [then for _, then in whens] + ([otherwise] if otherwise is not None else [])
                trees = self.branches(results)
                ifs = [exp.If(this=self.write(when), true=tree) for (when, _), tree in zip(whens, trees, strict=False)]
                return exp.Case(ifs=ifs, default=None if otherwise is None else trees[-1])
            case Aggregated():
                return self._aggregated(expr)
            case Windowed():
                return self._windowed(expr)
        raise TypeError(f"{expr} has no form in SQL")

    def form(self, op: str) -> Form:
        return self.dialect.forms.get(op) or FORMS[op]

    def operand(self, expr: Expr) -> Tree:
        """An argument of an operator, in parentheses where it is one itself."""
        tree = self.write(expr)
        bare = isinstance(tree, (exp.Binary, exp.Predicate, exp.Unary)) and not isinstance(tree, exp.Paren)
        return exp.Paren(this=tree) if bare else tree

    def branches(self, exprs: list[Expr]) -> list[Tree]:
        """The results of a choice, of types that can stand side by side."""
        own = self.dialect.branches
        return [self.write(expr) for expr in exprs] if own is None else own(self, exprs)

    def constant(self, const: Const) -> Tree:
        value = const.value
        if value is None:
            return exp.Null()
        if isinstance(value, bool):
            return exp.Boolean(this=value)
        if isinstance(value, datetime):
            precision = "microseconds" if value.microsecond else "seconds"
            return self.typed(text(value.isoformat(" ", precision)), "datetime")
        if isinstance(value, date):
            return self.typed(text(value.isoformat()), "date")
        if isinstance(value, str):
            return text(value)
        if isinstance(value, Decimal) and self.dialect.decimal is not None:
            return self.dialect.decimal(value)
        return signed(value)

    def typed(self, tree: Tree, type_: Type, scale: tuple[int, int] | None = None) -> Tree:
        """A cast without further care."""
        own = self.dialect.retyped.get(type_)
        if own is not None:
            return own(tree)
        name = self.dialect.types.get(type_) or _TYPES[type_]
        if type_ == "decimal":
            width, digits = scale or (38, 9)
            name = f"{name}({width}, {digits})"
        to = exp.DataType.build(name, dialect=self.dialect.name, udt=True)
        return tree if isinstance(tree, exp.Cast) and tree.args["to"] == to else exp.Cast(this=tree, to=to)

    def cast(self, expr: Cast) -> Tree:
        if type_of(expr.arg) == expr.type and expr.type in TIMES:
            return self.write(expr.arg)
        own = self.dialect.casts.get(expr.type)
        tree = own(self, expr) if own is not None else None
        return CASTS[expr.type](self, expr) if tree is None else tree

    def null(self, type_: Type) -> Tree:
        if not self.dialect.typed_nulls or type_ == "unknown":
            return exp.Null()
        if type_ == "decimal" and "decimal" in self.dialect.types:
            return self.typed(exp.Null(), "decimal")
        name = "NUMERIC" if type_ == "decimal" else self.dialect.types.get(type_) or _TYPES[type_]
        return exp.Cast(this=exp.Null(), to=exp.DataType.build(name, dialect=self.dialect.name, udt=True))

    def _aggregated(self, expr: Aggregated) -> Tree:
        arg = self._input(expr.function, expr.arg)
        if expr.where is not None:
            arg = exp.Case(ifs=[exp.If(this=self.write(expr.where), true=arg)])
        if expr.function == "percentile":
            assert self.dialect.percentile is not None, "the plan has percentiles that were to be rewritten"
            return self.dialect.percentile(arg, expr.share if expr.share is not None else Decimal("0.5"))
        if expr.function == "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[arg]))
        return self._output(expr.function, _AGGREGATES[expr.function](this=arg), expr)

    def _windowed(self, expr: Windowed) -> Tree:
        name = "count_over" if expr.function == "count" else expr.function
        args = [self._input(name, arg) for arg in expr.args]
        kind = _AGGREGATES.get(expr.function)
        ordered = [exp.Ordered(this=self.write(item), desc=down, nulls_first=False) for item, down in expr.order]
        window = exp.Window(
            this=call(expr.function.upper(), *args) if kind is None else kind(this=args[0]),
            partition_by=[self.write(item) for item in expr.partition],
            order=exp.Order(expressions=ordered) if ordered else None,
        )
        return self._output(name, window, expr)

    def _input(self, function: str, arg: Expr) -> Tree:
        prepared = self.dialect.inputs.get(function)
        tree = self.write(arg)
        return tree if prepared is None else prepared(self, tree, type_of(arg))

    def _output(self, function: str, tree: Tree, expr: Expr) -> Tree:
        prepared = self.dialect.outputs.get(function)
        return tree if prepared is None else prepared(self, tree, type_of(expr))
