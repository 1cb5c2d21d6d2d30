"""Each operator's form in each dialect, as trees; sqlglot only prints them.

sqlglot passes constructs that a dialect lacks through unchanged, some with another meaning, so nothing here relies
on its translation: an operator has one default form that engines compute alike, or a form of the dialect's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from .bigquery import BIGQUERY
from .clickhouse import CLICKHOUSE
from .databricks import DATABRICKS
from .dialect import Dialect, Tree
from .duckdb import DUCKDB
from .mysql import MYSQL
from .postgres import POSTGRES
from .redshift import REDSHIFT
from .snowflake import SNOWFLAKE
from .spark import SPARK
from .sqlite import SQLITE
from .trino import TRINO
from .tsql import TSQL
from .writer import Writer

__all__ = ["DIALECTS", "Dialect", "Tree", "Writer"]

_ALL = (
    *(DUCKDB, POSTGRES, SNOWFLAKE, BIGQUERY, CLICKHOUSE, SPARK, DATABRICKS, SQLITE, MYSQL),
    *(TRINO, REDSHIFT, TSQL),
)
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in _ALL}
