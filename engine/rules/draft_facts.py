"""What a draft says about itself: a metric without a definition is judged on its texts, unit and target in prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ..lexicon.tokens import tokens
from ..lexicon.words import BEHIND, Hit
from .definition import level_in_percent, said_texts, whole
from .fact import Fact, Subject, Value
from .projects import project, task
from .wording import texts

_DIVIDES = frozenset({"per", "divided", "на", "деленное", "деленные", "деленный"})
# Before a harm these tell what our work is about: `newsletters about new attacks`.
_TOPIC = re.compile(r"\b(?:about|on|against|covering|regarding|о|об|про|против|по)(?: \w+)? $", re.IGNORECASE)
# Behind what we did, these tell whom or what it was for.
_FOR = re.compile(r"\s+(?:to|for|about|on|with|для|клиентам|о|об|по)\s", re.IGNORECASE)
# Of two nouns one is a topic, an adjective or a verb is not: `phishing simulations`, but `misleading ads`.
_HOW = re.compile(
    r".*(?:ed|en|ful|ous|less)|(?!phish).*ing|late|lost|wrong|false|stale|slow|"
    r".*(?:ый|ая|ое|ые|ого|ых|ими|ыми|ет|ют|ли|ла|ше|же|но)|(?:без|не|из|по|слишком|зря)\b.*",
    re.IGNORECASE,
)
# What staff did: any past tense, but of these words, who are people that fare well or badly as well.
_ACTED = re.compile(
    r"[a-z]{3,}ed|had|ran|held|wrote|gave|took|made|sent|put|did|led|taught|built|drew|met|saw|went|got"
)
_WE = re.compile(
    rf"\bwe (?:{_ACTED.pattern}|subscribe|run|hold|send|write|publish|post|make|track|monitor|maintain|own|operate|"
    r"offer)\b"
    r"|\bмы [а-яё]+ли\b",
    re.IGNORECASE,
)
_SERVED = re.compile(r"employee|people|staff|colleague|team|department", re.IGNORECASE)
# Behind our work, a clause on what it did: `mails that reached the inbox`; not what was done: `mails that were sent`.
_CAME_OF_IT = re.compile(
    r"[,\s]*(?:that|which)\s+([a-z]+ed|broke|stuck|hit|sank|rose|fell|grew)\b|,\s+([а-яё]+вш(?:ие|их|ий|ая|ее|ими|им))\b",
    re.IGNORECASE,
)
RESULTS: Mapping[str, str] = {
    "worth": "measures of something (cost, satisfaction, retention)",
    "spans": "how long something takes",
    "uses": "that customers use or buy something",
    "harms": "harm that came of it",
}
_OWNED = re.compile(r"['’]s? (?:\w+ ){0,2}\w*$|['’]s? ")
_CLOSE = 30  # characters
_NEAR = 5  # words: `share of the planned roadmap items`
_HEADS = ("activities", "works", "deliverables")
_WORK = (*_HEADS, "tickets", "done", "handled", "by_staff")
_MODIFIED = (*_HEADS, "staff")  # what a noun before it only tells more of: `customer visits`
_NOUNS = ("customers", "results", "worth", "uses")
_OURS = (
    *("activities", "tickets", "deadlines", "launches", "effort", "volume", "vanity", "touched", "counting"),
    *("per_head", "responses", "works", "deliverables", "staff"),
)
MEASURED: Mapping[str, str] = {
    "customers": "customers and what only they can do",
    "results": "sales, deals and the like",
}
SAID: Mapping[str, str] = {
    "activities": "what staff do (posts, calls, releases)",
    "tickets": "requests to support",
    "vanity": "attention without consequence",
    "priced_reach": "attention with a price on it",
    "volume": "pieces sold",
    "responses": "answers of staff",
    "speed": "time and speed",
    "resolutions": "solved problems",
    "launches": "launch dates and deadlines",
    "deadlines": "that a plan was kept",
    "deliverables": "things that staff make",
    "requests": "that somebody asked for it",
    "complaints": "complaints",
    "rates": "a part of something",
    "per_work": "work per work",
    "counting": "that something is counted",
    "works": "what an organisation makes or holds for itself",
    "growth": "growth",
    "touched": "that one of us was there",
    "scored": "points that are given for acts",
    "handled": "what goes through our hands, whatever it is",
    "upkeep": "that records are kept as they should be",
    "planned": "a plan of ours",
    "staff": "our people",
    "regardless": "that it counts whatever becomes of it",
}


def _said(subject: Subject) -> tuple[str, ...]:
    """As `said_texts`, kept: a dozen facts ask for it."""
    kept = subject.context.said
    if subject.name not in kept:
        kept[subject.name] = said_texts(subject.entity, subject.context.lexicon)
    return kept[subject.name]


def _hits(subject: Subject, kind: str) -> Iterator[tuple[str, Hit]]:
    for text in _said(subject):
        for hit in subject.context.lexicon.scan(text).get(kind, ()):
            yield text, hit


def _words(kind: str) -> Callable[[Subject], Value]:
    return lambda subject: _once(hit.word for _, hit in _hits(subject, kind))


def _apart(kind: str) -> Callable[[Subject], Value]:
    """Words of a kind that are not part of a phrase about our work: `bugs fixed` is no harm, `on time` no measure."""

    def read(subject: Subject) -> Value:
        lexicon = subject.context.lexicon
        found = []
        for text, hit in _hits(subject, kind):
            scan = lexicon.scan(text)
            inside = (other for ours in _OURS for name in (ours, ours + BEHIND) for other in scan.get(name, ()))
            if any(other.start <= hit.start < other.end for other in inside):
                continue
            heads = [other for ours in _MODIFIED for other in scan.get(ours, ())]
            if not _topic(text, hit, heads) and not _purpose(text, hit, kind, scan):
                found.append(hit.word)
        return _once(iter(found))

    return read


def _topic(text: str, hit: Hit, heads: list[Hit]) -> bool:
    """Whether a noun of our work stands beside and is what is counted: `phishing simulations`, `анализ рисков`."""
    if " " in hit.word or _HOW.fullmatch(hit.word):
        return False
    if hit.word.isascii():
        return any(_side_by_side(text, hit, head) for head in heads)
    return any(_side_by_side(text, head, hit) for head in heads)


def _purpose(text: str, hit: Hit, kind: str, scan: Mapping[str, tuple[Hit, ...]]) -> bool:
    """Whether our work was about it or for it: `newsletters on attacks`, `calls made to customers who may leave`."""
    if _TOPIC.search(text, 0, hit.start) and (kind == "harms" or any(it.start < hit.start for it in _work(text, scan))):
        return True
    done = (it for it in scan.get("done", ()) if it.end < hit.start)
    return kind in ("harms", "uses") and any(_FOR.match(text, it.end) for it in done)


def _measured(kind: str) -> Callable[[Subject], Value]:
    """Words of a kind where they say what is measured: not `customer visits`, nor `guides written for customers`."""

    def read(subject: Subject) -> Value:
        lexicon = subject.context.lexicon
        found = []
        for text, hit in _hits(subject, kind):
            scan = lexicon.scan(text)
            if any(_side_by_side(text, hit, other) for ours in (*_MODIFIED, "vanity") for other in scan.get(ours, ())):
                continue
            if any(0 <= it.start - hit.end < _CLOSE and _OWNED.match(text, hit.end) for it in _work(text, scan)):
                continue
            if not any(work.start < hit.start for work in _work(text, scan)):
                found.append(hit.word)
        return _once(iter(found))

    return read


def _work(text: str, scan: Mapping[str, tuple[Hit, ...]]) -> Iterator[Hit]:
    """Words for our own work, but those that only tell more of a noun: `app users`, `обработанных заказов`.

    In Russian the first of two nouns is the one that counts: `опросы клиентов`.
    """
    nouns = [noun for kind in _NOUNS for noun in scan.get(kind, ())]
    for kind in _WORK:
        for hit in scan.get(kind, ()):
            may = hit.word.isascii() or kind in ("done", "handled")
            if not (may and any(_side_by_side(text, hit, noun) for noun in nouns)):
                yield hit


def _side_by_side(text: str, first: Hit, second: Hit) -> bool:
    return second.start - first.end == 1 and not text[first.end].isalpha() and text[first.end] in " _-"


def _consequences(subject: Subject) -> Value:
    """Words like `that led to`, and any clause that tells what our work did: `mails that reached the inbox`."""
    found = []
    for text in _said(subject):
        scan = subject.context.lexicon.scan(text)
        found += [hit.word for hit in scan.get("consequences", ()) if not _in_time(hit.end, scan)]
        ours = {hit.start for hit in scan.get("done", ())}
        for hit in (hit for kind in (*_HEADS, "activities.behind", "tickets.behind") for hit in scan.get(kind, ())):
            clause = _CAME_OF_IT.match(text, hit.end)
            if clause and clause.start(clause.lastindex or 0) not in ours and not _in_time(clause.end(), scan):
                found.append(text[hit.start : clause.end()])
    return _once(iter(found))


def _in_time(end: int, scan: Mapping[str, tuple[Hit, ...]]) -> bool:
    """Whether a plan is named right behind: `campaigns that started on the day in the calendar`."""
    return any(0 <= hit.start - end < _CLOSE // 6 for hit in scan.get("deadlines", ()))


def _per_head(subject: Subject) -> tuple[str, ...]:
    """Phrases like `per head`, and staff behind `per` or a division: `divided by account executives`."""
    found = [hit.word for _, hit in _hits(subject, "per_head")]
    for text in _said(subject):
        words = tokens(text)
        place = {word.start: at for at, word in enumerate(words)}
        for who in subject.context.lexicon.scan(text).get("staff", ()):
            before = words[max(place[who.start] - 3, 0) : place[who.start]]
            found += [text[word.start : who.end] for word in before if word.word in _DIVIDES]
    return _once(iter(found))


def _per_staff(subject: Subject) -> Value:
    """Those of us who do it, said as people: `per engineer`, not `per week`."""
    return tuple(words for words in _per_head(subject) if "staff" in subject.context.lexicon.scan(words))


def _done(subject: Subject) -> Value:
    """What staff did; nothing where customers or what is sold is said before it or right behind.

    Of what was `handled` it does not matter: orders that were processed are paper.
    """
    return _once(iter((*_done_words(subject), *(hit.word for _, hit in _hits(subject, "handled")))))


def _done_words(subject: Subject) -> Iterator[str]:
    lexicon = subject.context.lexicon
    for text, hit in _hits(subject, "done"):
        others = [
            other for kind in ("customers", "results", "worth", "volume") for other in lexicon.scan(text).get(kind, ())
        ]
        words = tokens(text)
        at = next(number for number, word in enumerate(words) if word.start == hit.start)
        near = words[min(at + 2, len(words) - 1)].end
        if len(words) > 1 and not any(other.start < near for other in others):
            yield hit.word


# What a company is, told to explain its words: `We run a fund: ...`.
_BUSINESS = re.compile(
    r"^\W*(?:we (?:run|sell|operate|offer|are|rent|lease|publish|make) (?:an? |the )?[^.:;]{2,60}[:;]|"
    r"мы (?:прода[её]м|изда[её]м|сда[её]м|возим|лечим|учим|страхуем|кормим|да[её]м|оказываем)\b[^.:;]{0,60}:|"
    r"(?:an? )?\w+(?: \w+)? (?:fund|agency|clinic|school|shop|service|bank|hotel|platform|magazine|app|broker):|"
    r"(?:агентство|клиника|школа|магазин|фонд|банк|гостиница|площадка|журнал|приложение|[а-яё]+ сервис|брокер)"
    r"[^.:;]{0,40}:)",
    re.IGNORECASE,
)


def _by_customers(subject: Subject) -> Value:
    """Phrases like `by customers`; and words that tell what the company sells, before what is then counted of it."""
    sold = [found.group() for text in texts(subject.entity.description) for found in [_BUSINESS.match(text)] if found]
    return _once(iter((*(hit.word for _, hit in _hits(subject, "by_customers")), *sold)))


def _by_staff(subject: Subject) -> Value:
    """Phrases like `by our agents`, `we wrote`, any `by the ... team`, and staff that did something: `managers ran`."""
    lexicon = subject.context.lexicon
    found = [hit.word for _, hit in _hits(subject, "by_staff")]
    for text in _said(subject):
        scan = lexicon.scan(text)
        fared = [hit.start for kind in RESULTS for hit in scan.get(kind, ())]
        found += [us.group() for us in _WE.finditer(text) if not any(us.start() < it < us.end() for it in fared)]
        found += _staff_acting(text, scan)
    return _once(iter(found))


def _staff_acting(text: str, scan: Mapping[str, tuple[Hit, ...]]) -> Iterator[str]:
    words = tokens(text)
    place = {word.start: at for at, word in enumerate(words)}
    done = {place[hit.start] for hit in scan.get("done", ())}
    for who in scan.get("staff", ()):
        at = place[who.start]
        before = next((word for word in words[max(at - 4, 0) : at] if word.word == "by"), None)
        behind = at + len(tokens(who.word))
        behind += behind < len(words) and words[behind].word in ("who", "that")
        acted = behind < len(words) and _ACTED.fullmatch(words[behind].word) and not _SERVED.match(who.word)
        if before is not None:
            yield text[before.start : who.end]
        elif acted or done & {behind, at - 1}:
            yield who.word


def _effort(subject: Subject) -> Value:
    """Phrases of effort, and any time that staff spend: `hours the on-call team spends`."""
    found = [hit.word for _, hit in _hits(subject, "effort")]
    for text in _said(subject):
        scan = subject.context.lexicon.scan(text)
        starts = [hit.start for hit in scan.get("effort_units", ())]
        for who in scan.get("staff", ()):
            spent = [hit for hit in scan.get("spending", ()) if 0 < hit.start - who.end < _CLOSE]
            if spent and any(0 < who.start - start < _CLOSE for start in starts):
                found.append(text[min(starts) : spent[0].end])
    return _once(iter(found))


def _project(subject: Subject) -> Value:
    return project(subject.entity, subject.context.lexicon)


def _task(subject: Subject) -> Value:
    return task(subject.entity, subject.context.lexicon)


def _share_of_work(subject: Subject) -> Value:
    """Work of which a part is counted: `share of meetings`; nothing where it is a part of customers or results."""
    found = []
    for kind in ("activities.behind", "tickets.behind", "deliverables", "works"):
        for text, hit in _hits(subject, kind):
            scan = subject.context.lexicon.scan(text)
            heads = [other.start for kind in ("customers", "results") for other in scan.get(kind, ())]
            parts = [other.start for other in scan.get("rates", ())]
            near = kind.endswith(".behind") or any(len(tokens(text[start : hit.start])) <= _NEAR for start in parts)
            if near and any(start < hit.start for start in parts) and not any(start < hit.start for start in heads):
                found.append(hit.word)
    return _once(iter(found))


def _once(words: Iterator[str]) -> tuple[str, ...]:
    found: dict[tuple[str, ...], str] = {}
    for word in words:
        found.setdefault(tuple(token.word for token in tokens(word)), word)
    return tuple(found.values())


DRAFT: Mapping[str, Fact] = {
    **{
        f"said.{kind}": Fact("words", f"Words in what a draft measures for {what}.", _words(kind))
        for kind, what in SAID.items()
    },
    **{
        f"said.{kind}": Fact("words", f"Words in what a draft measures for {what}.", _apart(kind))
        for kind, what in RESULTS.items()
    },
    **{
        f"said.{kind}": Fact("words", f"Words for {what}, where they say what a draft measures.", _measured(kind))
        for kind, what in MEASURED.items()
    },
    "said.by_customers": Fact(
        "words", "Words in what a draft measures that customers did it, or that it is what we sell.", _by_customers
    ),
    "said.consequences": Fact("words", "Words in what a draft measures that something came of it.", _consequences),
    "said.per_head": Fact("words", "Those of us who do it, in the denominator of a draft.", _per_head),
    "said.per_staff": Fact("words", "Those of them who are people: `per engineer`.", _per_staff),
    "said.done": Fact("words", "Words in what a draft measures for what staff did with something.", _done),
    "said.by_staff": Fact("words", "Words in what a draft measures for those of us who do it.", _by_staff),
    "said.effort": Fact("words", "Words in what a draft measures for what goes in: hours, points, budgets.", _effort),
    "said.project": Fact(
        "words",
        "How its title or description opens, where that is a project, the day it is due, what is then.",
        _project,
    ),
    "said.task": Fact("words", "The verb of a task that its title or description opens with.", _task),
    "said.share_of_work": Fact("words", "Work of which the draft measures a part.", _share_of_work),
    "target.whole": Fact("flag", "Its texts ask for 100 %.", lambda it: whole(it.entity)),
    "target.percent": Fact(
        "flag", "Its texts name a target as a level in percent.", lambda it: level_in_percent(it.entity)
    ),
}
