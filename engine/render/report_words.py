"""The words of the reports, in English and Russian, and how figures are told in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from ..measure.values import Number, Value, told
from ..model import Project, Text

WORDS: Mapping[str, tuple[str, str]] = {
    "weekly": ("Result report {label}", "Отчёт о результате {label}"),
    "agenda": ("Agenda for {label}", "Повестка встречи, {label}"),
    "retro": ("Joint retrospective, {label}", "Общая ретроспектива, {label}"),
    "pilot": ("Pilots", "Пилоты"),
    "health": ("Is this way of working healthy? {label}", "Работает ли сама система? {label}"),
    "as_of": ("as of {moment}", "по состоянию на {moment}"),
    "shared": ("Shared metrics", "Общие метрики"),
    "changed": ("What we changed", "Что мы изменили"),
    "earlier": ("since {day}", "с {day}"),
    "did": ("what it did", "что это дало"),
    "why": ("why", "почему"),
    "plan": ("plan", "план"),
    "with": ("together with {names}", "вместе с: {names}"),
    "removes": ("answers the blocker of {department}: {text}", "снимает препятствие ({department}): {text}"),
    "nothing": ("no change is reported", "об изменениях не сообщали"),
    "no_metric": (
        "no metric is named that it is to move: what it did cannot be told",
        "не названа метрика, которую это изменит: сказать, что это дало, нельзя",
    ),
    "too_early": (
        "too early: {metric} is known up to {label}, before the change",
        "рано судить: {metric} известна по {label}, до изменения",
    ),
    "no_value": ("{metric}: no value yet", "{metric}: значения ещё нет"),
    "blockers": ("Blockers", "Препятствия"),
    "asks": ("asks {department}", "ждёт: {department}"),
    "answered": ("answered by {department}: {what}", "ответ ({department}): {what}"),
    "unanswered": ("nobody has answered yet", "ответа пока нет"),
    "own": ("Own metrics", "Свои метрики"),
    "goals": ("Goals", "Цели"),
    "grade": ("grade {grade}", "оценка {grade}"),
    "no_grade": ("no grade: no complete period yet", "без оценки: ещё нет завершённого периода"),
    "goal": (
        "{current} of {target}, from {baseline}, by {deadline}",
        "{current} из {target}, было {baseline}, срок {deadline}",
    ),
    "broken": (
        "guardrail broken: {metric} is {current}, {bound} wanted",
        "нарушено условие: {metric} {current}, нужно {bound}",
    ),
    "at_least": ("at least {bound}", "не меньше {bound}"),
    "at_most": ("at most {bound}", "не больше {bound}"),
    "alarms": ("Alarms", "Тревоги"),
    "rings": ("ALARM", "ТРЕВОГА"),
    "silent": ("no alarm", "тревоги нет"),
    "untold": (
        "cannot be told: no period has all its metrics",
        "сказать нельзя: нет периода, за который известны все метрики",
    ),
    "mismatches": ("Promised and not so", "Обещано, а на деле не так"),
    "mismatch": ("promised{by}: {promised}. In fact: {actual}", "обещано{by}: {promised}. На деле: {actual}"),
    "by": (" by {department}", " ({department})"),
    "missing": ("Without a value", "Без значения"),
    "draft": ("not defined yet", "ещё не определена"),
    "empty": ("no data for {told}", "нет данных за {told}"),
    "on": ("{change} on {value} ({label})", "{change} к {value} ({label})"),
    "of": ("{numerator} of {denominator}", "{numerator} из {denominator}"),
    "caveat": (
        "Values before and after. They do not tell by themselves what caused a difference.",
        "Значения до и после. Сами по себе они не говорят, чем вызвана разница.",
    ),
    "worked": ("What went the wanted way?", "Что получилось?"),
    "did_not": ("What did not?", "Что не получилось?"),
    "improve": ("How do we improve the result?", "Как улучшить результат?"),
    "ask_why": ("{metric}: {value}, {change}. Why?", "{metric}: {value}, {change}. Почему?"),
    "hinders": ("What hindered", "Что мешало"),
    "together": ("What we did together", "Что мы сделали вместе"),
    "wins": ("Joint results, ready to publish", "Общие результаты, можно публиковать"),
    "win": ("{departments}: {metric} {value}, {change}", "{departments}: {metric} {value}, {change}"),
    "interaction": ("How do we improve working together?", "Как улучшить взаимодействие?"),
    "none": ("nothing", "ничего"),
    "before": ("before", "до"),
    "during": ("during", "во время"),
    "rest": ("the rest", "остальные"),
    "own_side": ("the pilot", "пилот"),
    "difference": ("difference", "разница"),
    "of_differences": ("difference of the differences", "разность разностей"),
    "no_difference": ("cannot be told: a value is missing", "сказать нельзя: нет одного из значений"),
    "no_interval": (
        "Without an interval: whether the difference is more than chance, it does not tell.",
        "Без интервала: больше ли разница, чем случайность, отсюда не видно.",
    ),
    "no_pilots": ("no pilot has begun", "пилотов пока нет"),
    "measured": ("Self-measurement", "Самооценка системы"),
    "conflicts": ("conflicts between departments", "конфликты между отделами"),
    "economics": ("economics", "экономика"),
    "loyalty": ("loyalty", "лояльность"),
    "questions": ("If results do not improve", "Если результаты не улучшаются"),
    "realistic": ("Is the goal realistic?", "Реалистична ли цель?"),
    "right": ("Are the metrics right?", "Верны ли метрики?"),
    "transparent": ("Is there transparency?", "Есть ли прозрачность?"),
    "influence": (
        "Do people see how their work influences the result?",
        "Видят ли люди, как их работа влияет на результат?",
    ),
    "yes": ("yes", "да"),
    "no": ("no", "нет"),
    "unknown": ("cannot be told yet", "пока сказать нельзя"),
    "behind": ("no nearer to the target than at the start", "не ближе к цели, чем в начале"),
    "ungraded": ("not measured yet", "ещё не измерены"),
    "faulty": ("rules warn of", "правила предупреждают о"),
    "unseen": ("without a value", "без значения"),
    "silent_departments": ("departments that report no change", "отделы, которые не сообщают об изменениях"),
    "nobody": ("metrics that nobody moves", "метрики, на которые никто не влияет"),
    "without": ("departments that reach no metric", "отделы, которые не влияют ни на одну метрику"),
    "restart": (
        'Any "no": back to the start, to goals and metrics.',
        "Есть «нет» — начинаем сначала: с целей и метрик.",
    ),
}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")


class Teller:
    """Says things of one project in one language, safe to stand in Markdown."""

    def __init__(self, project: Project, language: str) -> None:
        self.project = project
        self.language = language

    def say(self, key: str, **values: str) -> str:
        return WORDS[key][1 if self.language == "ru" else 0].format(**values)

    def text(self, text: Text | None) -> str:
        return plain_text(text.said_in(self.language)) if text is not None else ""

    def metric(self, name: str) -> str:
        title = self.project.metrics[name].title
        return self.text(title) if title else plain_text(name)

    def department(self, name: str) -> str:
        title = self.project.departments[name].title if name in self.project.departments else None
        return self.text(title) if title else plain_text(name)

    def figure(self, value: Value) -> str:
        """`8.5 % (2026-W46, 102 of 1,200), +22 % on 7.0 % (2026-10)`"""
        inside = value.label or ""
        counted = [value.numerator, value.denominator]
        if all(isinstance(it, int) for it in counted):
            parts = {"numerator": f"{value.numerator:,}", "denominator": f"{value.denominator:,}"}
            inside += ", " + self.say("of", **parts)
        elif value.n is not None:
            inside += f", n {value.n:,}"
        compared = self.compared(value)
        return f"{told(value.value, value.unit)} ({inside})" + (f", {compared}" if compared else "")

    def compared(self, value: Value) -> str:
        if value.change is None or value.previous is None:
            return ""
        earlier = told(value.previous.value, value.unit)
        return self.say("on", change=change_of(value), value=earlier, label=value.previous.label)


def change_of(value: Value) -> str:
    """`+22 %`, or a plain difference for points and where the earlier value was zero."""
    change = value.change
    if change is None:
        return ""
    if change.relative is None or value.unit == "points":
        return f"{change.absolute:+,.1f}"
    return f"{change.relative * 100:+,.0f} %"


def plain_text(text: str) -> str:
    """Words of a spec that stay words in Markdown.

    >>> plain_text("a *b* <script>")
    'a \\\\*b\\\\* \\\\<script\\\\>'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def number(value: Number | None, unit: str | None) -> str:
    return told(value, unit)


def day_told(day: date | None) -> str:
    return day.isoformat() if day else ""
