"""Every code that the engine itself reports, with its name and what it means; rules bring their own codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Code(NamedTuple):
    """The name tells the fault; `why` tells what it would lead to and what mends it."""

    name: str
    why: str


CODES: Mapping[str, Code] = {
    "S001": Code("invalid-encoding", "Spec files are UTF-8; another encoding would be read as other words."),
    "S002": Code("control-character", "Invisible characters make two names look alike; remove them."),
    "S003": Code("file-too-large", "A spec file has at most 8 MB; larger files are data or an accident."),
    "S004": Code("yaml-syntax", "The file is not YAML from this place on, so nothing after it is known."),
    "S005": Code("nested-too-deep", "No spec is nested this deep; the file would only exhaust memory."),
    "S006": Code("alias-expansion", "An alias has no anchor, contains itself, or expands beyond all measure."),
    "S007": Code("duplicate-key", "Of a key given twice one value would be lost in silence."),
    "S008": Code("ambiguous-scalar", "`no`, `012` or `12:30` mean different things in YAML 1.1 and 1.2; quote them."),
    "S009": Code("not-a-mapping", "A spec file is a mapping of collections: `metrics:`, `departments:`, ..."),
    "S010": Code("empty-file", "The file says nothing; perhaps its content was lost."),
    "S011": Code("several-documents", "A second document of a file would be overlooked; use one file each."),
    "S012": Code("unsupported-yaml", "Tags, merge keys and keys that are not words are not part of the language."),
    "S013": Code("confusable-letter", "A Cyrillic `а` in a Latin key looks right and is another key."),
    "S014": Code("unreadable-file", "The file cannot be opened."),
    "S101": Code("unknown-key", "A key that nobody reads is a setting that nobody follows."),
    "S102": Code("wrong-type", "The value has another shape than the key takes."),
    "S103": Code("missing-key", "Something that the entry needs is not there."),
    "S104": Code("value-not-allowed", "The key takes one of a few words."),
    "S105": Code("malformed-value", "The value cannot be read as a name, date, period, amount or change."),
    "S106": Code("out-of-range", "The value is too small, too large, or there are too few or too many of them."),
    "S107": Code("conflicting-keys", "Two keys say different things about the same matter; keep one."),
    "S109": Code("secret-in-file", "A password in a file of the project is known to everybody who can read it."),
    "S201": Code("duplicate-name", "A name stands for one thing; departments, levers and metrics share one set."),
    "S202": Code("reserved-name", "The name is a keyword of SQL and would break the statements it goes into."),
    "S203": Code("overdue-deprecation", "The metric was to be gone by now, and somebody may have relied on that."),
    "R101": Code("unknown-reference", "The name is not declared anywhere in the project."),
    "R102": Code("wrong-kind", "The name is declared, but as another kind of thing."),
    "R103": Code("unknown-column", "The dataset has no such field, or the table no such column."),
    "R104": Code("deprecated-reference", "The metric is to go; what still uses it will break on that day."),
    "R201": Code("missing-file", "A file that a dataset reads is not there or cannot be read."),
    "R202": Code("file-outside-project", "Specs from others are untrusted: files they name lie inside the project."),
    "R203": Code("pattern-matches-nothing", "A pattern without a file checks nothing while it seems to."),
    "R301": Code("key-not-unique", "Rows that a key tells apart are several: joins would count them twice."),
    "R302": Code("key-empty", "A row without its primary key is left out of joins and counts of it."),
    "R303": Code("orphans", "Rows refer to something that is not there, so what it would say of them is unknown."),
    "R304": Code("data-late", "The data ends earlier than it may: values of the time since are too low."),
    "R305": Code("data-not-checked", "The warehouse did not answer; what was not looked at is not known to be well."),
    "R306": Code(
        "not-plannable", "The warehouse refuses the statement of the metric, so the metric has no value there."
    ),
    "R307": Code("reads-too-much", "The statement of the metric would read more rows than `--max-scan` allows."),
    "R308": Code(
        "path-leads-nowhere", "No record has a value there, so the column is empty: a slip, or a rare answer."
    ),
    "C101": Code("sql-syntax", "The formula is not SQL (read as DuckDB's dialect)."),
    "C102": Code("not-an-expression", "A formula is an expression, not a statement."),
    "C103": Code("subquery", "A formula has no subqueries; declare the query as a dataset."),
    "C104": Code("not-in-the-language", "Only what every engine computes alike is part of the language."),
    "C105": Code("misplaced-aggregate", "Something is aggregated twice, or not at all."),
    "C106": Code("window-function", "Window functions stand in queries of datasets only."),
    "C107": Code("type-mismatch", "Types or units do not go together: days are not added to money."),
    "C108": Code("count-star", "`*` does not say what is counted."),
    "C109": Code("not-sql", "Templates, comments and semicolons have no place in a formula."),
    "C201": Code("metric-cycle", "A metric or query is made of itself, so it has no value."),
    "C301": Code(
        "not-answerable",
        "The question has no right answer on this data: rows would be counted twice or guessed.",
    ),
    "C303": Code("no-time", "No date or time says in which period a row counts."),
    "C304": Code("no-entity", "Nothing says which entity a row belongs to."),
    "C305": Code("dialect-cannot", "The engine would give another value or none, so nothing is written for it."),
    "X001": Code("malformed-suppression", "A suppression that cannot be read silences nothing, though it seems to."),
    "X002": Code("unknown-code", "No rule has the code that the suppression names, so it silences nothing."),
    "X003": Code("expired-suppression", "The day until which the finding was to be lived with is over."),
    "X004": Code("unused-suppression", "Nothing is found where it stands: it would silence the next fault unseen."),
    "X005": Code("unexplained-suppression", "Who reads the spec later cannot tell why the rule does not hold here."),
    "X006": Code("cannot-be-silenced", "What the engine itself finds, and mandatory rules, hold for everybody."),
    "X007": Code("stale-baseline", "The baseline knows more than is found: a new fault would pass as the old one."),
    "F101": Code("not-readable", "The entry of the other tool is not what that tool takes, so nothing is made of it."),
    "F102": Code("not-imported", "What has no counterpart in specs is left out and told: nothing is lost in silence."),
    "F103": Code("imported-otherwise", "The specs say it in another way or under another name than the imported file."),
    "F104": Code("saved-query", "Specs hold no queries; the command that asks the same is told instead."),
}
