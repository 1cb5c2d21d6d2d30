"""Of a metric's texts the parts that say what is measured, or that it is a project; and levels that they ask for.

The description decides where it tells what is measured; else the title and the name do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..lexicon.tokens import tokens
from ..lexicon.words import Hit, Lexicon
from ..model import Metric
from .wording import texts

# What ends the definition in a description: a new sentence, a target, a purpose, an exception.
_END = re.compile(
    r"[.;!?](?=\s|$)|\n|\((?:e\.g\.|for example|например)"
    r"|[,\s]\b(?:no|not) (?:more|longer|later|less|fewer|earlier) than (?:\d|one|two|three|four|five|six|seven|eight|ten|a )"
    r"|[,\s]не (?:дольше|позже|позднее|более|больше|менее|меньше|ниже|выше|реже|свыше) (?:\d|одно|дв|тр[её]|четыр|пят|шест|сем|вос|дес)"
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
# A project is due by some day.
_MONTH = (
    r"(?:jan|febr)uary|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|"
    r"январ|феврал|март|апрел|ма[яюй]\b|майск|июн|июл|август|сентябр|октябр|ноябр|декабр"
)
_DUE = re.compile(
    r"\b(?:by|before|until|к|до)\s+(?:the )?(?:q[1-4]\b|20\d\d|end of|spring|summer|autumn|winter|christmas|renewal|"
    rf"year end|конц[ау]|лет[ау]|осен[ьи]|зим[еы]|весн[еы]|(?:\d{{1,2}} )?(?:{_MONTH}))"
    rf"|\bс \d{{1,2}} (?:{_MONTH})|\bв (?:перв|втор|треть|четв[её]рт)\w+ (?:квартал|полугод)|\bwith the new year\b",
    re.IGNORECASE,
)
# A task opens with a verb that something follows (`Bring the bot`); before these stand other words than verbs.
_BEFORE_A_NOUN = frozenset(
    {"the", "a", "an", "all", "every", "each", "our", "both", "its", "their", "everyone", "everybody"}
)
_NO_TASK = frozenset(
    (
        "of in on at by for from with within without after before until till since during per under over above below between among "
        "through via about against how what when where which who whose whom why that than as if whether and or but not no all "
        "half part most some many few each every only both also once is are was were be this these those it we they our "
        "divide take count sum add subtract compute calculate measure track compare see note includes include money time out "
        "across around near like unlike despite throughout upon toward towards into onto off plus minus because while though "
        "although so such much more less twice even just except including versus vs up down"
    ).split()
)
_NO_VERB = re.compile(r".*(?:[^s]s|ed|ing|tion|ment|ness|ity|ance|ence|er|or)|\d+")
# Verbs and nouns alike: a task where a day is named as well.
_MAYBE_VERB = frozenset(
    "launch move train design draft finish plan switch upgrade update open run hold document merge put make complete deliver "
    "ship translate pass close buy test pilot win bring start pilot release rework review clean relaunch rollout".split()
)
# What is to be so one day: `HR system replaced`, `Voice bot in production`.
_STATE = re.compile(
    r"\b(?:live(?: everywhere)?|in (?:production|force|place|use)|up and running|switched (?:off|on)|rolled out|signed off|"
    r"(?:re|de)?(?:placed|commissioned|designed|migrated|installed|implemented|introduced|established|adopted|deployed|"
    r"certified|moved|retired|completed|finished|launched|written|in production|built|set up|automated|redesigned|consolidated)"
    r"|внедр[её]н[аоы]?|запущен[аоы]?|переведен[аоы]?|подключен[аоы]?|утвержд[её]н[аоы]?|настроен[аоы]?|построен[аоы]?|"
    r"введ[её]н[аоы]? в (?:действие|эксплуатацию|строй)|создан[аоы]?|готов[аоы]?)\W*$",
    re.IGNORECASE,
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
_MEASURES = ("rates", "worth", "spans", "counting", "customers", "results", "speed", "effort_units", "harms")
_ACTS = ("done", "handled", "by_staff")
# Words that tell what is measured; with none of them in the description the title has a say as well.
_TELLING = (
    *("activities", "tickets", "vanity", "volume", "responses", "launches", "done", "handled", "works", "by_staff"),
    *("touched", "effort", "per_work", "resolutions", "complaints", "consequences", "by_customers", "uses", "harms"),
    *("worth", "spans", "counting"),
)
# In Russian a task opens with an infinitive; nouns in -ость and the like only look alike.
_INFINITIVE = re.compile(r"[а-яё]{2,}(?:[аяеиоуы]ть|ти|чь)(?:ся)?", re.IGNORECASE)
_NOT_INFINITIVE = frozenset(
    {"память", "путь", "печать", "сеть", "часть", "честь", "очередь", "почти", "пути", "сети", "дети", "части"}
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


def task(metric: Metric, lexicon: Lexicon) -> tuple[str, ...]:
    """The verb that the title or else the description opens with, where that is a task: `Introduce the new portal`."""
    for text in (*texts(metric.title), *texts(metric.description)):
        words = tokens(text)
        if len(words) < 2:
            continue
        scan = lexicon.scan(text)
        for hit in scan.get("imperatives", ()):
            if hit.start == words[0].start:
                return (hit.word,)
        first = text[words[0].start : words[0].end]
        if (
            _INFINITIVE.fullmatch(first)
            and not first.lower().endswith(("ости", "ость", "асть", "сть"))
            and first.lower() not in _NOT_INFINITIVE
        ):
            return (first,)
        if words[1].word in _BEFORE_A_NOUN and _is_verb(words[0].word, scan):
            return (text[words[0].start : words[1].end],)
        if words[0].word in _MAYBE_VERB and any(_DUE.search(told) for told in texts(metric.title, metric.description)):
            return (first,)
    return ()


def _is_verb(word: str, scan: Mapping[str, tuple[Hit, ...]]) -> bool:
    """Whether the first word of a text, before a noun, can only be a verb: none of a closed class, no measure."""
    if word in _NO_TASK or _NO_VERB.fullmatch(word) or not word.isascii():
        return False
    return not any(hit.start == 0 for kind in _MEASURES for hit in scan.get(kind, ()))


def project(metric: Metric, lexicon: Lexicon) -> tuple[str, ...]:
    """A task, or a noun of one that opens title or description (`Migration`), its day, or what is to be so then."""
    opened = task(metric, lexicon)
    if opened:
        return opened
    for text in (*texts(metric.title), *texts(metric.description)):
        words = tokens(text)
        for hit in lexicon.scan(text).get("project_nouns", ()):
            if words[0].start == hit.start and len(words) > 1:
                return (hit.word,)
        due = _DUE.search(text) or _STATE.search(text.strip())
        if due:
            return (due.group().strip(" ."),)
    return ()


def whole(metric: Metric) -> bool:
    """Whether all of something is wanted, as of duties: a level of 100 %."""
    return any(_WHOLE.search(text) for text in texts(metric.title, metric.description))


def level_in_percent(metric: Metric) -> bool:
    return any(in_percent(text) for text in texts(metric.title, metric.description))
