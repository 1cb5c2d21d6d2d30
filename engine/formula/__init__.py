"""SQL expressions of the specs: read as DuckDB's dialect, checked, and turned into typed trees of a closed set."""
