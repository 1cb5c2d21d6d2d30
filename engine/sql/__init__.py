"""Metrics to SQL: plan, optimise, emit, each operator in its dialect's form."""
