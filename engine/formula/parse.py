"""From the text of a formula to an expression with names still unresolved; every fault carries its characters."""

from __future__ import annotations

from functools import lru_cache

from .convert import Converter
from .expr import Expr
from .faults import Fault, FormulaError
from .syntax import syntax_tree


@lru_cache(maxsize=20_000)
def parse(text: str) -> Expr | Fault:
    """The expression that `text` spells, or the first fault in it."""
    try:
        return Converter(text).convert(syntax_tree(text))
    except FormulaError as error:
        return error.fault
