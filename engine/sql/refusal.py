"""Why a metric or query cannot be compiled, with the place in the spec that is to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ..diagnostics import Diagnostic
from ..errors import AccordError
from ..formula.expr import Expr
from ..formula.faults import Fault, FormulaError
from ..formula.parse import parse
from ..spans import Key, Origin


class Refusal(AccordError):
    """Carries the finding; raised where a plan is built and turned into a value where the build was started.

    What the query asks for (`asked`) and not the spec is at fault for has no place in a spec. One that is `passing`
    is the fault of a metric further out, which uses this one: it gets its place there.
    """

    exit_code = 1

    def __init__(self, code: str, message: str, *, hint: str | None = None, asked: bool = False) -> None:
        super().__init__(message)
        self.asked = asked
        self.passing = False
        self.code = code
        self.message = message
        self.hint = hint
        self.finding: Diagnostic | None = None

    def placed(self, finding: Diagnostic) -> Refusal:
        self.finding = finding
        return self


def passing(message: str, hint: str) -> Refusal:
    """What cannot be used in the way in which a metric further out uses it."""
    refusal = Refusal("C301", message, hint=hint)
    refusal.passing = True
    return refusal


@contextmanager
def written_at(origin: Origin, path: tuple[Key, ...], subject: str) -> Iterator[None]:
    """Places faults of the formula that stands at `path`, and refusals that have no place yet."""
    try:
        yield
    except FormulaError as error:
        fault = error.fault
        span = origin.inside(path, *fault.at) if fault.at != (0, 0) else origin.value(*path)
        if _double_quoted(origin, path, fault.at[0]):
            fault = replace(fault, hint="texts take single quotes: 'paid'")
        finding = Diagnostic(fault.code, "error", fault.message, span, subject, fault.hint)
        raise Refusal(fault.code, fault.message).placed(finding) from None
    except Refusal as refusal:
        if refusal.finding is None and not refusal.asked and not refusal.passing:
            span = origin.value(*path) if path else origin.span()
            refusal.placed(Diagnostic(refusal.code, "error", refusal.message, span, subject, refusal.hint))
        raise


def _double_quoted(origin: Origin, path: tuple[Key, ...], start: int) -> bool:
    """Whether what is not known is written as SQL writes names and other languages write texts."""
    value = origin.data
    for key in path:
        value = value[key]
    return isinstance(value, str) and value[start : start + 1] in ('"', "\u201c", "\u2018")


def parsed(text: str) -> Expr:
    """The expression of `text`; raises `FormulaError`."""
    result = parse(text)
    if isinstance(result, Fault):
        raise FormulaError(result.code, result.message, result.at, result.hint)
    return result
