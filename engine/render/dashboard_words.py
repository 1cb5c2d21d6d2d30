"""The words of the dashboard, beside those of the reports; texts of specs come as they are, for elements to escape."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import Project
from .report_words import Teller

WORDS: Mapping[str, tuple[str, str]] = {
    "dashboard": ("Results", "Результаты"),
    "period": ("Period {label}", "Период {label}"),
    "public": (
        "Everybody sees the same page. It shows facts and causes, and looks for no culprit.",
        "Эту страницу все видят одинаково. Здесь факты и причины, а не поиск виноватых.",
    ),
    "contents": ("On this page", "На этой странице"),
    "role": ("My role", "Моя роль"),
    "everybody": ("Everybody", "Все"),
    "now_shown": ("{count} of {total} metrics shown", "показано метрик: {count} из {total}"),
    "no_alarms": ("No alarm rings ({count} watched)", "Тревог нет (под наблюдением: {count})"),
    "without_alarms": ("No alarms are set", "Тревоги не заданы"),
    "north_star": ("North star", "Ключевой бизнес-результат"),
    "no_star": ("No north star is named yet.", "Ключевой бизнес-результат ещё не назван."),
    "steps": ("What leads there: key results", "Что к нему ведёт: ключевые результаты"),
    "no_results": ("No key results are set.", "Ключевые результаты не заданы."),
    "unmeasured": ("names no metric: nothing is measured", "метрика не названа: измерить нельзя"),
    "grade_of": ("grade {grade} of 1", "оценка {grade} из 1"),
    "no_target": ("no target of its own is set", "своя цель не задана"),
    "by_groups": ("By «{by}», {first} to {last}", "По полю «{by}», {first} – {last}"),
    "metrics": ("Metrics by department", "Метрики по подразделениям"),
    "answers_for": ("answers for", "отвечает за"),
    "does": ("does", "делает"),
    "lead": ("lead", "руководит"),
    "all_of_us": ("All of us", "Мы все"),
    "alone": ("{name} alone", "Только {name}"),
    "nobody_answers": ("Nobody answers for these", "За эти метрики никто не отвечает"),
    "shared_mark": ("shared", "общая"),
    "goal_ahead": (
        "target {target}, from {baseline}, by {deadline}",
        "цель {target}, было {baseline}, срок {deadline}",
    ),
    "latest": (
        "the latest that is complete: its windows have closed",
        "последний завершённый: его окна уже закрылись",
    ),
    "target": ("target {target} by {deadline}", "цель {target} к {deadline}"),
    "target_short": ("target {target}", "цель {target}"),
    "wanted": ("moved the wanted way", "в нужную сторону"),
    "unwanted": ("moved the unwanted way", "не в ту сторону"),
    "usual": ("no visible change", "заметных изменений нет"),
    "unknown": ("cannot be told yet", "пока сказать нельзя"),
    "usual_range": ("usual: {low} to {high}", "обычно: от {low} до {high}"),
    "no_usual": (
        "too few periods before to say what is usual",
        "периодов до этого слишком мало, чтобы судить об обычном",
    ),
    "reading": (
        "The grey band is what the periods before lead one to expect if nothing changes: a value inside it is no"
        " visible change, whatever its difference to an earlier one. A ring is a period that is not complete; hatched"
        " is not known yet; a gap has no value. Nothing missing is drawn as zero.",
        "Серая полоса — то, чего можно ждать по прошлым периодам, если ничего не меняется: значение внутри неё —"
        " незаметное изменение, какой бы ни была разница с прошлым. Кольцо — период ещё не завершён; штриховка — ещё"
        " неизвестно; разрыв — значения нет. Отсутствующее нигде не показано нулём.",
    ),
    "spoken": (
        "{metric}, {count} of {total} periods known from {first} to {last}: lowest {low}, highest {high}, last {now}",
        "{metric}, известно периодов: {count} из {total}, с {first} по {last}: минимум {low}, максимум {high},"
        " последнее {now}",
    ),
    "silent_trend": ("{metric}: no period is known", "{metric}: ни один период не известен"),
    "definition": ("Definition, figures and SQL", "Определение, значения и SQL"),
    "figures": ("Figures", "Значения"),
    "incomplete": ("not complete", "не завершён"),
    "not_known": ("not known", "неизвестно"),
    "what_period": ("period", "период"),
    "what_value": ("value", "значение"),
    "what_rests": ("rests on", "основание"),
    "map": ("Influence map", "Карта влияния"),
    "map_lead": (
        "The cards show how each metric moved, by sign and by colour.",
        "Карточки показывают, как изменилась каждая метрика: знаком и цветом.",
    ),
    "reports": ("Result reports", "Отчёты о результате"),
    "diagnosis": ("If results do not improve", "Если результаты не улучшаются"),
    "incomplete_specs": (
        "Some specs could not be read and are left out: `accord check` tells which.",
        "Часть описаний прочитать не удалось, они не показаны: какие — скажет `accord check`.",
    ),
    "made": ("Made by accord from specs in git and measured values.", "Собрано accord из описаний в git и измерений."),
    "broken_specs": ("The specs have errors", "В описаниях есть ошибки"),
    "broken_lead": (
        "The page comes back as soon as they are mended.",
        "Страница вернётся, как только они будут исправлены.",
    ),
    "broken_run": ("The values could not be measured", "Измерить значения не удалось"),
}
SIGNS: Mapping[str, str] = {"wanted": "✓", "unwanted": "✗", "usual": "○", "unknown": "?"}


class PageTeller(Teller):
    """A teller whose texts are plain, on one line."""

    def __init__(self, project: Project, language: str) -> None:
        super().__init__(project, language)
        self.safe = one_line

    def say(self, key: str, **values: str) -> str:
        if key not in WORDS:
            return super().say(key, **values)
        return WORDS[key][1 if self.language == "ru" else 0].format(**values)


def one_line(text: str) -> str:
    return " ".join(text.split())
