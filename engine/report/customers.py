"""The four questions about customers: how many came, how many became paying, how long they stay, why they left."""

from __future__ import annotations

from dataclasses import dataclass

from ..measure.values import Value
from ..model import Question, QuestionName
from .segments import Segments


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with the latest value of the metric that answers it; `segments` where the specs ask for a split."""

    question: QuestionName
    asked: Question
    value: Value | None
    segments: Segments | None
