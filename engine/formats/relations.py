"""Metrics as things that stand in a warehouse: views, tables, or the models of a dbt project."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Literal

from ..errors import UsageError
from ..model import Dataset, Project, TableSource
from ..sql.compile import Compiled
from ..sql.dialects import DIALECTS

Kind = Literal["view", "table"]


def check_names(project: Project, compiled: list[Compiled]) -> None:
    """Refuses to put a metric in the place of a table that the specs read."""
    taken = {table.rsplit(".", 1)[-1].lower() for table in _tables(project)}
    for statement in compiled:
        if statement.metrics[0].lower() in taken:
            message = f"the metric `{statement.metrics[0]}` is called like a table that it would replace"
            raise UsageError(message, hint="rename the metric, or name the metrics that are to be made")


def as_relation(kind: Kind, compiled: Compiled) -> str:
    """The statement that makes a view or table of the metric's name, in place of one that is there."""
    (name,) = compiled.metrics
    comments, query = _split(compiled.sql)
    quoted = DIALECTS[compiled.dialect].identifier(name).sql(dialect=compiled.dialect)
    before, head = _heads(kind, compiled.dialect)
    return "\n".join(
        [*comments, *(line.format(name=quoted) for line in before), f"{head.format(name=quoted)} AS", query]
    )


def _heads(kind: Kind, dialect: str) -> tuple[tuple[str, ...], str]:
    """What comes before, and how the statement begins."""
    if kind == "view":
        if dialect == "sqlite":
            return ("DROP VIEW IF EXISTS {name};",), "CREATE VIEW {name}"
        return (), "CREATE OR ALTER VIEW {name}" if dialect == "tsql" else "CREATE OR REPLACE VIEW {name}"
    if dialect == "tsql":
        hint = "SQL Server makes tables by SELECT INTO: make a view, and a table of it"
        raise UsageError("tsql has no CREATE TABLE AS", hint=hint)
    if dialect == "clickhouse":
        return (), "CREATE OR REPLACE TABLE {name} ENGINE = MergeTree ORDER BY tuple()"
    if dialect in ("duckdb", "snowflake", "bigquery", "mysql"):
        return (), "CREATE OR REPLACE TABLE {name}"
    return ("DROP TABLE IF EXISTS {name};",), "CREATE TABLE {name}"


def _split(sql: str) -> tuple[list[str], str]:
    lines = sql.rstrip().split("\n")
    first = next(index for index, line in enumerate(lines) if not line.startswith("--"))
    return lines[:first], "\n".join(lines[first:])


# --- dbt


def placeholders(project: Project) -> Mapping[str, str]:
    """A name for each table that nothing else bears; in models `source(...)` or `ref(...)` comes in its place."""
    return {table: f"accord_table_{number}" for number, table in enumerate(_tables(project))}


def as_models(project: Project, compiled: list[Compiled]) -> Mapping[str, str]:
    """The files of a dbt project's folder `models`, by name."""
    names = placeholders(project)
    calls = {names[table]: _call(dataset, table) for table, dataset in _tables(project).items()}
    files = {f"{statement.metrics[0]}.sql": _model(statement.sql, calls) for statement in compiled}
    files["_accord_sources.yml"] = _sources(project)
    files["_accord_models.yml"] = _models(project, compiled)
    return files


def _tables(project: Project) -> Mapping[str, Dataset]:
    """Tables by their names; a file is a seed of the dataset's name."""
    found: dict[str, Dataset] = {}
    for dataset in project.datasets.values():
        found.setdefault(dataset.source.table if isinstance(dataset.source, TableSource) else dataset.name, dataset)
    return found


def _call(dataset: Dataset, table: str) -> str:
    if not isinstance(dataset.source, TableSource):
        return "{{ ref('" + dataset.name + "') }}"
    schema, name = _parts(table)
    return "{{ source('" + schema + "', '" + name + "') }}"


def _parts(table: str) -> tuple[str, str]:
    """The source of a table is called by its schema."""
    *schema, name = table.split(".")
    return (schema[-1] if schema else "accord"), name


def _model(sql: str, calls: Mapping[str, str]) -> str:
    """The query with dbt's calls for its tables; braces that are not ours stay what they are."""
    text = re.sub(r"\{(?=[{%#])", "{{ '{' }}", sql)
    return re.sub(r"\baccord_table_\d+\b", lambda found: calls[found.group()], text)


def _sources(project: Project) -> str:
    sources: dict[str, list[str]] = {}
    for table, dataset in _tables(project).items():
        if isinstance(dataset.source, TableSource):
            sources.setdefault(_parts(table)[0], []).append(table)
    lines = ["version: 2", "", "sources:" if sources else "sources: []"]
    for schema, tables in sources.items():
        lines.append(f"  - name: {schema}")
        database, *rest = tables[0].split(".")
        if len(rest) > 1:
            lines.append(f"    database: {database}")
        lines += ["    tables:", *(f"      - name: {_parts(table)[1]}" for table in tables)]
    return "\n".join(lines) + "\n"


def _models(project: Project, compiled: list[Compiled]) -> str:
    lines = ["version: 2", "", "models:"]
    for statement in compiled:
        metric = project.metrics[statement.metrics[0]]
        text = metric.description or metric.title
        said = metric.name if text is None else text.said_in(project.config.language)
        lines += [
            f"  - name: {metric.name}",
            f"    description: {json.dumps(said, ensure_ascii=False)}",
            "    columns:",
        ]
        lines += [f"      - name: {output.alias}" for output in statement.outputs]
    return "\n".join(lines) + "\n"
