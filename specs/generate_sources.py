"""Writes the samples of the source packs, each in its maker's format: made-up rows, the same on every run.

    python specs/generate_sources.py [DIR]

The rows are few, so that what the metrics give on them can be worked out by hand: tests/sources/expected.yml does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def moment(text: str) -> datetime:
    """`01-05 10:00:30` of 2026, UTC."""
    return datetime.strptime(f"2026-{text}{':00' * (text.count(':') < 2)}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def iso(text: str) -> str:
    return moment(text).strftime("%Y-%m-%dT%H:%M:%S.000Z")


# --- Google Analytics 4: the BigQuery export, extracted as lines of JSON, in which whole numbers are texts

# user, session's number, medium, source, country, and its events: when, name, form
GA4: tuple[tuple[str, int, str | None, str | None, str, tuple[tuple[str, str, str | None], ...]], ...] = (
    ("1.1", 1, "cpc", "google", "Germany",
     (("01-05 10:00", "page_view", None), ("01-05 10:02", "page_view", None),
      ("01-05 10:03", "form_start", "registration"), ("01-05 10:05", "form_submit", "registration"))),
    ("2.2", 1, "organic", "google", "Germany", (("01-05 12:00", "page_view", None),)),
    ("3.3", 1, "cpc", "google", "Netherlands",
     (("01-06 08:00", "page_view", None), ("01-06 08:01", "page_view", None),
      ("01-06 08:02", "form_start", "registration"))),
    ("1.1", 2, "organic", "google", "Germany", (("01-12 09:00", "page_view", None),)),
    ("4.4", 1, "referral", "partner.example", "France",
     (("01-13 15:00", "page_view", None), ("01-13 15:06", "page_view", None),
      ("01-13 15:07", "form_start", "registration"), ("01-13 15:10", "form_submit", "registration"))),
    ("5.5", 1, None, None, "Germany", (("01-14 23:58", "page_view", None), ("01-15 00:01", "page_view", None))),
)  # fmt: skip


def ga4() -> Iterable[Json]:
    for user, number, medium, source, country, events in GA4:
        session = str(int(moment(events[0][0]).timestamp()))
        first = [(events[0][0], "session_start", None)]
        if number == 1:
            first.insert(0, (events[0][0], "first_visit", None))
        for place, (at, name, form) in enumerate([*first, *events]):
            yield ga4_event(user, number, medium, source, country, session, at, name, form, place)


def ga4_event(
    user: str, number: int, medium: str | None, source: str | None, country: str, session: str, at: str, name: str,
    form: str | None, place: int,
) -> Json:  # fmt: skip
    micros = str(int(moment(at).timestamp()) * 1_000_000)
    params: list[Json] = [
        {"key": "ga_session_id", "value": {"int_value": session}},
        {"key": "ga_session_number", "value": {"int_value": str(number)}},
        {"key": "page_location", "value": {"string_value": "https://shop.example/offer"}},
    ]
    if form:
        params.append({"key": "form_id", "value": {"string_value": form}})
    campaign = {"manual_campaign": {"source": source, "medium": medium}} if medium else {}
    return {
        "event_date": moment(at).strftime("%Y%m%d"),
        "event_timestamp": micros,
        "event_name": name,
        "event_params": params,
        "user_pseudo_id": user,
        "geo": {"continent": "Europe", "country": country},
        "device": {"category": "desktop", "language": "en-us"},
        "platform": "WEB",
        "session_traffic_source_last_click": campaign,
        "batch_page_id": micros[:13],
        "batch_ordering_id": str(place + 1),
        "batch_event_index": str(place + 1),
    }


# --- HubSpot: answers of the CRM's objects API, a page a line

# id, came, lifecycle stage, lead status, original source
CONTACTS = (
    (1, "01-05 09:00", "customer", "", "PAID_SEARCH"),
    (2, "01-06 09:00", "opportunity", "", "ORGANIC_SEARCH"),
    (3, "01-07 09:00", "lead", "UNQUALIFIED", "PAID_SEARCH"),
    (4, "01-08 09:00", "salesqualifiedlead", "", "REFERRALS"),
    (5, "01-12 09:00", "lead", "NEW", "ORGANIC_SEARCH"),
    (6, "01-13 12:00", "customer", "", "REFERRALS"),
    (7, "01-14 09:00", "lead", "UNQUALIFIED", "PAID_SEARCH"),
    (8, "01-15 09:00", "marketingqualifiedlead", "", "ORGANIC_SEARCH"),
)
# id, contact, opened, closed or expected, stage, amount
DEALS = (
    (11, 1, "01-06 09:00", "01-10 09:00", "closedwon", "500.00"),
    (12, 2, "01-08 09:00", "02-28 09:00", "contractsent", "400.00"),
    (13, 6, "01-14 12:00", "01-16 12:00", "closedwon", "300.00"),
    (14, 1, "01-20 09:00", "01-25 15:00", "closedwon", "700.00"),
    (15, 4, "01-09 09:00", "01-11 09:00", "closedlost", "250.00"),
)


def hubspot(objects: list[Json], size: int) -> Iterable[Json]:
    for start in range(0, len(objects), size):
        page: Json = {"results": objects[start : start + size]}
        if start + size < len(objects):
            page["paging"] = {"next": {"after": str(start + size)}}
        yield page


def contacts() -> list[Json]:
    return [
        {
            "id": str(number),
            "properties": {
                "createdate": iso(came),
                "hs_analytics_source": source,
                "hs_lead_status": status or None,
                "hs_object_id": str(number),
                "lifecyclestage": stage,
            },
            "createdAt": iso(came),
            "archived": False,
        }
        for number, came, stage, status, source in CONTACTS
    ]


def deals() -> list[Json]:
    return [
        {
            "id": str(number),
            "properties": {
                "amount": amount,
                "closedate": iso(closed),
                "createdate": iso(opened),
                "dealstage": stage,
                "hs_is_closed": "true" if stage.startswith("closed") else "false",
                "hs_is_closed_won": "true" if stage == "closedwon" else "false",
                "hs_object_id": str(number),
            },
            "createdAt": iso(opened),
            "archived": False,
            "associations": {"contacts": {"results": [{"id": str(contact), "type": "deal_to_contact"}]}},
        }
        for number, contact, opened, closed, stage, amount in DEALS
    ]


# --- Typeform: answers of the Responses API, a form a line

# customer, submitted, the answer; the first form asks from 0 to 10, the second from 1 to 5
FIRST_USE = (
    (1, "01-05 10:00", 10), (2, "01-05 11:00", 9), (3, "01-06 10:00", 9), (4, "01-07 10:00", 8),
    (5, "01-12 10:00", 7), (6, "01-13 10:00", 6), (7, "01-14 10:00", 3), (8, "01-15 10:00", 10),
)  # fmt: skip
SUPPORT = (
    (1, "01-08 10:00", 5),
    (2, "01-09 10:00", 4),
    (5, "01-16 10:00", 3),
    (6, "01-16 11:00", 5),
    (7, "01-17 10:00", None),
)


def typeform() -> Iterable[Json]:
    for ref, type_, answers in (("recommend", "nps", FIRST_USE), ("solved", "rating", SUPPORT)):
        items = [typeform_response(ref, type_, *answer) for answer in answers]
        yield {"total_items": len(items), "page_count": 1, "items": items}


def typeform_response(ref: str, type_: str, customer: int, at: str, answer: int | None) -> Json:
    token = f"{ref}-{customer}"
    found: Json = {
        "landing_id": token,
        "token": token,
        "response_type": "completed",
        "landed_at": iso(at).replace(".000", ""),
        "submitted_at": iso(at).replace(".000", ""),
        "hidden": {"customer_id": str(customer)} | ({"ticket_id": f"T{customer}"} if ref == "solved" else {}),
        "answers": [],
    }
    if answer is not None:
        field = {"id": f"f_{ref}", "ref": ref, "type": type_}
        found["answers"] = [{"field": field, "type": "number", "number": answer}]
    return found


# --- Hotjar: pages of the API's export of survey responses, a page a line

# question, customer (none: unknown), when, the answer
HOTJAR = (
    (("recommend", "1", "01-05 10:00", "10"), ("recommend", "2", "01-06 10:00", "9"),
     ("recommend", None, "01-07 10:00", "4")),
    (("recommend", "4", "01-12 10:00", "7"), ("recommend", "5", "01-13 10:00", "9"),
     ("recommend", "6", "01-14 10:00", "2")),
    (("solved", "1", "01-08 10:00", "5"), ("solved", "2", "01-15 10:00", "2"), ("solved", "4", "01-16 10:00", None)),
)  # fmt: skip


def hotjar() -> Iterable[Json]:
    for number, page in enumerate(HOTJAR, 1):
        results = [hotjar_response(f"r{number}{place}", *row) for place, row in enumerate(page)]
        yield {"results": results, "next_cursor": "more" if number == 1 else None}


def hotjar_response(identity: str, question: str, customer: str | None, at: str, answer: str | None) -> Json:
    given = {"question_id": question, "answer": answer, "comment": None, "tags": [], "sentiment": None}
    return {
        "id": identity,
        "answers": [given] if answer is not None else [],
        "browser": "Firefox",
        "country": "DE",
        "created_time": iso(at),
        "device": "desktop",
        "hotjar_user_id": f"h-{identity}",
        "is_complete": answer is not None,
        "os": "Linux",
        "recording_url": None,
        "response_origin_url": "https://shop.example/account",
        "user_attributes": [{"name": "customer_id", "value": customer}] if customer else [],
    }


# --- Amplitude: the Export API's lines, an event each

# user (none: nobody has signed in), when, what
EVENTS = (
    ("anna-1", "01-01 10:00", "login"), ("anna-1", "01-02 10:00", "report"), ("boris", "01-02 09:00", "login"),
    ("clara", "01-03 08:00", "login"), ("clara", "01-05 08:00", "report"), (None, "01-06 12:00", "login"),
    ("boris", "01-15 09:00", "report"), ("david", "01-20 11:00", "login"), ("anna-1", "01-31 12:00", "login"),
    ("clara", "02-02 09:00", "login"),
)  # fmt: skip


def amplitude() -> Iterable[Json]:
    for number, (user, at, what) in enumerate(EVENTS, 1):
        time = moment(at).strftime("%Y-%m-%d %H:%M:%S.000000")
        yield {
            "$insert_id": f"i-{number}",
            "amplitude_id": 900_000 + number,
            "app": 4242,
            "country": "Germany",
            "device_id": f"d-{user or 'unknown'}",
            "event_id": number,
            "event_properties": {},
            "event_time": time,
            "event_type": what,
            "platform": "Web",
            "server_upload_time": time,
            "session_id": int(moment(at).timestamp()) * 1000,
            "user_id": user,
            "user_properties": {},
            "uuid": f"00000000-0000-4000-8000-{number:012d}",
        }


def write(folder: Path) -> None:
    files: dict[str, Iterable[Json]] = {
        "ga4/data/ga4_events.json": ga4(),
        "hubspot/data/hubspot_contacts.json": hubspot(contacts(), 5),
        "hubspot/data/hubspot_deals.json": hubspot(deals(), 5),
        "typeform/data/typeform_responses.json": typeform(),
        "hotjar/data/hotjar_responses.json": hotjar(),
        "amplitude/data/amplitude_events.json": amplitude(),
    }
    for name, documents in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{json.dumps(document)}\n" for document in documents)
        path.write_text(lines, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "sources")
