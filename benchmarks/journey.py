"""Start-up, loading, compiling and linting, as ratios against their floors.

    python -m benchmarks.journey [METRICS ...]

Each pair runs in turns within one process or as fresh processes, ten times; the median ratio is printed.
Budgets: `--version` within 1.5x of Python importing click; `check` of the demo within 2.5x of importing click, yaml,
sqlglot and networkx; loading within 2x of libyaml; compiling within 2x of one sqlglot parse and print of the same
statements; lint within 0.3x of compiling; compiling linear.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time

import sqlglot
import yaml

from engine.load.project import load
from engine.pipeline.journey import Journey
from engine.sql.compile import Compiler
from engine.sql.frame import Frame

from .organisations import files

ROUNDS = 10
REPOSITORY = Path(__file__).resolve().parent.parent


def main(sizes: list[int]) -> None:
    print(f"median of {ROUNDS} alternating pairs; CPU seconds; ratio against the floor")
    with tempfile.TemporaryDirectory() as bytecode:
        _processes("--version", ["-m", "engine", "--version"], "import click", 1.5, bytecode)
        _processes(
            "check demo",
            ["-m", "engine", "check", "-q", "specs/demo"],
            "import click, yaml, sqlglot, networkx",
            2.5,
            bytecode,
        )
    each: dict[int, float] = {}
    for size in sizes:
        each[size] = _size(size)
    for small, large in pairwise(sizes):
        growth = each[large] / each[small]
        print(f"{'compile, a metric':<28}{large:>7} against {small}: {growth:.2f}x (linear: about 1)")


def _processes(what: str, ours: list[str], floor: str, budget: float, bytecode: str) -> None:
    """The first pair, which is left out, writes the byte code that pip writes when it installs."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = bytecode
    pairs = [
        (_cpu([sys.executable, *ours], environment), _cpu([sys.executable, "-c", floor], environment))
        for _ in range(ROUNDS + 1)
    ]
    _line(what, pairs[1:], budget)


def _cpu(command: list[str], environment: dict[str, str]) -> float:
    before = getrusage(RUSAGE_CHILDREN)  # os.times() counts in hundredths of a second, which is too coarse
    subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _size(metrics: int) -> float:
    rounds = ROUNDS if metrics <= 1000 else 3
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "accord.yml").write_text("version: 1\n")
        texts = files(metrics)
        for name, text in texts.items():
            (root / name).write_text(text, encoding="utf-8")
        as_of = datetime(2026, 11, 16)
        project = load(root).project
        frame = Frame(as_of, "month")
        names = list(project.metrics)
        statements = [Compiler(project).compile([name], frame, "duckdb").sql for name in names]
        assert not load(root).findings
        _line(f"load, {metrics}", _pairs(lambda: load(root), lambda: _libyaml(root), rounds), 2.0)
        compiling = _pairs(lambda: _compile(root, names, frame), lambda: _sqlglot(statements), rounds)
        _line(f"compile, {metrics}", compiling, 2.0)
        journey = Journey(load(root), as_of)
        journey.rules  # noqa: B018  # packs are read once, outside of what is measured
        linting = _pairs(lambda: _lint(root, as_of, journey), lambda: _compile(root, names, frame), rounds)
        _line(f"lint, {metrics}", linting, 0.3)
        return median(ours for ours, _ in compiling) / metrics


def _pairs(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> list[tuple[float, float]]:
    return [(_timed(ours), _timed(floor)) for _ in range(rounds + 1)][1:]


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = process_time()
    result = work()
    return result if isinstance(result, float) else process_time() - start


def _libyaml(root: Path) -> None:
    for path in root.glob("*.yml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def _compile(root: Path, names: list[str], frame: Frame) -> float:
    """Without loading; formulas are parsed anew."""
    from engine.formula.parse import parse

    project = load(root).project
    parse.cache_clear()
    start = process_time()
    compiler = Compiler(project)
    for name in names:
        compiler.compile([name], frame, "duckdb")
    return process_time() - start


def _lint(root: Path, as_of: datetime, ready: Journey) -> float:
    journey = Journey(load(root), as_of)
    journey.__dict__["rules"] = ready.rules
    journey.context()
    start = process_time()
    journey.lint()
    return process_time() - start


def _sqlglot(statements: list[str]) -> None:
    for statement in statements:
        sqlglot.parse_one(statement, read="duckdb").sql("duckdb", pretty=True)


def _line(what: str, pairs: list[tuple[float, float]], budget: float) -> None:
    ours, floors = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    ratio = median(pair[0] / pair[1] for pair in pairs)
    print(f"{what:<28}{ours:>9.3f} s {floors:>9.3f} s {ratio:>7.2f}x   budget {budget}x")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 10_000])
