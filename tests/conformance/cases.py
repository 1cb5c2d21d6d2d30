"""Cases of MetricFlow as values, and their filters without the helpers that its tests write them with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from engine.formats.dbt.manifest import Filter
from engine.formats.dbt.saved import filter_of
from engine.formats.dbt.templates import Call, pieces

_FOLDERS = {
    "SIMPLE_MODEL_NON_DS": "non_sm_manifest",
    "UNPARTITIONED_MULTI_HOP_JOIN_MODEL": "multi_hop_join_manifest",
}


@dataclass(frozen=True, slots=True)
class GroupBy:
    """`name` may end with a grain; `grain` and `part` are given apart in some cases."""

    name: str
    grain: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A query in dbt's terms and the rows that are right, with the columns as dbt calls them."""

    id: str
    model: str
    metrics: tuple[str, ...]
    group_by: tuple[GroupBy, ...]
    where: str | None
    stretch: tuple[datetime, datetime] | None
    order: tuple[str, ...]
    limit: int | None
    check_order: bool
    min_max: bool
    saved_query: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def folder(self) -> str:
        """The manifest's folder."""
        return _FOLDERS.get(self.model) or f"{self.model.removesuffix('_MODEL').lower()}_manifest"

    def filters(self) -> tuple[Filter, ...]:
        return () if self.where is None else (filter_of(plain(self.where), self.id),)


def read_cases(path: Path) -> Iterator[Case]:
    """One case a line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield case_of(json.loads(line))


def read_queries(path: Path) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """Queries of our own, each with the reason why its rows differ, if they do."""
    for data in yaml.safe_load(path.read_text(encoding="utf-8")):
        yield data, data.get("differs")


def case_of(data: Mapping[str, Any]) -> Case:
    """A case as it is written in JSON."""
    stretch = data.get("time_constraint")
    objects = [GroupBy(it["name"], it.get("grain"), it.get("date_part")) for it in data.get("group_by_objs") or ()]
    expected = data.get("expected") or {"columns": [], "rows": []}
    return Case(
        data["id"],
        data.get("model", "SIMPLE_MODEL"),
        tuple(data.get("metrics") or ()),
        (*(GroupBy(name) for name in data.get("group_bys") or ()), *objects),
        data.get("where_filter"),
        (_moment(stretch[0]), _moment(stretch[1])) if stretch else None,
        tuple(data.get("order_bys") or ()),
        data.get("limit"),
        bool(data.get("check_order")),
        bool(data.get("min_max_only")),
        data.get("saved_query_name"),
        tuple(expected["columns"]),
        tuple(tuple(row) for row in expected["rows"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def plain(text: str) -> str:
    """A filter with the helpers of MetricFlow's tests replaced by what they stand for.

    >>> plain('{{ render_dimension_template("a__b") }} = {{ cast_to_ts("2020-01-01") }}')
    "{{ Dimension('a__b') }} = CAST('2020-01-01' AS TIMESTAMP)"
    """
    text = re.sub(r"\b(?:TimeGranularity|DatePart)\.(\w+)", lambda it: repr(it[1].lower()), text)
    return "".join(
        piece.text if piece.call is None or piece.call.name not in _HELPERS else _written(piece.call)
        for piece in pieces(text)
    )


def _written(value: object) -> str:
    """A call as text; a bare name where an expression is wanted is a dimension."""
    if isinstance(value, Call):
        return _HELPERS[value.name](value)
    text = str(value)
    return f"{{{{ Dimension('{text}') }}}}" if text.isidentifier() else text


def _dimension(call: Call) -> str:
    return f"{{{{ Dimension('{call.argument(0, 'dimension_name')}'{_path(call, 1)}) }}}}"


def _time_dimension(call: Call) -> str:
    name, grain = call.argument(0, "time_dimension_name"), call.argument(1, "time_granularity")
    cut = f", '{grain}'" if grain else ""
    return f"{{{{ TimeDimension('{name}'{cut}{_path(call, 2)}) }}}}"


def _entity(call: Call) -> str:
    return f"{{{{ Entity('{call.argument(0, 'entity_name')}'{_path(call, 1)}) }}}}"


def _metric(call: Call) -> str:
    return f"{{{{ Metric('{call.argument(0, 'metric_name')}', {_list(call.argument(1, 'group_by'))}) }}}}"


def _path(call: Call, index: int) -> str:
    path = call.argument(index, "entity_path")
    return f", entity_path={_list(path)}" if path else ""


def _list(names: object) -> str:
    assert isinstance(names, tuple)
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


def _timestamp(text: object) -> str:
    return f"CAST('{text}' AS TIMESTAMP)"


def _constraint(call: Call) -> str:
    """Both ends inclusive: the end is the moment after, a day or a second later."""
    expr = _written(call.argument(0, "expr"))
    start, stop = call.argument(1, "start_time"), call.argument(2, "stop_time")
    parts = [f"{expr} >= {_timestamp(start)}"] if start else []
    if stop:
        step = timedelta(days=1) if len(str(stop)) == len("2020-01-01") else timedelta(seconds=1)
        after = datetime.fromisoformat(str(stop)) + step
        parts.append(f"{expr} < {_timestamp(after.isoformat(' '))}")
    return " AND ".join(parts)


def _between(call: Call) -> str:
    start, stop = call.argument(1, "start_time"), call.argument(2, "stop_time")
    return f"{_written(call.argument(0, 'expr'))} BETWEEN {_timestamp(start)} AND {_timestamp(stop)}"


_HELPERS: Mapping[str, Callable[[Call], str]] = {
    "render_dimension_template": _dimension,
    "render_time_dimension_template": _time_dimension,
    "render_entity_template": _entity,
    "render_metric_template": _metric,
    "render_time_constraint": _constraint,
    "render_between_time_constraint": _between,
    "render_date_trunc": lambda call: f"DATE_TRUNC('{call.args[1]}', {_written(call.args[0])})",
    "render_extract": lambda call: f"EXTRACT({call.args[1]} FROM {_written(call.args[0])})",
    "cast_to_ts": lambda call: _timestamp(call.args[0]),
    "cast_expr_to_ts": lambda call: f"CAST({_written(call.args[0])} AS TIMESTAMP)",
}
