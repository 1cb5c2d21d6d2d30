"""The demo with markup in every text that a spec or a table can hold."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import yaml

DEMO = Path(__file__).resolve().parents[2] / "specs" / "demo"
HOSTILE = (
    "</script></style></title><img src=x onerror=alert(1)><script>alert(2)</script><b>\"bold\"</b> & 'too' ]]> `x`"
)
_TEXTS = frozenset("title description answers_for what because plan text promised actual ask note".split())


def hostile(folder: Path) -> Path:
    """A copy of the demo in `folder`; alarms ring in it, so that their texts are shown on top."""
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.md"))
    count = 0
    for path in folder.rglob("*.yml"):
        if path.name == "accord.yml":
            continue
        spec = yaml.safe_load(path.read_text(encoding="utf-8"))
        count += _spoil(spec)
        for alarm in spec.get("alarms", ()):
            alarm["when"] = "ltv < cac * 1000"
        path.write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert count > 200
    tickets = (folder / "data" / "tickets.parquet").as_posix()
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE t AS FROM '{tickets}'")
        database.execute("UPDATE t SET topic = topic || ?", [HOSTILE])
        database.execute(f"COPY t TO '{tickets}' (FORMAT parquet)")
    return folder


def _spoil(tree: Any) -> int:
    count = 0
    if isinstance(tree, list):
        return sum(_spoil(item) for item in tree)
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in _TEXTS and isinstance(value, str):
                tree[key], count = HOSTILE, count + 1
            elif key in _TEXTS and isinstance(value, dict):
                tree[key], count = {"en": HOSTILE, "ru": HOSTILE + "я"}, count + 1
            else:
                count += _spoil(value)
    return count
