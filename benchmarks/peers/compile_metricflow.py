"""Run by the interpreter of MetricFlow's own environment: compiles the metrics that are named, tells SQL and time.

The project has to be parsed by dbt before; nothing is executed, so the engine is only told that it is DuckDB.
"""

import json
import sys
from pathlib import Path
from time import process_time

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

FOLDER, NAMES = Path(sys.argv[1]), sys.argv[2:]


class Duck:
    """What the compiler asks of a connection."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


start = process_time()
manifest = (FOLDER / "target" / "semantic_manifest.json").read_text(encoding="utf-8")
lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(manifest))
engine = MetricFlowEngine(lookup, Duck())
loaded = process_time()
times = []
for _ in range(4):
    begun = process_time()
    request = MetricFlowQueryRequest.create(
        metric_names=NAMES,
        group_by_names=["metric_time__month", "order__channel"],
        where_constraints=["{{ TimeDimension('metric_time', 'day') }} < '2026-11-16'"],
    )
    sql = engine.explain(request).sql_statement.sql
    times.append(process_time() - begun)
columns = {"period": "metric_time__month", "channel": "order__channel"} | {name: name for name in NAMES}
print(json.dumps({"load": loaded - start, "compile": times, "sql": sql, "columns": columns}))
