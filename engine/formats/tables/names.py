"""What names of tables and columns suggest; it chooses what is measured, and never stands for a measurement."""

from __future__ import annotations

import re

from ..names import our_name

PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")  # a column that stands in SQL without quotes
_KEYS = "id key code no nr num number uuid guid sku isbn email login username slug hash token ref reference".split()
_TIMES = "at on date day time datetime timestamp ts ds dt from to since until start end begin created updated".split()
_GENERIC = ("id", "key", "code", "uuid", "guid", "no", "number", "nr")


def words(name: str) -> list[str]:
    """The words of a name, in whatever way they are put together.

    >>> words("opened_by_id"), words("CustomerID"), words("Order ID")
    (['opened', 'by', 'id'], ['customer', 'id'], ['order', 'id'])
    """
    parts, before = [""], ""
    for letter in name:
        if not letter.isalnum():
            parts.append("")
        elif letter.isupper() and before.islower():
            parts.append(letter.lower())
        else:
            parts[-1] += letter.lower()
        before = letter
    return [part for part in parts if part]


def singular(word: str) -> str:
    """
    >>> [singular(word) for word in ("orders", "companies", "boxes", "status", "staff", "visits", "addresses")]
    ['order', 'company', 'box', 'status', 'staff', 'visit', 'address']
    """
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def things(table: str) -> tuple[str, ...]:
    """What a row of the table may be called, the surest first.

    >>> things("release_requests")
    ('release_request', 'release_requests', 'request')
    """
    parts = words(table)
    one = [*parts[:-1], singular(parts[-1])] if parts else [table.lower()]
    return tuple(dict.fromkeys(("_".join(one), "_".join(parts), one[-1])))


def key_like(column: str) -> bool:
    return words(column)[-1:] != [] and words(column)[-1] in _KEYS


def time_like(column: str) -> bool:
    found = words(column)
    return bool(found) and (found[-1] in _TIMES or found[0] in ("date", "time", "day", "timestamp"))


def spec_name(written: str) -> str:
    """The name in specs of a table or column; capitals begin words.

    >>> spec_name("CustomerID"), spec_name("Order Details"), spec_name("a__b")
    ('customer_id', 'order_details', 'a__b')
    """
    return our_name(written if PLAIN.match(written) else "_".join(words(written)))


def own_key(table: str, column: str, whole: bool = False) -> bool:
    """Whether the name says that the column tells rows of this very table apart; with `whole`, by the table's whole
    name.

    >>> [own_key("open_orders", name) for name in ("id", "OpenOrderID", "order_id", "customer_id")]
    [True, True, True, False]
    >>> own_key("open_orders", "order_id", whole=True)
    False
    """
    found = "_".join(words(column))
    return found in ("id", "uuid", "guid") or any(
        found in (f"{thing}_{generic}", f"{thing}{generic}")
        for thing in things(table)[: 2 if whole else None]
        for generic in _GENERIC
    )


def refers_to(column: str, table: str, key: str) -> str | None:
    """How a column may lead to the key of a table: in which role (empty: none in particular); `None`: not by its name.

    >>> refers_to("customer_id", "customers", "id"), refers_to("customer", "customers", "id")
    ('', '')
    >>> refers_to("opened_by_staff_id", "staff", "id"), refers_to("staff_id", "customers", "id")
    ('opened_by', None)
    """
    found, wanted = "_".join(words(column)), "_".join(words(key))
    for thing in things(table):
        for name in dict.fromkeys((wanted if wanted.startswith(f"{thing}_") else f"{thing}_{wanted}", thing)):
            if found == name:
                return ""
            if found.endswith(f"_{name}") and name != thing:
                return found.removesuffix(f"_{name}")
    return None


def same_name(column: str, key: str) -> bool:
    """Whether both bear one name that says more than that it is a key."""
    found = words(column)
    return found == words(key) and found[-1:] != [] and "_".join(found) not in _GENERIC


def span_of(columns: list[str]) -> tuple[str, str] | None:
    """Two columns that say from when and until when a row is valid: `x_from` and `x_to`, or words like these.

    >>> span_of(["country", "covered_from", "covered_to"])
    ('covered_from', 'covered_to')
    """
    pairs = (("from", "to"), ("from", "until"), ("from", "till"), ("start", "end"), ("since", "until"))
    by_words = {tuple(words(column)): column for column in columns}
    for first, last in pairs:
        for found, column in by_words.items():
            for place, word in enumerate(found):
                other = by_words.get((*found[:place], last, *found[place + 1 :]))
                if word == first and other is not None:
                    return column, other
    return None
