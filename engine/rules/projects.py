"""Of a metric's texts what tells that it is a project: a verb of a task, a noun of one, its day, what is to be then."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..lexicon.tokens import tokens
from ..lexicon.words import Hit, Lexicon
from ..model import Metric
from .wording import texts

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
        "of in on at by for from with within without after before until till since during per under over "
        "above below between among  through via about against how what when where which who whose whom why "
        "that than as if whether and or but not no all  half part most some many few each every only both "
        "also once is are was were be this these those it we they our  divide take count sum add subtract "
        "compute calculate measure track compare see note includes include money time out  across around near "
        "like unlike despite throughout upon toward towards into onto off plus minus because while though "
        "although so such much more less twice even just except including versus vs up down"
    ).split()
)
_NO_VERB = re.compile(r".*(?:[^s]s|ed|ing|tion|ment|ness|ity|ance|ence|er|or)|\d+")
# Verbs and nouns alike: a task where a day is named as well.
_MAYBE_VERB = frozenset(
    "launch move train design draft finish plan switch upgrade update open run hold document merge put make "
    "complete deliver ship translate pass close buy test pilot win bring start release rework review clean "
    "relaunch rollout".split()
)
# What is to be so one day: `HR system replaced`, `Voice bot in production`.
_STATE = re.compile(
    r"\b(?:live(?: everywhere)?|in (?:production|force|place|use)|up and running|"
    r"switched (?:off|on)|rolled out|signed off|"
    r"(?:re|de)?(?:placed|commissioned|designed|migrated|installed|implemented|introduced|established|adopted|deployed|"
    r"certified|moved|retired|completed|finished|launched|written|built|set up|automated|consolidated)"
    r"|внедр[её]н[аоы]?|запущен[аоы]?|переведен[аоы]?|подключен[аоы]?|утвержд[её]н[аоы]?|настроен[аоы]?|построен[аоы]?|"
    r"введ[её]н[аоы]? в (?:действие|эксплуатацию|строй)|создан[аоы]?|готов[аоы]?)\W*$",
    re.IGNORECASE,
)
# With one of these a text opens that tells a measure.
_MEASURES = (
    *("rates", "worth", "spans", "counting", "customers"),
    *("results", "speed", "effort_units", "harms"),
)
# In Russian a task opens with an infinitive; nouns in -ость and the like only look alike.
_INFINITIVE = re.compile(r"[а-яё]{2,}(?:[аяеиоуы]ть|ти|чь)(?:ся)?", re.IGNORECASE)
_NOT_INFINITIVE = frozenset(
    {"память", "путь", "печать", "сеть", "часть", "честь", "очередь", "почти", "пути", "сети", "дети", "части"}
)


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
