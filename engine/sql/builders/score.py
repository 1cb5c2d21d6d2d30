"""Scores of answers: net promoter score, and the share of the highest answers of a scale."""

from __future__ import annotations

from ...formula.expr import Aggregated, Call, Const, Expr
from ...formula.faults import FormulaError
from ...model import Metric, Score
from ..plan import Item
from ..refusal import Refusal, written_at
from .builder import Builder
from .built import Built, safe_div
from .grouped import grouped


def build_score(builder: Builder, metric: Metric, definition: Score) -> Built:
    """nps: 100 x (answers 9 and 10 - answers 0 to 6) / answers, from -100 to 100 (Reichheld 2003); top_box: a share.

    Answers that are null or off the scale are left out.
    """
    name, *steps = definition.rating.split(".")
    with written_at(metric.origin, ("rating",), f"metric:{metric.name}"):
        rows = builder.rows(builder.catalog.dataset(name))
        try:
            rating = rows.column(tuple(steps))
        except FormulaError as error:
            raise Refusal(error.fault.code, error.fault.message, hint=error.fault.hint) from None
        if rating.type not in ("integer", "decimal", "float", "unknown"):
            raise Refusal("C107", f"a rating is a number, but `{definition.rating}` is a {rating.type}")
        moment = rows.time(metric.time)
    frame, fresh = builder.frame, builder.catalog.fresh
    low, high = (0, 10) if definition.method == "nps" else definition.scale
    for condition in builder.conditions:
        rows.keep(condition.bound(rows))
    rows.keep(_at_least(rating, low), Call("le", (rating, Const(high, "integer"))))
    rows.counts_at(moment)
    rows.keep(*frame.range(moment), *frame.conditions(rows))
    dimensions = frame.dimensions(rows)
    n = fresh("n", "integer", "count")
    best = 9 if definition.method == "nps" else high - definition.top + 1
    top = fresh("promoters" if definition.method == "nps" else "top", "integer", "count")
    items: list[Item] = [(top, Aggregated("count", rating, _at_least(rating, best)))]
    if definition.method == "top_box":
        items.append((n, Aggregated("count", rating)))
        node, keys = grouped(builder, rows.rows(), moment, dimensions, tuple(items), metric.name)
        return Built(node, keys, safe_div(top, n), top, n, n)
    low_answers = fresh("detractors", "integer", "count")
    items.append((low_answers, Aggregated("count", rating, Call("le", (rating, Const(6, "integer"))))))
    items.append((n, Aggregated("count", rating)))
    node, keys = grouped(builder, rows.rows(), moment, dimensions, tuple(items), metric.name)
    net = Call("sub", (top, low_answers))
    value = safe_div(Call("mul", (Const(100, "integer"), net)), n)
    return Built(node, keys, value, net, n, n)


def _at_least(rating: Expr, bound: int) -> Expr:
    return Call("ge", (rating, Const(bound, "integer")))
