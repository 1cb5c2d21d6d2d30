"""Writes the made-up history of the demo organisation as Parquet and CSV files: same content on every run.

    python specs/generate_demo.py [DIR]

Everything is drawn from one seeded generator, day by day, in the order in which it happens: visits, leads,
deals, customers, and what customers do afterwards. The figures that the weekly report of the demo quotes are
not left to chance: new visitors, leads, qualified leads and registrations of October and of the week from
9 November, and the mean time to deal of that week (see `README.md`). What is not drawn comes last and draws
nothing, so that it changes none of the rest: the paying accounts of each Sunday, which follow from the orders,
the territories of the sales teams, and the fiscal calendar.
"""

from __future__ import annotations

import csv
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

FIRST_DAY = date(2026, 2, 2)
NOW = datetime(2026, 11, 16, 9, 0)
DAYS = [FIRST_DAY + timedelta(days=n) for n in range((NOW.date() - FIRST_DAY).days + 1)]
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
WEEK_46 = (date(2026, 11, 9), date(2026, 11, 16))

# What the weekly report quotes; the second figure of a pair is the part of the first.
NEW_VISITORS = {OCTOBER: 4304, WEEK_46: 1200}
NEW_LEADS = {OCTOBER: 300, WEEK_46: 102}
QUALIFIED_LEADS = {WEEK_46: 66}
REGISTRATIONS = {OCTOBER: (800, 400), WEEK_46: (200, 118)}
MEAN_SECONDS_TO_DEAL = 371_520  # 4.3 days

CHANNELS = ("ads", "content", "referral", "partners")
COUNTRIES = (("DE", 34), ("NL", 17), ("FR", 15), ("PL", 14), ("ES", 12), ("EE", 8))
PRICES = {"starter": 62, "team": 94, "business": 158}
TOPICS = (("security", 22), ("billing", 20), ("mobile", 18), ("integrations", 24), ("onboarding", 16))
NEEDS = (("reports", 38), ("security", 22), ("integrations", 24), ("price", 16))
REMARKS = (
    "How do you handle data security?",
    "Finally an article without buzzwords.",
    "Please write more about reports for accountants.",
    "Does it work on a phone?",
    "We had the same problem last year, thank you.",
    "Which plan suits a shop with five people?",
    "Хотелось бы больше примеров для небольших команд.",
    "Спасибо, разобрались за вечер.",
    "А как быть, если данные лежат в двух системах?",
)
WEEKDAYS = (1.12, 1.16, 1.14, 1.09, 0.99, 0.72, 0.78)

# Which team covers a country, from a day up to another (exclusive; empty: still).
TERRITORIES = (
    ("DE", "central", "2026-01-01", "2026-06-15"),
    ("DE", "germany", "2026-06-15", None),
    ("EE", "central", "2026-01-01", "2026-08-10"),
    ("EE", "east", "2026-08-24", None),  # nobody in between
    ("ES", "west", "2026-04-01", None),  # nobody before
    ("FR", "west", "2026-01-01", None),
    ("NL", "central", "2026-01-01", "2026-05-18"),
    ("NL", "west", "2026-05-18", None),
    ("PL", "central", "2026-01-01", "2026-09-01"),
    ("PL", "east", "2026-09-01", None),
)
PAYING_DAYS = 35  # an account pays as long as its last payment is younger
FISCAL_YEAR = (date(2025, 12, 29), date(2027, 1, 4))  # 53 weeks: the last period of the year takes the odd one
FISCAL_WEEKS = (4, 4, 5) * 4

Row = tuple[Any, ...]
Period = tuple[date, date]


class Chance:
    """Draws made from `random()` alone: the one method whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random
        self._due: dict[str, float] = {}

    def of(self, probability: float) -> bool:
        return self._random() < probability

    def steadily(self, purpose: str, probability: float) -> bool:
        """Like `of`, but the share of hits keeps to the probability: small groups would hide a trend."""
        due = self._due.get(purpose, 0.5) + probability
        self._due[purpose] = due - int(due)
        return due >= 1.0

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + int((high - low + 1) * self._random())

    def exponential(self, mean: float) -> float:
        return -mean * math.log(1.0 - self._random())

    def lognormal(self, median: float, sigma: float) -> float:
        radius = math.sqrt(-2.0 * math.log(1.0 - self._random()))
        return median * math.exp(sigma * radius * math.cos(2.0 * math.pi * self._random()))

    def pick(self, weighted: Sequence[tuple[str, float]]) -> str:
        left = self._random() * sum(weight for _, weight in weighted)
        for value, weight in weighted:
            left -= weight
            if left < 0:
                return value
        return weighted[-1][0]

    def sample(self, items: Sequence[Any], count: int, weight: Callable[[Any], float] = lambda _: 1.0) -> list[Any]:
        """`count` different items, in their order, the heavier the likelier."""
        keys = [(math.log(1.0 - self._random()) / weight(item), place) for place, item in enumerate(items)]
        return [items[place] for place in sorted(place for _, place in sorted(keys, reverse=True)[:count])]


@dataclass(slots=True)
class Visit:
    at: datetime
    visitor: int
    number: int
    channel: str | None
    country: str
    landing: str
    pages: int
    seconds: int
    id: int = 0


@dataclass(slots=True)
class Lead:
    id: int
    visit: Visit
    at: datetime
    need: str | None
    qualified: bool | None = None


@dataclass(slots=True)
class Deal:
    lead: Lead
    opened: datetime
    closed: datetime | None
    status: str


@dataclass(slots=True)
class Customer:
    id: int
    lead: Lead
    at: datetime
    plan: str
    leaves: datetime
    first_use: datetime | None = None
    orders: list[tuple[datetime, datetime | None, str, str]] = field(default_factory=list)


def main(folder: Path) -> None:
    """Write every table into `folder` and print the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = tables()
    for name, (columns, rows) in (drawn | derived_tables(drawn)).items():
        write_parquet(folder / f"{name}.parquet", columns, rows)
        print(f"{name:18}{len(rows):>7}")
    for name, (columns, rows) in fixed_tables().items():
        write_csv(folder / f"{name}.csv", columns, rows)
        print(f"{name:18}{len(rows):>7}")


def tables() -> dict[str, tuple[str, list[Row]]]:
    """Every table as its columns, in DuckDB's words, and its rows."""
    chance = Chance(20261116)
    visits = make_visits(chance)
    leads = make_leads(chance, visits)
    deals = make_deals(chance, leads)
    customers = make_customers(chance, deals)
    usage = make_usage(chance, customers)
    tickets = make_tickets(chance, customers)
    return {
        "visits": (
            "visit_id INTEGER, visitor_id INTEGER, visited_at TIMESTAMP, visit_number INTEGER, "
            "channel VARCHAR, country VARCHAR, landing_page VARCHAR, pages INTEGER, duration_seconds INTEGER",
            [(v.id, v.visitor, v.at, v.number, v.channel, v.country, v.landing, v.pages, v.seconds) for v in visits],
        ),
        "registrations": (
            "event_id INTEGER, registration_id INTEGER, visitor_id INTEGER, visit_id INTEGER, "
            "occurred_at TIMESTAMP, stage VARCHAR",
            make_registrations(chance, visits),
        ),
        "subscriptions": (
            "subscription_id INTEGER, visitor_id INTEGER, visit_id INTEGER, subscribed_at TIMESTAMP, remark VARCHAR",
            make_subscriptions(chance, visits),
        ),
        "leads": (
            "lead_id INTEGER, visitor_id INTEGER, visit_id INTEGER, created_at TIMESTAMP, need VARCHAR, "
            "qualified BOOLEAN",
            [(x.id, x.visit.visitor, x.visit.id, x.at, x.need, x.qualified) for x in leads],
        ),
        "deals": (
            "deal_id INTEGER, lead_id INTEGER, opened_at TIMESTAMP, closed_at TIMESTAMP, status VARCHAR",
            [(n, d.lead.id, d.opened, d.closed, d.status) for n, d in enumerate(deals, 1)],
        ),
        "customers": (
            "customer_id INTEGER, visitor_id INTEGER, lead_id INTEGER, signed_up_at TIMESTAMP, plan VARCHAR, "
            "country VARCHAR",
            [(c.id, c.lead.visit.visitor, c.lead.id, c.at, c.plan, c.lead.visit.country) for c in customers],
        ),
        "orders": (
            "order_id INTEGER, customer_id INTEGER, ordered_at TIMESTAMP, paid_at TIMESTAMP, "
            "order_number INTEGER, amount DECIMAL(12, 2), status VARCHAR",
            make_orders(chance, customers),
        ),
        "spend": (
            "spend_id INTEGER, spent_on DATE, channel VARCHAR, kind VARCHAR, amount DECIMAL(12, 2)",
            make_spend(chance, customers),
        ),
        "usage": ("usage_id INTEGER, customer_id INTEGER, occurred_at TIMESTAMP, feature VARCHAR", usage),
        "tickets": (
            "ticket_id INTEGER, customer_id INTEGER, opened_at TIMESTAMP, first_reply_at TIMESTAMP, "
            "resolved_at TIMESTAMP, kind VARCHAR, topic VARCHAR",
            tickets,
        ),
        "surveys": (
            "survey_id INTEGER, customer_id INTEGER, ticket_id INTEGER, answered_at TIMESTAMP, kind VARCHAR, "
            "rating INTEGER",
            make_surveys(chance, customers, tickets),
        ),
        "release_requests": (
            "request_id INTEGER, requested_at TIMESTAMP, released_at TIMESTAMP, requested_by VARCHAR, topic VARCHAR",
            make_release_requests(chance),
        ),
    }


def derived_tables(drawn: dict[str, tuple[str, list[Row]]]) -> dict[str, tuple[str, list[Row]]]:
    """What follows from the tables that were drawn."""
    orders, customers, tickets = (drawn[name][1] for name in ("orders", "customers", "tickets"))
    return {
        "keeping": (
            "keeping_id INTEGER, paid_on DATE, kind VARCHAR, amount DECIMAL(12, 2)",
            make_keeping(customers, tickets),
        ),
        "paying_accounts": (
            "listed_on DATE, customer_id INTEGER, last_amount DECIMAL(12, 2)",
            make_paying_accounts(orders),
        ),
    }


def fixed_tables() -> dict[str, tuple[str, list[Row]]]:
    """Small lists that somebody keeps by hand: the names of their columns, and their rows."""
    return {
        "territories": ("country,sales_team,covered_from,covered_to", list(TERRITORIES)),
        "fiscal_days": ("calendar_day,fiscal_month,fiscal_quarter", make_fiscal_days()),
    }


def write_csv(path: Path, columns: str, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([columns.split(","), *rows])


def write_parquet(path: Path, columns: str, rows: list[Row]) -> None:
    """Write rows through a CSV file: far faster than one insert a row, and the types stay exact."""
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in (c.split(" ", 1) for c in split_columns(columns)))
    with tempfile.TemporaryDirectory() as scratch:
        text = Path(scratch) / "rows.csv"
        with text.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")
            connection.execute(
                f"COPY (SELECT * FROM read_csv('{text}', header = false, delim = ',', quote = '\"', "
                f"nullstr = '', columns = {{{types}}})) "
                f"TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 9)"
            )


def split_columns(columns: str) -> list[str]:
    """
    >>> split_columns("a INTEGER, b DECIMAL(12, 2)")
    ['a INTEGER', 'b DECIMAL(12, 2)']
    """
    parts: list[str] = []
    for part in columns.split(", "):
        if parts and parts[-1].count("(") > parts[-1].count(")"):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


# --- before the purchase


def make_visits(chance: Chance) -> list[Visit]:
    visits: list[Visit] = []
    visitor = 0
    for day, count in daily_counts(chance, expected_visitors, NEW_VISITORS).items():
        for at in sorted(moment(chance, day) for _ in range(count)):
            visitor += 1
            channel = first_channel(chance, day)
            country = chance.pick(COUNTRIES)
            visits.append(visit_of(chance, at, visitor, 1, channel, country))
            visits += later_visits(chance, visits[-1])
    visits.sort(key=lambda v: (v.at, v.visitor))
    for place, visit in enumerate(visits, 1):
        visit.id = place
    return visits


def later_visits(chance: Chance, first: Visit) -> list[Visit]:
    visits: list[Visit] = []
    at = first.at
    while chance.of(0.35 if visits else 0.2):
        at = moment(chance, (at + timedelta(days=1 + chance.exponential(6))).date())
        if at >= NOW:
            break
        channel = first.channel if chance.of(0.75) else first_channel(chance, at.date())
        visits.append(visit_of(chance, at, first.visitor, len(visits) + 2, channel, first.country))
    return visits


def first_channel(chance: Chance, day: date) -> str | None:
    if chance.of(0.015):
        return None
    campaign = 16 if inside(day, WEEK_46) else 0
    return chance.pick(
        [
            ("ads", 46 - 10 * progress(day) + campaign),
            ("content", 26 + 12 * progress(day)),
            ("referral", 13),
            ("partners", 15),
        ]
    )


def visit_of(chance: Chance, at: datetime, visitor: int, number: int, channel: str | None, country: str) -> Visit:
    share = progress(at.date())
    homes = {"ads": "offer", "content": "blog", "partners": "offer"}
    landing = (
        homes.get(channel or "", "home")
        if chance.of(0.72)
        else chance.pick([("home", 5), ("pricing", 3), ("offer", 2)])
    )
    if chance.of(0.56 - 0.13 * share):
        return Visit(at, visitor, number, channel, country, landing, 1, chance.whole(3, 40))
    pages = 2 + int(chance.exponential(1.6 + share))
    seconds = 20 + int(chance.exponential(70 + 150 * share * share))
    return Visit(at, visitor, number, channel, country, landing, pages, min(seconds, 1500))


def make_registrations(chance: Chance, visits: list[Visit]) -> list[Row]:
    """Two rows, `started` and `completed`, for whoever finishes; whoever drops out leaves one."""
    by_day = group_by_day(visits)
    starts: list[Visit] = []
    for day, count in daily_counts(chance, lambda d: 16 + 9 * progress(d), started_registrations()).items():
        starts += chance.sample(by_day.get(day, []), count)
    finishing = finishing_registrations(chance, starts)
    events: list[tuple[datetime, int, Visit, str]] = []
    for number, visit in enumerate(starts, 1):
        started = visit.at + timedelta(seconds=chance.whole(20, 600))
        events.append((started, number, visit, "started"))
        if number in finishing:
            completed = started + timedelta(seconds=40 + int(min(chance.lognormal(240, 1.1), 18_000)))
        elif chance.of(0.03):
            completed = started + timedelta(hours=chance.between(9, 60))
        else:
            continue
        if completed < NOW:
            events.append((second(completed), number, visit, "completed"))
    events.sort(key=lambda e: (e[0], e[1]))
    return [(n, number, v.visitor, v.id, at, stage) for n, (at, number, v, stage) in enumerate(events, 1)]


def started_registrations() -> dict[Period, int]:
    return {period: started for period, (started, _) in REGISTRATIONS.items()}


def finishing_registrations(chance: Chance, starts: list[Visit]) -> set[int]:
    finishing: set[int] = set()
    fixed: dict[Period, list[int]] = {period: [] for period in REGISTRATIONS}
    for number, visit in enumerate(starts, 1):
        period = period_of(visit.at.date(), fixed)
        if period:
            fixed[period].append(number)
        elif chance.of(0.43 + 0.09 * progress(visit.at.date())):
            finishing.add(number)
    for period, numbers in fixed.items():
        finishing.update(chance.sample(numbers, REGISTRATIONS[period][1]))
    return finishing


def make_subscriptions(chance: Chance, visits: list[Visit]) -> list[Row]:
    rows: list[Row] = []
    for visit in visits:
        likely = 0.022 if visit.landing == "blog" else 0.006
        if visit.pages > 1 and visit.visitor % 3 and chance.of(likely * (0.7 + 2.4 * progress(visit.at.date()))):
            at = visit.at + timedelta(seconds=chance.whole(30, 600))
            remark = REMARKS[chance.whole(0, len(REMARKS) - 1)] if chance.of(0.48) else None
            rows.append((len(rows) + 1, visit.visitor, visit.id, at, remark))
    return rows


def make_leads(chance: Chance, visits: list[Visit]) -> list[Lead]:
    by_day = group_by_day(visits)
    appeal = {"ads": 0.9, "content": 1.25, "referral": 1.5, "partners": 1.1, None: 0.8}
    leads: list[Lead] = []
    known: set[int] = set()
    for day, count in daily_counts(chance, expected_leads, NEW_LEADS).items():
        fresh = {v.visitor: v for v in by_day.get(day, []) if v.visitor not in known}
        chosen = chance.sample(list(fresh.values()), count, lambda v: appeal[v.channel] * (1 if v.number == 1 else 2))
        for at, visit in sorted(
            ((v.at + timedelta(seconds=chance.whole(60, 900)), v) for v in chosen),
            key=lambda pair: (pair[0], pair[1].id),
        ):
            known.add(visit.visitor)
            leads.append(Lead(len(leads) + 1, visit, at, chance.pick(NEEDS) if chance.of(0.93) else None))
    judge_leads(chance, leads)
    return leads


def judge_leads(chance: Chance, leads: list[Lead]) -> None:
    """Say which leads have a need the product meets; the last morning's are not judged yet."""
    better = {"ads": -0.06, "content": 0.05, "referral": 0.09, "partners": 0.0, None: -0.05}
    fixed: dict[Period, list[Lead]] = {period: [] for period in QUALIFIED_LEADS}
    for lead in leads:
        period = period_of(lead.at.date(), fixed)
        if period:
            fixed[period].append(lead)
        elif lead.at.date() < NOW.date():
            lead.qualified = chance.steadily(
                "good", 0.48 + 0.12 * progress(lead.at.date()) + better[lead.visit.channel]
            )
    for period, those in fixed.items():
        good = {lead.id for lead in chance.sample(those, QUALIFIED_LEADS[period])}
        for lead in those:
            lead.qualified = True if lead.id in good else False if chance.of(0.9) else None


def make_deals(chance: Chance, leads: list[Lead]) -> list[Deal]:
    wins = {"ads": 0.36, "content": 0.42, "referral": 0.5, "partners": 0.4, None: 0.36}
    deals: list[Deal] = []
    for lead in leads:
        if not (lead.qualified or chance.of(0.04)):
            continue
        share = progress(lead.at.date())
        opened = second(lead.at + timedelta(hours=1.5 + min(chance.exponential(16), 90)))
        length = timedelta(days=min(chance.lognormal(5.6 - 1.9 * share, 0.55), 40))
        closed = second(max(at_work(chance, opened + length), opened + timedelta(hours=2)))
        status = "won" if chance.steadily("won", wins[lead.visit.channel] + 0.05 * share) else "lost"
        if opened >= NOW:
            continue
        deals.append(Deal(lead, opened, closed, status) if closed < NOW else Deal(lead, opened, None, "open"))
    deals.sort(key=lambda d: (d.opened, d.lead.id))
    settle_mean(deals)
    return deals


def settle_mean(deals: list[Deal]) -> None:
    """Move the openings of the reported week's won deals until their mean length is exactly as quoted."""
    won = [d for d in deals if d.status == "won" and d.closed and inside(d.closed.date(), WEEK_46)]
    missing = MEAN_SECONDS_TO_DEAL * len(won) - sum(length(d) for d in won)
    for left, deal in zip(range(len(won), 0, -1), sorted(won, key=room), strict=True):
        step = round(missing / left)
        step = min(step, room(deal)) if step > 0 else max(step, 7200 - length(deal))
        deal.opened -= timedelta(seconds=step)
        missing -= step
    if missing:
        raise ValueError(f"the mean time to deal is {missing} s off: draw other lengths")


def length(deal: Deal) -> int:
    assert deal.closed is not None
    return int((deal.closed - deal.opened).total_seconds())


def room(deal: Deal) -> int:
    """How many seconds earlier the deal could have opened: half an hour after its lead at the earliest."""
    return int((deal.opened - deal.lead.at).total_seconds()) - 1800


def make_customers(chance: Chance, deals: list[Deal]) -> list[Customer]:
    signed: list[tuple[datetime, Lead]] = []
    for deal in deals:
        if deal.status == "won" and deal.closed:
            at = deal.closed + timedelta(seconds=chance.whole(300, 7200))
            if at < NOW:
                signed.append((at, deal.lead))
    customers: list[Customer] = []
    for at, lead in sorted(signed, key=lambda pair: (pair[0], pair[1].id)):
        share = progress(at.date())
        source = lead.visit.channel or ""
        loyal = {"ads": -0.04, "content": 0.34 * share - 0.2, "referral": 0.06}.get(source, 0.0)
        long = chance.steadily(f"stays {source}", 0.62 + 0.16 * share + loyal)
        stays = 30 + chance.exponential(120 + 120 * share) if long else chance.exponential(8)
        customers.append(Customer(len(customers) + 1, lead, at, plan_of(chance, share), at + timedelta(days=stays)))
    return customers


def plan_of(chance: Chance, share: float) -> str:
    if chance.steadily("business", 0.1 + 0.05 * share):
        return "business"
    return "team" if chance.steadily("team", 0.36 + 0.1 * share) else "starter"


# --- after the purchase


def make_orders(chance: Chance, customers: list[Customer]) -> list[Row]:
    drawn: list[tuple[datetime, datetime | None, Customer, int, str, str]] = []
    for customer in customers:
        at, number = customer.at + timedelta(minutes=chance.between(5, 1800)), 0
        while at < NOW and (number == 0 or at < customer.leaves):
            number += 1
            paid: datetime | None = second(at + timedelta(minutes=min(chance.lognormal(40, 1.6), 5000)))
            status = chance.pick([("paid", 95), ("refunded", 3), ("cancelled", 2)]) if number > 1 else "paid"
            if status == "cancelled" or (paid and paid >= NOW):
                paid, status = None, "cancelled" if status == "cancelled" else "pending"
            amount = f"{PRICES[customer.plan] * chance.between(0.75, 1.25):.2f}"
            drawn.append((second(at), paid, customer, number, amount, status))
            at = moment(chance, (at + timedelta(days=chance.between(14, 32))).date())
    drawn.sort(key=lambda o: (o[0], o[2].id))
    return [
        (n, c.id, at, paid, number, amount, status) for n, (at, paid, c, number, amount, status) in enumerate(drawn, 1)
    ]


def make_usage(chance: Chance, customers: list[Customer]) -> list[Row]:
    drawn: list[tuple[datetime, int, str]] = []
    for customer in customers:
        share = progress(customer.at.date())
        habit = chance.between(0.62, 0.98)
        reported = False
        wow = customer.at + timedelta(days=chance.lognormal(4.2 - 2.0 * share, 0.7))
        at = customer.at + timedelta(minutes=chance.between(8, 900))
        while at < NOW and at < customer.leaves:
            customer.first_use = customer.first_use or second(at)
            if at >= wow and (not reported or chance.of(0.4)):
                feature, reported = "report", True
            else:
                feature = chance.pick([("board", 5), ("import", 3), ("export", 2)])
            drawn.append((second(at), customer.id, feature))
            day = at.date() + timedelta(days=1)
            while not chance.of(habit):
                day += timedelta(days=1)
            at = moment(chance, day)
    drawn.sort()
    return [(n, customer, at, feature) for n, (at, customer, feature) in enumerate(drawn, 1)]


def make_tickets(chance: Chance, customers: list[Customer]) -> list[Row]:
    drawn: list[tuple[datetime, int, str, str]] = []
    for customer in customers:
        at = customer.at + timedelta(days=chance.exponential(18))
        while at < NOW and at < customer.leaves + timedelta(days=2):
            at = moment(chance, at.date())
            kind = chance.pick([("complaint", 42), ("question", 44), ("request", 14)])
            topic = chance.pick(TOPICS)
            drawn.append((at, customer.id, kind, topic))
            while kind == "complaint" and chance.steadily("again", 0.27 - 0.1 * progress(min(at, NOW).date())):
                at = moment(chance, (at + timedelta(days=1 + chance.exponential(4))).date())
                drawn.append((at, customer.id, chance.pick([("complaint", 7), ("question", 3)]), topic))
            at += timedelta(days=1 + chance.exponential(24))
    rows: list[Row] = []
    for at, customer_id, kind, topic in sorted(ticket for ticket in drawn if ticket[0] < NOW):
        replied = second(at + timedelta(minutes=min(chance.lognormal(34, 0.8), 600)))
        hours = min(chance.lognormal(17 - 6 * progress(at.date()), 0.9), 240)
        resolved = second(max(at + timedelta(hours=hours), replied + timedelta(minutes=5)))
        done = resolved < NOW and not chance.of(0.02)
        rows.append(
            (
                len(rows) + 1,
                customer_id,
                at,
                replied if replied < NOW else None,
                resolved if done else None,
                kind,
                topic,
            )
        )
    return rows


def make_surveys(chance: Chance, customers: list[Customer], tickets: list[Row]) -> list[Row]:
    drawn: list[tuple[datetime, int, int | None, str, int]] = []
    for customer in customers:
        if customer.first_use and chance.of(0.62):
            share = progress(customer.at.date())
            if chance.steadily("promoter", 0.43 + 0.09 * share):
                rating = chance.whole(9, 10)
            else:
                rating = chance.whole(3, 6) if chance.steadily("detractor", 0.36 - 0.02 * share) else chance.whole(7, 8)
            answered = second(customer.first_use + timedelta(hours=chance.between(2, 60)))
            drawn.append((answered, customer.id, None, "first_use", rating))
    for number, customer_id, opened, _, resolved, _, _ in tickets:
        if resolved and chance.of(0.55):
            happy = chance.steadily("happy", 0.82 + 0.06 * progress(opened.date()))
            rating = chance.whole(4, 5) if happy else chance.whole(1, 3)
            answered = second(resolved + timedelta(minutes=chance.between(5, 1500)))
            drawn.append((answered, customer_id, number, "support", rating))
    rows = sorted(survey for survey in drawn if survey[0] < NOW)
    return [(n, c, ticket, at, kind, rating) for n, (at, c, ticket, kind, rating) in enumerate(rows, 1)]


# --- inside the company


def make_spend(chance: Chance, customers: list[Customer]) -> list[Row]:
    """One row a day and channel, and a bonus for whoever recommended a new customer."""
    base = {"ads": ("media", 46, 30), "content": ("production", 29, 18), "partners": ("commission", 17, 11)}
    bonuses = [(c.at + timedelta(days=1)).date() for c in customers if c.lead.visit.channel == "referral"]
    rows: list[Row] = []
    for day in DAYS[:-1]:
        start = min(1.0, 0.25 + (day - FIRST_DAY).days / 45)
        for channel, (kind, amount, growth) in base.items():
            more = 1.25 if channel == "ads" and inside(day, WEEK_46) else 1.0
            spent = (amount + growth * progress(day)) * start * more * chance.between(0.8, 1.2)
            rows.append((len(rows) + 1, day, channel, kind, f"{spent:.2f}"))
        rows.append((len(rows) + 1, day, "referral", "tools", f"{chance.between(7, 9) * start:.2f}"))
        for _ in range(bonuses.count(day)):
            rows.append((len(rows) + 1, day, "referral", "bonus", "25.00"))
    return rows


def make_release_requests(chance: Chance) -> list[Row]:
    rows: list[Row] = []
    for day in DAYS:
        if day.weekday() > 4 or not chance.of(0.82):
            continue
        asked = moment(chance, day)
        by = chance.pick([("sales", 58), ("support", 27), ("product", 15)])
        days = min(chance.lognormal(33 - 13 * progress(day), 0.45), 120)
        released = at_work(chance, asked + timedelta(days=days))
        shipped = released < NOW and not chance.of(0.08)
        if asked < NOW:
            rows.append((len(rows) + 1, asked, released if shipped else None, by, chance.pick(TOPICS)))
    rows.sort(key=lambda r: r[1])
    return [(n, *row[1:]) for n, row in enumerate(rows, 1)]


def make_paying_accounts(orders: list[Row]) -> list[Row]:
    """Billing's list of every Sunday: who paid in the last weeks, and how much at last."""
    paid = sorted((row[3], row[1], row[5]) for row in orders if row[6] == "paid")
    rows: list[Row] = []
    for sunday in (day for day in DAYS if day.weekday() == 6):
        last: dict[int, tuple[date, str]] = {}
        for at, customer, amount in paid:
            if at.date() <= sunday:
                last[customer] = (at.date(), amount)
        rows += [
            (sunday, customer, amount)
            for customer, (day, amount) in sorted(last.items())
            if (sunday - day).days < PAYING_DAYS
        ]
    return rows


def make_keeping(customers: list[Row], tickets: list[Row]) -> list[Row]:
    """What customers who are there cost, by day: each request to support, and a call in everybody's first week."""
    asked = Counter(row[2].date() for row in tickets)
    called = Counter((row[3] + timedelta(days=3)).date() for row in customers)
    rows: list[Row] = []
    for day in DAYS[:-1]:
        for kind, price, count in (("support", 6.5, asked[day]), ("call", 12, called[day])):
            if count:
                rows.append((len(rows) + 1, day, kind, f"{price * count:.2f}"))
    return rows


def make_fiscal_days() -> list[Row]:
    """The days of the fiscal year in months of 4, 4 and 5 weeks.

    >>> make_fiscal_days()[27:29]
    [(datetime.date(2026, 1, 25), 'FY2026-P01', 'FY2026-Q1'), (datetime.date(2026, 1, 26), 'FY2026-P02', 'FY2026-Q1')]
    """
    weeks = [month for month, count in enumerate(FISCAL_WEEKS, 1) for _ in range(count)]
    days = [FISCAL_YEAR[0] + timedelta(days=n) for n in range((FISCAL_YEAR[1] - FISCAL_YEAR[0]).days)]
    months = [weeks[min(place // 7, len(weeks) - 1)] for place in range(len(days))]
    return [
        (day, f"FY2026-P{month:02}", f"FY2026-Q{(month + 2) // 3}") for day, month in zip(days, months, strict=True)
    ]


# --- days and moments


def daily_counts(chance: Chance, level: Callable[[date], float], fixed: dict[Period, int]) -> dict[date, int]:
    """How many a day: the level with weekday and noise; in the fixed periods the sum is exact."""
    wanted = {d: level(d) * WEEKDAYS[d.weekday()] * chance.between(0.9, 1.1) for d in DAYS}
    wanted[NOW.date()] *= 0.08
    counts = {d: int(wanted[d] + chance.between(0, 1)) for d in DAYS}
    for period, total in fixed.items():
        days = [d for d in DAYS if inside(d, period)]
        counts.update(apportion(total, {d: wanted[d] for d in days}))
    return counts


def apportion(total: int, weights: dict[date, float]) -> dict[date, int]:
    """Largest remainders.

    >>> apportion(5, {date(2026, 1, 1): 1.0, date(2026, 1, 2): 2.0})
    {datetime.date(2026, 1, 1): 2, datetime.date(2026, 1, 2): 3}
    """
    exact = {day: total * weight / sum(weights.values()) for day, weight in weights.items()}
    shares = {day: int(value) for day, value in exact.items()}
    for day in sorted(exact, key=lambda d: shares[d] - exact[d])[: total - sum(shares.values())]:
        shares[day] += 1
    return shares


def expected_visitors(day: date) -> float:
    return 74 + 60 * progress(day)


def expected_leads(day: date) -> float:
    return expected_visitors(day) * (0.052 + 0.022 * progress(day))


def progress(day: date) -> float:
    """0 on the first day, 1 on the last."""
    return (day - FIRST_DAY).days / (NOW.date() - FIRST_DAY).days


def moment(chance: Chance, day: date) -> datetime:
    """A second between 06:00 and 23:35, mostly at work; before 08:40 on the last, unfinished day."""
    if day == NOW.date():
        start, end = 6 * 3600, 8 * 3600 + 2400
    elif chance.of(0.7):
        start, end = 9 * 3600, 19 * 3600
    else:
        start, end = 6 * 3600, 23 * 3600 + 2100
    return datetime(day.year, day.month, day.day) + timedelta(seconds=chance.whole(start, end - 1))


def at_work(chance: Chance, at: datetime) -> datetime:
    """Another time of the same day, between 08:30 and 19:00."""
    return datetime(at.year, at.month, at.day) + timedelta(seconds=chance.whole(30_600, 68_400))


def second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def inside(day: date, period: Period) -> bool:
    return period[0] <= day < period[1]


def period_of(day: date, periods: dict[Period, Any]) -> Period | None:
    return next((period for period in periods if inside(day, period)), None)


def group_by_day(visits: list[Visit]) -> dict[date, list[Visit]]:
    days: dict[date, list[Visit]] = {}
    for visit in visits:
        days.setdefault(visit.at.date(), []).append(visit)
    return days


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "demo" / "data")
