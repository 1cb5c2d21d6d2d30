"""The command line in this process: its exit code must be 0, its standard output is returned."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO

from engine.main import run


def accord(*arguments: str) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        code = run(list(arguments))
    assert code == 0, printed.getvalue()
    return printed.getvalue()
