"""Run by the interpreter of sidemantic's own environment: compiles the metrics that are named, tells SQL and time."""

import json
import sys
from time import process_time

from sidemantic import SemanticLayer

FOLDER, NAMES = sys.argv[1], sys.argv[2:]
FORMULAS = {"items_per_order", "revenue_per_customer", "margin", "refund_rate", "discounted_share"}

start = process_time()
layer = SemanticLayer.from_yaml(f"{FOLDER}/sidemantic.yml")
loaded = process_time()
metrics = [name if name in FORMULAS else f"orders.{name}" for name in NAMES]
times = []
for _ in range(4):
    begun = process_time()
    sql = layer.compile(
        metrics=metrics,
        dimensions=["orders.ordered_at__month", "orders.channel"],
        filters=["orders.ordered_at < TIMESTAMP '2026-11-16'"],
    )
    times.append(process_time() - begun)
columns = {"period": "ordered_at__month"} | {name: name for name in NAMES}
print(json.dumps({"load": loaded - start, "compile": times, "sql": sql, "columns": columns}))
