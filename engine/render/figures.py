"""Values as a reader of the language writes them; English is what `measure.values.told` says."""

from __future__ import annotations

from ..measure.values import Number, told

_UNITS_RU = {"minutes": "мин", "hours": "ч", "days": "дн.", "weeks": "нед.", "pp": "п. п."}


def figure(value: Number | None, unit: str | None, language: str) -> str:
    """A value with its unit.

    >>> figure(1200.5, "days", "en"), figure(1200.5, "days", "ru"), figure(None, "EUR", "ru")
    ('1,200.5 days', '1\xa0200,5 дн.', '-')
    """
    return localised(told(value, unit), language)


def localised(text: str, language: str) -> str:
    """A figure with the signs and units of a language.

    >>> localised("+1,234.5 pp", "ru"), localised("8.5 %", "ru"), localised("1,2", "en")
    ('+1\xa0234,5 п. п.', '8,5 %', '1,2')
    """
    if language != "ru":
        return text
    number, _, unit = text.partition(" ")
    number = number.replace(",", "\xa0").replace(".", ",")
    return f"{number} {_UNITS_RU.get(unit, unit)}" if unit else number
