"""From text to sqlglot's tree, read as DuckDB; what is not SQL is told in words of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot.errors import ParseError, TokenError

from .expr import At
from .faults import FormulaError

# What follows walks the tree by recursion, several calls a level.
MAX_DEPTH = 150

_NOT_SQL = (
    (
        re.compile(r"\{\{|\{%"),
        "templates (`{{ }}`) are not read here",
        "write plain SQL; metrics go by their names",
    ),
    (re.compile(r";"), "a formula is one expression, without `;`", "remove the semicolon"),
    (re.compile(r"--|/\*"), "SQL comments are not kept here", "use a YAML comment or `description`"),
)
_STRINGS = re.compile(r"'(?:[^']|'')*'")
_STATEMENT = re.compile(
    r"\s*(?:with|insert|update|delete|create|drop|alter|merge|truncate|copy|attach|pragma|set|call)\b(?!\s*\()",
    re.I,
)


def syntax_tree(text: str) -> Any:
    """sqlglot's tree of an expression or query, read as DuckDB; raises `FormulaError`."""
    _refuse_foreign(text)
    return _tree(text)


def _refuse_foreign(text: str) -> None:
    blanked = without_strings(text)
    for pattern, message, hint in _NOT_SQL:
        match = pattern.search(blanked)
        if match:
            raise FormulaError("C109", message, match.span(), hint)


def without_strings(text: str) -> str:
    """The text with blanks in place of its string literals."""
    return _STRINGS.sub(lambda match: " " * len(match.group()), text)


def _tree(text: str) -> Any:
    statement = _STATEMENT.match(text)
    if statement:
        word = statement.group().strip().upper()
        raise FormulaError("C102", f"`{word}` starts a statement; an expression is wanted here", statement.span())
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
        if _deeper(tree, MAX_DEPTH):
            raise RecursionError
        return tree
    except ParseError as error:
        found = error.errors[0] if error.errors else {}
        at = _offset(text, found)
        problem = str(found.get("description") or "not SQL").split(" for <class")[0].rstrip(".")
        problem = problem.replace("Required keyword: 'expression' missing", "an operand is missing")
        problem = problem.replace("Required keyword: 'this' missing", "an operand is missing")
        raise FormulaError("C101", f"not SQL: {problem[:1].lower()}{problem[1:]}", at) from None
    except TokenError:
        start = max(text.rfind("'"), text.rfind('"'), 0)
        raise FormulaError("C101", "not SQL: a quote is not closed", (start, len(text))) from None
    except RecursionError:
        raise FormulaError("C101", "the expression is nested too deep", (0, min(len(text), 1))) from None


def _deeper(tree: Any, limit: int) -> bool:
    """Whether the tree has more than `limit` levels: a chain of operators has one for each of them."""
    level = [tree]
    for _ in range(limit):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return False
    return True


def _offset(text: str, found: Mapping[str, Any]) -> At:
    context, word = found.get("start_context") or "", found.get("highlight") or ""
    lines = text.split("\n")
    end = sum(len(line) + 1 for line in lines[: (found.get("line") or 1) - 1]) + (found.get("col") or 0)
    start = end - len(word)
    if text[start:end] != word:
        start = text.find(context + word) + len(context)
    start = max(0, min(start, len(text) - 1))
    return start, max(start + len(word), start + 1)
