"""The view over GA4's tables has the columns that are read from their JSON export, by GoogleSQL's reference engine."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.pipeline.opening import open_project
from engine.resources import resource

GA4 = resource("sources") / "ga4"
PARAMETER = "STRUCT<key STRING, value STRUCT<string_value STRING, int_value INT64>>"


@pytest.mark.heavy
def test_the_view_has_the_columns_of_the_file(tmp_path: Path) -> None:
    from tests.engines.googlesql import GoogleSQL

    text = (GA4 / "ga4_bigquery.sql").read_text(encoding="utf-8")
    select = re.sub(r"(?ms)^--.*?$|^CREATE.*?AS$", "", text)
    select = re.sub(r"(?s)FROM `PROJECT.analytics_PROPERTY.events_\*`.*", "FROM export", select)
    lines = (GA4 / "data" / "ga4_events.json").read_text(encoding="utf-8").splitlines()
    rows = ", ".join(structure(json.loads(line)) for line in lines)
    engine = GoogleSQL()
    found = engine.run(f"WITH export AS (SELECT * FROM UNNEST([{rows}])) {select}")
    engine.close()
    assert sorted(map(repr, map(plain, found))) == sorted(map(repr, map(plain, of_the_file(tmp_path))))
    assert len(found) == len(lines)


def structure(event: dict[str, Any]) -> str:
    """An event as a row of the export's table, nested as Google's description says."""
    parameters = ", ".join(
        f"({text(it['key'])}, STRUCT({text(it['value'].get('string_value'))}, "
        f"CAST({text(it['value'].get('int_value'))} AS INT64)))"
        for it in event["event_params"]
    )
    campaign = (event["session_traffic_source_last_click"] or {}).get("manual_campaign") or {}
    medium = f"STRUCT(STRUCT(CAST({text(campaign.get('medium'))} AS STRING) AS medium) AS manual_campaign)"
    batch = ", ".join(
        f"{event[name]} AS {name}" for name in ("batch_page_id", "batch_ordering_id", "batch_event_index")
    )
    return (
        f"STRUCT({text(event['event_name'])} AS event_name, {event['event_timestamp']} AS event_timestamp, "
        f"{text(event['user_pseudo_id'])} AS user_pseudo_id, "
        f"STRUCT({text(event['geo']['country'])} AS country) AS geo, "
        f"{batch}, ARRAY<{PARAMETER}>[{parameters}] AS event_params, {medium} AS session_traffic_source_last_click)"
    )


def text(value: str | None) -> str:
    return "NULL" if value is None else f"'{value}'"


def of_the_file(folder: Path) -> list[tuple[Any, ...]]:
    """The columns as DuckDB reads them from the JSON lines, in the order of the spec."""
    (folder / "accord.yml").write_text("version: 1\n")
    (folder / "ga4.yml").write_text((GA4 / "ga4.yml").read_text(encoding="utf-8"))
    (folder / "visitor.yml").write_text((GA4 / "entities" / "visitor.yml").read_text(encoding="utf-8"))
    (folder / "data").mkdir()
    (folder / "data" / "ga4_events.json").write_bytes((GA4 / "data" / "ga4_events.json").read_bytes())
    journey = open_project(folder, None, datetime.now(UTC))
    with journey.connect(None) as warehouse:
        return list(
            warehouse.execute(
                "SELECT event_name, CAST(happened_at AS TIMESTAMP), user_pseudo_id, country, batch_page_id, "
                "batch_ordering_id, batch_event_index, session_id, session_number, page_location, form_id, "
                "session_medium FROM ga4_events"
            ).rows
        )


def plain(row: tuple[Any, ...]) -> tuple[str | None, ...]:
    return tuple(None if cell is None else str(cell) for cell in row)
