"""The words of the reports, in English and Russian, and how figures are told in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from ..measure.effects import MIN_AFTER, Effect
from ..measure.values import Number, Value
from ..model import Project, Text
from .figures import figure, localised
from .values import changed, signed

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
    "moved": ("visibly moved: {estimate} ({interval})", "заметно изменилась: {estimate} ({interval})"),
    "no_visible_effect": (
        "no visible effect: {estimate} ({interval})",
        "заметного эффекта нет: {estimate} ({interval})",
    ),
    "several_changes": (
        "several changes at once, no verdict: {names}",
        "несколько изменений сразу, вывода нет: {names}",
    ),
    "periods": (
        "too early to tell: {count} of {least} periods since",
        "рано судить: прошло периодов: {count} из {least}",
    ),
    "history": ("no verdict: too few periods before", "вывода нет: слишком мало периодов до"),
    "small": ("no verdict: too few cases a period", "вывода нет: слишком мало случаев за период"),
    "constant": ("no verdict: the value never changes", "вывода нет: значение не меняется"),
    "interval": ("95 %: {low} to {high}", "95 %: от {low} до {high}"),
    "paradox": (
        "Every department does more and the business loses",
        "Все отделы делают больше, а бизнес теряет",
    ),
    "paradox_untold": (
        "cannot be told: no count of its own, or no value, for {names}",
        "сказать нельзя: нет своего счётного показателя или значения: {names}",
    ),
    "acquisition": ("cost of winning a customer", "стоимость привлечения"),
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
    "hidden": (
        "{metric}: too few cases to be shown to everybody",
        "{metric}: слишком мало случаев, чтобы показывать всем",
    ),
    "no_value_yet": ("no value yet", "значения ещё нет"),
    "no_value": ("{metric}: no value yet", "{metric}: значения ещё нет"),
    "groups_small": (
        "{count} groups are not shown: one with fewer than {least} cases is hidden, with the next ones where the rest"
        " would give it away",
        "Не показано групп: {count}. Группа меньше {least} случаев скрыта, а с ней соседние, если иначе её можно"
        " вычислить",
    ),
    "groups_personal": ("Not split: the field is personal.", "Не показано по группам: поле содержит личные данные."),
    "groups_uncounted": (
        "Not split: how many cases a group rests on is not known.",
        "Не показано по группам: неизвестно, сколько случаев в группе.",
    ),
    "groups_failed": (
        "Not split: the groups could not be measured.",
        "Не показано по группам: измерить их не удалось.",
    ),
    "groups_early": ("Not split: no complete period yet.", "Не показано по группам: ещё нет завершённого периода."),
    "groups_none_small": ("No group has fewer than {least} cases.", "Групп меньше {least} случаев нет."),
    "blockers": ("Blockers", "Препятствия"),
    "asks": ("asks {department}", "ждёт: {department}"),
    "answered": ("answered by {department}: {what}", "ответ ({department}): {what}"),
    "unanswered": ("nobody has answered yet", "ответа пока нет"),
    "own": ("Own metrics", "Свои метрики"),
    "goals": ("Goals", "Цели"),
    "grade": ("grade {grade}", "оценка {grade}"),
    "no_grade": ("no grade: no complete period yet", "без оценки: ещё нет завершённого периода"),
    "no_way": (
        "no grade: the target is the baseline, so there is no way to measure",
        "без оценки: цель равна началу, и измерять нечего",
    ),
    "no_baseline": ("no grade: the baseline has no value", "без оценки: исходное значение неизвестно"),
    "no_current": ("no grade: no value in that period", "без оценки: за этот период значения нет"),
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
    "losses": ("Losses in money", "Потери в деньгах"),
    "no_loss": ("no value, as one is missing of: {names}", "значения нет, так как не хватает: {names}"),
    "times": (
        "Winning a customer costs {times} times what keeping one costs",
        "Привлечь клиента дороже, чем удержать, в {times} раза",
    ),
    "no_times": (
        "Winning a customer against keeping one: cannot be told, no period has both costs",
        "Привлечь или удержать клиента: сказать нельзя, нет периода, за который известны обе стоимости",
    ),
    "mismatches": ("Promised and not so", "Обещано, а на деле не так"),
    "mismatch": ("promised{by}: {promised}. In fact: {actual}", "обещано{by}: {promised}. На деле: {actual}"),
    "by": (" by {department}", " ({department})"),
    "customers": ("Our customers", "Наши клиенты"),
    "came": ("How many came?", "Сколько пришло?"),
    "paying": ("How many became paying?", "Сколько стали платить?"),
    "stay": ("How long do they stay?", "Сколько они остаются?"),
    "left": ("What made them leave?", "Почему они ушли?"),
    "no_group": ("not stated", "не указано"),
    "more": ("{count} more", "ещё {count}"),
    "every_shared": ("All shared metrics", "Все общие метрики"),
    "late": ("Data late", "Данные опаздывают"),
    "late_since": (
        "the latest row is of {latest}, older than the allowed {allowed}",
        "последняя строка от {latest}, старше допустимого: {allowed}",
    ),
    "late_none": ("no rows up to {moment}", "нет ни одной строки до {moment}"),
    "late_failed": ("cannot be looked at: {why}", "проверить не удалось: {why}"),
    "rest_on": ("what rests on it: {names}", "от них зависят: {names}"),
    "missing": ("Without a value", "Без значения"),
    "late_value": (
        "its data are late and do not cover {told}",
        "данные опаздывают и не охватывают {told}",
    ),
    "no_grade_late": ("no grade: its data are late", "без оценки: данные опаздывают"),
    "draft": ("not defined yet", "ещё не определена"),
    "empty": ("no data for {told}", "нет данных за {told}"),
    "on": ("{change} on {value} ({label})", "{change} к {value} ({label})"),
    "of": ("{numerator} of {denominator}", "{numerator} из {denominator}"),
    "caveat": (
        "Values of the period against an earlier one. A verdict (95 % interval) stands only where it is written.",
        "Значения периода против более раннего. Вывод (интервал 95 %) есть только там, где он написан.",
    ),
    "worked": ("What went the wanted way?", "Что получилось?"),
    "did_not": ("What did not?", "Что не получилось?"),
    "improve": ("How do we improve the result?", "Как улучшить результат?"),
    "ask_why": ("{metric}: {value}; {usual}. Why?", "{metric}: {value}; {usual}. Почему?"),
    "usual": ("usually {low} to {high}", "обычно от {low} до {high}"),
    "within": ("What moved no more than usual", "Что менялось не больше обычного"),
    "within_names": ("within their usual range: {names}", "в обычных пределах: {names}"),
    "untold_names": (
        "too few periods to know what is usual: {names}",
        "периодов мало, что обычно, ещё не известно: {names}",
    ),
    "hinders": ("What hindered", "Что мешало"),
    "together": ("What we did together", "Что мы сделали вместе"),
    "wins": ("Joint results, ready to publish", "Общие результаты, можно публиковать"),
    "win": ("{departments}: {metric} {figure}", "{departments}: {metric} {figure}"),
    "interaction": ("How do we improve working together?", "Как улучшить взаимодействие?"),
    "none": ("nothing", "ничего"),
    "before": ("before", "до"),
    "during": ("during", "во время"),
    "rest": ("the rest", "остальные"),
    "own_side": ("the pilot", "пилот"),
    "difference": ("difference", "разница"),
    "of_differences": ("difference of the differences", "разность разностей"),
    "no_difference": ("cannot be told: a value is missing", "сказать нельзя: нет одного из значений"),
    "open_difference": (
        "cannot be told yet: windows that start in a value with * are still open",
        "пока сказать нельзя: окна, которые начинаются в значении со знаком *, ещё открыты",
    ),
    "goes_on": ("goes on until {day}", "продолжается до {day}"),
    "no_pilots": ("no pilot has begun", "пилотов пока нет"),
    "story": ("The story of one customer", "История одного клиента"),
    "did_they_leave": ("Did they leave?", "Клиент ушёл?"),
    "has_left": (
        "yes: last seen on {last} ({where}), {days} days ago; whoever does nothing for {after} has left",
        "да: в последний раз {last} ({where}), дней с тех пор: {days}; ушёл тот, кто ничего не делает {after}",
    ),
    "has_not": (
        "still here: last seen on {last} ({where}), {days} days ago; whoever does nothing for {after} has left",
        "пока с нами: в последний раз {last} ({where}), дней с тех пор: {days}; ушёл тот, кто ничего не делает {after}",
    ),
    "no_own_act": (
        "cannot be told: nothing in the story is the customer's own act",
        "сказать нельзя: в истории нет ничего, что сделал сам клиент",
    ),
    "reason": (
        "the last reason that «{metric}» knows of them: {value} ({moment})",
        "последняя причина, которую знает «{metric}»: {value} ({moment})",
    ),
    "no_reason": ("why they left is not known", "почему — неизвестно"),
    "shared_identity": (
        "left out: what belongs to a {entity} whom several customers share",
        "не рассказано то, что относится к {entity}: он общий для нескольких клиентов",
    ),
    "story_caveat": (
        "Nobody's name or key is told, and nothing that is marked personal.",
        "Ни имени, ни ключа, ни полей, отмеченных как личные, здесь нет.",
    ),
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
    """Says things of one project in one language; what specs say is made safe for Markdown by `safe`."""

    safe: Callable[[str], str]

    def __init__(self, project: Project, language: str) -> None:
        self.project = project
        self.language = language
        self.safe = plain_text

    def say(self, key: str, **values: str) -> str:
        return WORDS[key][1 if self.language == "ru" else 0].format(**values)

    def text(self, text: Text | None) -> str:
        return self.safe(text.said_in(self.language)) if text is not None else ""

    def metric(self, name: str) -> str:
        title = self.project.metrics[name].title
        return self.text(title) if title else self.safe(name)

    def dataset(self, name: str) -> str:
        title = self.project.datasets[name].title
        return self.text(title) if title else plain_text(name)

    def department(self, name: str) -> str:
        title = self.project.departments[name].title if name in self.project.departments else None
        return self.text(title) if title else self.safe(name)

    def number(self, value: Number | None, unit: str | None) -> str:
        return figure(value, unit, self.language)

    def count(self, value: int) -> str:
        return figure(value, "count", self.language)

    def figure(self, value: Value) -> str:
        """`8.5 % (2026-W46, 102 of 1,200), +22 % (+1.5 pp) on 7.0 % (2026-10)`"""
        rests = self.rests(value)
        inside = (value.label or "") + (f", {rests}" if rests else "")
        compared = self.compared(value)
        return f"{self.number(value.value, value.unit)} ({inside})" + (f", {compared}" if compared else "")

    def rests(self, value: Value) -> str:
        """What a value rests on: `102 of 1,200`, `n 16`."""
        above, below = value.numerator, value.denominator
        if value.unit == "percent" and isinstance(above, int) and isinstance(below, int):
            return self.say("of", numerator=self.count(above), denominator=self.count(below))
        return f"n {self.count(value.n)}" if value.n is not None else ""

    def moved(self, value: Value) -> str:
        return f"{self.number(value.value, value.unit)} ({value.label}), {self.compared(value)}"

    def compared(self, value: Value) -> str:
        if value.change is None or value.previous is None:
            return ""
        earlier = self.number(value.previous.value, value.unit)
        return self.say("on", change=self.change(value), value=earlier, label=value.previous.label)

    def change(self, value: Value) -> str:
        """`+22 % (+1.5 pp)`, or a plain difference for points and where the earlier value was zero."""
        first, bracket, second = changed(value.change, value.unit).partition(" (")
        points = f" ({localised(second.removesuffix(')'), self.language)})" if bracket else ""
        return localised(first, self.language) + points

    def shift(self, amount: float | None, unit: str | None) -> str:
        """A difference with its sign; of percent metrics in points: `+1.2 pp`, `-0.4 days`."""
        return localised(signed(amount, unit), self.language)


def effect_told(effect: Effect, unit: str | None, teller: Teller) -> str:
    """A verdict with its interval, and never more than the data say."""
    say = teller.say
    if effect.verdict == "too_early":
        return say("periods", count=str(effect.n_after), least=str(MIN_AFTER))
    if effect.verdict == "several_changes":
        changes = teller.project.changes
        names = (f"«{teller.text(changes[name].what)}»" for name in effect.overlapping if name in changes)
        return say("several_changes", names="; ".join(names))
    if effect.verdict == "unknown" or effect.estimate is None:
        return say(effect.reason or "history")
    interval = say("interval", low=teller.shift(effect.low, unit), high=teller.shift(effect.high, unit))
    return say(effect.verdict, estimate=teller.shift(effect.estimate, unit), interval=interval)


def plain_text(text: str) -> str:
    """Words of a spec that stay words in Markdown.

    >>> plain_text("a *b* <script>")
    'a \\\\*b\\\\* \\\\<script\\\\>'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def day_told(day: date | None) -> str:
    return day.isoformat() if day else ""
