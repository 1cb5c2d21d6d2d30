"""Specs as YAML that people read: an entry on one line where it fits, otherwise one line a key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import yaml

_WIDTH = 120


class _Flow(yaml.SafeDumper):
    """One line for anything; nothing is an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Flow, text: str) -> Any:
    """SQL with quotes and commas reads best in double quotes; `y` and `n` are booleans to some readers."""
    if text in ("y", "n", "Y", "N"):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, "'")
    quoted = "'" in text and re.search(r"[,\[\]{}]|: | #", text) and not re.search(r'["\\\n]', text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, '"' if quoted else None)


_Flow.add_representer(str, _text)


def spec_text(collections: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The text of a spec file; empty collections are left out.

    >>> print(spec_text({"entities": [{"name": "customer"}], "metrics": []}), end="")
    entities:
      - {name: customer}
    """
    return "".join(_collection(name, entries) for name, entries in collections.items() if entries)


def _collection(name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    return f"{name}:\n" + "".join(_entry(entry) for entry in entries)


def _entry(entry: Mapping[str, Any]) -> str:
    line = f"  - {flow(entry)}"
    if len(line) <= _WIDTH:
        return f"{line}\n"
    body = "".join(_key(key, value, "    ") for key, value in entry.items())
    return f"  - {body[4:]}"


def _key(key: str, value: Any, indent: str) -> str:
    """A key of an entry with its value: on one line where it fits, else an item a line, or folded text."""
    line = f"{indent}{key}: {_plain(value) if isinstance(value, str) else flow(value)}"
    if len(line) <= _WIDTH:
        return f"{line}\n"
    if isinstance(value, list):
        return f"{indent}{key}:\n" + "".join(f"{indent}  - {flow(item)}\n" for item in value)
    if isinstance(value, Mapping):
        return f"{indent}{key}:\n" + "".join(_key(name, item, f"{indent}  ") for name, item in value.items())
    return f"{indent}{key}: >-\n" + "".join(f"{indent}  {part}\n" for part in _folded(value, indent))


def _folded(text: str, indent: str) -> list[str]:
    return wrap(text, _WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False)


def _plain(text: str) -> str:
    """A text outside of brackets, where commas need no quotes."""
    return _dumped(yaml.SafeDumper, text)


def flow(value: Any) -> str:
    """A value on one line, as it stands after a key.

    >>> flow({"name": "orders", "source": "shop.orders"})
    '{name: orders, source: shop.orders}'
    """
    return _dumped(_Flow, value)


def _dumped(dumper: type[yaml.SafeDumper], value: Any) -> str:
    flow = None if dumper is yaml.SafeDumper else True
    text: str = yaml.dump(
        value, Dumper=dumper, default_flow_style=flow, width=10**9, sort_keys=False, allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...")
