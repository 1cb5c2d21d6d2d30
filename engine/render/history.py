"""Recorded values as text with a sparkline, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from ..history.lines import Line
from ..history.record import Record
from ..measure.values import Number, told
from .values import plain

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[Number | None]) -> str:
    """One bar a value, between the lowest and the highest; a dot where there is none.

    >>> sparkline([1, 2, None, 4])
    '▁▃·█'
    """
    known = [float(value) for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (high - low) / (len(BARS) - 1) if high > low else 0
    bars = ("·" if value is None else BARS[round((float(value) - low) / step) if step else 3] for value in values)
    return "".join(bars)


def render_text(metric: str, title: str, grain: str, lines: Sequence[Line], count: int) -> str:
    out = [f"{title} ({metric}), by {grain}"]
    group: object = None
    for line in lines:
        here = (line.first.where, line.first.dimensions, line.first.warehouse)
        if here != group and any(here):
            out += ["", _group(line.first)]
        elif here == group:
            out += ["", "the definition changed: another line, not to be compared with the one above"]
        group = here
        shown = line.records[-count:]
        values = [record.value for record in shown]
        state = "as defined now" if line.current else "an earlier definition"
        revision = f", specs {line.last.revision}" if line.last.revision else ""
        out.append(f"  {sparkline(values)}  {shown[0].label} to {shown[-1].label}, {state}{revision}")
        width = max(len(record.label) for record in shown)
        for record in shown[-8:]:
            rests = f"  n {record.n:,}" if record.n is not None else ""
            out.append(f"  {record.label:<{width}}  {told(record.value, record.unit):>14}{rests}")
    return "\n".join(out) + "\n"


def _group(record: Record) -> str:
    warehouse = [f"warehouse {record.warehouse}"] if record.warehouse else []
    parts = [f"{name} = {'∅' if value is None else value}" for name, value in record.dimensions]
    return ", ".join([*parts, *([f"where {record.where}"] if record.where else []), *warehouse])


def render_json(metric: str, grain: str, lines: Sequence[Line]) -> str:
    data = {
        "version": 1,
        "metric": metric,
        "grain": grain,
        "lines": [
            {
                "definition": line.first.fingerprint,
                "current": line.current,
                "dimensions": dict(line.first.dimensions),
                "where": line.first.where or None,
                "warehouse": line.first.warehouse or None,
                "values": [_plain(record) for record in line.records],
            }
            for line in lines
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _plain(record: Record) -> dict[str, Any]:
    return {
        "period": {"start": record.start.isoformat(), "end": record.end.isoformat(), "label": record.label},
        "value": plain(record.value),
        "numerator": plain(record.numerator),
        "denominator": plain(record.denominator),
        "n": record.n,
        "unit": record.unit,
        "revision": record.revision or None,
        "as_of": record.as_of.isoformat(),
    }


def render_csv(lines: Sequence[Line]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(dict.fromkeys(name for line in lines for name, _ in line.first.dimensions))
    writer.writerow(
        [
            "metric",
            "grain",
            "period_start",
            "period_end",
            *names,
            "warehouse",
            "definition",
            "current",
            "value",
            "n",
            "unit",
            "revision",
        ]
    )
    for line in lines:
        for it in line.records:
            group = dict(it.dimensions)
            cells: list[Any] = [
                it.metric,
                it.grain,
                it.start.isoformat(),
                it.end.isoformat(),
                *(group.get(name) for name in names),
            ]
            cells += [
                it.warehouse,
                it.fingerprint,
                str(line.current).lower(),
                plain(it.value),
                it.n,
                it.unit,
                it.revision,
            ]
            writer.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()
