"""`accord serve` as a real process that real requests are sent to."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model import Profile
from engine.pipeline.opening import load_project
from engine.pipeline.serving import data_files

pytestmark = pytest.mark.heavy  # each starts a server and waits for it

REPO = Path(__file__).resolve().parents[2]
SPEC = """
organization: {name: shop, title: Our shop, report: {grain: week, compare_to: previous period}}
departments: [{name: sales}]
datasets:
  - name: orders
    source: {file: orders.csv, format: csv}
    primary_key: [order_id]
    time: day
    fields: [order_id, {name: day, datatype: Date}]
metrics:
  - {name: sold, title: Orders sold, expression: COUNT(orders.order_id), owners: sales, unit: count, direction: up}
"""


def interruptible() -> None:
    """A process that is started in the background ignores SIGINT, and so do its children, unless they are told."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Serving:
    """A running server and the folder that it shows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, str(REPO / "cli.py"), "serve", "-p", str(folder), "--port", "0"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=interruptible,  # noqa: PLW1509
        )
        assert self.process.stdout is not None
        found = re.match(r"http://127\.0\.0\.1:(\d+)/", self.process.stdout.readline())
        assert found is not None
        self.port = int(found[1])

    def ask(self, path: str = "/", method: str = "GET", host: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{self.port}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def until(self, words: str) -> str:
        """The page as soon as `words` are on it."""
        end = time.monotonic() + 60
        while True:
            _, text = self.ask()
            if words in text:
                return text
            assert time.monotonic() < end, text[-2000:]
            time.sleep(0.2)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "accord.yml").write_text("version: 1\nas_of: 2026-11-16\n", encoding="utf-8")
    (folder / "shop.yml").write_text(SPEC, encoding="utf-8")
    (folder / "orders.csv").write_text("order_id,day\n1,2026-11-10\n2,2026-11-11\n", encoding="utf-8")
    running = Serving(folder)
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.communicate()


def test_one_page_and_nothing_else(serving: Serving) -> None:
    status, text = serving.ask()
    assert status == 200
    assert "Results: Our shop" in text
    assert "connect-src &#x27;self&#x27;" in text or "connect-src 'self'" in text
    assert serving.ask("/version") == (200, "1")
    for path in ("/shop.yml", "/../accord.yml", "/orders.csv", "/index.html"):
        assert serving.ask(path)[0] == 404
    assert serving.ask(method="POST")[0] == 501
    assert serving.ask(method="HEAD") == (200, "")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "[::1]"])
def test_another_name_for_this_machine_gets_nothing(serving: Serving, host: str) -> None:
    """DNS rebinding: the browser of a page of another site sends that site's name."""
    status, text = serving.ask(host=host)
    assert status == 421
    assert "shop" not in text


def test_data_and_specs_that_change_and_break(serving: Serving) -> None:
    data, specs = serving.folder / "orders.csv", serving.folder / "shop.yml"
    serving.until("<strong>2</strong>")
    data.write_text(data.read_text(encoding="utf-8") + "3,2026-11-12\n", encoding="utf-8")
    serving.until("<strong>3</strong>")
    specs.write_text(SPEC.replace("owners: sales", "owners: slaes"), encoding="utf-8")
    broken = serving.until("The specs have errors")
    assert "shop.yml:11:" in broken
    assert "did you mean `sales`?" in broken
    assert "^^^" in broken
    specs.write_text(SPEC.replace("owners: sales", "owners: [sales"), encoding="utf-8")
    serving.until("The specs have errors")
    specs.write_text(SPEC.replace("Orders sold", "Orders <b>"), encoding="utf-8")
    assert "<b></" not in serving.until("Orders &lt;b&gt;")
    (serving.folder / "more.yml").write_text("departments: [{name: support, title: Helpers}]\n", encoding="utf-8")
    serving.until("Helpers")
    config = serving.folder / "accord.yml"
    config.write_text("version: 7\n", encoding="utf-8")
    serving.until("<pre>")
    config.write_text("version: 1\nas_of: 2026-11-16\n", encoding="utf-8")
    serving.until("Helpers")


def test_a_port_that_is_taken(serving: Serving) -> None:
    command = [sys.executable, str(REPO / "cli.py"), "serve", "-p", str(serving.folder), "--port", str(serving.port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 4
    assert f"cannot listen on 127.0.0.1:{serving.port}" in done.stderr


def test_the_browser_takes_over_what_changes(serving: Serving) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: apt-get install chromium")
    asked: list[str] = []
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(f"http://127.0.0.1:{serving.port}/")
        shown.wait_for_selector("#metric-sold")
        (serving.folder / "shop.yml").write_text(SPEC.replace("Orders sold", "Orders that came in"), encoding="utf-8")
        shown.wait_for_selector("text=Orders that came in", timeout=60_000)
        browser.close()
    home = f"http://127.0.0.1:{serving.port}/"
    assert set(asked) <= {home, f"{home}version"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send to a process")
def test_zz_ctrl_c_ends_it(serving: Serving) -> None:
    serving.process.send_signal(signal.SIGINT)
    _, told = serving.process.communicate(timeout=60)
    assert serving.process.returncode == 130
    assert told.rstrip().endswith("interrupted")
    assert "Traceback" not in told


def test_a_database_that_is_a_file_is_watched(tmp_path: Path) -> None:
    (tmp_path / "accord.yml").write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "shop.yml").write_text(SPEC, encoding="utf-8")
    database = Profile("given", f"duckdb:///{(tmp_path / 'shop.duckdb').as_posix()}")
    watched = {path.name for path in data_files(load_project(tmp_path), database)}
    assert {"orders.csv", "shop.duckdb", "shop.duckdb.wal"} <= watched
    elsewhere = Profile("given", "postgresql://host/shop")
    assert {path.name for path in data_files(load_project(tmp_path), elsewhere)} == {"orders.csv"}
