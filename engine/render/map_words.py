"""The words of the map as a picture, beside those that all drawings share (`graph_words`)."""

from __future__ import annotations

_WORDS: dict[str, dict[str, str]] = {
    "map": {"en": "Influence map", "ru": "Карта влияния"},
    "lead": {
        "en": "From left to right: who acts, what they do, what changes, and the north star.",
        "ru": "Слева направо: кто действует, что делает, что меняется и ключевой бизнес-результат.",
    },
    "department": {"en": "department", "ru": "подразделение"},
    "lever": {"en": "lever", "ru": "действие"},
    "metric": {"en": "metric", "ru": "метрика"},
    "northStar": {"en": "north star", "ru": "ключевой бизнес-результат"},
    "departments": {"en": "Departments", "ru": "Подразделения"},
    "levers": {"en": "Levers", "ru": "Действия"},
    "metrics": {"en": "Metrics", "ru": "Метрики"},
    "northStars": {"en": "North star", "ru": "Ключевой бизнес-результат"},
    "shared": {"en": "shared", "ru": "общая"},
    "shared_metric": {"en": "shared metric", "ru": "общая метрика"},
    "raises": {"en": "raises", "ru": "повышает"},
    "lowers": {"en": "lowers", "ru": "снижает"},
    "unclear": {"en": "effect unclear", "ru": "направление неясно"},
    "strengths": {"en": "weak, medium, strong", "ru": "слабо, умеренно, сильно"},
    "by_formula": {"en": "by formula", "ru": "по формуле"},
    "does": {"en": "does", "ru": "делает"},
    "legend": {"en": "Legend", "ru": "Обозначения"},
    "search": {"en": "Search", "ru": "Поиск"},
    "all": {"en": "All departments", "ru": "Все подразделения"},
    "filter": {"en": "Department", "ru": "Подразделение"},
    "fit": {"en": "Actual size", "ru": "Крупнее"},
    "picture": {"en": "Show the picture", "ru": "Показать картинку"},
    "close": {"en": "Close", "ru": "Закрыть"},
    "around": {"en": "Show what is around it", "ru": "Показать, что вокруг"},
    "whole": {"en": "Back to the start", "ru": "К началу"},
    "found": {"en": "{count} found", "ru": "найдено: {count}"},
    "showing": {"en": "{count} of {total} shown", "ru": "показано {count} из {total}"},
    "list": {"en": "Everything as a list", "ru": "Всё списком"},
    "to_list": {"en": "Skip to the list", "ru": "К списку"},
    "causes": {"en": "What acts on it", "ru": "Что на неё влияет"},
    "effects": {"en": "What it acts on", "ru": "На что влияет"},
    "definition": {"en": "Definition", "ru": "Определение"},
    "draft": {"en": "draft, no definition yet", "ru": "черновик, определения ещё нет"},
}


def told(word: str, language: str, **names: object) -> str:
    """A word or phrase, with names put in; English where the language has none.

    >>> told("found", "en", count=3)
    '3 found'
    """
    return _WORDS[word].get(language, _WORDS[word]["en"]).format(**names)
