"""`accord init --from` proposes what the tables hold, and says of the rest that it cannot be told."""

from __future__ import annotations

import os
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
import yaml

from engine.load.project import load
from engine.main import run
from tests.warehouse import hosts

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases.yml").read_text(encoding="utf-8"))
EXPECTED = yaml.safe_load((HERE / "demo.yml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def accord(*arguments: str, **environment: str) -> Done:
    """The command in this very process, with more variables in its environment; a process takes one chdb only."""
    if any(it.startswith("chdb:") for it in (*arguments, *environment.values())):
        done = hosts.accord(*arguments, **environment)
        return Done(done.returncode, done.stdout, done.stderr)
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.dict(os.environ, environment):
        code = run(list(arguments))
    return Done(code, out.getvalue(), err.getvalue())


def proposed(folder: Path, address: str, *more: str, **environment: str) -> tuple[str, dict[str, Any]]:
    """The text that is written, and its data; what is written loads without an error."""
    done = accord("init", str(folder), "--from", address, *more, **environment)
    assert done.returncode == 0, done.stderr
    text = (folder / "datasets.yml").read_text(encoding="utf-8")
    assert [found.message for found in load(folder).findings] == [], text
    return text, yaml.safe_load(text)


def unwrapped(text: str) -> str:
    """The text with comments of several lines in one."""
    return re.sub(r"\n *# (?!-)", " ", text)


def database(folder: Path, *statements: str) -> str:
    path = folder / "it.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return f"duckdb:///{path}"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_small_tables(case: dict[str, Any], tmp_path: Path) -> None:
    text, specs = proposed(tmp_path / "project", database(tmp_path, *case["tables"]))
    datasets = {dataset["name"]: dataset for dataset in specs["datasets"]}
    for name, keys in case.get("datasets", {}).items():
        assert {key: datasets[name].get(key) for key in keys} == keys, text
    if "relationships" in case:
        assert specs.get("relationships", []) == case["relationships"], text
    for words in case.get("says", ()):
        assert words in text or words in unwrapped(text), text
    for words in case.get("never", ()):
        assert words not in text


def holds_what_was_expected(text: str, specs: dict[str, Any]) -> None:
    datasets = {dataset["name"]: dataset for dataset in specs["datasets"]}
    assert sorted(datasets) == sorted(EXPECTED["tables"])
    for name, expected in EXPECTED["tables"].items():
        found = datasets[name]
        told = text.partition(f"  - name: {name}\n")[2].partition("\n\n")[0]
        assert f"  # {name}: {expected['rows']:,} rows\n" in text
        assert found["primary_key"] == expected["key"], name
        assert f"unique over {expected['rows']:,} rows" in told, name
        assert found.get("time") == expected.get("time"), name
        assert list(found.get("valid", {}).values()) == expected.get("valid", []), name
        others = re.findall(r"# unique_keys: (\[.*?\]) +#", told)
        assert yaml.safe_load(others[0] if others else "[]") == expected.get("also_unique", []), name
    found_ways = {(it["from"], *it["from_columns"], it["to"]): it for it in specs["relationships"]}
    wanted = [*EXPECTED["relationships"], *EXPECTED["beyond_the_specs"]]
    assert sorted(found_ways) == sorted((it["from"], it["column"], it["to"]) for it in wanted)
    for it in wanted:
        rows = EXPECTED["tables"][it["from"]]["rows"]
        number = f"({it['values']:,} rows)" if it["values"] == rows else f"({it['values']:,} of {rows:,} rows have one)"
        way = found_ways[it["from"], it["column"], it["to"]]
        assert "max_orphans" not in way
        found_in = f"{it['to']}.{way['to_columns'][0]}"
        told = f"# {it['from']}.{it['column']} -> {found_in}: every value found in {found_in} {number}"
        assert told in text or told in unwrapped(text)


def test_the_expectation_is_what_the_demos_specs_say() -> None:
    project = load(hosts.DEMO).project
    assert {name: list(it.primary_key) for name, it in project.datasets.items()} == {
        name: it["key"] for name, it in EXPECTED["tables"].items()
    }
    ways = {(it.source, *it.from_columns, it.target) for it in project.relationships}
    assert ways == {(it["from"], it["column"], it["to"]) for it in EXPECTED["relationships"]}


def test_the_demo_in_a_duckdb_file(tmp_path: Path) -> None:
    with hosts.duckdb_file(tmp_path) as address:
        holds_what_was_expected(*proposed(tmp_path / "project", address))


@pytest.mark.heavy
def test_the_demo_in_sqlite(tmp_path: Path) -> None:
    with hosts.sqlite_file(tmp_path) as address:
        holds_what_was_expected(*proposed(tmp_path / "project", address))
        live = accord("validate", "--live", "-p", str(tmp_path / "project"), "--fail-on", "hint")
        assert live.returncode == 0, live.stdout + live.stderr


@pytest.mark.heavy
@pytest.mark.parametrize("host", ["postgres", "mariadb", "chdb"])
def test_the_demo_in_a_warehouse(host: str, tmp_path: Path) -> None:
    with getattr(hosts, host)(tmp_path) as address:
        folder = tmp_path / "project"
        holds_what_was_expected(*proposed(folder, address))
        for path in folder.rglob("*.yml"):
            assert "battery" not in path.read_text(encoding="utf-8")
        live = accord("validate", "--live", "-p", str(folder), "--fail-on", "hint", ACCORD_WAREHOUSE_URL=address)
        assert live.returncode == 0, live.stdout + live.stderr


@pytest.mark.heavy
def test_the_demo_in_spark(tmp_path: Path) -> None:
    """Views of a schema that only a profile can name."""
    with hosts.spark_connect(tmp_path) as address:
        folder = tmp_path / "project"
        folder.mkdir()
        settings = "version: 1\nwarehouse: {profiles: {it: {url: '${IT}', schema: global_temp}}}\n"
        (folder / "accord.yml").write_text(settings)
        done = hosts.accord("init", str(folder), "--from", "it", IT=address)
        assert done.returncode == 0, done.stderr
        text = (folder / "datasets.yml").read_text(encoding="utf-8")
        assert [found.message for found in load(folder).findings] == []
        holds_what_was_expected(text, yaml.safe_load(text))


# --- which warehouse, and what it may cost


def test_a_project_of_ones_own_keeps_its_settings(tmp_path: Path) -> None:
    address = database(tmp_path, "CREATE SCHEMA shop", "CREATE TABLE shop.orders AS SELECT 1 AS order_id")
    folder = tmp_path / "project"
    folder.mkdir()
    settings = f"version: 1\nwarehouse: {{profiles: {{it: {{url: '{address}', schema: shop}}}}}}\n"
    (folder / "accord.yml").write_text(settings)
    _, specs = proposed(folder, "it")
    assert specs["datasets"][0]["source"] == "orders"
    assert (folder / "accord.yml").read_text() == settings
    live = accord("validate", "--live", "-p", str(folder), "--profile", "it")
    assert live.returncode == 0, live.stdout + live.stderr


def test_the_environment_names_the_warehouse(tmp_path: Path) -> None:
    address = database(tmp_path, "CREATE TABLE orders AS SELECT 1 AS order_id")
    done = accord("init", str(tmp_path / "project"), "--from", ACCORD_WAREHOUSE_URL=address)
    assert done.returncode == 0, done.stderr
    assert address not in (tmp_path / "project" / "accord.yml").read_text()


def test_no_warehouse_is_said(tmp_path: Path) -> None:
    done = accord("init", str(tmp_path / "project"), "--from")
    assert (done.returncode, not (tmp_path / "project").exists()) == (2, True)
    assert "no warehouse to read tables from" in done.stderr


def test_a_strangers_profile_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "accord.yml").write_text("version: 1\nwarehouse: {profiles: {it: {url: 'sqlite:///x.db'}}}\n")
    done = accord("init", str(tmp_path), "--from", "it", "--untrusted")
    assert done.returncode == 2
    assert "untrusted" in done.stderr


def test_a_secret_is_neither_printed_nor_written(tmp_path: Path) -> None:
    done = hosts.accord("init", str(tmp_path / "p"), "--from", "postgresql://me:sesame99@127.0.0.1:1/x")
    assert (done.returncode, "sesame99" in done.stdout + done.stderr) == (4, False)
    assert not (tmp_path / "p").exists()


def test_a_large_table_is_described_and_not_measured(tmp_path: Path) -> None:
    address = database(
        tmp_path,
        "CREATE TABLE large AS SELECT i AS large_id FROM range(1000) AS t(i)",
        "CREATE TABLE small AS SELECT i AS small_id FROM range(10) AS t(i)",
    )
    text, specs = proposed(tmp_path / "project", address, "--max-scan", "100")
    found = {dataset["name"]: dataset.get("primary_key") for dataset in specs["datasets"]}
    assert found == {"large": None, "small": ["small_id"]}
    told = re.search(r"large: not measured: counting would read about ([0-9,]+) rows, more than the 100 of", text)
    assert told is not None
    assert int(told[1].replace(",", "")) >= 1000  # as the engine's plan says, which may read a table several times


def test_what_exists_is_not_written_over(tmp_path: Path) -> None:
    address = database(tmp_path, "CREATE TABLE orders AS SELECT 1 AS order_id")
    (tmp_path / "datasets.yml").write_text("datasets: []\n")
    done = accord("init", str(tmp_path), "--from", address)
    assert done.returncode == 2
    assert (tmp_path / "datasets.yml").read_text() == "datasets: []\n"
