"""Measures as SQL aggregates over the fields of a dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...formula.faults import Fault
from ...formula.parse import parse
from .joins import Unmapped
from .manifest import Measure
from .tables import Table

_FORMS: Mapping[str, str] = {
    "sum": "SUM({})",
    "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})",
    "average": "AVG({})",
    "min": "MIN({})",
    "max": "MAX({})",
    "median": "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {})",
    "sum_boolean": "SUM(CASE WHEN {} THEN 1 ELSE 0 END)",
}


def aggregate(table: Table, measure: Measure) -> str:
    """The measure as SQL of ours; raises `Unmapped`."""
    field = table.measures.get(measure.name)
    if field is None:
        raise Unmapped(f"the measure `{measure.name}` has no field: its expression is not part of the language")
    column = f"{table.name}.{field}"
    if measure.agg != "percentile":
        return _FORMS[measure.agg].format(column)
    if measure.percentile is None:
        raise Unmapped(f"the measure `{measure.name}` does not say which percentile")
    function = "PERCENTILE_DISC" if measure.discrete else "PERCENTILE_CONT"
    text = f"{function}({measure.percentile}) WITHIN GROUP (ORDER BY {column})"
    if isinstance(parse(text), Fault):
        hint = "the language has PERCENTILE_CONT, which interpolates between two values"
        raise Unmapped(f"the measure `{measure.name}` is a discrete percentile", hint)
    return text


def counts_rows(measure: Measure) -> bool:
    """Whether the measure is a number of rows: `sum` of 1, `count` of a constant."""
    constant = re.fullmatch(r"[0-9]+", measure.expr.strip())
    return bool(constant) and (measure.agg == "count" or (measure.agg == "sum" and measure.expr.strip() == "1"))
