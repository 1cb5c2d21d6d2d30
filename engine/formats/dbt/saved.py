"""Saved queries as the commands that ask the same: specs hold no queries."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...diagnostics import Diagnostic
from ...load.events import parse
from ...spans import Origin, Source
from .bounds import as_bound
from .joins import Unmapped
from .manifest import Filter, Place, SavedQuery
from .metrics import Metrics
from .names import LinkedName, linked_name, named_by
from .query import Question, Questions, Values
from .templates import Call, TemplateError, parse_call


@dataclass(frozen=True, slots=True)
class Ordering:
    """What rows are ordered by: a metric by its name, or a group."""

    by: str | LinkedName
    descending: bool = False


def told(query: SavedQuery, metrics: Metrics) -> Diagnostic:
    """The finding that tells what the saved query asks, as a command where it has a counterpart."""
    span, subject = query.place.at("name").span(), f"saved query:{query.name}"
    try:
        question = asked(query, metrics)
        ordering = tuple(ordering_of(text, metrics.conditions.grains) for text in query.order_by)
    except Unmapped as error:
        listed = ", ".join(query.metrics) or "no metrics"
        message = f"the saved query `{query.name}` ({listed}) has no counterpart: {error.message}"
        return Diagnostic("F104", "hint", message, span, subject, error.hint)
    command = " ".join(["accord run", *_words(question, ordering, metrics), *_limit(query)])
    return Diagnostic("F104", "hint", f"the saved query `{query.name}` is asked by `{command}`", span, subject)


def asked(query: SavedQuery, metrics: Metrics) -> Question | Values:
    """The saved query as a question; raises `Unmapped`."""
    groups = [group(text, metrics.conditions.grains) for text in query.group_by]
    filters = [filter_of(text, f"{query.name}.where[{index}]") for index, text in enumerate(query.where)]
    questions = Questions(metrics)
    return questions.question(query.metrics, groups, filters) if query.metrics else questions.values(groups, filters)


def group(text: str, grains: Collection[str]) -> LinkedName:
    """A group as saved queries name it: `Dimension('a__b')`, or the bare name."""
    call = _call(text)
    found = named_by(call, grains) if call is not None else linked_name(text, grains)
    if not isinstance(found, LinkedName):
        raise Unmapped(found if isinstance(found, str) else f"`{text}` is no group")
    return found


def ordering_of(text: str, grains: Collection[str]) -> Ordering:
    """`Metric('revenue').descending(True)`, `-revenue`, `metric_time`."""
    bare = text.removeprefix("-")
    call = _call(bare)
    if call is None:
        return Ordering(bare, bare != text)
    descending = any(it.name == "descending" and it.argument(0, "descending") in (None, True) for it in call.then)
    if call.name == "Metric":
        return Ordering(str(call.argument(0, "metric_name")), descending)
    return Ordering(group(bare, grains), descending)


def _call(text: str) -> Call | None:
    if "(" not in text:
        return None
    try:
        return parse_call(text)
    except TemplateError as error:
        raise Unmapped(error.message) from None


def filter_of(text: str, where: str) -> Filter:
    """A filter that stands alone; its faults point at `where`."""
    source = Source(where, json.dumps({"where": text}))
    parse(source)
    return Filter(text, Place(Origin(source, source.root, source.marks[0][0]), ("where",)))


def _words(question: Question | Values, ordering: tuple[Ordering, ...], metrics: Metrics) -> list[str]:
    """The command's words; values that the shell would cut are quoted."""
    if isinstance(question, Values):
        words = ["--values", ",".join(key.by or "" for key in question.keys)]
    else:
        words = [*question.metrics, "--grain", question.grain or "all"]
        words += ["--by", ",".join(question.by)] if question.by else []
    if question.where:
        words += ["--where", shlex.quote(" AND ".join(_bracketed(it) for it in question.where))]
    for option, bound in (("--start", as_bound(question.start)), ("--end", as_bound(question.end))):
        if bound is not None:
            words += [option, shlex.quote(bound.isoformat())]
    if ordering:
        words += ["--order", ",".join(order_of(ordering, question, metrics))]
    return words


def _bracketed(condition: str) -> str:
    return f"({condition})" if " OR " in condition.upper() else condition


def _limit(query: SavedQuery) -> list[str]:
    return [] if query.limit is None else ["--limit", str(query.limit)]


def order_of(orderings: Sequence[Ordering], question: Question | Values, metrics: Metrics) -> tuple[str, ...]:
    """Columns of the answer, `-` before those whose largest value comes first."""
    return tuple(_column(it, question, metrics) for it in orderings)


def _column(ordering: Ordering, question: Question | Values, metrics: Metrics) -> str:
    name = question.column_of(str(ordering.by)) or metrics.names.get(str(ordering.by))
    if name is None:
        raise Unmapped(f"`{ordering.by}` is neither a metric nor a group of the query")
    return f"-{name}" if ordering.descending else name
