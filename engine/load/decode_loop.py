"""From checked mappings to what the reports are made of: changes, blockers, mismatches, alarms and pilots."""

from __future__ import annotations

from datetime import timedelta

from ..model import Alarm, Blocker, ChangeMade, Expectation, Mismatch, Pilot, Stretch
from . import values
from .decode import Reader, names, text


def change(read: Reader) -> ChangeMade:
    data = read.origin.data
    return ChangeMade(
        name=data["name"],
        origin=read.origin,
        departments=names(data["department"]),
        day=read.parsed(values.day, data["date"], "date"),
        what=text(data["what"]),
        expects=tuple(Expectation(it["metric"], it["effect"], it.get("where")) for it in data.get("expects", ())),
        because=text(data.get("because")),
        answers=names(data.get("answers")),
        plan=text(data.get("plan")),
    )


def blocker(read: Reader) -> Blocker:
    data = read.origin.data
    day = read.parsed(values.day, data["date"], "date")
    said = text(data["text"])
    return Blocker(data["name"], read.origin, data["department"], day, said, data.get("asks"), data.get("metric"))


def mismatch(read: Reader) -> Mismatch:
    data = read.origin.data
    day = read.parsed(values.day, data["date"], "date")
    promised, actual = text(data["promised"]), text(data["actual"])
    return Mismatch(data["name"], read.origin, day, promised, actual, data.get("promised_by"))


def alarm(read: Reader) -> Alarm:
    data = read.origin.data
    return Alarm(data["name"], read.origin, data["when"], text(data.get("title")), text(data.get("ask")))


def pilot(read: Reader) -> Pilot:
    data = read.origin.data
    start = read.parsed(values.day, data["start"], "start")
    last = read.parsed(values.day, data["end"], "end")
    if start and last and last <= start:
        read.conflict("`end` is not after `start`", "end")
    return Pilot(
        name=data["name"],
        origin=read.origin,
        department=data["department"],
        period=Stretch(start, last + timedelta(days=1)) if start and last else None,
        compare_to=data["compare_to"],
        metrics=names(data["metrics"]),
        where=data.get("where"),
        title=text(data.get("title")),
    )
