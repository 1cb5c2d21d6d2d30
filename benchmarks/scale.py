"""The demo's metrics on many more rows: DuckDB under a limit of memory, ClickHouse and Spark on the same Parquet files.

    python -m benchmarks.scale [--rows N] [--folder DIR] [--memory 2GB] [--engines duckdb,clickhouse,spark]

Every table of the demo is written out as many times as it takes to come to N rows in all, each copy with keys of its
own, in order of time. So a rate has to be what the demo gives, and a count or a sum as many times that as there are
copies: that is checked for every metric. Each engine runs in a process of its own, two cores, with the statements of
`accord run --grain month`, one for each set of tables; the peak of memory is that of its own process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from math import isclose
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from engine.load.project import load
from engine.model import FileSource
from engine.pipeline.journey import Journey
from engine.sql.frame import Frame
from engine.warehouse.arrow import plain_rows

DEMO = Path(__file__).resolve().parent.parent / "specs" / "demo"
AS_OF = datetime(2026, 11, 16, 9)
STRIDE = 10_000_000  # above every key of the demo
ENGINES = ("duckdb", "clickhouse", "spark")
TYPES = {"Date": "DATE", "DateTime": "TIMESTAMP", "Integer": "BIGINT", "String": "VARCHAR"}
SPARK = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

INTERPOLATED = {"time_to_resolution"}  # a percentile between two rows: copies of the rows move it

Rows = list[tuple[Any, ...]]
Execute = Callable[[str], Rows]
Values = dict[str, dict[str, Any]]


def main() -> None:
    options = arguments()
    if options.child:
        found = run_here(options.child, Path(options.folder), options.memory, options.one)
        print(json.dumps({"peak": peak(), "statements": found}, default=str))
        return
    folder = Path(options.folder or tempfile.mkdtemp())
    try:
        copies = make(folder, options.rows)
        size = sum(file.stat().st_size for file in (folder / "data").glob("*.parquet"))
        print(f"{options.rows:,} rows in {copies} copies of the demo, {size / 1e9:.1f} GB of Parquet")
        expected = values_of(run_here("duckdb", DEMO, "2GB", options.one))
        print(f"{'':<12}{'wall':>9}{'memory':>10}  equal values")
        for engine in options.engines.split(","):
            report(engine, folder, options, expected, copies)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", help="keeps the tables for the next time")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--engines", default="duckdb,clickhouse,spark")
    parser.add_argument("--one", action="store_true", help="all metrics in one statement")
    parser.add_argument("--child", choices=ENGINES, help=argparse.SUPPRESS)
    return parser.parse_args()


def make(folder: Path, rows: int) -> int:
    """The demo as a project in `folder`, its tables that many times as large; how many times."""
    tables = sorted((DEMO / "data").glob("*.parquet"))
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false; SET preserve_insertion_order = true")
        count = sum(connection.execute(f"SELECT count(*) FROM '{table}'").fetchall()[0][0] for table in tables)
        copies = -(-rows // count)
        done = folder / f"made_{copies}"
        if done.exists():
            return copies
        shutil.copytree(DEMO, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.parquet"))
        for table in tables:
            connection.execute(copied(connection, table, folder / "data" / table.name, copies))
    done.touch()
    return copies


def copied(connection: Any, source: Path, target: Path, copies: int) -> str:
    """COPY of each row with shifted keys; neighbours in time stay neighbours, so that readers can skip."""
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{source}'").fetchall()]
    keys = ", ".join(f"CAST({name} AS BIGINT) + {STRIDE} * copy AS {name}" for name in columns if name.endswith("_id"))
    rows = f"SELECT * EXCLUDE (copy) REPLACE ({keys}) FROM '{source}', range({copies}) AS copies(copy)"
    return f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"


def report(engine: str, folder: Path, options: argparse.Namespace, expected: Values, copies: int) -> None:
    command = [sys.executable, "-m", "benchmarks.scale", "--child", engine, "--folder", str(folder)]
    command += ["--memory", options.memory, *(["--one"] if options.one else [])]
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    told = child.stdout.read()
    assert child.wait() == 0, child.returncode
    answer = json.loads(told)
    found = values_of(answer["statements"])
    equal, wrong = compared(expected, found, copies)
    wall = perf_counter() - start
    told_wrong = f"; not {', '.join(wrong)}" if wrong else ""
    print(f"{engine:<12}{wall:>7.1f} s{answer['peak']:>7.1f} GB  {equal} metrics{told_wrong}", flush=True)
    assert not wrong


def peak() -> float:
    """The most memory that this process has had, in GB; what `wait4` says begins with that of the parent."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024**2


def run_here(engine: str, folder: Path, memory: str, one: bool) -> list[dict[str, Any]]:
    """The rows of every statement of the project on one engine: [{columns, metrics, rows}]."""
    journey = Journey(load(folder), AS_OF)
    names = tuple(name for name, metric in journey.project.metrics.items() if metric.definition is not None)
    frame = Frame(AS_OF, "month")
    groups = [list(names)] if one else journey.compiler.apart(list(names), frame)
    made = [journey.compiler.compile(group, frame, engine) for group in groups]
    execute = {"duckdb": on_duckdb, "clickhouse": on_clickhouse, "spark": on_spark}[engine](folder, memory)
    found = []
    for statement in made:
        rows = execute(statement.sql)
        names_of = [out.alias for out in statement.outputs]
        found.append({"columns": names_of, "metrics": list(statement.metrics), "rows": rows})
    return found


def on_duckdb(folder: Path, memory: str) -> Execute:
    connection = duckdb.connect()
    connection.execute(f"SET enable_progress_bar = false; SET memory_limit = '{memory}'; SET threads = 2")
    connection.execute(f"SET temp_directory = '{folder / 'spilled'}'")
    for name, source in tables(folder).items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{source}'")
    return lambda sql: connection.execute(sql).fetchall()


def on_clickhouse(folder: Path, memory: str) -> Execute:
    from chdb.session import Session

    session = Session()
    limit = int(float(memory[:-2]) * 1e9)
    limits = f"SETTINGS max_threads = 2, max_memory_usage = {limit}, max_bytes_before_external_group_by = {limit // 2}"
    for name, source in tables(folder).items():
        session.query(f"CREATE VIEW {name} AS SELECT * FROM file('{source.resolve()}', Parquet)")

    def execute(sql: str) -> Rows:
        import pyarrow

        return plain_rows(
            pyarrow.ipc.open_stream(BytesIO(session.query(f"{sql}\n{limits}", "ArrowStream").bytes())).read_all()
        )

    return execute


def on_spark(folder: Path, memory: str) -> Execute:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", memory[:-1].lower())
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    session = builder.config("spark.local.dir", str(folder / "spilled")).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    for name, source in tables(folder).items():
        frame = session.read.parquet(str(source))
        times = [column for column, kind in frame.dtypes if kind == "timestamp_ntz"]
        for column in times:
            frame = frame.withColumn(column, frame[column].cast("timestamp"))
        frame.createOrReplaceTempView(name)
    return lambda sql: plain_rows(session.sql(sql).toArrow())


def tables(folder: Path) -> dict[str, Path]:
    """Each dataset's Parquet file; the small ones that are text get one beside it."""
    found = {}
    for name, dataset in load(folder).project.datasets.items():
        assert isinstance(dataset.source, FileSource)
        source = folder / dataset.source.file
        if source.suffix == ".csv":
            typed = Path(tempfile.gettempdir(), f"{name}.parquet")
            columns = ", ".join(
                f"CAST({field.name} AS {TYPES[field.datatype]}) AS {field.name}" for field in dataset.fields.values()
            )
            duckdb.execute(f"COPY (SELECT {columns} FROM read_csv('{source}', all_varchar = true)) TO '{typed}'")
            source = typed
        found[name] = source
    return found


def values_of(statements: list[dict[str, Any]]) -> Values:
    """Metric -> month -> value."""
    found: Values = {}
    for statement in statements:
        for row in statement["rows"]:
            cells = dict(zip(statement["columns"], row, strict=True))
            for metric in statement["metrics"]:
                found.setdefault(metric, {})[str(cells["period"])[:10]] = cells[metric]
    return found


def compared(expected: Values, found: Values, copies: int) -> tuple[int, list[str]]:
    """How many metrics are as they have to be in every month, and which are not."""
    asked = expected.keys() - INTERPOLATED
    wrong = [name for name in sorted(asked) if not as_expected(expected[name], found.get(name, {}), copies)]
    return len(asked) - len(wrong), wrong


def as_expected(small: dict[str, Any], large: dict[str, Any], copies: int) -> bool:
    """The same in every month (a rate), or `copies` times as much in every month (a count, a sum)."""
    return small.keys() == large.keys() and any(
        all(near(value, large[month], factor) for month, value in small.items()) for factor in (1, copies)
    )


def near(small: Any, large: Any, factor: int) -> bool:
    if small is None or large is None:
        return small is large
    return isclose(float(small) * factor, float(large), rel_tol=1e-9, abs_tol=1e-9)


if __name__ == "__main__":
    main()
