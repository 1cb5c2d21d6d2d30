"""When two engines say the same: numbers to nine digits, everything else exactly and under the same type."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.engines.tables import Rows


def same(want: Any, got: Any) -> bool:
    """A truth may be 1 or 0, a whole number a decimal without digits, a day or time its text; a day is never a time."""
    if want is None or got is None:
        return want is got
    if isinstance(want, bool):
        return got in (want, int(want))
    if isinstance(want, int):
        return isinstance(got, (int, float, Decimal)) and got == want
    if isinstance(want, (float, Decimal)):
        return isinstance(got, (int, float, Decimal)) and math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(want, date) and isinstance(got, str):  # SQLite
        return got == (want.isoformat(" ") if isinstance(want, datetime) else want.isoformat())
    return type(want) is type(got) and bool(want == got)


def first_difference(want: Rows, got: Rows) -> str | None:
    if len(want) != len(got):
        return f"{len(got)} rows instead of {len(want)}"
    for mine, theirs in zip(want, got, strict=True):
        if len(mine) != len(theirs) or not all(map(same, mine, theirs)):
            return f"{theirs} instead of {mine}"
    return None
