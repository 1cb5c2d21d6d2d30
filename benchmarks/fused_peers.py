"""Other metric compilers with the same twenty metrics: each in an environment of its own, made on request.

Only their compilers run there; their SQL is run where ours is. Versions are pinned, so that the figures mean something.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

PEERS = Path(__file__).resolve().parent / "peers"


Made = dict[str, Any]


def peers(folder: Path, metrics: list[str]) -> dict[str, Made]:
    """The `sql` and `columns` that each peer makes of the metrics; one that does not install is told and left out."""
    known: dict[str, Callable[[Path, list[str]], Made]] = {
        "sidemantic 0.13": sidemantic,
        "MetricFlow 0.213": metricflow,
    }
    found = {}
    for name, compile_there in known.items():
        try:
            made = compile_there(folder, metrics)
        except subprocess.CalledProcessError as error:
            print(f"{name}: {error.stderr or error.stdout or error}")
            continue
        first, *warm = made["compile"]
        print(f"{name}: {made['load']:.3f} s to load, {first:.3f} s to compile (warm: {median(warm):.3f} s)")
        found[name] = made
    return found


def sidemantic(folder: Path, metrics: list[str]) -> Made:
    python = environment(folder / "sidemantic", "sidemantic==0.13.0")
    return compiled(python, "sidemantic", PEERS, metrics)


def metricflow(folder: Path, metrics: list[str]) -> Made:
    """dbt parses the project first; that is a process of its own and is told apart."""
    python = environment(folder / "metricflow", "metricflow==0.213.0", "dbt-core~=1.11.0", "dbt-duckdb~=1.11.0")
    project = folder / "metricflow_project"
    shutil.copytree(PEERS / "metricflow", project, dirs_exist_ok=True)
    start = perf_counter()
    run(
        [str(python.parent / "dbt"), "parse", "--no-partial-parse", "--profiles-dir", "."],
        cwd=project,
        env=os.environ | {"SHOP_DATABASE": str(folder / "metricflow.duckdb")},
    )
    print(f"dbt parse, whole process: {perf_counter() - start:.1f} s")
    made = compiled(python, "metricflow", project, metrics)
    made["sql"] = made["sql"].replace('"metricflow"."main".', "")  # the database in which our table is not
    return made


def environment(folder: Path, *packages: str) -> Path:
    """The interpreter of a virtual environment with packages."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = folder / "installed"
    if not done.exists():
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", *packages])
        done.touch()
    return python


def compiled(python: Path, name: str, folder: Path, metrics: list[str]) -> Made:
    output = run([str(python), str(PEERS / f"compile_{name}.py"), str(folder), *metrics])
    told: Made = json.loads(output)
    return told


def run(command: list[str], **options: Any) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout
