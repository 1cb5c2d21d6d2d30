"""What only Spark does: answers are cut on the server; and texts with a zone in its tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import EnvironmentFailure
from engine.warehouse.spark import Spark
from tests.warehouse import hosts
from tests.warehouse.test_zones import PLAIN, TIMES, ZONED, by_day, project, refused, run

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosts.spark_connect(tmp_path_factory.mktemp("spark")) as found:
        yield found


@pytest.mark.parametrize("before", ["", "-- what is asked\n", "  -- one\n-- two\n\n", "/* of a\nkind */ "])
def test_too_many_rows_are_not_sent_before_they_are_counted(address: str, before: str) -> None:
    """All of them would be 160 GB."""
    with Spark(address, "UTC", 10) as session:
        with pytest.raises(EnvironmentFailure, match="more than 10 rows"):
            session.execute(f"{before}SELECT id FROM range(20000000000)", timeout=120)
        assert session.execute(f"{before}SELECT id FROM range(10)").rows == tuple((n,) for n in range(10))
        assert [column.name for column in session.describe("global_temp.visits")][:1] == ["visit_id"]


def test_texts_with_a_zone_are_refused(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IT", address)
    folder = project(tmp_path / "p")
    config = (folder / "accord.yml").read_text().replace("'${IT}'", "'${IT}', schema: global_temp")
    (folder / "accord.yml").write_text(config)
    with Spark(address, "UTC", 10) as session:

        def load(*times: str) -> None:
            rows = ", ".join(f"({n}L, '{time}')" for n, time in enumerate(times, 1))
            made = "CREATE OR REPLACE GLOBAL TEMPORARY VIEW"
            session.execute(f"{made} calls AS SELECT * FROM VALUES {rows} AS t(call_id, called_at)")
            session.execute(f"{made} plain AS SELECT id FROM range(2)")

        for times in (TIMES, *((time,) for time in ZONED)):
            load(*times)
            refused(folder, "it")
        load(*PLAIN[:3])
        assert by_day(run(folder, "it", "called")) == {"2026-01-01": 3}
