"""The four questions about customers: how many came, how many became paying, how long they stay, why they left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..measure.values import Value
from ..model import Question, QuestionName


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with the metric that answers it; `groups` are by the question's dimension, in the value's period."""

    question: QuestionName
    asked: Question
    value: Value | None
    groups: tuple[Value, ...]


def answered(name: QuestionName, asked: Question, value: Value | None, groups: Iterable[Value]) -> Answered:
    """The groups that most customers are in stand first."""
    known = [it for it in groups if it.value is not None]
    return Answered(name, asked, value, tuple(sorted(known, key=lambda it: (-_weight(it), _called(it)))))


def _weight(value: Value) -> float:
    return float(value.numerator if value.numerator is not None else value.value or 0)


def _called(value: Value) -> str:
    return ", ".join(str(part) for _, part in value.dimensions)
