"""Queries that look for texts which an engine would read as a time in silence, and as another one than was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from ..formula.expr import Aggregated, Call, Case, Cast, Column, Const, Expr, Physical, rewrite, walk
from ..formula.faults import FormulaError
from ..formula.functions import type_of
from ..model import Dataset, QuerySource
from .catalog import Catalog, placed
from .dialects import DIALECTS
from .emit import emit
from .plan import Aggregate, Rows, Scan
from .refusal import Refusal

_TIMES = ("date", "datetime")
_DIGITS = tuple(Const(digit, "text") for digit in "0123456789")
# Where times are texts they are compared as texts: a form per type, of which each sorts as the times do.
_FORMS: Mapping[str, tuple[str, ...]] = {
    "date": ("____-__-__",),
    "datetime": ("____-__-__ __:__:__", "____-__-__ __:__:__.______"),
}


@dataclass(frozen=True, slots=True)
class TextTime:
    """Of one field: `sql` gives how many of its texts are at fault, and one of them.

    `zone`: they name a zone, which a cast to a time drops. `form`: they are no times as the engine compares them.
    """

    kind: Literal["zone", "form"]
    dataset: Dataset
    field: str
    sql: str


def text_times(
    catalog: Catalog,
    dataset: Dataset,
    is_text: Callable[[str], bool],
    dialect: str,
    tables: Mapping[str, str],
    normal: bool,
) -> Iterator[TextTime]:
    """What to ask of a dataset whose columns hold text where `is_text`; `normal`: the times that fields declare are
    without a zone already. What cannot be compiled has a finding of its own."""
    if isinstance(dataset.source, QuerySource):
        return
    for name, field in dataset.fields.items():
        if normal and (field.expression or field.name).isidentifier():
            continue
        try:
            for kind, text in dict.fromkeys(_read(catalog.field(dataset, name), is_text, dialect)):
                wrong = _other_form(text) if kind == "form" else _names_zone(text)
                yield TextTime(kind, dataset, name, _counting(catalog, dataset, text, wrong, dialect, tables))
        except (Refusal, FormulaError):
            continue


def _read(expr: Expr, is_text: Callable[[str], bool], dialect: str) -> Iterator[tuple[Literal["zone", "form"], Expr]]:
    """The texts that become times in an expression, those that are taken for times as they are with their type."""
    for part in walk(expr):
        if isinstance(part, Cast) and part.type in _TIMES and type_of(part.arg) in ("text", "unknown"):
            if any(isinstance(below, Physical) and is_text(below.column) for below in walk(part.arg)):
                yield "zone", rewrite(part.arg, _as_text)
        elif isinstance(part, Physical) and part.type in _TIMES and is_text(part.column):
            yield ("form", part) if dialect == "sqlite" else ("zone", Physical("", part.column, "text"))


def _as_text(part: Expr) -> Expr | None:
    return Physical("", part.column, "text") if isinstance(part, Physical) and part.type == "unknown" else None


def _names_zone(text: Expr) -> Expr:
    """A sign or a space behind the time of day, or an end that is no digit; what ends in one is a plain time."""
    text = Call("trim", (text,))
    signs = (Call("like", (text, Const(pattern, "text"))) for pattern in ("%+%", "%:%-%", "%T%-%", "%:% %"))
    last = Call("substring", (text, Call("length", (text,)), Const(1, "integer")))
    letter = Call("and", (Call("ne", (text, Const("", "text"))), Call("not", (Call("in", (last, *_DIGITS)),))))
    return reduce(lambda found, sign: Call("or", (found, sign)), signs, letter)


def _other_form(time: Expr) -> Expr:
    text = Physical("", time.column, "text") if isinstance(time, Physical) else time
    fits: list[Expr] = [Call("like", (text, Const(form, "text"))) for form in _FORMS[type_of(time)]]
    return Call("not", (reduce(lambda found, form: Call("or", (found, form)), fits),))


def _counting(
    catalog: Catalog, dataset: Dataset, text: Expr, wrong: Expr, dialect: str, tables: Mapping[str, str]
) -> str:
    shown = rewrite(text, lambda part: Physical("", part.column, "text") if isinstance(part, Physical) else None)
    column = Column(f"{dataset.name}.#text", "text", "text")
    fault = Column(f"{dataset.name}.#fault", "fault", "text")
    instance = dataset.name
    found = Case(((placed(wrong, instance), placed(shown, instance)),), None)
    rows = Rows(Scan(catalog.table(dataset), instance, ((column, placed(shown, instance)), (fault, found))), (), ())
    count = (Column("#count", "faults", "integer"), Aggregated("count", fault))
    example = (Column("#example", "example", "text"), Aggregated("max", fault))
    node = Aggregate(rows, (), (count, example), "texts")
    tree = emit(node, tuple((made, made.name) for made in node.columns), (), DIALECTS[dialect], "monday", None, tables)
    return DIALECTS[dialect].printed(tree, dialect)
