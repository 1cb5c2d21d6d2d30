"""Facts of the two sides of a ratio: whether they count the same, our work, attention, customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..model import Ratio
from .counted import columns, count_texts, lineage, names, restricted
from .fact import Fact, Subject, Value
from .wording import words_of

if TYPE_CHECKING:
    from ..lexicon.words import Lexicon
    from ..sql.lineage import Lineage


def _sides(subject: Subject) -> Value:
    """Of two sides on one table, `heads` where the lower one counts something that its rows share."""
    found = lineage(subject)
    if found is None or found.numerator is None or found.denominator is None:
        return None
    if not set(found.numerator.datasets) & set(found.denominator.datasets):
        return "apart"
    below, above = found.denominator, found.numerator
    shared = below.aggregation == "count_distinct" and below.counts != above.counts and not _identifies(subject, below)
    return "heads" if shared else "same"


def _identifies(subject: Subject, found: Lineage) -> bool:
    datasets = subject.context.project.datasets
    keys = {(name, key) for name in found.datasets if name in datasets for key in datasets[name].primary_key}
    return any(tuple(count.split(".", 1)) in keys for count in found.counts)


def _work_above(subject: Subject) -> bool:
    """What stands above in a ratio is counted or summed, and done by us: acts of staff, or words of activity."""
    found = lineage(subject)
    above = found.numerator if found else None
    if _served(subject):
        return True
    if above is None or above.aggregation not in ("count", "count_distinct", "sum") or "customer" in above.actors:
        return False
    lexicon = subject.context.lexicon
    said = [text for count in above.counts for text in count_texts(subject, count)]
    if isinstance(definition := subject.entity.definition, Ratio) and _came_of(
        lexicon, definition.numerator.where or ""
    ):
        return False
    return above.actors == ("staff",) or any(
        words_of(lexicon, kind, [*said, *names(subject)]) for kind in ("activities", "done")
    )


def _came_of(lexicon: Lexicon, condition: str) -> bool:
    """Whether the columns of a condition tell of use or harm: of deals that were won."""
    return any(words_of(lexicon, kind, columns(condition)) for kind in ("uses", "harms"))


def _attention_above(subject: Subject) -> bool:
    """Likes per post: attention that is summed or counted, over pieces of our own work."""
    found = lineage(subject)
    above, below = (found.numerator, found.denominator) if found else (None, None)
    if above is None or below is None or {above.aggregation, below.aggregation} - {"count", "count_distinct", "sum"}:
        return False
    said = [[text for count in side.counts for text in count_texts(subject, count)] for side in (above, below)]
    over, under = (bool(words_of(subject.context.lexicon, "vanity", side)) for side in said)
    opened = below.actors == ("staff",) and _sides(subject) == "same" and bool(_opened(subject))
    return opened or (over and not under and below.actors == ("staff",))


def _opened(subject: Subject) -> Value:
    """Words of looking in what the upper side of a ratio counts, or in its condition: `opened_at`."""
    found = lineage(subject)
    definition = subject.entity.definition
    if not isinstance(definition, Ratio) or found is None or found.numerator is None:
        return ()
    above = [count.partition(".")[2] for count in found.numerator.counts]
    written = [*above, *columns(definition.numerator.where or ""), *columns(definition.numerator.expression or "")]
    return words_of(subject.context.lexicon, "looked", written)


def _pieces(subject: Subject) -> bool:
    """Money that goes out, per piece of our own work: `cost per post`."""
    found = lineage(subject)
    above, below = (found.numerator, found.denominator) if found else (None, None)
    if above is None or below is None or above.aggregation != "sum" or below.aggregation != "count":
        return False
    definition = subject.entity.definition
    if isinstance(definition, Ratio) and definition.denominator.where:
        return False
    lexicon = subject.context.lexicon
    spent = words_of(
        lexicon, "costs", [*above.datasets, *(text for it in above.counts for text in count_texts(subject, it))]
    )
    pieces = [text for count in below.counts for text in count_texts(subject, count)]
    return bool(spent) and below.actors == ("staff",) and bool(words_of(lexicon, "activities", pieces))


def _sent_to_each(subject: Subject) -> bool:
    """Rows of our own acts, all of them and the more the better, by those whom they reached: mails per customer."""
    found = lineage(subject)
    above = found.numerator if found else None
    if above is None or above.aggregation != "count" or above.actors != ("staff",) or _sides(subject) != "heads":
        return False
    said = [text for count in above.counts for text in count_texts(subject, count)]
    metric = subject.entity
    rises = metric.direction != "down" and not restricted(metric)
    return rises and bool(words_of(subject.context.lexicon, "activities", said))


def _served(subject: Subject) -> bool:
    """Requests to support, divided by those of us who answer them."""
    found = lineage(subject)
    above = found.numerator if found else None
    if above is None or above.aggregation != "count" or _sides(subject) != "heads":
        return False
    said = [text for count in above.counts for text in count_texts(subject, count)]
    return bool(words_of(subject.context.lexicon, "tickets", said))


def _customers_below(subject: Subject) -> bool:
    """What stands below in a ratio are customers, or their acts."""
    found = lineage(subject)
    below = found.denominator if found else None
    if below is None:
        return False
    if _sent_to_each(subject):
        return False
    entities = subject.context.project.entities
    followed = entities.get(below.entity or "")
    if _sides(subject) == "heads" and below.entity is not None:
        return followed is not None and followed.customer
    return "customer" in below.actors or (followed is not None and followed.customer)


RATIO: Mapping[str, Fact] = {
    "plan.ratio.sides": Fact(
        "word",
        "What the two sides of a ratio count: the same rows, two tables, or rows and who did them.",
        _sides,
        ("same", "apart", "heads"),
    ),
    "plan.ratio.work": Fact("flag", "The upper side of a ratio counts what we do.", _work_above),
    "plan.ratio.attention": Fact("flag", "A ratio of attention and pieces of our own work.", _attention_above),
    "plan.ratio.pieces": Fact("flag", "A ratio of money that goes out and pieces of our own work.", _pieces),
    "plan.ratio.customers": Fact("flag", "The lower side of a ratio counts customers or their acts.", _customers_below),
}
