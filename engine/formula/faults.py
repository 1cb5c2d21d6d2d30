"""What can be wrong with a formula, and where in its text."""

from __future__ import annotations

from dataclasses import dataclass

from .expr import At


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a formula, at the characters `at` of its text."""

    code: str
    message: str
    at: At
    hint: str | None = None


class FormulaError(Exception):
    """A formula cannot be used; carries its `Fault`."""

    def __init__(self, code: str, message: str, at: At, hint: str | None = None) -> None:
        super().__init__(message)
        self.fault = Fault(code, message, at, hint)
