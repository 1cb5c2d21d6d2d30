"""Queries on tiny tables, with figures worked out by hand: `cases/*.yml`.

Keys of a case: `id`; `specs`, added to `base.yml` as text; `config`; `tables`, rows as text; and in `ask` one query or
several (`metrics`, the keys of a frame, `order`, `limit`) with `expect`, rows as text, or `refused`, the code of the
refusal, with `message`, a part of what it says. Only the columns that `expect` names are compared. `broken` tells of a
fault that is known and not mended: the case fails once it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.sql.refusal import Refusal
from tests.sql.shop import CONFIG, comparable, compiled, frame_of, project_of, read_rows, rows_of, tables, unoptimised

FOLDER = Path(__file__).parent / "cases"


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            asked = case["ask"] if isinstance(case["ask"], list) else [case["ask"]]
            for number, ask in enumerate(asked):
                reason = ask.get("broken", case.get("broken"))
                marks = [pytest.mark.xfail(reason=reason)] if reason else []
                name = f"{path.stem}: {case['id']}" + (f" ({number + 1})" if len(asked) > 1 else "")
                yield pytest.param(case, ask, id=name.replace(" ", "-"), marks=marks)


@pytest.mark.parametrize(("case", "ask"), list(cases()))
def test_case(case: dict[str, Any], ask: dict[str, Any]) -> None:
    project = project_of(case.get("specs", ""), case.get("config", CONFIG))
    names = ask["metrics"] if isinstance(ask["metrics"], list) else [ask["metrics"]]
    frame = frame_of(ask)
    if "refused" in ask:
        with pytest.raises(Refusal) as refused:
            compiled(project, names, frame)
        assert (refused.value.code, True) == (ask["refused"], ask.get("message", "") in refused.value.message)
        return
    connection = tables(project, case.get("tables", {}))
    order = [ask["order"]] if isinstance(ask.get("order"), str) else ask.get("order", [])
    statement = compiled(project, names, frame, order, ask.get("limit"))
    expected = read_rows(ask["expect"])
    columns = ask["expect"].split("\n")[0].split()
    found = rows_of(connection, statement.sql)
    if order or "limit" in ask:
        assert [comparable([row], columns) for row in found] == [comparable([row], columns) for row in expected]
        return
    assert comparable(found, columns) == comparable(expected, columns), statement.sql
    plain = unoptimised(project, statement)
    assert comparable(rows_of(connection, plain)) == comparable(found), plain


def test_cases_have_names_of_their_own() -> None:
    ids = [case.id for case in cases()]
    assert len(ids) == len(set(ids))
