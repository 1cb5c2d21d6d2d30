"""Whether a dataset is late: the answer of its freshness query against what its spec allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..model import Period, moment_of, plus


@dataclass(frozen=True, slots=True)
class Freshness:
    """Up to when a dataset is known; nothing where it has no rows. `allowed` is how late it may be."""

    dataset: str
    latest: date | None
    allowed: Period

    @property
    def until(self) -> datetime | None:
        """The last moment that its rows may be missing for; a day counts as a whole: they may come until midnight."""
        if self.latest is None:
            return None
        known = (
            moment_of(self.latest) if isinstance(self.latest, datetime) else moment_of(self.latest) + timedelta(days=1)
        )
        return plus(known, self.allowed)

    def late(self, as_of: datetime) -> bool:
        return self.until is None or self.until < as_of


def freshness(dataset: str, allowed: Period, latest: object) -> Freshness:
    """From the one cell of a freshness query: a day, a moment, the text of one, or nothing.

    >>> freshness("orders", Period(1, "day"), "2026-11-15 08:00").late(datetime(2026, 11, 16, 9))
    True
    >>> freshness("spend", Period(1, "day"), date(2026, 11, 15)).late(datetime(2026, 11, 16, 9))
    False
    """
    known = None if latest is None else latest if isinstance(latest, date) else datetime.fromisoformat(str(latest))
    return Freshness(dataset, known, allowed)
