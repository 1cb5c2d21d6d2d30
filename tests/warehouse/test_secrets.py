"""A password that is in the environment or an address stands in nothing that accord prints or writes: one test a place.

The specs themselves and a table's name hold the password here, as a driver's error or a pasted text would: whatever is
said about them would show it.
"""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus
from urllib.request import urlopen

import pytest

from engine import redaction
from engine.addresses import secret_in, secrets_of
from engine.commands.loopback import server
from engine.main import run
from engine.measure.run import Request, Runner
from engine.pipeline.opening import load_project
from engine.redaction import guard, redacted, remember
from tests.warehouse.hosts import accord

# Every sign that some format writes in a way of its own, around words that each of them leaves as they are.
SECRET = "xQ7/battery@st \"a&p%l<e'é|_*`\\n:+,x"
CORES = ("xQ7", "battery")
TITLED = json.dumps(SECRET, ensure_ascii=False)
SPECS = f"""\
organization: {{name: shop, title: {TITLED}, report: {{grain: week, compare_to: previous week}}}}
departments: [{{name: sales, title: {TITLED}}}]
levers: [{{name: calls, departments: [sales], title: {TITLED}}}]
influences: [{{from: calls, to: sold, effect: raises, because: {TITLED}}}]
datasets:
  - name: orders
    source: orders
    primary_key: [id]
    fields: [{{name: id, datatype: Integer}}, {{name: at, datatype: Date}}, {{name: kind, datatype: String}}]
  - name: gone
    source: xQ7battery
    primary_key: [id]
    fields: [{{name: id, datatype: Integer}}, {{name: at, datatype: Date}}]
metrics:
  - {{name: sold, title: {TITLED}, role: north_star, expression: COUNT(orders.id), unit: count, owners: sales}}
  - {{name: lost, title: {TITLED}, expression: COUNT(gone.id), unit: count, owners: sales, where: "id > 0"}}
"""
# A finding whose message quotes it.
FAULTY = SPECS.replace("metrics:", f"  - {{name: odd, source: {TITLED}, fields: [id]}}\nmetrics:")
PLAIN = "xQ7battery"  # what may be a table's name, too
FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have taught is not known here, nor what these teach elsewhere."""
    monkeypatch.setattr(redaction, "_SECRETS", set())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id BIGINT, at DATE, kind TEXT)")
        connection.execute("INSERT INTO orders VALUES (1, '2026-02-10', ?), (2, '2026-02-20', 'b')", [SECRET])
    (tmp_path / "accord.yml").write_text(
        "version: 1\nas_of: 2026-03-01\nextends: []\n"
        "warehouse: {default: it, profiles: {it: {url: 'sqlite:///shop.db?password=${SHOP_PASSWORD}'}}}\n"
    )
    (tmp_path / "specs.yml").write_text(SPECS)
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    return tmp_path


def told(*arguments: str) -> tuple[int, str]:
    """What the command prints on both streams, which are guarded as `main` guards them."""
    with captured() as streams:
        code = run(list(arguments))
    return code, "".join(stream.getvalue() for stream in streams)


@contextmanager
def captured() -> Iterator[tuple[io.StringIO, io.StringIO]]:
    before, streams = (sys.stdout, sys.stderr), (io.StringIO(), io.StringIO())
    for stream in streams:
        guard(stream)
    sys.stdout, sys.stderr = streams
    try:
        yield streams
    finally:
        sys.stdout, sys.stderr = before


def hidden(text: str) -> None:
    assert "***" in text, text
    assert not [core for core in CORES if core in text.replace(PLAIN, "")], text


def test_the_environment(project: Path) -> None:
    """The variable that the address names, with everything that `accord run` says, in its own process."""
    done = accord("run", "-p", str(project), SHOP_PASSWORD=SECRET)
    assert done.returncode == 4
    hidden(done.stdout + done.stderr)


def test_what_drivers_take_from_the_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_PASSWORD")
    for name in ("PGPASSWORD", "MYSQL_PWD", "AWS_SECRET_ACCESS_KEY", "DATABRICKS_TOKEN"):
        monkeypatch.setattr(redaction, "_SECRETS", set())
        monkeypatch.setenv(name, SECRET)
        monkeypatch.setenv("PWD", str(project))
        code, text = told("run", "-p", str(project), "--profile", f"sqlite:///{project / 'shop.db'}")
        monkeypatch.delenv(name)
        assert code == 4
        hidden(text)
    assert redacted(str(project)) == str(project)  # `PWD` is no password


@pytest.mark.parametrize("written", [quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET)])
def test_the_url_with_a_password_in_its_options(project: Path, written: str) -> None:
    url = f"sqlite:///{project / 'shop.db'}?password={written}"
    code, text = told("run", "-p", str(project), "--profile", url)
    assert code == 4
    hidden(text)


@pytest.mark.parametrize(
    "written", [SECRET, quote(SECRET, safe=""), quote(SECRET, safe="").lower(), quote_plus(SECRET)]
)
def test_the_url_with_a_password_before_its_host(project: Path, written: str) -> None:
    """Nobody listens there; and a URL that no driver can read is said without it as well."""
    for url in (f"postgresql://me:{written}@127.0.0.1:1/shop", f"postgresql://me:{written}@[::1/shop"):
        code, text = told("run", "-p", str(project), "--profile", url, "--verbose")
        assert code in (2, 4), text
        assert not [core for core in CORES if core in text], text


def test_an_address_that_is_taken_for_a_name(project: Path) -> None:
    code, text = told("run", "-p", str(project), "--profile", f"postgresql:/me:{quote(SECRET, safe='')}@db/shop")
    assert code == 2
    assert not [core for core in CORES if core in text], text


def test_a_drivers_error(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the error as a value, too: whoever catches it may print it."""
    monkeypatch.setenv("SHOP_PASSWORD", PLAIN)
    code, text = told("run", "lost", "-p", str(project))
    assert code == 4
    assert "the table `***` does not exist" in text
    assert "battery" not in text
    loaded = load_project(project)
    (failure,) = loaded.run(Request(loaded.as_of, ("lost",)), loaded.profile("it")).failures
    assert "the table `***` does not exist" in failure.message
    assert "battery" not in failure.message


def test_verbose(project: Path) -> None:
    code, text = told("run", "-p", str(project), "--verbose")
    assert code == 4
    hidden(text)


@pytest.mark.parametrize("format", ["text", "json", "csv"])
def test_values(project: Path, format: str) -> None:
    for more in (("--by", "kind"), ("--values", "orders.kind")):
        code, text = told(
            "run", *(("sold",) if more[0] == "--by" else ()), *more, "-p", str(project), "--format", format
        )
        assert code == 0, text
        hidden(text)


@pytest.mark.parametrize("format", FORMATS)
def test_findings(project: Path, format: str) -> None:
    (project / "specs.yml").write_text(FAULTY)
    code, text = told("validate", "--live", "-p", str(project), "--format", format)
    assert code == 1
    hidden(text)


def test_files_that_are_written(project: Path) -> None:
    (project / "specs.yml").write_text(FAULTY)
    for command in (
        ("validate", "--live", "--format", "sarif"),
        ("run", "sold", "--by", "kind", "--format", "json"),
        ("run", "sold", "--by", "kind", "--format", "csv"),
    ):
        file = project / "out"
        told(*command, "-p", str(project), "-o", str(file))
        hidden(file.read_text())


@pytest.mark.parametrize("verbose", [(), ("--verbose",)])
def test_a_crash_report(project: Path, monkeypatch: pytest.MonkeyPatch, verbose: tuple[str, ...]) -> None:
    """With the exceptions that led to it, in which addresses stand."""

    def crash(self: Runner, request: object) -> None:
        try:
            raise ValueError(f"postgresql://me:{quote(SECRET, safe='')}@db/shop")
        except ValueError as error:
            try:
                raise KeyError(SECRET) from error
            except KeyError:
                raise RuntimeError(f"connecting with {SECRET}") from None

    monkeypatch.setattr(Runner, "run", crash)
    code, text = told("run", "-p", str(project), *verbose)
    assert code == 3
    assert "internal error" in text
    assert ("Traceback" in text) == bool(verbose)
    hidden(text)


def test_a_chain_of_exceptions(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: Runner, request: object) -> None:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise RuntimeError(repr({"url": f"postgresql://me:{quote(SECRET, safe='')}@db"})) from error

    monkeypatch.setattr(Runner, "run", crash)
    code, text = told("run", "-p", str(project), "--verbose")
    assert (code, text.count("Traceback")) == (3, 2)
    assert "KeyError" in text
    hidden(text)


def test_history(project: Path) -> None:
    code, text = told("run", "sold", "--record", "--grain", "week", "-p", str(project))
    assert code == 0, text
    commands = (("history", "sold"), ("history", "sold", "--format", "json"), ("history", "export"))
    for command in commands:
        code, text = told(*command, "-p", str(project))
        assert code == 0, text
    kept = b"".join(path.read_bytes() for path in (project / ".accord").rglob("*") if path.is_file())
    assert kept
    assert b"battery" not in kept


def test_the_dashboard_as_a_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the driver says. A title that holds a secret may be cut into lines before anybody can see it there."""
    monkeypatch.setenv("SHOP_PASSWORD", PLAIN)
    (project / "specs.yml").write_text(SPECS.replace(TITLED, "shop"))
    code, text = told("dashboard", "-p", str(project), "-o", str(project / "page.html"))
    assert code in (0, 1, 4), text
    page = (project / "page.html").read_text()
    assert "the table `***` does not exist" in page
    assert not [core for core in CORES if core in page + text]


def test_the_dashboard_as_it_is_served() -> None:
    """Its answers go to a socket, past the streams of the command."""
    remember(SECRET)
    with server(0, lambda: f"<p>{escape(SECRET)}</p>", lambda: 1) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            with urlopen(f"http://127.0.0.1:{listening.server_address[1]}/") as answer:
                assert answer.read() == b"<p>***</p>"
        finally:
            listening.shutdown()


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "sold"),
        ("compile", "sold", "--profile", "it"),
        ("why", "sold", "--start", "2026-02-16", "--end", "2026-02-23"),
        ("export", "matrix"),
        ("report", "weekly"),
    ],
)
def test_other_commands(project: Path, command: tuple[str, ...]) -> None:
    """Their specs say nothing secret: what they print of the profile and its address does not either."""
    (project / "specs.yml").write_text(SPECS.replace(TITLED, "shop").replace(PLAIN, "gone"))
    code, text = told(*command, "-p", str(project))
    assert code in (0, 1, 4), text
    assert "xQ7" not in text
    assert "battery" not in text


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("sc://host:15002/;token=sesame22;user_id=me", "a secret (`token`)"),
        ("sc://host:15002/;use_ssl=true;token=sesame22", "a secret (`token`)"),
        ("mssql+pyodbc:///?odbc_connect=DRIVER%3DX%3BUID%3Dme%3BPWD%3Dsesame22%3B", "a secret (`odbc_connect`)"),
        ("postgresql://me:ses?ame22@db/shop", "a password"),
        ("postgresql://me:ses/ame22@db/shop", "a password"),
        ("postgresql://me:ses@ame22@db/shop?sslmode=require", "a password"),
        ("postgresql://db/shop?user=me&password=sesame22", "a secret (`password`)"),
        ("trino://db:8080/c?user=a@b", None),
        ("postgresql://me@db:5432/shop?application_name=a:b@c", None),
        ("duckdb:///C:/a@b/shop.duckdb", None),
        ("sc://host:15002/;token=${TOKEN}", None),
        ("mssql+pyodbc:///?odbc_connect=${ALL}", None),
    ],
)
def test_where_an_address_holds_a_secret(address: str, what: str | None) -> None:
    assert secret_in(address) == what
    for secret in secrets_of(address):
        remember(secret.text)
    if what:
        assert "ame22" not in redacted(address)


def test_a_password_in_accord_yml_is_not_shown_with_its_line(project: Path) -> None:
    text = (project / "accord.yml").read_text().replace("${SHOP_PASSWORD}", "battery22")
    (project / "accord.yml").write_text(text)
    for command in (("check",), ("run",), ("validate", "--format", "sarif"), ("explain", "sold")):
        code, said = told(*command, "-p", str(project))
        assert code == 2
        assert "S109" in said
        assert "battery" not in said


@pytest.mark.parametrize("form", [json.dumps, repr, lambda text: text.replace("'", "''")])
def test_figures_and_words_are_not_falsified(form: Callable[[str], str]) -> None:
    """A secret of three characters would stand in half of all figures."""
    remember("101")
    assert redacted("1016.5") == "1016.5"
    remember(SECRET)
    assert not [core for core in CORES if core in redacted(form(SECRET))]


@pytest.mark.heavy
@pytest.mark.parametrize("host", ["postgres", "mariadb", "spark"])
def test_errors_of_servers(host: str, tmp_path: Path, project: Path) -> None:
    """A wrong password in each way to write one; a table named like it; an option that the driver does not know."""
    from tests.warehouse import hosts

    if host == "spark":
        url = f"sc://127.0.0.1:1/;token={quote(SECRET, safe='')}"
        done = accord("run", "-p", str(project), "--profile", url, "--verbose")
        assert done.returncode in (2, 4)
        assert not [core for core in CORES if core in done.stdout + done.stderr]
        return
    with getattr(hosts, host)(tmp_path / "host") as address:
        base = address.partition("accord:")[0]
        place = address.rpartition("@")[2]
        written = quote(SECRET, safe="")
        urls = [f"{base}accord:{written}@{place}", f"{base}accord@{place}?password={written}"]
        urls.append(f"{address}?bogus_password={written}")
        for url in urls:
            for more in ((), ("--verbose",), ("--format", "json")):
                done = accord("run", "-p", str(project), "--profile", url, *more)
                assert done.returncode == (2 if "bogus" in url and host == "mariadb" else 4), done.stderr
                assert not [core for core in CORES if core in done.stdout + done.stderr], done.stderr
