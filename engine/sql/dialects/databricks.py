"""Databricks SQL: Spark's forms; no engine was there to run it on."""

from __future__ import annotations

from dataclasses import replace

from .spark import SPARK

_RESERVED = """
    and anti as between by case cast cross default except exists from full group in inner intersect is join lateral
    left like minus natural on or order outer right select semi set table then union using values when with
"""

DATABRICKS = replace(
    SPARK, name="databricks", proof="syntax checked", reserved=SPARK.reserved | frozenset(_RESERVED.split())
)
