"""Datasets in object stores: on a real one (moto's server speaks S3), and what is told where one cannot be read."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engine.errors import EnvironmentFailure, UsageError
from engine.measure.run import Request
from engine.model import Profile
from engine.pipeline.live import live
from engine.pipeline.opening import load_project
from engine.warehouse.connect import connect
from tests.warehouse.hosts import accord

SPECS = """\
organization: {name: shop}
departments: [{name: sales}]
datasets:
  - name: orders
    source: sales.orders
    primary_key: [id]
    fields: [{name: id, datatype: Integer}, {name: day, datatype: Date}, {name: amount, datatype: Decimal}]
  - name: calls
    source: {file: calls.csv, format: csv}
    primary_key: [id]
    fields: [{name: id, datatype: Integer}, {name: called_at, datatype: DateTime}]
  - name: gone
    source: gone
    primary_key: [id]
    fields: [{name: id, datatype: Integer}]
metrics:
  - {name: sold, expression: SUM(orders.amount), unit: count, owners: sales}
  - {name: called, expression: COUNT(calls.id), unit: count, owners: sales}
  - {name: lost, expression: COUNT(gone.id), unit: count, owners: sales}
"""
TABLES = "{orders: 's3://lake/orders/*.parquet', calls: 's3://lake/calls.csv', gone: 's3://lake/gone/*.parquet'}"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI", "AWS_DEFAULT_REGION": "us-east-1"}


def project(folder: Path, tables: str = TABLES, more: str = "") -> Path:
    (folder / "accord.yml").write_text(
        "version: 1\nas_of: 2026-03-01\nextends: []\n"
        f"warehouse:\n  profiles:\n    lake:\n      url: 'duckdb://'\n      tables: {tables}\n{more}"
    )
    (folder / "specs.yml").write_text(SPECS)
    (folder / "calls.csv").write_text("id,called_at\n1,2026-01-01\n")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three files of ten orders each, amounts 1 to 30; two calls, the second of which is of February 1 in UTC."""
    import boto3
    from moto.server import ThreadedMotoServer

    folder = tmp_path_factory.mktemp("store")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"
    keys: Any = {
        "aws_access_key_id": KEYS["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": "x",
        "region_name": "us-east-1",
    }
    client = boto3.client("s3", endpoint_url=address, **keys)
    client.create_bucket(Bucket="lake")
    for month in (1, 2, 3):
        first = 10 * month - 10
        rows = f"SELECT {first} + r AS id, DATE '2026-0{month}-01' AS day, ({first} + r)::DECIMAL AS amount"
        duckdb.sql(f"COPY ({rows} FROM range(1, 11) AS t(r)) TO '{folder}/{month}.parquet' (FORMAT parquet)")
        client.upload_file(f"{folder}/{month}.parquet", "lake", f"orders/{month}.parquet")
    client.upload_file(f"{folder}/1.parquet", "lake", "private/1.parquet")
    client.put_object(
        Bucket="lake", Key="calls.csv", Body=b"id,called_at\n1,2026-01-31T12:00:00\n2,2026-01-31T23:30:00-05:00\n"
    )
    yield address
    server.stop()


@pytest.mark.heavy
def test_values_from_an_object_store(store: str, tmp_path: Path) -> None:
    """1 + … + 20 until March; what is not there takes its own metric with it; the zone of a text is kept."""
    folder = project(tmp_path)
    told = accord("run", "-p", str(folder), "--profile", "lake", "--format", "json", AWS_ENDPOINT_URL=store, **KEYS)
    assert told.returncode == 4
    assert {row["metric"]: row["value"] for row in json.loads(told.stdout)["rows"]} == {"sold": 210, "called": 2}
    assert "lost has no value: `gone` cannot be read: s3://lake/gone/*.parquet" in told.stderr
    months = accord(
        *("run", "sold", "called", "--grain", "month", "-p", str(folder), "--profile", "lake", "--format", "json"),
        AWS_ENDPOINT_URL=store,
        **KEYS,
    )
    found = [(row["metric"], row["period"]["label"], row["value"]) for row in json.loads(months.stdout)["rows"]]
    assert found == [
        ("sold", "2026-01", 55),
        ("sold", "2026-02", 155),
        ("called", "2026-01", 1),
        ("called", "2026-02", 1),
    ]
    checked = accord(
        "validate", "--live", "-p", str(folder), "--profile", "lake", "--format", "json", AWS_ENDPOINT_URL=store, **KEYS
    )
    assert [(it["code"], it["location"]["line"]) for it in json.loads(checked.stdout)["findings"]] == [("R201", 13)]


@pytest.mark.heavy
def test_nothing_else_of_the_store_is_open(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": store}.items():
        monkeypatch.setenv(name, value)
    loaded = load_project(project(tmp_path, "{orders: 's3://lake/orders/*.parquet', calls: 's3://lake/calls.csv'}"))
    with loaded.connect(loaded.profile("lake")) as session:
        assert session.execute("SELECT COUNT(*) FROM orders").rows == ((30,),)
        for place in (
            "s3://lake/private/1.parquet",
            "s3://lake/orders/../private/1.parquet",
            "s3://lake/calls.csv2",
            f"{store}/lake/orders/1.parquet",
        ):
            with pytest.raises(EnvironmentFailure, match="disabled by configuration"):
                session.execute(f"SELECT COUNT(*) FROM read_parquet('{place}')")


@pytest.mark.heavy
@pytest.mark.parametrize("fault", ["no keys", "no bucket", "nobody", "silent"])
def test_a_store_that_cannot_be_read(store: str, tmp_path: Path, fault: str) -> None:
    """Told with the address, without the key, and in the end."""
    keys = dict.fromkeys(KEYS, "") if fault == "no keys" else KEYS
    tables = TABLES.replace("lake/", "ocean/") if fault == "no bucket" else TABLES
    folder = project(tmp_path, tables, "      timeout: 20\n")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        place = {"nobody": "http://127.0.0.1:1", "silent": f"http://127.0.0.1:{port}"}.get(fault, store)
        done = accord("run", "-p", str(folder), "--profile", "lake", AWS_ENDPOINT_URL=place, HOME=str(tmp_path), **keys)
    assert done.returncode == 4, done.stderr
    assert "s3://" in done.stderr or "no answer within 20 s" in done.stderr
    assert "internal error" not in done.stderr
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in done.stderr + done.stdout


@pytest.mark.heavy
def test_values_over_http(store: str, tmp_path: Path) -> None:
    import boto3

    client: Any = boto3.client(
        "s3", endpoint_url=store, aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
    )
    client.put_object_acl(Bucket="lake", Key="orders/1.parquet", ACL="public-read")
    folder = project(tmp_path, f"{{orders: '{store}/lake/orders/1.parquet'}}")
    done = accord("run", "sold", "-p", str(folder), "--profile", "lake", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert [row["value"] for row in json.loads(done.stdout)["rows"]] == [55]


def test_a_missing_package_is_told_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    loaded = load_project(project(tmp_path, TABLES.replace("s3://lake/gone/*.parquet", "ftp://h/x.parquet")))
    measured = loaded.run(Request(loaded.as_of), loaded.profile("lake"))
    told = {failure.metric: failure.message for failure in measured.failures}
    assert told["sold"] == "`orders` cannot be read: s3fs is not installed: pip install 'accord-results[s3]'"
    assert "`ftp://` is no store that DuckDB reads" in told["lost"]
    places = [(it.code, it.span and it.span.line) for it in live(loaded, loaded.profile("lake")).findings]
    assert places == [("R201", 5), ("R201", 9), ("R201", 13)]


def test_a_key_among_the_tables_is_a_finding_that_does_not_show_it(tmp_path: Path) -> None:
    for place in ("https://h/x.parquet?X-Amz-Signature=abcdef99", "https://me:abcdef99@h/x.parquet"):
        with pytest.raises(UsageError) as refused:
            load_project(project(tmp_path, f"{{orders: '{place}'}}"))
        (found,) = refused.value.findings  # type: ignore[attr-defined]
        assert (found.code, found.span.line) == ("S109", 8)
        assert "abcdef99" not in found.message + found.hint


def test_only_duckdb_reads_object_stores(tmp_path: Path) -> None:
    text = (project(tmp_path) / "accord.yml").read_text().replace("duckdb://", "sqlite:///shop.db")
    (tmp_path / "accord.yml").write_text(text)
    loaded = load_project(tmp_path)
    with pytest.raises(UsageError) as refused:
        loaded.run(Request(loaded.as_of), loaded.profile("lake"))
    assert "`orders` lies in an object store" in str(refused.value)
    assert refused.value.span
    assert refused.value.span.line == 8


def test_specs_name_no_object_store(tmp_path: Path) -> None:
    """A pull request changes specs: what may be opened stands in profiles alone."""
    folder = project(tmp_path)
    (folder / "specs.yml").write_text(SPECS.replace("file: calls.csv", "file: 's3://lake/calls.csv'"))
    done = accord("run", "called", "-p", str(folder))
    assert done.returncode in (1, 2, 4)
    assert "s3://lake/calls.csv" in done.stdout + done.stderr
    loaded = load_project(folder)
    with pytest.raises(EnvironmentFailure), connect(loaded.project, Profile("it", "duckdb://"), {}) as session:
        session.execute("SELECT * FROM read_csv('s3://lake/calls.csv')")
