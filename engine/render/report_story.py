"""One customer's story as Markdown and as JSON: no key, nothing personal, every value safe to stand in a page."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from ..measure.values import told
from ..report.story import Chapter, Detail, Left, Story
from .report_words import Teller, plain_text


def render_story(story: Story, teller: Teller) -> str:
    """What happened, line by line; then whether they left, and what made them."""
    say = teller.say
    lines = [f"# {say('story')}", "", say("as_of", moment=f"{story.as_of:%Y-%m-%d %H:%M}"), ""]
    for chapter in story.chapters:
        lines.append(f"- {_head(chapter, teller)}")
        details = "; ".join(_detail(it, chapter.count, teller) for it in chapter.details)
        lines += [f"  - {details}"] if details else []
    lines += ["", f"## {say('did_they_leave')}", "", f"- {_left(story.left, teller)}"]
    if story.reason is not None:
        question = story.reason.question
        lines.append(
            "- "
            + say(
                "reason",
                value=_value(story.reason.value, None, teller),
                moment=_moment(story.reason.moment),
                metric=teller.metric(question.metric),
            )
        )
    elif story.left is not None and story.left.gone:
        lines.append(f"- {say('no_reason')}")
    lines += [f"- {say('shared_identity', entity=plain_text(entity))}" for entity in story.left_out]
    return "\n".join([*lines, "", f"_{say('story_caveat')}_"]) + "\n"


def story_json(story: Story) -> str:
    end, reason = story.left, story.reason
    data: dict[str, Any] = {
        "version": 1,
        "report": "story",
        "as_of": story.as_of.isoformat(),
        "events": [
            {
                "start": it.start.isoformat(),
                "end": it.end.isoformat(),
                "count": it.count,
                "dataset": it.dataset.name,
                "department": it.dataset.department,
                "details": [
                    {"field": one.field.name, "values": [[str(value), count] for value, count in one.values]}
                    for one in it.details
                ],
            }
            for it in story.chapters
        ],
        "left": None,
        "reason": None,
        "left_out": list(story.left_out),
    }
    if end is not None:
        last = end.last.moment.isoformat()
        data["left"] = {"gone": end.gone, "last_seen": last, "days": end.days, "after": str(end.after)}
    if reason is not None:
        asked = {"metric": reason.question.metric, "by": reason.question.by}
        data["reason"] = {**asked, "value": str(reason.value), "at": reason.moment.isoformat()}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _head(it: Chapter, teller: Teller) -> str:
    when = _moment(it.start) if it.start == it.end else f"{_moment(it.start)} – {_moment(it.end)}"
    where = f"{teller.department(it.dataset.department)}, " if it.dataset.department else ""
    times = f" × {it.count}" if it.count > 1 else ""
    return f"{when}: {where}**{teller.dataset(it.dataset.name)}**{times}"


def _detail(it: Detail, rows: int, teller: Teller) -> str:
    title = teller.text(it.field.title)
    values = ", ".join(
        _value(value, it.field.unit, teller) + (f" × {count}" if rows > 1 and len(it.values) > 1 and count > 1 else "")
        for value, count in it.values
    )
    return f"{title}: {values}"


def _left(it: Left | None, teller: Teller) -> str:
    if it is None:
        return teller.say("no_own_act")
    last, after = _moment(it.last.moment), str(it.after)
    where = teller.dataset(it.last.dataset.name)
    return teller.say("has_left" if it.gone else "has_not", last=last, where=where, days=str(it.days), after=after)


def _value(value: object, unit: str | None, teller: Teller) -> str:
    if isinstance(value, bool):
        return teller.say("yes" if value else "no")
    if isinstance(value, date):
        return _moment(value)
    if (unit is not None and isinstance(value, (int, float))) or hasattr(value, "as_tuple"):
        return plain_text(told(value, unit))  # type: ignore[arg-type]  # a number, Decimal included
    return plain_text(str(value))


def _moment(moment: date) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
