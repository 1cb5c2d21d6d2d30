"""Which warehouse is asked, and what its address may say; nothing is connected to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import EnvironmentFailure, UsageError
from engine.load.project import ConfigError, load_texts, read_config
from engine.main import run
from engine.model import Config, Profile
from engine.redaction import redacted
from engine.spans import Source
from engine.warehouse.connect import connect, dialect_of
from engine.warehouse.profiles import chosen, physical, resolved

CONFIG = """\
version: 1
warehouse:
  default: dev
  profiles:
    dev: {url: "duckdb:///shop.duckdb"}
    prod:
      url: "postgresql+psycopg://accord:${SHOP_PASSWORD}@db.example.com/shop"
      catalog: shop
      schema: sales
      tables: {orders: archive.orders_2026}
      timeout: 90
      concurrency: 2
      max_rows: 5000
"""


def config(text: str = CONFIG) -> Config:
    return read_config(Source("accord.yml", text))


def url(asked: str | None, **environment: str) -> str | None:
    profile = chosen(config(), asked, environment)
    return None if profile is None else profile.url


def test_the_command_line_goes_before_the_environment_and_that_before_the_file() -> None:
    at, name = {"ACCORD_WAREHOUSE_URL": "sqlite:///a.db"}, {"ACCORD_PROFILE": "dev"}
    assert url("sqlite:///b.db", **at, **name) == "sqlite:///b.db"
    assert url("prod", **at, **name) == "postgresql+psycopg://accord:${SHOP_PASSWORD}@db.example.com/shop"
    assert url(None, **at, **name) == "sqlite:///a.db"
    assert url(None, ACCORD_PROFILE="prod") == url("prod")
    assert url(None) == "duckdb:///shop.duckdb"
    assert chosen(config("version: 1\n"), None, {}) is None


def test_untrusted_specs_choose_no_warehouse() -> None:
    assert chosen(config(), None, {}, untrusted=True) is None
    with pytest.raises(UsageError, match="prod"):
        chosen(config(), "prod", {}, untrusted=True)
    found = chosen(config(), None, {"ACCORD_WAREHOUSE_URL": "sqlite:///a.db"}, untrusted=True)
    assert found is not None
    assert found.url == "sqlite:///a.db"


def test_an_unknown_profile_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UsageError) as refused:
        chosen(config(), "prd", {})
    assert "`prd`" in str(refused.value)
    assert "prod" in str(refused.value.hint)


def test_a_password_comes_from_the_environment_and_is_hidden_from_then_on(tmp_path: Path) -> None:
    profile = chosen(config(), "prod", {})
    assert profile is not None
    address = resolved(profile, tmp_path, {"SHOP_PASSWORD": "horse/battery@staple"})
    assert address == "postgresql+psycopg://accord:horse%2Fbattery%40staple@db.example.com/shop"
    assert redacted("no horse/battery@staple here") == "no *** here"
    assert redacted("nor horse%2Fbattery%40staple") == "nor ***"


def test_a_variable_that_is_not_set_is_an_error_with_its_place(tmp_path: Path) -> None:
    profile = chosen(config(), "prod", {})
    assert profile is not None
    with pytest.raises(UsageError) as refused:
        resolved(profile, tmp_path, {})
    assert "SHOP_PASSWORD" in str(refused.value)
    assert refused.value.span is not None
    assert (refused.value.span.line, refused.value.span.column) == (7, 12)


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://accord:hunter22@db/shop",
        "snowflake://a@b/c?password=hunter22",
        "databricks://h?access_token=hunter22",
        "mysql+pymysql://accord:hunter22${X}@db/shop",
    ],
)
def test_a_password_in_the_file_is_an_error_that_does_not_print_it(written: str) -> None:
    text = f"version: 1\nwarehouse: {{profiles: {{dev: {{url: '{written}'}}}}}}\n"
    with pytest.raises(ConfigError) as refused:
        config(text)
    (found,) = refused.value.findings
    assert found.code == "S109"
    assert (found.span.line, found.span.column) == (2, 35)
    assert "hunter22" not in found.message + (found.hint or "")


def test_a_default_that_is_no_profile_is_an_error() -> None:
    with pytest.raises(ConfigError) as refused:
        config("version: 1\nwarehouse: {default: prd, profiles: {prod: {url: 'sqlite:///a.db'}}}\n")
    (found,) = refused.value.findings
    assert (found.code, found.span.line, found.span.column) == ("R101", 2, 22)
    assert "prod" in (found.hint or "")


def test_relative_files_lie_in_the_project(tmp_path: Path) -> None:
    profile = chosen(config(), "dev", {})
    assert profile is not None
    assert resolved(profile, tmp_path, {}) == f"duckdb:///{tmp_path / 'shop.duckdb'}"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("orders", "archive.orders_2026"),
        ("visits", "shop.sales.visits"),
        ("web.visits", "shop.web.visits"),
        ("lake.web.visits", "lake.web.visits"),
    ],
)
def test_physical_names(written: str, names: str) -> None:
    profile = chosen(config(), "prod", {})
    assert profile is not None
    assert physical(profile, "orders" if written == "orders" else "other", written) == names


@pytest.mark.parametrize(
    ("address", "dialect"),
    [
        ("duckdb:///a", "duckdb"),
        ("sqlite:///a", "sqlite"),
        ("postgresql://h/d", "postgres"),
        ("postgresql+psycopg://h/d", "postgres"),
        ("redshift+redshift_connector://h/d", "redshift"),
        ("mysql+pymysql://h/d", "mysql"),
        ("mariadb+pymysql://h/d", "mysql"),
        ("clickhousedb://h/d", "clickhouse"),
        ("chdb:///folder", "clickhouse"),
        ("trino://h/d", "trino"),
        ("snowflake://a/d", "snowflake"),
        ("bigquery://p/d", "bigquery"),
        ("databricks://h", "databricks"),
        ("mssql+pyodbc://h/d", "tsql"),
        ("sc://h:15002", "spark"),
        ("spark://local[2]", "spark"),
    ],
)
def test_the_address_tells_the_dialect(address: str, dialect: str) -> None:
    assert dialect_of(address) == dialect


def test_an_address_of_no_engine_names_those_that_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        dialect_of("oracle://h/d")
    assert "oracle" in str(refused.value)
    assert "postgresql" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("address", "extra"), [("trino://h/c", "trino"), ("snowflake://a/d", "snowflake"), ("mssql://h/d", "mssql")]
)
def test_a_missing_driver_names_what_to_install(address: str, extra: str) -> None:
    project = load_texts({}).project
    with pytest.raises(EnvironmentFailure) as refused:
        connect(project, Profile("it", address), {})
    assert f"pip install 'accord-results[{extra}]'" in str(refused.value)


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("postgre://me@db/shop", 2, "accord.yml:2:34: error: `postgre` is not a warehouse that accord knows"),
        (
            "shop.db",
            2,
            "accord.yml:2:34: error: the address of a warehouse begins with its kind, as in sqlite:///shop.db",
        ),
        ("duckdb://?memory_limt=1GB", 2, "accord.yml:2:34: error: `memory_limt` is not an option"),
        (
            "postgresql://me@127.0.0.1:port/shop",
            2,
            "accord.yml:2:34: error: the address of the warehouse cannot be read",
        ),
        ("sqlite:///accord.yml", 4, "accord.yml: it is not a SQLite database"),
        ("sqlite:///none.db", 4, "none.db: it does not exist"),
        (
            "postgresql+asyncpg://me@db/shop",
            4,
            "leave the driver out: postgresql://…, and pip install 'accord-results[postgres]'",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, code: int, words: str
) -> None:
    text = f"version: 1\nwarehouse: {{profiles: {{it: {{url: '{address}'}}}}}}\n"
    (tmp_path / "accord.yml").write_text(text)
    specs = "datasets: [{name: a, source: a, primary_key: [id], fields: [id]}]\n"
    specs += "metrics: [{name: m, expression: COUNT(a.id), unit: count}]\n"
    (tmp_path / "specs.yml").write_text(specs)
    assert run(["run", "-p", str(tmp_path), "--profile", "it"]) == code
    assert words in capsys.readouterr().err


def test_faults_of_the_settings_are_told_in_the_order_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "".join(f"    p{n}: {{url: '', tabels: {{}}}}\n" for n in range(3))
    (tmp_path / "accord.yml").write_text(f"version: 1\nwarehouse:\n  profiles:\n{lines}")
    assert run(["check", "-p", str(tmp_path)]) == 2
    told = [line.split(":")[1] for line in capsys.readouterr().err.splitlines() if "error[" in line]
    assert told == sorted(told)
    assert len(told) == 6
