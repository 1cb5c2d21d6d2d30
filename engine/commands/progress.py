"""A bar on a terminal that tells how many of the statements have been answered; elsewhere nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Bar:
    """Told of each statement that is answered, and of those that are to come as soon as that is known."""

    def __init__(self, shown: Any = None) -> None:
        self._shown = shown
        self._task = shown.add_task("run", total=None) if shown is not None else None
        self._expected = 0
        self._answered = 0

    def answered(self) -> None:
        self._answered += 1
        self._draw()

    def expect(self, count: int) -> None:
        self._expected += count
        self._draw()

    def _draw(self) -> None:
        """Statements that nobody expected, as those which look whether keys are keys, make the whole longer."""
        if self._shown is not None:
            self._shown.update(self._task, completed=self._answered, total=max(self._expected, self._answered))


@contextmanager
def progress(quiet: bool) -> Iterator[Bar]:
    if quiet or not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = BarColumn(), TextColumn("{task.completed} of {task.total} statements answered"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield Bar(shown)
