"""Each operator's form in each dialect, as trees; sqlglot only prints them.

sqlglot passes constructs that a dialect lacks through unchanged, some with another meaning, so nothing here relies
on its translation: an operator has one default form that engines compute alike, or a form of the dialect's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from .bigquery import BIGQUERY
from .clickhouse import CLICKHOUSE
from .dialect import Dialect, Tree
from .duckdb import DUCKDB
from .mysql import MYSQL
from .postgres import POSTGRES
from .snowflake import SNOWFLAKE
from .spark import SPARK
from .sqlite import SQLITE
from .writer import Writer

__all__ = ["DIALECTS", "Dialect", "Tree", "Writer"]

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect for dialect in (DUCKDB, POSTGRES, SNOWFLAKE, BIGQUERY, CLICKHOUSE, SPARK, SQLITE, MYSQL)
}
