"""The words in which influence maps speak: English, Russian, and English for any other language."""

from __future__ import annotations

from ..model import Period

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "raises": "raises",
        "lowers": "lowers",
        "unclear": "effect unclear",
        "weak": "weak",
        "medium": "medium",
        "strong": "strong",
        "lag": "after {period}",
        "formula": "by formula",
        "lever": "lever",
        "lever_of": "lever of {owners}",
        "north_star": "north star",
        "single": "{owners} alone",
        "shared": "shared by {owners}",
        "apart": "owner {owners}, moved by {movers}",
        "no_mover": "owner {owners}, moved by nobody",
        "no_owner": "no owner declared, moved by {movers}",
        "nobody": "nobody answers for it",
        "above": "see above",
        "astray": "Without a path to the north star:",
        "no_north_star": "There is no north star.",
        "acts_on": "Acts on:",
    },
    "ru": {
        "raises": "повышает",
        "lowers": "снижает",
        "unclear": "направление неясно",
        "weak": "слабо",
        "medium": "умеренно",
        "strong": "сильно",
        "lag": "через {period}",
        "formula": "по формуле",
        "lever": "действие",
        "lever_of": "действие: {owners}",
        "north_star": "ключевой бизнес-результат",
        "single": "отвечает {owners}",
        "shared": "общая: {owners}",
        "apart": "владелец: {owners}, влияет: {movers}",
        "no_mover": "владелец: {owners}, не влияет никто",
        "no_owner": "владелец не назван, влияет: {movers}",
        "nobody": "никто не отвечает",
        "above": "см. выше",
        "astray": "Без пути к ключевому бизнес-результату:",
        "no_north_star": "Ключевой бизнес-результат не задан.",
        "acts_on": "На что влияет:",
    },
}

# After "через": one, two to four, five and more.
_PERIODS_RU: dict[str, tuple[str, str, str]] = {
    "minute": ("минуту", "минуты", "минут"),
    "hour": ("час", "часа", "часов"),
    "day": ("день", "дня", "дней"),
    "week": ("неделю", "недели", "недель"),
    "month": ("месяц", "месяца", "месяцев"),
    "quarter": ("квартал", "квартала", "кварталов"),
    "year": ("год", "года", "лет"),
}


def said(word: str, language: str, **names: str) -> str:
    """A word or phrase of the map, with names put in.

    >>> said("shared", "en", owners="Marketing, Sales")
    'shared by Marketing, Sales'
    """
    return _WORDS.get(language, _WORDS["en"])[word].format(**names)


def period_said(period: Period, language: str) -> str:
    """A period in words.

    >>> [period_said(Period(count, "week"), "ru") for count in (1, 3, 11, 21)]
    ['1 неделю', '3 недели', '11 недель', '21 неделю']
    """
    if language != "ru":
        return str(period)
    return f"{period.count} {_PERIODS_RU[period.unit][_russian_form(period.count)]}"


def _russian_form(count: int) -> int:
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2
