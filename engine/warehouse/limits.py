"""What bounds a statement in every engine: its time and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from ..errors import EnvironmentFailure
from ..model import Table
from .protocol import Cancelled


@contextmanager
def limited(timeout: float | None, cancel: Callable[[], None]) -> Iterator[None]:
    """Calls `cancel` when the time is over; whatever the engine then says comes out as `Cancelled`."""
    if timeout is None:
        yield
        return
    over: list[bool] = []

    def stop() -> None:
        over.append(True)
        cancel()

    timer = Timer(timeout, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except EnvironmentFailure:
        if over:
            raise Cancelled(_late(timeout)) from None
        raise
    finally:
        timer.cancel()
    if over:
        raise Cancelled(_late(timeout))


def _late(timeout: float) -> str:
    return f"no answer within {timeout:g} s; the statement was cancelled (`timeout` of the profile)"


def bounded(columns: tuple[str, ...], fetch: Callable[[int], list[tuple[object, ...]]], most: int) -> Table:
    """The rows that `fetch` gives; more than `most` are an error, since answers are small tables."""
    rows = fetch(most + 1)
    if len(rows) > most:
        raise EnvironmentFailure(
            f"the answer has more than {most} rows (`max_rows` of the profile): ask for less, or by fewer dimensions"
        )
    return Table(columns, tuple(map(tuple, rows)))


def first_line(error: BaseException) -> str:
    """The engine's own words without what it says about itself."""
    lines = [line.strip() for line in str(error).strip().split("\n") if line.strip()]
    return lines[0] if lines else type(error).__name__
