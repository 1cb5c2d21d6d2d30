"""The command line in this process: as quick as it can be, for tests that ask often."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from engine.main import run


def accord(*arguments: str, exit: int = 0) -> str:
    return heard(*arguments, exit=exit)[0]


def heard(*arguments: str, exit: int = 0) -> tuple[str, str]:
    """The results, and what is said beside them."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
    assert code == exit, err.getvalue() + out.getvalue()
    return out.getvalue(), err.getvalue()
