"""Whatever a project contains, `accord` soon answers with a finding at its place and the right exit code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

REPO = Path(__file__).parents[2]
BASE = Path(__file__).parent / "base"
SECONDS = 20  # many times what any case needs on a slow machine
NOBODY = 65534

EXACT, LINE = "▸", "§"
FINDING = re.compile(
    r"^[^:\n]+:\d+:\d+: (?P<severity>error|warning|hint)\[(?P<code>\w+)\] (?P<text>.+)$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One entry of `cases.yml`, whose head explains the keys."""

    id: str
    files: Mapping[str, Any]
    command: tuple[str, ...] = ("check", "--format", "concise")
    project: bool = True
    exit: int = 1
    code: str | tuple[str, ...] = ()
    severity: str = "error"
    at: str | None = None
    message: str = ""
    hint: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code,) if isinstance(self.code, str) else tuple(self.code)

    @property
    def places(self) -> tuple[str, ...]:
        """Beginnings of `FILE:LINE:COLUMN:`, one of which the finding must have."""
        if self.at:
            return (f"{self.at}:",)
        texts = ((path, recipe(body).get("text", "")) for path, body in self.files.items())
        return tuple(place for path, text in texts for place in marked_places(path, text))


def cases() -> tuple[Case, ...]:
    entries = yaml.safe_load((Path(__file__).parent / "cases.yml").read_text(encoding="utf-8"))
    return tuple(Case(**entry) for entry in entries)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id.replace(" ", "-"))
def test_bad_input(case: Case, tmp_path: Path) -> None:
    project = build(case, tmp_path)
    code, output = accord(project, *case.command)
    assert code == case.exit, output
    found = [match for match in FINDING.finditer(output) if match["severity"] != "hint"]
    if case.codes:
        wanted = f"{case.codes} at {case.places}, got\n{output}"
        assert any(fits(match, case) for match in found), wanted
    else:
        assert case.message in output
    if case.exit == 0:
        assert not found, output


@pytest.mark.parametrize("case", [case for case in cases() if case.hint], ids=lambda case: case.id.replace(" ", "-"))
def test_what_was_meant(case: Case, tmp_path: Path) -> None:
    code, output = accord(build(case, tmp_path), "check")
    assert code == case.exit, output
    assert case.hint
    assert case.hint in output


def test_cases_have_names_of_their_own() -> None:
    ids = [case.id for case in cases()]
    assert len(ids) == len(set(ids))


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that everybody reaches and reads, and into which nobody writes (but root)."""
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "locked"
        folder.mkdir()
        folder.chmod(0o555)
        Path(outer).chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="folders cannot be locked this way here")
@pytest.mark.parametrize("new", [False, True], ids=["the-folder-itself", "a-new-folder-in-it"])
def test_a_folder_that_cannot_be_written(locked_folder: Path, new: bool) -> None:
    target = locked_folder / "new" if new else locked_folder
    code, output = as_nobody("init", str(target))
    assert code == 4, output
    assert "locked" in output
    assert "Traceback" not in output
    assert not list(locked_folder.iterdir())


def as_nobody(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command in a process without root's rights.

    A forked child gives them up after all modules are there: this very Python may lie where only root can read.
    """
    import engine.commands.init
    import engine.main

    assert engine.commands.init
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 3
        try:
            os.dup2(writer, 1)
            os.dup2(writer, 2)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            sys.stdout = sys.__stdout__ = os.fdopen(1, "w", encoding="utf-8")
            sys.stderr = sys.__stderr__ = os.fdopen(2, "w", encoding="utf-8")
            code = engine.main.run(list(arguments))
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as stream:
        output = stream.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), output


def fits(match: re.Match[str], case: Case) -> bool:
    return (
        match["code"] in case.codes
        and match["severity"] == case.severity
        and case.message in match["text"]
        and match[0].startswith(case.places or ("",))
    )


def accord(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and everything that was printed. Nothing that is printed may be a traceback."""
    done = python(folder, "-m", "engine", *arguments)
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    return done.returncode, output


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPO), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def build(case: Case, parent: Path) -> Path:
    project = parent / "project"
    if case.project:
        shutil.copytree(BASE, project)
    else:
        project.mkdir()
    for name, body in case.files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, body)
    return project


def write(path: Path, body: str | Mapping[str, Any]) -> None:
    made = recipe(body)
    if "link" in made:
        path.symlink_to(made["link"])
    elif "size" in made:
        path.touch()
        os.truncate(path, made["size"])  # sparse: the bytes exist only when they are read
    elif "repeat" in made:
        path.write_text(made["repeat"] * made["times"], encoding="utf-8")
    else:
        text = made["text"].replace(EXACT, "").replace(LINE, "")
        encoding, newline = made.get("encoding", "utf-8"), made.get("newline", "\n")
        path.write_text(text, encoding=encoding, newline=newline)


def recipe(body: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {"text": body} if isinstance(body, str) else body


def marked_places(path: str, text: str) -> Iterator[str]:
    """
    >>> list(marked_places("a.yml", "metrics:\\n  - ▸name: ▸x\\n    §unit: 1"))
    ['a.yml:2:5:', 'a.yml:2:11:', 'a.yml:3:']
    """
    for number, line in enumerate(text.split("\n"), start=1):
        column = 1
        for char in line:
            if char == EXACT:
                yield f"{path}:{number}:{column}:"
            elif char == LINE:
                yield f"{path}:{number}:"
            else:
                column += 1
