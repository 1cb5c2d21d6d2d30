"""A table of values as a warehouse returns it, for people and for programs."""

from __future__ import annotations

import csv
import io
import json

from ..model import Table
from .values import plain


def render_table(table: Table, format: str) -> str:
    """As aligned text, CSV or JSON; what is null is `∅` in text and empty in CSV."""
    if format == "json":
        rows = [dict(zip(table.columns, map(plain, row), strict=True)) for row in table.rows]
        return json.dumps({"version": 1, "rows": rows}, ensure_ascii=False, indent=2) + "\n"
    if format == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(["" if cell is None else plain(cell) for cell in row] for row in table.rows)
        return out.getvalue()
    lines = [list(table.columns), *(["∅" if cell is None else str(plain(cell)) for cell in row] for row in table.rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(table.columns))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )
