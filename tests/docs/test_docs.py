"""Every example of the documentation does what the page says: specs load, faults are found, commands print this.

A fenced block says by its first line what it is:

    yaml spec               loads beside docs/examples/shop (whose namesakes give way) without any finding;
                            `# gives 12.5 %` after a metric's name is its total, and its `tests` pass
    yaml bad CODE           gives that code, and no other fault of the engine's own
    yaml config             is an accord.yml that can be used
    yaml file shop/x.yml    is written into the page's folder for the commands that follow
    console                 lines `$ accord ...` and `$ git ...` are run one after another, `$ echo $?` tells the exit
                            code (else 0); `...` stands for anything, alone in a line for any lines
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import CODES
from engine.formula.faults import Fault
from engine.formula.functions import FUNCTION_NAMES
from engine.formula.parse import parse as parse_formula
from engine.load.events import parse
from engine.load.project import read_config
from engine.load.schema import KINDS, schema
from engine.main import main
from engine.measure.run import Request
from engine.measure.values import told
from engine.pipeline.journey import Journey
from engine.pipeline.opening import open_project
from engine.spans import Source
from tests.diff.history import git, make
from tests.docs import codes
from tests.docs.pages import PAGES, ROOT, Block, blocks, cells, named, section

SHOP = ROOT / "docs" / "examples" / "shop"
ALL = [block for page in PAGES for block in blocks(page)]
_GIVES = re.compile(r"name: (\w+).*# gives (.+)$", re.MULTILINE)


def marked(told: str) -> list[Any]:
    found = [block for block in ALL if block.kind == "yaml" and block.told.partition(" ")[0] == told]
    return [pytest.param(block, id=str(block)) for block in found]


@pytest.mark.parametrize("block", marked("spec"))
def test_spec(block: Block, tmp_path: Path) -> None:
    journey = beside_shop(block.text, tmp_path)
    assert [f"{it.code} {it.message}" for it in journey.structure()] == []
    expected = dict(_GIVES.findall(block.text))
    if expected:
        measured = journey.run(Request(journey.as_of, tuple(expected), grain="all"), None)
        assert {it.metric: told(it.value, it.unit) for it in measured.values} == expected
    assert all(outcome.passed for outcome in journey.test(journey.project.tests.values()))


@pytest.mark.parametrize("block", marked("bad"))
def test_bad(block: Block, tmp_path: Path) -> None:
    journey = beside_shop(block.text, tmp_path)
    code = block.told.split()[1]
    faults = {it.code for it in journey.structure()}
    assert faults == ({code} if code in CODES else set())
    assert code in CODES or code in {it.code for it in journey.lint()}


@pytest.mark.parametrize("block", marked("config"))
def test_config(block: Block) -> None:
    assert read_config(Source("accord.yml", block.text))


def beside_shop(text: str, folder: Path) -> Journey:
    """The example shop and one more file; what that file names as well is taken out of the shop's files."""
    shutil.copytree(SHOP, folder, dirs_exist_ok=True)
    own = read(text)
    for path in folder.glob("*.yml"):
        if path.name != "accord.yml":
            kept = without(read(path.read_text(encoding="utf-8")), own)
            path.write_text(json.dumps(kept), encoding="utf-8")
    (folder / "example.yml").write_text(text, encoding="utf-8")
    return open_project(folder, None, datetime.now(UTC))


def read(text: str) -> dict[str, Any]:
    """The text as the engine reads it, so that `on` and dates stay what they are."""
    source = Source("", text)
    parse(source)
    return source.root if isinstance(source.root, dict) else {}


def without(spec: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    for collection, items in spec.items():
        if not isinstance(items, list):
            kept.update({} if collection in own else {collection: items})
            continue
        taken = {identity(item) for item in own.get(collection) or ()}
        kept[collection] = [item for item in items if identity(item) not in taken]
    return kept


def identity(item: Any) -> str:
    """Its name; what has none is known by what it connects."""
    if not isinstance(item, dict):
        return ""
    return item.get("name") or " ".join((str(item.get("from")), str(item.get("as", item.get("to")))))


# --- the reference: nothing is missing, nothing is invented


@pytest.mark.parametrize(("collection", "kind"), [*KINDS.items(), ("accord.yml", "project")])
def test_every_key_is_explained(collection: str, kind: str) -> None:
    keys = set(keys_of(schema(kind)))
    text = section("docs/language.md", collection)
    assert keys <= {word for code in named(text) for word in re.findall(r"\w+", code)}
    rows = {key.split(".")[-1] for cell in cells(text) for key in named(cell)}
    assert rows <= keys


def keys_of(tree: Any) -> Iterator[str]:
    """Every key that a schema knows, at any depth."""
    if isinstance(tree, dict):
        properties = tree.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for value in tree.values():
            yield from keys_of(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from keys_of(value)


def test_every_function_is_explained() -> None:
    calls = [call for cell in cells(section("docs/language.md", "Functions")) for call in named(cell)]
    assert [call for call in calls if isinstance(parse_formula(call), Fault)] == []
    told = {word.lower() for call in calls for word in re.findall(r"\b(\w+)\(", call)} | {"case"}
    assert told == set(FUNCTION_NAMES) - {"concat"}  # known by name only, to say what to write instead


def test_codes_are_current() -> None:
    assert codes.written() == codes.tables(), "write them anew: python -m tests.docs.codes"


JSON_OUTPUTS = {
    "check, validate, lint": ["check specs/antipatterns", "check specs/demo --statistics"],
    "run": ["run -p specs/demo", "run -p specs/antipatterns revenue"],
    "explain": ["explain -p specs/demo retention_30d", "explain -p specs/antipatterns retention_30d"],
    "explain of a department, lever or objective": [
        f"explain -p specs/demo {name}" for name in ("support", "onboarding", "nobody_lost_at_the_start")
    ],
    "graph --weak": ["graph -p specs/demo --weak", "graph -p specs/antipatterns --weak"],
    "graph --what-if": [
        "graph -p specs/demo --what-if 'remove support -> response_time'",
    ],
    "diff": ["diff -p history/org 00-start 12-removed --values", "diff -p history/org 00-start"],
    "export matrix": ["export matrix -p specs/demo"],
    "graph": ["graph -p specs/demo"],
    "compile": ["compile -p specs/demo csat"],
    "rules list": ["rules list"],
    "why": [
        "why -p specs/demo lead_conversion --start 2026-11-09 --end 2026-11-16 --by channel",
        "why -p specs/demo ltv_cac --start 2026-04-01 --end 2026-07-01",
    ],
    "test": ["test -p failing"],
}
FAILING = """
tests:
  - name: wrong
    given: {orders: [{order_id: 1, amount: 1, status: paid, ordered_at: 2026-01-01 00:00}]}
    query: {metrics: [revenue]}
    expect: [{revenue: 2}]
"""


@pytest.mark.parametrize("heading", JSON_OUTPUTS)
def test_every_field_is_explained(heading: str, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    fields: set[str] = set()
    for command in JSON_OUTPUTS[heading]:
        target = checkout / "out.json"
        run([*shlex.split(command), "--format", "json", "-q", "-o", str(target)])
        fields.update(fields_of(json.loads(target.read_text(encoding="utf-8"))))
    text = section("docs/stability.md", heading)
    lists = [re.sub(r"\([^)]*\)", "", cell) for cell in cells(text, 1) if ":" in cell or "`, `" in cell]
    assert {name for cell in [*cells(text), *lists] for name in named(cell)} >= fields
    assert {name for cell in cells(text) for name in named(cell)} <= fields


def fields_of(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        yield from tree
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from fields_of(value)


def test_python(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for block in ALL:
        if block.kind == "python":
            text = block.text.replace("from accord", "from engine")  # the name of the package in a checkout
            runner.run(doctest.DocTestParser().get_doctest(text, {}, str(block), block.page, block.line))
    assert runner.tries
    assert runner.failures == 0


# --- commands


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what commands may read, for pages to write beside."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(ROOT / "specs", folder / "specs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    shutil.copytree(SHOP, folder / "failing")
    (folder / "failing" / "tests.yml").write_text(FAILING, encoding="utf-8")
    database(folder / "shop.duckdb")
    (folder / "history").mkdir()
    config = make(folder / "history") / "accord.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("timezone: UTC", "timezone: Europe/Berlin"))
    (config.parent / "more.yml").write_text("departments: [{name: legal}]\n")
    return folder


def database(path: Path) -> None:
    """Some of the example shop's files as tables of a warehouse."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        for name in ("customers", "orders", "visits", "tickets"):
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{SHOP}/data/{name}.csv')")


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_commands(page: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    for block in blocks(page):
        if block.kind == "yaml" and block.told.startswith("file "):
            Path(block.told.removeprefix("file ")).parent.mkdir(parents=True, exist_ok=True)
            Path(block.told.removeprefix("file ")).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            replay(block)


def replay(block: Block) -> None:
    exit_code = 0
    asked = True
    for command, output in sessions(block.text):
        if command == "echo $?":
            assert output == [str(exit_code)], f"{block}: {output[0]} is told, the exit code is {exit_code}"
            asked = True
            continue
        assert asked or exit_code == 0, f"{block}: exit code {exit_code} before `{command}`"
        words = shlex.split(command)
        assert words[0] in ("accord", "git"), f"{block}: `{command}` is not a command of accord"
        exit_code, printed = run(words[1:]) if words[0] == "accord" else (0, git(Path(), *words[1:]).splitlines())
        asked = False
        if output:
            assert alike(output, printed), f"{block}: `{command}` prints\n" + "\n".join(printed)
    assert asked or exit_code == 0, f"{block}: exit code {exit_code}"


def sessions(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.rstrip("\n").split("\n") if output.strip() else []


def run(arguments: list[str]) -> tuple[int, list[str]]:
    """What the command prints on both streams, without empty lines at the ends."""
    told, before = StringIO(), sys.argv
    sys.argv = ["accord", *arguments]
    try:
        with redirect_stdout(told), redirect_stderr(told):
            main()
    except SystemExit as end:
        return int(end.code or 0), told.getvalue().strip("\n").split("\n")
    finally:
        sys.argv = before


def alike(shown: list[str], printed: list[str]) -> bool:
    """Whether the printed lines are what is shown, `...` standing for anything.

    >>> alike(["a", "...", "c ..."], ["a", "b", "b", "c 1"]), alike(["a", "b"], ["a"])
    (True, False)
    """
    pattern = ""
    for line in shown:
        pattern += r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r" *\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None
