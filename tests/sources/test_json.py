"""Files of JSON records: nested values become columns of text, and are read as the fields say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.pipeline.live import live
from engine.pipeline.opening import open_project

RECORDS = [
    {"id": "a", "at": 1767261600000000, "geo": {"country": "DE"}, "with.dot": 1,
     "params": [{"key": "page", "value": {"text": "offer"}}, {"key": "n", "value": {"number": "7"}}]},
    {"id": "b", "at": 1767265200000000, "geo": None, "params": [{"key": "n", "value": {"number": 9}}]},
    {"id": "c", "at": 1767265200500000},
]  # fmt: skip
SPEC = """
datasets:
  - name: events
    source:
      file: events.json
      format: json
      columns:
        id: id
        happened_at: {path: at, epoch: microseconds}
        country: geo.country
        page: "params[key=page].value.text"
        amount: "params[key=n].value.number"
    primary_key: [id]
    time: happened_at
    fields:
      - {name: id, datatype: String}
      - {name: happened_at, datatype: DateTime}
      - {name: country, datatype: String}
      - {name: page, datatype: String}
      - {name: amount, datatype: Integer}
metrics:
  - {name: events_counted, expression: COUNT(events.id)}
  - {name: with_country, expression: COUNT(events.country)}
  - {name: with_page, expression: COUNT(events.id), where: page = 'offer'}
  - {name: n_sum, expression: SUM(events.amount)}
"""


def values(folder: Path, text: str, spec: str = SPEC, zone: str = "UTC", grain: str | None = None) -> dict[str, Any]:
    (folder / "accord.yml").write_text(f"version: 1\ntimezone: {zone}\n")
    (folder / "spec.yml").write_text(spec)
    (folder / "events.json").write_text(text)
    journey = open_project(folder, datetime(2026, 2, 1), datetime.now(UTC))
    assert [found.message for found in journey.structure()] == []
    return {
        f"{it.metric} {it.period.start if it.period else ''}".strip(): it.value for it in journey.values(grain=grain)
    }


EXPECTED = {"events_counted": 3, "with_country": 1, "with_page": 1, "n_sum": 16}


@pytest.mark.parametrize(
    ("written", "records"),
    [
        ("\n".join(map(json.dumps, RECORDS)), None),
        (json.dumps(RECORDS, indent=2), None),
        (json.dumps({"total": 3, "page": {"items": RECORDS}}), "page.items"),
    ],
    ids=["a line each", "one list", "a list inside"],
)
def test_three_ways_of_writing_records(written: str, records: str | None, tmp_path: Path) -> None:
    spec = SPEC.replace("format: json", f"format: json\n      records: {records}") if records else SPEC
    assert values(tmp_path, written, spec) == EXPECTED


def test_moments_since_1970_are_of_utc(tmp_path: Path) -> None:
    """1767261600 is 10:00 UTC on 1 January 2026: 11:00 in Berlin."""
    found = values(tmp_path, json.dumps(RECORDS), zone="Europe/Berlin", grain="hour")
    counted = {key: value for key, value in found.items() if key.startswith("events_counted")}
    assert counted == {"events_counted 2026-01-01 11:00:00": 1, "events_counted 2026-01-01 12:00:00": 2}


def test_what_is_no_number_is_no_silent_null(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="many"):
        values(tmp_path, json.dumps([{"id": "a", "at": 0, "params": [{"key": "n", "value": {"number": "many"}}]}]))


def test_a_document_without_the_list_is_no_empty_list(tmp_path: Path) -> None:
    spec = SPEC.replace("format: json", "format: json\n      records: itmes")
    with pytest.raises(Exception, match="no list `itmes`"):
        values(tmp_path, json.dumps({"items": RECORDS}), spec)


def test_a_path_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "accord.yml").write_text("version: 1\n")
    (tmp_path / "spec.yml").write_text(SPEC.replace("geo.country", "geo..country"))
    (tmp_path / "events.json").write_text("[]")
    journey = open_project(tmp_path, None, datetime.now(UTC))
    (found,) = [it for it in journey.structure() if it.severity == "error"][:1]
    assert "geo..country" in found.message
    assert found.span is not None
    assert found.span.line == 10


def test_a_path_that_no_record_has_is_told(tmp_path: Path) -> None:
    """Nothing says that a value must be there; a slip in the path would make the column empty in silence."""
    text = json.dumps(RECORDS)
    values(tmp_path, text, SPEC.replace("geo.country", "geo.contry"))
    journey = open_project(tmp_path, datetime(2026, 2, 1), datetime.now(UTC))
    (found,) = live(journey, None).findings
    assert (found.code, found.severity) == ("R308", "hint")
    assert "no record of `events` has a value at `geo.contry`" in found.message
    assert found.span is not None
    assert found.span.line == 10
    values(tmp_path, text)
    assert live(open_project(tmp_path, datetime(2026, 2, 1), datetime.now(UTC)), None).findings == ()
