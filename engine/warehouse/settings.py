"""What a session is told first, by dialect: to read only, to live in the project's time zone, and to mean by SQL what
the dialect's forms mean by it."""

from __future__ import annotations

from collections.abc import Mapping

# `{zone}` stands for the project's time zone. ClickHouse's settings stand in each statement: `sql.dialects.clickhouse`.
_SESSION: Mapping[str, tuple[str, ...]] = {
    "postgres": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET TIME ZONE '{zone}'",
        "SET DateStyle = 'ISO'",
        "SET standard_conforming_strings = on",
    ),
    "redshift": ("SET TIMEZONE TO '{zone}'",),
    "mysql": (
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
        "SET SESSION time_zone = '{zone}'",
    ),
    "sqlite": ("PRAGMA query_only = ON",),
    "snowflake": ("ALTER SESSION SET TIMEZONE = '{zone}'",),
}
_SPARK: Mapping[str, str] = {"spark.sql.session.timeZone": "{zone}", "spark.sql.ansi.enabled": "true"}


def session_settings(dialect: str, timezone: str) -> tuple[str, ...]:
    """Statements to run first. The zone is checked when accord.yml is read, and has no quotes in it."""
    zone = "+00:00" if dialect == "mysql" and timezone == "UTC" else timezone  # other names need the server's tables
    return tuple(sql.replace("{zone}", zone) for sql in _SESSION.get(dialect, ()))


def spark_settings(timezone: str) -> Mapping[str, str]:
    return {name: value.replace("{zone}", timezone) for name, value in _SPARK.items()}
