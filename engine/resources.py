"""Files that ship inside the package: schemas, rule packs, the demo organisation, source packs, starters."""

from __future__ import annotations

from pathlib import Path

_IN_CHECKOUT = {
    "schemas": "schemas",
    "packs": "specs/packs",
    "demo": "specs/demo",
    "sources": "specs/sources",
    "starters": "specs/starters",
}


def resource(area: str) -> Path:
    """The folder of `area`, a key of the table above, in a checkout or in an installed wheel."""
    here = Path(__file__).resolve().parent
    inside = here / area
    return inside if inside.is_dir() else here.parent / _IN_CHECKOUT[area]
