"""Warehouses: SQL in, small tables out."""
