"""Names of ours, made from names of other tools."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..load.project import RESERVED


def our_name(written: str) -> str:
    """A name that specs take: lower case, letters first, no keyword of SQL.

    >>> our_name("user"), our_name("_Net Revenue"), our_name("2x")
    ('user_', 'net_revenue', 'n2x')
    """
    name = re.sub(r"[^a-z0-9_]+", "_", written.lower()).strip("_") or "unnamed"
    name = name if name[0].isalpha() else f"n{name}"
    return f"{name}_" if name in RESERVED else name[:63]


def unlike(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or with a number where it is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name
