"""Whether two sets of rows are the same: by column, in any order or in this one, floats to 1e-6."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

Row = tuple[object, ...]


def difference(expected: Sequence[Row], found: Sequence[Row], *, in_order: bool) -> str | None:
    """What is not the same, or `None`.

    >>> difference([("a", 1.0)], [("a", 1.00000000001)], in_order=False)
    """
    wanted, given = [_plain_row(row) for row in expected], [_plain_row(row) for row in found]
    if in_order:
        for index, (left, right) in enumerate(zip(wanted, given, strict=False)):
            if not _alike(left, right):
                return f"row {index + 1} is {_told(right)} instead of {_told(left)}"
        return _counts(wanted, given)
    missing, extra = _unmatched(wanted, given)
    if not missing and not extra:
        return None
    parts = [_counts(wanted, given) or f"{len(given)} rows"]
    parts += [f"missing {len(missing)}: {_told(missing[0])}"] if missing else []
    parts += [f"too many {len(extra)}: {_told(extra[0])}"] if extra else []
    return "; ".join(parts)


def _counts(wanted: list[Row], given: list[Row]) -> str | None:
    return None if len(wanted) == len(given) else f"{len(given)} rows instead of {len(wanted)}"


def _unmatched(wanted: list[Row], given: list[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of either side without a partner; only rows that agree but for floats are tried on each other."""
    pools: dict[Row, list[Row]] = defaultdict(list)
    for row in given:
        pools[_firm(row)].append(row)
    missing = []
    for row in wanted:
        pool = pools[_firm(row)]
        partner = next((index for index, other in enumerate(pool) if _alike(row, other)), None)
        if partner is None:
            missing.append(row)
        else:
            pool.pop(partner)
    return missing, [row for pool in pools.values() for row in pool]


def _firm(row: Row) -> Row:
    return tuple(None if isinstance(value, float) else value for value in row)


def _alike(left: Row, right: Row) -> bool:
    return len(left) == len(right) and all(_same(one, other) for one, other in zip(left, right, strict=True))


def _same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-6, abs_tol=1e-6)
    return left == right


def _plain_row(row: Row) -> Row:
    return tuple(_plain(value) for value in row)


def _plain(value: object) -> object:
    """Numbers as floats, times as ISO text, a midnight as its day."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return None if isinstance(value, float) and math.isnan(value) else float(value)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) >= len("2020-01-01") else value
        except ValueError:
            return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _told(row: Row) -> str:
    return "(" + ", ".join(str(value) for value in row) + ")"
