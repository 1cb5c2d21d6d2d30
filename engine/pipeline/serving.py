"""The dashboard kept current: its specs and data are watched, and the page is made anew when they change."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ..diagnostics import Diagnostic
from ..errors import AccordError, UsageError
from ..load.discover import CONFIG, spec_files
from ..model import FileSource, Profile
from ..redaction import redacted
from ..render.dashboard_page import render_notice
from ..render.findings import render_findings
from ..spans import Source
from ..warehouse.profiles import local_file
from .journey import Journey
from .page import page_of

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown now; each change of it has a `version` of its own."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Making:
    """How the page is made: `opening` reads the project in `root`, `warehouse` chooses where its values come from."""

    root: Path
    opening: Callable[[], Journey]
    warehouse: Callable[[Journey], Profile | None]
    reports: int
    language: str | None
    told: Callable[[str], None]


class Watched:
    """A page, and a thread that makes it anew; where specs are broken the page says where."""

    def __init__(self, making: Making, pause: float = 1.0, every: float | None = None) -> None:
        self._making, self._pause, self._every = making, pause, every
        self._page: Page | None = None
        self._data: tuple[Path, ...] = ()
        self._patterns: tuple[tuple[str, ...], tuple[str, ...]] = (("**/*.yml", "**/*.yaml"), ())
        self._zone = ZoneInfo("UTC")
        self._made, self._ended = threading.Event(), threading.Event()

    def page(self) -> Page:
        """The page as it is now; waits while the first one is being made."""
        self._made.wait()
        assert self._page is not None
        return self._page

    def start(self) -> None:
        """Begins to watch, in a thread that does not keep the process."""
        threading.Thread(target=self._watch, name="accord-watch", daemon=True).start()

    def stop(self) -> None:
        self._ended.set()

    def _watch(self) -> None:
        before: Stamp | None = None
        made_at, day = 0.0, None
        while not self._ended.is_set():
            begun = time.monotonic()
            specs = stamp(self._specs())
            old = self._every is not None and begun - made_at >= self._every
            if before != specs + stamp(self._data) or old or day != self._today():
                before = specs + self._remade()
                made_at, day = time.monotonic(), self._today()
            self._ended.wait(max(self._pause, 10 * (time.monotonic() - begun) if begun > made_at else 0))

    def _today(self) -> date:
        """What "now" is without `as_of`."""
        return datetime.now(self._zone).date()

    def _remade(self) -> Stamp:
        """Makes the page; gives the state of the data that its values come from."""
        data: Stamp = ()
        try:
            journey = self._making.opening()
            profile = self._making.warehouse(journey)
            self._data = tuple(data_files(journey, profile))
            self._patterns = journey.project.config.include, journey.project.config.exclude
            self._zone = ZoneInfo(journey.project.config.timezone)
            data = stamp(self._data)
            text = self._text(journey, profile)
        except AccordError as error:
            text = self._failed(error)
        except Exception as error:  # a bug must not end the server: the page tells it, and the next change tries again
            text = self._notice("broken_run", f"internal error: {type(error).__name__}: {error}")
        self._page = Page(redacted(text), self._page.version + 1 if self._page else 1)
        self._made.set()
        return data

    def _text(self, journey: Journey, profile: Profile | None) -> str:
        errors = [found for found in journey.structure() if found.severity == "error"]
        if errors:
            config = journey.project.config.origin.source
            sources = {source.path: source for source in (*journey.project.sources, config)}
            return self._broken(errors, sources)
        text, measured = page_of(journey, self._making.reports, profile, self._making.language, live=True)
        missing = f", {len(measured.failures)} metrics without a value" if measured.failures else ""
        self._making.told(f"measured as of {journey.as_of:%Y-%m-%d %H:%M}{missing}")
        return text

    def _failed(self, error: AccordError) -> str:
        findings: tuple[Diagnostic, ...] = getattr(error, "findings", ())
        if findings:
            return self._broken(findings, {})
        span = error.span if isinstance(error, UsageError) else None
        place = f"{span.file}:{span.line}:{span.column}: " if span else ""
        hint = f"\nhint: {error.hint}" if isinstance(error, UsageError) and error.hint else ""
        return self._notice("broken_run", f"{place}{error}{hint}")

    def _broken(self, findings: Iterable[Diagnostic], sources: dict[str, Source]) -> str:
        return self._notice("broken_specs", render_findings(findings, sources))

    def _notice(self, key: str, text: str) -> str:
        self._making.told(text.rstrip("\n"))
        return render_notice(key, text, self._making.language or "en")

    def _specs(self) -> list[Path]:
        root = self._making.root
        try:
            found, _ = spec_files(root, *self._patterns)
        except AccordError:
            return [root / CONFIG]
        return [root / CONFIG, *found.values()]


def stamp(files: Iterable[Path]) -> Stamp:
    """When each file was changed and how long it is; a file that is not there counts as well."""
    found = []
    for path in files:
        try:
            state = path.stat()
            found.append((str(path), state.st_mtime_ns, state.st_size))
        except OSError:
            found.append((str(path), -1, -1))
    return tuple(found)


def data_files(journey: Journey, profile: Profile | None) -> Iterable[Path]:
    """The files that values come from: those of datasets, or a database that is a file."""
    root = Path(journey.project.root)
    sources = [dataset.source for dataset in journey.project.datasets.values()]
    yield from (root / source.file for source in sources if isinstance(source, FileSource))
    database = local_file(profile, root, os.environ) if profile else None
    if database is not None:
        yield from (database, *(database.with_name(database.name + end) for end in (".wal", "-wal")))
