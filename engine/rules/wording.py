"""What the words of names and titles say: texts of an entity, tasks, slogans."""

from __future__ import annotations

from collections.abc import Iterable

from ..lexicon.tokens import Token, tokens
from ..lexicon.words import Hit, Lexicon
from ..model import Text

# A verb this close to the start opens the sentence: "We made ...", "Marketing - make 10 articles".
_OPENING = 3


def texts(*said: Text | None) -> tuple[str, ...]:
    """Every language's version of titles."""
    return tuple(dict.fromkeys(value for text in said if text is not None for _, value in text.values))


def words_of(lexicon: Lexicon, kind: str, written: Iterable[str]) -> tuple[str, ...]:
    """The words of `kind` in texts, as they are written first: `page_views` and `Page views` are the same."""
    found: dict[tuple[str, ...], str] = {}
    for text in written:
        for hit in lexicon.scan(text).get(kind, ()):
            found.setdefault(tuple(token.word for token in tokens(hit.word)), hit.word)
    return tuple(found.values())


def task_in(lexicon: Lexicon, text: str) -> str | None:
    """The words that make `text` a task: a verb of doing with what it does, or a number of activities.

    >>> from ..lexicon.read import load
    >>> task_in(load(), "Publish 20 articles"), task_in(load(), "We made a presentation")
    ('Publish 20 articles', 'made a presentation')
    >>> task_in(load(), "Make customers happy"), task_in(load(), "Create trust through content")
    (None, None)
    """
    words = tokens(text)
    hits = lexicon.scan(text)
    opening = words[min(_OPENING, len(words)) - 1].end if words else 0
    # Behind a customer the verb is what that customer does: "People write to us again".
    opening = min([opening, *(hit.start for hit in hits.get("customers", ()))])
    for verb in hits.get("task_verbs", ()):
        if verb.end <= opening:
            return text[verb.start :].strip()
    for verb in hits.get("making_verbs", ()):
        thing = _object(lexicon, text, words, verb) if verb.end <= opening else None
        if thing is not None:
            return text[verb.start : thing.end]
    return _numbered(text, words, hits.get("activities", ()))


def _object(lexicon: Lexicon, text: str, words: list[Token], verb: Hit) -> Hit | None:
    """The thing that `verb` makes: the last of its noun group, unless it is said how that is to become."""
    hits = lexicon.scan(text)
    between = {hit.start for hit in hits.get("prepositions", ())}
    things = {hit.start: hit for hit in (*hits.get("deliverables", ()), *hits.get("activities", ()))}
    loose = between | {hit.start for hit in hits.get("fillers", ())}
    found: Hit | None = None
    counted = False
    for word in words:
        if word.start < verb.end or (found is not None and word.end <= found.end):
            continue
        if word.start in things:
            found = things[word.start]
        elif found is not None:
            return found if counted or word.start in loose or word.word.isdigit() else None
        elif word.start in between:
            return None
        counted = counted or word.word.isdigit()
    return found


def _numbered(text: str, words: list[Token], activities: tuple[Hit, ...]) -> str | None:
    """`20 articles`: a number right before, or one word before, a word of activity."""
    place = {word.start: at for at, word in enumerate(words)}
    for hit in activities:
        at = place[hit.start]
        for word in words[max(at - 2, 0) : at]:
            if word.word.isdigit():
                return text[word.start : hit.end]
    return None


def slogan_in(lexicon: Lexicon, text: str) -> str | None:
    """The slogan, if that is all the text says: no segment, no behaviour, nothing of this goal only.

    >>> from ..lexicon.read import load
    >>> slogan_in(load(), "Increase revenue by 20 % in 2026")
    'Increase revenue'
    >>> slogan_in(load(), "Increase revenue from customers who came back")
    """
    hits = lexicon.scan(text)
    slogans = hits.get("abstract_goals", ())
    words = tokens(text)
    place = {word.start: at for at, word in enumerate(words)}
    covered: set[int] = set()
    for hit in (*slogans, *hits.get("fillers", ())):
        at = place[hit.start]
        while at < len(words) and words[at].end <= hit.end:
            covered.add(at)
            at += 1
    specific = [word for at, word in enumerate(words) if at not in covered and not word.word.isdigit()]
    return slogans[0].word if slogans and not specific else None
