"""Headless Chromium for tests of pages, which counts every request and complaint."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Visits:
    """Pages by name, opened each in a context of its own; `asked` are the requests, `told` the complaints."""

    browser: Any
    pages: dict[str, Path]
    contexts: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __call__(
        self, kind: str, size: tuple[int, int] = (1280, 900), scheme: str = "light", script: bool = True
    ) -> Any:
        viewport = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=script)
        self.contexts.append(context)
        shown = context.new_page()
        shown.on("request", lambda request: self.asked.append(request.url))
        shown.on("console", lambda message: self.told.append(message.text))
        shown.on("pageerror", lambda error: self.told.append(str(error)))
        shown.on("dialog", lambda dialog: self.told.append("a dialog"))
        shown.goto(self.pages[kind].as_uri())
        return shown

    def close(self) -> None:
        """At the end each page must have asked for one thing, and complained of nothing."""
        for context in self.contexts:
            context.close()
        assert len(self.asked) == len(self.contexts)
        assert self.told == []
