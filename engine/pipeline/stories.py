"""One customer's story from the warehouse, where the specs allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from ..errors import EnvironmentFailure, UsageError
from ..measure.typed import typed
from ..model import Profile
from ..model import Stories as Allowed
from ..report.story import Happened, Reason, Story, chapters, left
from ..sql.frame import Frame
from ..sql.stories import NoKey, Rows, Stories
from ..warehouse.sessions import Sessions
from .journey import Journey

Cells = tuple[tuple[object, ...], ...]


def story(journey: Journey, key: str, profile: Profile | None) -> Story:
    """What is known of the customer with this key. Raises `UsageError` where the specs do not allow stories or nobody
    has the key; neither says which key it was."""
    organization = journey.project.organization
    allowed = organization.stories if organization else None
    if organization is None or allowed is None:
        hint = "whoever may decide that writes `stories: {entity: customer, gone_after: 30 days}` in `organization`"
        raise UsageError("this project does not allow the story of a single customer", hint=hint)
    tables = journey.tables(profile)
    warehouse = journey.connect(profile)
    with Sessions(warehouse, 1, profile.timeout if profile else None) as sessions:
        broken = {table: found.message for table, found in journey.unfit(sessions, warehouse.dialect, tables)}
        asked = Stories(journey.compiler.catalog, Frame(journey.as_of), warehouse.dialect, tables)

        def cells(rows: Rows) -> Cells:
            table = journey.compiler.catalog.table(rows.dataset)
            if table in broken:
                raise EnvironmentFailure(broken[table])
            for lookup in rows.keys:
                if sessions.execute(lookup.sql).rows[0][0]:
                    names = ", ".join(lookup.columns)
                    raise EnvironmentFailure(f"`{names}` is declared as a key of `{lookup.table}` and is none")
            return typed(sessions.execute(rows.sql), rows.types).rows

        try:
            keys, shared = _keys(asked, allowed, key, lambda sql: sessions.execute(sql).rows)
            happened = [
                Happened(_moment(row[0]), rows.dataset, tuple(zip(rows.fields, row[1:], strict=True)))
                for rows in asked.of(keys)
                for row in cells(rows)
                if row[0] is not None
            ]
        except NoKey:
            raise UsageError("keys of this entity are whole numbers; the one that is asked for is none") from None
        if not happened:
            raise UsageError("nothing is known of a customer with that key", hint="it may be one of another entity")
        end = left(happened, allowed.gone_after, journey.as_of)
        question = organization.questions.get("left")
        reason = None
        if end is not None and end.gone and question is not None:
            rows = asked.reason(question, keys)
            told = [row for row in cells(rows) if row[0] is not None and row[1] is not None] if rows else []
            reason = Reason(question, told[-1][1], _moment(told[-1][0])) if told else None
    return Story(journey.as_of, chapters(happened), end, reason, shared)


def _moment(cell: object) -> date:
    return cell if isinstance(cell, date) else datetime.fromisoformat(str(cell))


def _keys(
    asked: Stories, allowed: Allowed, key: str, execute: Callable[[str], Cells]
) -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """The keys by entity, the one that is asked for first; and entities with a key that others have as well."""
    keys: dict[str, tuple[str, ...]] = {allowed.entity: (key,)}
    found: dict[str, dict[str, None]] = {}
    for other, sql in asked.links(allowed.entity, key):
        found.setdefault(other, {}).update(dict.fromkeys(str(row[0]) for row in execute(sql)))
    shared = []
    for other, candidates in found.items():
        own = tuple(it for it in candidates if set(_owners(asked, allowed.entity, other, it, execute)) == {key.strip()})
        if own:
            keys[other] = own
        if len(own) < len(candidates):
            shared.append(other)
    return keys, tuple(shared)


def _owners(asked: Stories, known: str, other: str, key: str, execute: Callable[[str], Cells]) -> Iterator[str]:
    for sql in asked.back(other, key, known):
        yield from (str(row[0]) for row in execute(sql))
