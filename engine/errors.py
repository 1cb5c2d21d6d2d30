"""Exceptions: the world or the code failed. What is wrong in a spec is a `Diagnostic`, never an exception.

AccordError
|-- UsageError          the command line, accord.yml or a rule pack (exit 2); may carry findings
|-- Refusal             a question without a right answer, in `sql/refusal.py` (exit 1)
|-- EnvironmentFailure  a warehouse, disk or network (exit 4)
`-- InternalError       a bug of ours (exit 3)
    `-- RuleFailure     a rule that raised; its code is said
"""

from __future__ import annotations

from .redaction import redacted
from .spans import Span


class AccordError(Exception):
    """Anything that ends a command early."""

    exit_code = 3


class UsageError(AccordError):
    """The command line, `accord.yml` or a pack is wrong; `span` points at it where it is in a file."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None, span: Span | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.span = span


class EnvironmentFailure(AccordError):
    """A file, a warehouse or the network cannot be used; secrets are taken out before anybody cuts the message."""

    exit_code = 4

    def __init__(self, message: str) -> None:
        super().__init__(redacted(message))


class InternalError(AccordError):
    """An invariant of the product is broken."""

    exit_code = 3


class RuleFailure(InternalError):
    """A rule raised while it ran."""

    def __init__(self, code: str, subject: str, cause: Exception) -> None:
        super().__init__(f"rule {code} failed on {subject}: {type(cause).__name__}: {cause}")
        self.code = code
