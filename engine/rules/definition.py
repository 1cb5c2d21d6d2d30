"""Of a metric's texts the parts that say what is measured, and the levels that they ask for.

The description decides where it tells what is measured; else the title and the name do.
"""

from __future__ import annotations

import re

from ..lexicon.tokens import tokens
from ..lexicon.words import Lexicon
from ..model import Metric
from .wording import texts

# What ends the definition in a description: a new sentence, a target, a purpose, an exception.
_END = re.compile(
    r"[.;!?](?=\s|$)|\n|\((?:e\.g\.|for example|например)"
    r"|[,\s]\b(?:no|not) (?:more|longer|later|less|fewer|earlier) than "
    r"(?:\d|one|two|three|four|five|six|seven|eight|ten|a )"
    r"|[,\s]не (?:дольше|позже|позднее|более|больше|менее|меньше|ниже|выше|реже|свыше) "
    r"(?:\d|одно|дв|тр[её]|четыр|пят|шест|сем|вос|дес)"
    r"|\b(?:target|goal|threshold|benchmark|excluding|except|in order to|so that|so as to|aimed? at|"
    r"to (?:increase|improve|grow|drive|raise|boost|support|ensure|generate|show|understand|keep|win|reduce|lower)|"
    r"цель|целевое|порог|чтобы|с целью|ради|для (?:повышения|роста|увеличения|улучшения|привлечения|снижения))\b",
    re.IGNORECASE,
)
# A sentence that opens so tells what the number is to stand for, or how it is found out; not what it is.
_MEANING = re.compile(
    r"\s*(?:shows|reflects|proves|demonstrates|expresses|a sign of|signals|indicates|stands for|"
    r"показывает|отражает|доказывает|говорит о|свидетельствует|признак)\b[^.;]*[.;]?\s*",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\s*(?:by|per|asked|measured|as judged|as told|according to|from|по|на|из|согласно|на основе)\b", re.IGNORECASE
)
_LEVEL = re.compile(
    r"(?:at or (?:above|below)|at (?:least|most)|above|over|below|under|(?:no|not) (?:more|less|fewer) than|minimum|"
    r"не (?:ниже|выше|менее|более|меньше|больше)|менее|более|выше|ниже|свыше|[<>=≥≤]+|target:?|goal:?|цель(?: —|:)?)"
    r"\s*~?\d+(?:[.,]\d+)?\s?(?:%|percent|per cent|процент)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"(?<![\d.,])100\s?(?:%|percent|per cent|процент)", re.IGNORECASE)
_ENOUGH = 4  # words that tell something by themselves: of three (`Share of tickets`) one has to be an act of ours
_MOST = 2000  # characters: nobody says what is measured in more, and time must not grow with the square of a text
_ACTS = ("done", "handled", "by_staff")
# Words that tell what is measured; with none of them in the description the title has a say as well.
_TELLING = (
    *("activities", "tickets", "vanity", "volume", "responses", "launches", "done", "handled", "works", "by_staff"),
    *("touched", "effort", "per_work", "resolutions", "complaints", "consequences", "by_customers", "uses", "harms"),
    *("worth", "spans", "counting"),
)


def definition(text: str) -> str:
    """The part of a description that says what is measured.

    >>> definition("Number of calls made to improve retention. Target: at or above 84 %")
    'Number of calls made '
    >>> definition("Shows our discipline. Share of forms that were filled in.")
    'Share of forms that were filled in'
    """
    text = _MEANING.sub("", text) if _MEANING.match(text) else text
    for end in _END.finditer(text):
        if end.start() > 0:
            return text[: end.start()]
    return text


def in_percent(text: str) -> bool:
    """Whether the target in the text is a level in percent, not a change.

    >>> in_percent("at or above 84 %"), in_percent("+20 % in a quarter"), in_percent("TBD")
    (True, False, False)
    """
    return _LEVEL.search(text) is not None


def said_texts(metric: Metric, lexicon: Lexicon) -> tuple[str, ...]:
    """The texts that tell what is measured."""
    described = [definition(text)[:_MOST] for text in texts(metric.description)]
    if any(_tells(text, lexicon) for text in described):
        return tuple(described)
    return (*described, *([text[:_MOST] for text in texts(metric.title)] or [metric.name]))


def _tells(text: str, lexicon: Lexicon) -> bool:
    """Whether a description says by itself what is measured."""
    kinds = _TELLING if len(tokens(text)) >= _ENOUGH else _ACTS
    return not _METHOD.match(text) and any(kind in lexicon.scan(text) for kind in kinds)


def whole(metric: Metric) -> bool:
    """Whether all of something is wanted, as of duties: a level of 100 %."""
    return any(_WHOLE.search(text) for text in texts(metric.title, metric.description))


def level_in_percent(metric: Metric) -> bool:
    return any(in_percent(text) for text in texts(metric.title, metric.description))
