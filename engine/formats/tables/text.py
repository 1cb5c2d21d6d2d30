"""Proposed specs as YAML, with what was measured beside what is proposed and, as comments, what is left to choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from ...load.project import RESERVED
from ..names import our_name, unlike
from ..text import flow
from .facts import MeasuredColumn, MeasuredTable, Reference
from .keys import chosen_references, key_of, orphans_allowed, time_of
from .names import PLAIN

_WIDTH = 118
_HEAD = """\
Proposed by `accord init --from` from what the tables held. Counts prove what is so today, not what has to be: read
every line, and strike what is so by chance. What could not be told is a comment. Then say whose acts the rows are
(`actor`) and whom they are about (`entities`): only you know.
"""


def proposed_text(tables: Sequence[MeasuredTable], references: Sequence[Reference]) -> str:
    """The text of a spec file with a dataset a table and the relationships between them."""
    lines = [*(f"# {line}" for line in _HEAD.splitlines()), "datasets:"]
    for table in tables:
        lines += [*_dataset(table), ""]
    told = list(_relationships(tables, references))
    return "\n".join(lines + told).rstrip("\n") + "\n"


def _dataset(table: MeasuredTable) -> Iterator[str]:
    fields = [it for it in table.columns if it.datatype is not None]
    mark = "" if fields else "# "
    if table.problem is not None or table.rows is None:
        yield from _comment(f"{table.name}: {table.problem or 'not measured'}", "  ")
    elif not table.rows:
        yield f"  # {table.name}: no rows: nothing can be proved about its keys, times and references"
    else:
        yield f"  # {table.name}: {_many(table.rows, 'row')}"
    yield f"  {mark}- {flow({'name': table.dataset})[1:-1]}"
    yield f"    {mark}{flow({'source': table.name})[1:-1]}"
    yield from _keys(table)
    yield from _times(table)
    if fields:
        yield "    fields:"
    for it in table.columns:
        yield from _field(it)


def _keys(table: MeasuredTable) -> Iterator[str]:
    found = key_of(table)
    fields = {it.name: it.field for it in table.columns}
    primary = [fields[name] for name in found.primary]
    others = [[fields[name] for name in key] for key in found.others]
    if primary:
        two = "two together, neither alone: " if len(primary) > 1 else ""
        yield f"    primary_key: {flow(primary)}  # {two}unique over {_many(table.rows or 0, 'row')}, never empty"
        if others:
            yield f"    # unique_keys: {flow(others)}  # without repeats as well: by rule, or so far?"
    elif others:
        first, *rest = others
        rivals = f"or {', '.join(map(flow, rest))}: each is" if rest else "its name says nothing of a key, but it is"
        yield f"    # primary_key: {flow(first)}  # {rivals} unique over {_many(table.rows or 0, 'row')}"
    elif table.rows:
        yield "    # primary_key: no column and no two columns that were tried are unique"
    if table.validity:
        key, start, end = (fields[name] for name in table.validity)
        span = flow({"from": start, "to": end})
        yield f"    valid: {span}  # of no {key} are two rows valid at once"


def _times(table: MeasuredTable) -> Iterator[str]:
    if table.validity:
        return
    fields = {it.name: it.field for it in table.columns}
    found = time_of(table)
    if found.time is not None:
        yield f"    time: {fields[found.time]}  # {found.because}"
    elif found.choices:
        choices = " or ".join(fields[name] for name in found.choices)
        yield f"    # time: {choices}: when does a row count?"


def _field(it: MeasuredColumn) -> Iterator[str]:
    if it.datatype is None:
        yield from _comment(f"{it.name}: {it.column.type}, which the language has not", "      ")
        return
    plain = PLAIN.match(it.name) and it.name not in RESERVED
    quoted = it.name if plain else '"' + it.name.replace('"', '""') + '"'
    spec: dict[str, Any] = {"name": it.field}
    if it.written:
        type_ = "DATE" if it.written == "Date" else "TIMESTAMP"
        spec["expression"] = f"CAST({quoted} AS {type_})"
        kind = "a day" if it.written == "Date" else "a moment"
        yield f"      # text in the table; each of {_many(it.present or 0, 'value')} is written like {kind}"
    elif it.name != it.field:
        spec["expression"] = quoted
    spec["datatype"] = it.datatype
    yield f"      - {flow(spec)}"


def _relationships(tables: Sequence[MeasuredTable], references: Sequence[Reference]) -> Iterator[str]:
    by_name = {table.dataset: table for table in tables}
    place = {(table.dataset, it.name): at for table in tables for at, it in enumerate(table.columns)}
    references = sorted(references, key=lambda it: (it.source, place[it.source, it.column], it.target))
    proposed, shown = chosen_references(references)
    if proposed:
        yield "relationships:"
    elif shown:
        yield "# relationships:"
    for it, step in zip(proposed, _steps(proposed, by_name), strict=True):
        yield from _comment(_counted(it, by_name), "  ")
        yield f"  - {_entry(it, step, by_name)}"
    for it in shown:
        yield from _comment(_counted(it, by_name), "  ")
        if it.values and it.found == it.values:
            yield f"  # - {_entry(it, it.target, by_name)}"


def _steps(proposed: Sequence[Reference], by_name: dict[str, MeasuredTable]) -> list[str]:
    """What each way is called in paths: the table, or the role in which the column leads there; never as a field."""
    taken = {name: {it.field for it in table.columns} for name, table in by_name.items()}
    steps = []
    for it in proposed:
        wanted = our_name(it.role) if it.role else f"parent_{it.target}" if it.source == it.target else it.target
        steps.append(unlike(wanted, taken[it.source]))
        taken[it.source].add(steps[-1])
    return steps


def _entry(it: Reference, step: str, by_name: dict[str, MeasuredTable]) -> str:
    entry: dict[str, Any] = {"from": it.source, "to": it.target}
    if step != it.target:
        entry["as"] = step
    entry["from_columns"] = [by_name[it.source].column(it.column).field]
    entry["to_columns"] = [by_name[it.target].column(it.key).field]
    allowed = orphans_allowed(it) if it.values else None
    if allowed:
        entry["max_orphans"] = allowed
    return flow(entry)


def _counted(it: Reference, by_name: dict[str, MeasuredTable]) -> str:
    source, rows = by_name[it.source], by_name[it.source].rows or 0
    way = f"{it.source}.{source.column(it.column).field} -> {it.target}.{by_name[it.target].column(it.key).field}"
    if it.problem is not None:
        return f"{way}: {it.problem}"
    orphans = it.values - it.found
    if orphans:
        verb = "leads" if orphans == 1 else "lead"
        return f"{way}: {orphans:,} of {_many(it.values, 'value')} {verb} to no row of {it.target}"
    some = f"{it.values:,} of {_many(rows, 'row')} {'has' if it.values == 1 else 'have'} one"
    return (
        f"{way}: every value found in {way.partition(' -> ')[2]} ({some if it.values < rows else _many(rows, 'row')})"
    )


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _comment(text: str, indent: str) -> Iterator[str]:
    told = " ".join(text.split())
    for line in wrap(told, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False):
        yield f"{indent}# {line}"
