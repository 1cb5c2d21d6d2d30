"""Which way a part acts on the whole: told where algebra is certain, else unclear. Worked by hand."""

from __future__ import annotations

import pytest

from engine.graph.parts import find_parts
from engine.load.project import load_texts

HEAD = "metrics:\n" + "".join(f"  - {{name: {name}, expression: COUNT(orders.order_id)}}\n" for name in "abc")


@pytest.mark.parametrize(
    ("formula", "signs"),
    [
        ("a / b", "a raises, b lowers"),
        ("a + 2 * b - c", "a raises, b raises, c lowers"),
        ("1 - a", "a lowers"),
        ("a / -2", "a lowers"),
        ("-a / b", "a lowers, b raises"),  # -6 / 2 = -3, -6 / 3 = -2
        ("(a - b) / c", "a raises, b lowers, c unclear"),  # a loss shrinks where it is divided by more
        ("a * (1 - b)", "a unclear, b lowers"),  # 1 - b is negative where b is more than 1
        ("a * b / c", "a raises, b raises, c lowers"),
        ("a / (a + b)", "a unclear, b lowers"),
        ("LN(a) * b", "a raises, b unclear"),  # the logarithm is negative below 1
    ],
)
def test_signs(formula: str, signs: str) -> None:
    loaded = load_texts({"specs.yml": f"{HEAD}  - {{name: whole, type: derived, expression: '{formula}'}}\n"})
    parts = find_parts(loaded.project)["whole"]
    assert ", ".join(f"{part.metric} {part.effect}" for part in parts) == signs
