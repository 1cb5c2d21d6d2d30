"""Reads the lexicon files that ship with the rule packs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..errors import UsageError
from ..resources import resource
from .tokens import fold
from .words import END, Item, Lexicon, phrases_of

_KEYS = {"language", "paradigms", "words", "exceptions", "prepositions"}


@cache
def load(folder: Path | None = None) -> Lexicon:
    """All lexicon files of `folder` (by default those of the package) as one lexicon."""
    folder = folder or resource("packs") / "lexicons"
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise UsageError(f"no lexicon in {folder}")
    return Lexicon([phrase for file in files for phrase in _phrases(file)])


def _phrases(file: Path) -> Iterator[tuple[str, tuple[Item, ...]]]:
    try:
        data = _decoded(file)
        listed = {**data["words"], "exceptions": data["exceptions"], "prepositions": data["prepositions"]}
        for kind, items in phrases_of(listed, data["paradigms"]):
            odd = [] if _plain("".join(form for item in items for form in item.forms)) else _odd(items)
            if odd or all(item.optional for item in items):
                raise ValueError(f"`{odd[0] if odd else kind}` can never be found")
            yield kind, items
    except (OSError, ValueError, KeyError, AttributeError, yaml.YAMLError) as error:
        raise UsageError(f"the lexicon {file.name} cannot be used: {error}") from error


def _decoded(file: Path) -> dict[str, Any]:
    # Every scalar is a word here: `on` and `no` are never booleans.
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    if not isinstance(data, dict) or data.keys() != _KEYS:
        raise ValueError(f"its keys must be {', '.join(sorted(_KEYS))}")
    listed = [data["exceptions"], data["prepositions"], *data["words"].values(), *data["paradigms"].values()]
    if not all(isinstance(item, list) for item in listed):
        raise ValueError("words, paradigms, exceptions and prepositions are lists")
    return data


def _odd(items: tuple[Item, ...]) -> list[str]:
    return [form for item in items for form in item.forms if form != END and not _plain(form)]


def _plain(form: str) -> bool:
    return (form.isalpha() or form.isdecimal()) and fold(form) == form
