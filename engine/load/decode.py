"""From mappings that fit their schema to the entities of the model; past here nobody meets a raw mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

from ..addresses import secret_in
from ..diagnostics import Diagnostic, choices, did_you_mean
from ..model import (
    Calendar,
    Cohort,
    Config,
    Conversion,
    Cumulative,
    Dataset,
    Definition,
    Department,
    Deprecated,
    Derived,
    Dimension,
    Duration,
    Entity,
    Event,
    Evidence,
    Expression,
    Field,
    FileSource,
    Funnel,
    Guardrail,
    Influence,
    Input,
    Interface,
    JsonColumn,
    KeyResult,
    Lever,
    Losses,
    Metric,
    Objective,
    Organization,
    Override,
    OverTime,
    Period,
    Person,
    Profile,
    QuerySource,
    Question,
    Ratio,
    Relationship,
    Report,
    Retention,
    Revision,
    Score,
    Step,
    Stories,
    Stretch,
    SuppressedPaths,
    TableSource,
    Test,
    Text,
)
from ..spans import Key, Origin
from . import values

T = TypeVar("T")


class Reader:
    """Reads values out of one entity's mapping and gathers a finding for each that cannot be read."""

    def __init__(self, origin: Origin, subject: str | None) -> None:
        self.origin = origin
        self.subject = subject
        self.findings: list[Diagnostic] = []

    def parsed(self, parse: Callable[[Any], T], written: Any, *path: Key) -> T | None:
        """`written`, which stands at `path`, read by `parse`; nothing stays nothing."""
        if written is None:
            return None
        try:
            return parse(written)
        except values.Malformed as error:
            span = self.origin.value(*path)
            self.findings.append(Diagnostic("S105", "error", str(error), span, self.subject))
            return None

    def period(self, data: Mapping[str, Any], key: str, *path: Key) -> Period | None:
        return self.parsed(values.period, data.get(key), *path, key)

    def conflict(self, message: str, *path: Key) -> None:
        self.findings.append(Diagnostic("S107", "error", message, self.origin.key(*path), self.subject))


def text(written: Any) -> Text | None:
    if written is None:
        return None
    return Text((("", written),)) if isinstance(written, str) else Text(tuple(written.items()))


def names(written: Any) -> tuple[str, ...]:
    """A list of names, which may be written as one name."""
    return () if written is None else (written,) if isinstance(written, str) else tuple(written)


def _owners(written: Any) -> Any:
    return "all" if written == "all" else names(written)


_IN_THE_ENVIRONMENT = "put it into the environment and write `${NAME}` in its place"


def config(read: Reader) -> Config:
    data = read.origin.data
    files = data.get("files", {})
    written = data.get("rules", {})
    settings = {code: {"severity": it} if isinstance(it, str) else it for code, it in written.items()}
    rules = {code: setting["severity"] for code, setting in settings.items() if "severity" in setting}
    parameters = {
        code: {name: value for name, value in setting.items() if name != "severity"}
        for code, setting in settings.items()
        if set(setting) - {"severity"}
    }
    warehouse = data.get("warehouse", {})
    profiles = warehouse.get("profiles", {})
    if "default" in warehouse:
        _is_profile(read, warehouse["default"], profiles, "warehouse", "default")
    found = {name: _profile(read, name, written) for name, written in profiles.items()}
    return Config(
        origin=read.origin,
        language=data.get("language", "en"),
        timezone=data.get("timezone", "UTC"),
        week_start=data.get("week_start", "monday"),
        as_of=read.parsed(values.moment, data.get("as_of"), "as_of"),
        dialect=data.get("dialect", "duckdb"),
        smallest_group=data.get("smallest_group", 5),
        history=_history(read, data.get("history", ".accord/history.sqlite"), found),
        include=tuple(files.get("include", ("**/*.yml", "**/*.yaml"))),
        exclude=tuple(files.get("exclude", ())),
        packs=tuple(data.get("extends", ("recommended",))),
        rules=rules,
        parameters=parameters,
        overrides=tuple(Override(tuple(it["paths"]), dict(it["severity"])) for it in data.get("overrides", ())),
        suppress=tuple(_suppressed(read, index, item) for index, item in enumerate(data.get("suppress", ()))),
        profiles=found,
        profile=warehouse.get("default"),
    )


def _history(read: Reader, written: Any, profiles: Mapping[str, Profile]) -> str | Profile:
    """A file of the project, or where else values are recorded: an address, or a profile of a warehouse."""
    if isinstance(written, str):
        if "://" not in written and not written.startswith("${"):
            return written
        _no_secret(read, "the history", written, ("history",), _IN_THE_ENVIRONMENT)
        return Profile("history", written, read.origin)
    named = written["profile"]
    return profiles[named] if _is_profile(read, named, profiles, "history", "profile") else ".accord/history.sqlite"


def _is_profile(read: Reader, named: str, profiles: Mapping[str, Any], *path: str) -> bool:
    if named not in profiles:
        span, known = read.origin.value(*path), f"profiles: {choices(profiles)}"
        hint = did_you_mean(named, profiles) or (known if profiles else "accord.yml has no `warehouse.profiles`")
        read.findings.append(Diagnostic("R101", "error", f"`{named}` is not a profile", span, None, hint))
    return named in profiles


def _profile(read: Reader, name: str, written: Mapping[str, Any]) -> Profile:
    place = ("warehouse", "profiles", name)
    _no_secret(read, f"`{name}`", written["url"], (*place, "url"), _IN_THE_ENVIRONMENT)
    for dataset, table in written.get("tables", {}).items():
        if "://" in table:
            hint = "what reads object stores finds its keys in the environment"
            _no_secret(read, f"`{dataset}`", table, (*place, "tables", dataset), hint)
    marks = read.origin.source.marks[id(read.origin.data["warehouse"]["profiles"])]
    return Profile(
        name=name,
        url=written["url"],
        origin=Origin(read.origin.source, written, marks[name]),
        catalog=written.get("catalog"),
        schema=written.get("schema"),
        tables=dict(written.get("tables", {})),
        timeout=written.get("timeout"),
        concurrency=written.get("concurrency"),
        max_rows=written.get("max_rows", 1_000_000),
    )


def _no_secret(read: Reader, what: str, address: str, path: tuple[str, ...], hint: str) -> None:
    fault = secret_in(address)
    if fault is not None:
        message = f"the address of {what} holds {fault}: everybody who reads this file could use it"
        span = read.origin.value(*path)
        read.findings.append(Diagnostic("S109", "error", message, replace(span, end_column=span.column), None, hint))


def _suppressed(read: Reader, index: int, item: Mapping[str, Any]) -> SuppressedPaths:
    until = read.parsed(values.day, item.get("until"), "suppress", index, "until")
    return SuppressedPaths(tuple(item["paths"]), tuple(item["codes"]), item["reason"], until, item.get("by"))


def organization(read: Reader) -> Organization:
    data = read.origin.data
    report = data.get("report")
    compare = report.get("compare_to", "previous period").removeprefix("previous ") if report else "period"
    return Organization(
        data["name"],
        read.origin,
        text(data.get("title")),
        data.get("currency"),
        Report(report.get("grain", "week"), cast(Any, compare)) if report else None,
        {name: _question(written) for name, written in data.get("questions", {}).items()},
        dict(data.get("health", {})),
        _losses(data.get("losses", {})),
        _stories(read, data["stories"]) if "stories" in data else None,
    )


def _stories(read: Reader, written: Mapping[str, Any]) -> Stories:
    return Stories(written["entity"], read.period(written, "gone_after", "stories"))


def _losses(written: Mapping[str, Any]) -> Losses:
    return Losses(names(written.get("metrics")), written.get("winning"), written.get("keeping"))


def _question(written: Any) -> Question:
    return Question(written) if isinstance(written, str) else Question(written["metric"], written.get("by"))


def person(read: Reader) -> Person:
    data = read.origin.data
    return Person(data["name"], read.origin, text(data.get("title")), names(data.get("departments")))


def department(read: Reader) -> Department:
    data = read.origin.data
    return Department(
        data["name"],
        read.origin,
        text(data.get("title")),
        data.get("lead"),
        text(data.get("answers_for")),
        names(data.get("reviewers")),
    )


def interface(read: Reader) -> Interface:
    data = read.origin.data
    return Interface((data["between"][0], data["between"][1]), data["manager"], read.origin)


def entity(read: Reader) -> Entity:
    return Entity(read.origin.data["name"], read.origin, read.origin.data.get("customer", False))


def lever(read: Reader) -> Lever:
    data = read.origin.data
    return Lever(data["name"], read.origin, names(data.get("departments")), text(data.get("title")))


def influence(read: Reader) -> Influence:
    data = read.origin.data
    evidence = tuple(
        Evidence(
            item.get("link"),
            read.parsed(values.day, item.get("date"), "evidence", index, "date"),
            text(item.get("note")),
        )
        for index, item in enumerate(data.get("evidence", ()))
    )
    return Influence(
        source=data["from"],
        target=data["to"],
        effect=data["effect"],
        origin=read.origin,
        strength=data.get("strength", "medium"),
        lag=read.period(data, "lag"),
        confidence=data.get("confidence", "medium"),
        because=text(data.get("because")),
        evidence=evidence,
    )


def dataset(read: Reader) -> Dataset:
    data = read.origin.data
    fields: dict[str, Field] = {}
    for index, written in enumerate(data["fields"]):
        item = _field(read, index, written)
        if item.name in fields:
            message = f"the field `{item.name}` is declared twice"
            span = read.origin.value("fields", index)
            read.findings.append(Diagnostic("S201", "error", message, span, read.subject))
        fields.setdefault(item.name, item)
    return Dataset(
        name=data["name"],
        origin=read.origin,
        source=_source(read, data["source"]),
        fields=fields,
        primary_key=names(data.get("primary_key")),
        unique_keys=tuple(names(key) for key in data.get("unique_keys", ())),
        time=data.get("time"),
        entities=dict(data.get("entities", {})),
        actor=data.get("actor"),
        title=text(data.get("title")),
        description=text(data.get("description")),
        valid=(data["valid"]["from"], data["valid"]["to"]) if "valid" in data else None,
        timezone=data.get("timezone"),
        freshness=read.period(data, "freshness"),
        department=data.get("department"),
    )


def calendar(read: Reader) -> Calendar:
    data = read.origin.data
    grains = names(data["grains"])
    if not grains and "spine" not in data:
        read.conflict("a calendar without grains is of use as a spine only: say `spine: day`", "grains")
    return Calendar(data["name"], read.origin, data["dataset"], data["day"], grains, data.get("spine"))


def _field(read: Reader, index: int, written: Any) -> Field:
    if isinstance(written, str):
        return Field(written, read.origin)
    marks = read.origin.source.marks[id(read.origin.data["fields"])]
    origin = Origin(read.origin.source, written, marks[index])
    return Field(
        name=written["name"],
        origin=origin,
        expression=written.get("expression"),
        datatype=written.get("datatype"),
        unit=written.get("unit"),
        title=text(written.get("title")),
        description=text(written.get("description")),
        personal=written.get("personal", False),
    )


def _source(read: Reader, written: Any) -> TableSource | FileSource | QuerySource:
    if isinstance(written, str):
        return TableSource(written)
    if "query" in written:
        return QuerySource(written["query"])
    file, kind = written["file"], written["format"]
    if kind == "json":
        cut = tuple(_json_column(name, it) for name, it in written["columns"].items())
        return FileSource(file, kind, json_columns=cut, records=written.get("records"))
    columns = []
    for name, (first, last) in written.get("columns", {}).items():
        columns.append((name, first, last))
        if last < first:
            message = f"the column `{name}` ends before it starts"
            span = read.origin.value("source", "columns", name)
            read.findings.append(Diagnostic("S106", "error", message, span, read.subject))
    return FileSource(file, kind, written.get("skip_lines", 0), tuple(columns))


def _json_column(name: str, written: Any) -> JsonColumn:
    if isinstance(written, str):
        return JsonColumn(name, written)
    return JsonColumn(name, written["path"], written.get("epoch"))


def relationship(read: Reader) -> Relationship:
    data = read.origin.data
    from_columns, to_columns = names(data["from_columns"]), names(data["to_columns"])
    if len(from_columns) != len(to_columns):
        read.conflict("`from_columns` and `to_columns` have different lengths", "to_columns")
    step = data.get("as", data["to"])
    orphans = values.amount(data.get("max_orphans", "0 %"), "percent")
    return Relationship(
        data["from"], data["to"], step, from_columns, to_columns, read.origin, data.get("name"), orphans
    )


def dimension(read: Reader) -> Dimension:
    data = read.origin.data
    return Dimension(data["name"], read.origin, names(data["fields"]), text(data.get("title")))


def metric(read: Reader) -> Metric:
    data = read.origin.data
    return Metric(
        name=data["name"],
        origin=read.origin,
        definition=_definition(read, data),
        title=text(data.get("title")),
        description=text(data.get("description")),
        role=data.get("role"),
        owners=_owners(data.get("owners")),
        direction=data.get("direction"),
        unit=data.get("unit", "days" if data.get("type") == "duration" else None),
        time=data.get("time"),
        where=data.get("where"),
        fill=_number(data.get("fill")),
        spine=data.get("spine", False),
        renamed_from=names(data.get("renamed_from")),
        deprecated=_deprecated(read, data.get("deprecated")),
        revisions=_revisions(read, data.get("revisions", ())),
    )


def _deprecated(read: Reader, written: Mapping[str, Any] | None) -> Deprecated | None:
    if written is None:
        return None
    until = read.parsed(values.day, written["until"], "deprecated", "until")
    return Deprecated(until, written.get("use"), text(written.get("because")))


def _revisions(read: Reader, written: Sequence[Mapping[str, Any]]) -> tuple[Revision, ...]:
    found: list[Revision] = []
    for index, item in enumerate(written):
        day = read.parsed(values.day, item["date"], "revisions", index, "date")
        earlier = found[-1].day if found else None
        if day is not None and earlier is not None and day < earlier:
            read.conflict(f"{day} comes after {earlier}: the oldest stands first", "revisions", index, "date")
        found.append(Revision(day, text(item["note"])))
    return tuple(found)


def _definition(read: Reader, data: Mapping[str, Any]) -> Definition | None:
    kind = data.get("type")
    if kind is None and "expression" not in data:
        return None
    if kind == "derived" or "inputs" in data:
        inputs = {name: _input(read, item, "inputs", name) for name, item in data.get("inputs", {}).items()}
        return Derived(data["expression"], inputs)
    return _BY_TYPE[kind or "expression"](read, data)


def _expression(read: Reader, data: Mapping[str, Any]) -> Definition:
    over = data.get("over_time")
    return Expression(data["expression"], OverTime(over["take"], over.get("per")) if over else None)


def _cumulative(read: Reader, data: Mapping[str, Any]) -> Definition:
    return Cumulative(
        input=_input(read, data["input"], "input"),
        window=read.period(data, "window"),
        include_current=data.get("include_current", True),
        to_date=data.get("to_date"),
        coarser=data.get("coarser", "last"),
    )


def _conversion(read: Reader, data: Mapping[str, Any]) -> Definition:
    return Conversion(
        entity=data["entity"],
        base=_event(read, data["base"]),
        target=_event(read, data["target"]),
        within=read.period(data, "within"),
        count=data["count"],
        same=names(data.get("same")),
        result=data.get("result", "rate"),
        **_maturity(read, "within" in data),
    )


def _funnel(read: Reader, data: Mapping[str, Any]) -> Definition:
    steps = tuple(_step(read, index, written) for index, written in enumerate(data["steps"]))
    called = [step.name for step in steps]
    for index, name in enumerate(called):
        if name is not None and name in called[:index]:
            span = read.origin.key("steps", index, "name")
            read.findings.append(Diagnostic("S201", "error", f"two steps are called `{name}`", span, read.subject))
    windows = all(step.within is not None for step in steps[1:])
    return Funnel(data["entity"], steps, data.get("count", "entities"), **_maturity(read, windows))


def _step(read: Reader, index: int, written: Any) -> Step:
    if isinstance(written, str):
        return Step(_event(read, written))
    within = read.parsed(values.period, written.get("within"), "steps", index, "within")
    if within is not None and index == 0:
        read.conflict("nothing comes before the first step: it has no `within`", "steps", 0, "within")
    return Step(_event(read, written), within, written.get("name"))


def _maturity(read: Reader, windows: bool) -> dict[str, bool]:
    """When events with a window count; `windows` tells whether there is one that closes."""
    data = read.origin.data
    given = [key for key in ("counted_at", "immature") if key in data]
    if given and not windows:
        read.conflict(f"`{given[0]}` has no effect: there is no window that closes", given[0])
    elif data.get("counted_at") == "maturity" and data.get("immature") == "include":
        read.conflict("what counts when its window closes has no period before: drop one of the two", "immature")
    return {"at_maturity": data.get("counted_at") == "maturity", "immature": data.get("immature") == "include"}


def _retention(read: Reader, data: Mapping[str, Any]) -> Definition | None:
    window = next(key for key in ("at", "within", "after") if key in data)
    length = read.period(data, window)
    if length is None:
        return None
    cohort, returns = _event(read, data["cohort"]), _event(read, data["return"])
    return Retention(data["entity"], cohort, returns, cast(Any, window), length, **_maturity(read, True))


def _cohort(read: Reader, data: Mapping[str, Any]) -> Definition:
    return Cohort(
        entity=data["entity"],
        cohort=_event(read, data["cohort"]),
        value=_input(read, data["value"], "value"),
        within=read.period(data, "within"),
        aggregate=data.get("aggregate", "mean"),
        missing=data.get("missing", "zero"),
        **_maturity(read, "within" in data),
    )


def _duration(read: Reader, data: Mapping[str, Any]) -> Definition:
    if "immature" in data and "within" not in data:
        read.conflict("`immature` has no effect: there is no window that closes", "immature")
    return Duration(
        start=_event(read, data["from"]),
        finish=_event(read, data["to"]),
        entity=data.get("entity"),
        within=read.period(data, "within"),
        aggregate=data.get("aggregate", "median"),
        unfinished=data.get("unfinished", "exclude"),
        counted_at=data.get("counted_at", "start" if data.get("unfinished") == "until_now" else "finish"),
        immature=data.get("immature") == "include",
    )


def _score(read: Reader, data: Mapping[str, Any]) -> Definition:
    low, high = data.get("scale", (0, 10))
    top = data.get("top", 2)
    if not (low < high and 0 < top <= high - low):
        read.conflict(f"`top: {top}` does not fit the scale {low} to {high}", "scale")
    return Score(data["method"], data["rating"], (low, high), top)


_BY_TYPE: Mapping[str, Callable[[Reader, Mapping[str, Any]], Definition | None]] = {
    "expression": _expression,
    "ratio": lambda read, data: Ratio(
        _input(read, data["numerator"], "numerator"), _input(read, data["denominator"], "denominator")
    ),
    "cumulative": _cumulative,
    "conversion": _conversion,
    "funnel": _funnel,
    "retention": _retention,
    "cohort": _cohort,
    "duration": _duration,
    "score": _score,
}


def _input(read: Reader, written: Any, *path: Key) -> Input:
    if isinstance(written, str):
        return Input(metric=written) if is_name(written) else Input(expression=written)
    return Input(
        written.get("metric"),
        written.get("expression"),
        written.get("where"),
        _number(written.get("fill")),
        read.parsed(values.period, written.get("offset"), *path, "offset"),
        written.get("to_start_of"),
    )


def _event(read: Reader, written: Any) -> Event:
    if isinstance(written, str):
        dataset_name, _, time = written.partition(".")
        return Event(dataset_name, time or None)
    dataset_name, _, time = written["event"].partition(".")
    return Event(dataset_name, time or None, written.get("where"), written.get("pick", "each"))


def is_name(written: str) -> bool:
    """Whether a text in an input position names a metric; anything else is SQL."""
    return written.isascii() and written.isidentifier() and written.islower()


def _number(written: Any) -> Decimal | None:
    return None if written is None else Decimal(str(written))


def test(read: Reader) -> Test:
    data = read.origin.data
    query = data["query"]
    return Test(
        name=data["name"],
        origin=read.origin,
        given={dataset: tuple(rows) for dataset, rows in data["given"].items()},
        metrics=names(query["metrics"]),
        expect=tuple(data["expect"]),
        title=text(data.get("title")),
        grain=query.get("grain"),
        by=names(query.get("by")),
        where=query.get("where"),
        as_of=read.parsed(values.moment, query.get("as_of"), "query", "as_of"),
    )


def objective(read: Reader, units: Mapping[str, str | None]) -> Objective:
    """`units` gives each metric's unit, which decides how baselines and targets are read."""
    data = read.origin.data
    stretch = read.parsed(values.stretch, data.get("period"), "period")
    start = read.parsed(values.day, data.get("start"), "start")
    deadline = read.parsed(values.day, data.get("deadline"), "deadline")
    if start and deadline:
        stretch = Stretch(start, deadline + timedelta(days=1))
        if deadline <= start:
            read.conflict("`deadline` is not after `start`", "deadline")
    results = tuple(
        _key_result(read, index, item, units, stretch) for index, item in enumerate(data.get("key_results", ()))
    )
    return Objective(
        name=data["name"],
        origin=read.origin,
        title=text(data.get("title")),
        departments=_owners(data.get("departments")),
        period=stretch,
        supports=data.get("supports"),
        key_results=results,
    )


def _key_result(
    read: Reader,
    index: int,
    data: Mapping[str, Any],
    units: Mapping[str, str | None],
    stretch: Stretch | None,
) -> KeyResult:
    path: tuple[Key, ...] = ("key_results", index)
    unit = units.get(data.get("metric", ""))
    baseline = data.get("baseline")
    start: Decimal | Stretch | None
    if isinstance(baseline, dict):
        start = read.parsed(values.stretch, baseline.get("period"), *path, "baseline", "period")
    else:
        start = read.parsed(lambda item: values.amount(item, unit), baseline, *path, "baseline")
    deadline = read.parsed(values.day, data.get("deadline"), *path, "deadline")
    return KeyResult(
        title=text(data.get("title")),
        metric=data.get("metric"),
        where=data.get("where"),
        baseline=start,
        change=read.parsed(lambda item: values.change(item, unit), data.get("change"), *path, "change"),
        target=read.parsed(lambda item: values.amount(item, unit), data.get("target"), *path, "target"),
        deadline=deadline or (stretch.end - timedelta(days=1) if stretch else None),
        measured=data.get("measured", "month"),
        guardrails=tuple(
            _guardrail(read, item, units, (*path, "guardrails", number))
            for number, item in enumerate(data.get("guardrails", ()))
        ),
    )


def _guardrail(
    read: Reader, data: Mapping[str, Any], units: Mapping[str, str | None], path: tuple[Key, ...]
) -> Guardrail:
    unit = units.get(data["metric"])

    def bound(key: str) -> Decimal | None:
        return read.parsed(lambda item: values.amount(item, unit), data.get(key), *path, key)

    return Guardrail(data["metric"], bound("at_least"), bound("at_most"))
