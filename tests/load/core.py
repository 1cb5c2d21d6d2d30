"""YAML 1.2 with the core schema, read the slow and simple way, and random documents to hold the loader against."""

from __future__ import annotations

import re
from typing import Any

import yaml
from hypothesis import strategies as st

_LETTERS = "abKZ äßяЖ中😀𝒳\u0301 \t\n:#-?,[]{}&*!|>'\"%@`~=<\\/0123456789.eExo_+"
_WORDS = ["true", "null", "no", "~", "-1", "0x1F", "0o17", "1e3", "12:30", "SUM(orders.amount)", "status = 'paid'"]
# A backslash at the end of a line is a known fault of positions (tests/load/test_positions.py).
TEXTS = st.one_of(
    st.text(_LETTERS, max_size=24).filter(lambda text: not re.search(r"\\(\s|\Z)", text)), st.sampled_from(_WORDS)
)
_NUMBERS = st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False))
_SCALARS = st.one_of(TEXTS, TEXTS, _NUMBERS, st.booleans(), st.none())
_KEYS = TEXTS.filter(lambda key: key != "<<")
VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)
DOCUMENTS = st.lists(VALUES, min_size=1, max_size=3) | st.dictionaries(_KEYS, VALUES, min_size=1, max_size=3)


class Dumper(yaml.SafeDumper):
    """Writes texts in the styles of `styles`, in turn."""

    styles: list[str | None] = [None]  # noqa: RUF012  # set anew for every document
    turn = 0

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Never over lines: tests of escaped line breaks stand by themselves."""
        super().write_double_quoted(text, split=False)

    def styled(self, text: str) -> yaml.ScalarNode:
        self.turn += 1
        style = self.styles[self.turn % len(self.styles)]
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, Dumper.styled)


def dumped(document: Any, data: st.DataObject) -> str:
    """The document as PyYAML writes it, in a random layout."""
    Dumper.styles = data.draw(st.lists(st.sampled_from([None, "'", '"', "|", ">"]), min_size=1, max_size=4), "styles")
    text: str = yaml.dump(
        document,
        Dumper=Dumper,
        default_flow_style=data.draw(st.sampled_from([True, False, None]), "flow"),
        indent=data.draw(st.integers(2, 5), "indent"),
        width=data.draw(st.sampled_from([10, 40, 1000]), "width"),
        allow_unicode=data.draw(st.booleans(), "unicode"),
        sort_keys=False,
    )
    return text


def read(text: str) -> Any:
    """The data of a text; keys stay as they are written."""
    return _built(yaml.compose(text, Loader=yaml.SafeLoader))


def _built(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _built(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_built(item) for item in node.value]
    return node.value if node.style else plain(str(node.value))


def plain(written: str) -> Any:
    """A plain scalar by the table of chapter 10.3.2 of YAML 1.2.2, but infinity and NaN, which no spec needs."""
    if written in ("", "~", "null", "Null", "NULL"):
        return None
    if written in ("true", "True", "TRUE"):
        return True
    if written in ("false", "False", "FALSE"):
        return False
    if re.fullmatch(r"[-+]?[0-9]+", written):
        return int(written)
    if re.fullmatch(r"0o[0-7]+", written):
        return int(written[2:], 8)
    if re.fullmatch(r"0x[0-9a-fA-F]+", written):
        return int(written[2:], 16)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", written):
        return float(written)
    return written
