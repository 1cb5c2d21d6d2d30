"""The effect of a change in words that say what the values say and no more."""

from __future__ import annotations

from ..measure.effects import MIN_AFTER, MIN_BEFORE, Effect
from .values import signed

_WORDS = {
    "up": {
        "en": "moved up by {estimate} (95 % interval: {low} to {high})",
        "ru": "выросло на {estimate} (95 %-й интервал: от {low} до {high})",
    },
    "down": {
        "en": "moved down by {estimate} (95 % interval: {low} to {high})",
        "ru": "снизилось на {estimate} (95 %-й интервал: от {low} до {high})",
    },
    "no_visible_effect": {
        "en": "no visible effect: the values fit anything from {low} to {high}",
        "ru": "эффекта не видно: значениям не противоречит всё от {low} до {high}",
    },
    "several_changes": {
        "en": "several changes at once ({names}): together {low} to {high}, what each did cannot be told apart",
        "ru": "несколько изменений сразу ({names}): вместе от {low} до {high}, вклад каждого не отделить",
    },
    "too_early": {
        "en": "too early: {n} complete {periods} since the change, {least} are needed",
        "ru": "рано судить: завершённых периодов после изменения — {n}, нужно {least}",
    },
    "history": {
        "en": "cannot be told: {n} {periods} before the change, {least} are needed to tell a trend from a step",
        "ru": "сказать нельзя: периодов до изменения — {n}, чтобы отличить тренд от скачка, нужно {least}",
    },
    "constant": {
        "en": "cannot be told: the values do not vary, so there is nothing to judge a difference by",
        "ru": "сказать нельзя: значения не колеблются, и разницу не с чем сравнить",
    },
}


def effect_words(effect: Effect, unit: str | None, language: str) -> str:
    """One sentence; it tells what moved after the change, never what moved because of it."""
    key: str = effect.direction or effect.reason or effect.verdict
    n, least = (effect.n_before, MIN_BEFORE) if key == "history" else (effect.n_after, MIN_AFTER)
    ends = {name: signed(getattr(effect, name), unit, language) for name in ("estimate", "low", "high")}
    if effect.direction:
        ends["estimate"] = signed(abs(effect.estimate or 0), unit, language).removeprefix("+")
    text = _WORDS[key].get(language, _WORDS[key]["en"])
    periods = "period" if n == 1 else "periods"
    return text.format(n=n, least=least, periods=periods, names=", ".join(effect.overlapping), **ends)
